/** What a worker has beside a page: TypeScript knows one of the two worlds at a time. */
interface FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer
}
declare const FileReaderSync: { new (): FileReaderSync } | undefined
