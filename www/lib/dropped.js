/**
 * What was dropped or picked, as files under their paths in the tree.
 */

/** @import { NamedBlob } from '../types.d.ts' */

/**
 * All files below `entries`, each under its path, in the order of the tree. A file or folder that cannot be read
 * does not stop the others: it is counted.
 *
 * @param {readonly (FileSystemEntry | null)[]} entries of `DataTransferItem.webkitGetAsEntry`; null: no file
 * @returns {Promise<{ files: NamedBlob[], nUnreadable: number }>}
 */
export async function filesBelow(entries) {
  /** @type {NamedBlob[]} */
  const files = []
  let nUnreadable = 0
  const waiting = entries.filter(entry => entry !== null).reverse()
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
    try {
      if (entry.isDirectory) {
        const children = await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry))
        waiting.push(...children.reverse())
      } else {
        files.push({ path: pathOf(entry), blob: await fileOf(/** @type {FileSystemFileEntry} */ (entry)) })
      }
    } catch {
      nUnreadable += 1
    }
  }
  return { files, nUnreadable }
}

/**
 * Picked files under their paths.
 *
 * @param {Iterable<File>} files
 * @returns {NamedBlob[]}
 */
export const namedFiles = files =>
  Array.from(files, blob => ({ path: blob.webkitRelativePath || blob.name, blob }))

/** @param {FileSystemEntry} entry */
const pathOf = entry => entry.fullPath.replace(/^\//u, '')

/**
 * Everything in a folder. A reader gives at most a hundred entries a call, and an empty list at the end.
 *
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function childrenOf(folder) {
  const reader = folder.createReader()
  /** @type {FileSystemEntry[]} */
  const children = []
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return children.sort((a, b) => (a.name < b.name ? -1 : 1))
    children.push(...some)
  }
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
const fileOf = entry => new Promise((resolve, reject) => entry.file(resolve, reject))
