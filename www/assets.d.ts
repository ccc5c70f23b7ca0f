/**
 * The code of workers. `scripts/build` makes this module: in the page it reads two data blocks of the document,
 * in the library it holds the texts themselves.
 */
declare module 'trailglass:assets' {
  /** The worker as one classic script. */
  export const workerText: string
  /** The core's wasm, packed as `engine/unpack.js` describes, in base64. */
  export const wasmPackedBase64: string
  /** Its size in bytes, unpacked. */
  export const wasmBytes: number
}
