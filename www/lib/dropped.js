/**
 * What was dropped or picked, as files under their paths in the tree.
 *
 * Browsers know a dropped folder in two ways, and neither works everywhere: Chromium refuses to read entries in a
 * page opened from disk (`EncodingError`); Firefox has no handles, and through them Chromium silently hides
 * files whose names Windows forbids (`nul.log`, `a.lnk`). So entries are tried first, then handles.
 */

/** @import { NamedBlob } from '../types.d.ts' */

/**
 * One dropped thing; `file` is set unless it is a folder.
 *
 * @typedef {object} Dropped
 * @property {File | null} file
 * @property {FileSystemEntry | null} entry of a folder
 * @property {Promise<FileSystemHandle | null>} handle of a folder; null where the browser gives none
 */

/**
 * A file or folder, whichever way the browser offers it.
 *
 * @typedef {object} Branch
 * @property {string} path
 * @property {boolean} isFolder
 * @property {() => Promise<Branch[]>} children
 * @property {() => Promise<File>} file
 */

/** @typedef {{ files: NamedBlob[], nUnreadable: number }} Found */

/**
 * The content of a drop. Call it before the first `await`: after the event, the browser empties the drop.
 *
 * @param {DataTransfer} drop
 * @returns {Dropped[]}
 */
export function takeDropped(drop) {
  return Array.from(drop.items)
    .filter(item => item.kind === 'file')
    .map(item => {
      const entry = item.webkitGetAsEntry()
      if (!entry?.isDirectory) return { file: item.getAsFile(), entry: null, handle: Promise.resolve(null) }
      return { file: null, entry, handle: handleOf(item) }
    })
}

/**
 * All files in `dropped`, each under its path, in the order of the tree. A file or folder that cannot be read does
 * not stop the others: it is counted.
 *
 * @param {readonly Dropped[]} dropped
 * @returns {Promise<Found>}
 */
export async function filesOf(dropped) {
  const found = dropped.map(async ({ file, entry, handle }) => {
    if (file) return { files: namedFiles([file]), nUnreadable: 0 }
    const none = { files: [], nUnreadable: 1 }
    const byEntry = entry ? await filesBelow(ofEntry(entry)) : none
    if (byEntry.files.length > 0 || byEntry.nUnreadable === 0) return byEntry
    const known = await handle
    return known ? filesBelow(ofHandle(known, known.name)) : byEntry
  })
  return joined(await Promise.all(found))
}

/**
 * Picked files under their paths.
 *
 * @param {Iterable<File>} files
 * @returns {NamedBlob[]}
 */
export const namedFiles = files =>
  Array.from(files, blob => ({ path: blob.webkitRelativePath || blob.name, blob }))

/**
 * @param {Branch} branch
 * @returns {Promise<Found>}
 */
async function filesBelow(branch) {
  try {
    if (!branch.isFolder) return { files: [{ path: branch.path, blob: await branch.file() }], nUnreadable: 0 }
    const children = await branch.children()
    children.sort((a, b) => (a.path < b.path ? -1 : 1))
    return joined(await Promise.all(children.map(filesBelow)))
  } catch {
    return { files: [], nUnreadable: 1 }
  }
}

/**
 * @param {readonly Found[]} parts
 * @returns {Found}
 */
const joined = parts => ({
  files: parts.flatMap(part => part.files),
  nUnreadable: parts.reduce((sum, part) => sum + part.nUnreadable, 0),
})

/**
 * @param {DataTransferItem} item
 * @returns {Promise<FileSystemHandle | null>}
 */
async function handleOf(item) {
  /** @type {{ getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }} not in every browser */
  const source = /** @type {any} */ (item)
  try {
    return (await source.getAsFileSystemHandle?.()) ?? null
  } catch {
    return null
  }
}

/**
 * @param {FileSystemHandle} handle
 * @param {string} path
 * @returns {Branch}
 */
function ofHandle(handle, path) {
  return {
    path,
    isFolder: handle.kind === 'directory',
    async children() {
      /** @type {Branch[]} */
      const children = []
      for await (const child of /** @type {FileSystemDirectoryHandle} */ (handle).values()) {
        children.push(ofHandle(child, `${path}/${child.name}`))
      }
      return children
    },
    file: () => /** @type {FileSystemFileHandle} */ (handle).getFile(),
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Branch}
 */
function ofEntry(entry) {
  return {
    path: entry.fullPath.replace(/^\//u, ''),
    isFolder: entry.isDirectory,
    children: async () => (await entriesIn(/** @type {FileSystemDirectoryEntry} */ (entry))).map(ofEntry),
    file: () =>
      new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject)),
  }
}

/**
 * Everything in a folder. A reader gives at most a hundred entries a call, and an empty list at the end.
 *
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function entriesIn(folder) {
  const reader = folder.createReader()
  /** @type {FileSystemEntry[]} */
  const entries = []
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return entries
    entries.push(...some)
  }
}
