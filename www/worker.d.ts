/** Globals of a worker: TypeScript's libraries for pages and for workers exclude each other. */
interface FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer
}
declare const FileReaderSync: { new (): FileReaderSync } | undefined
