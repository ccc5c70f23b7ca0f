import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesOf, takeDropped } from '../../www/lib/dropped.js'

/** @typedef {{ [name: string]: Tree | string | null }} Tree null: cannot be read */

/** @param {string} path */
const nameOf = path => path.slice(path.lastIndexOf('/') + 1)

/**
 * A folder or file as an entry: folders are read in batches of at most 100.
 *
 * @param {Tree | string | null} content
 * @param {string} fullPath
 * @returns {any} a stand-in for the browser's own classes
 */
function entry(content, fullPath) {
  const name = nameOf(fullPath)
  if (typeof content !== 'object' || content === null) {
    const file = (/** @type {Function} */ resolve, /** @type {Function} */ reject) =>
      content === null ? reject(new Error('gone')) : resolve(new File([content], name))
    return { isDirectory: false, name, fullPath, file }
  }
  const createReader = () => {
    const rest = Object.entries(content).map(([child, below]) => entry(below, `${fullPath}/${child}`))
    return { readEntries: (/** @type {Function} */ resolve) => resolve(rest.splice(0, 100)) }
  }
  return { isDirectory: true, name, fullPath, createReader }
}

/**
 * The same as a handle.
 *
 * @param {Tree | string | null} content
 * @param {string} name
 * @returns {any} a stand-in for the browser's own classes
 */
function handle(content, name) {
  if (typeof content !== 'object' || content === null) {
    const getFile = async () => {
      if (content === null) throw new Error('gone')
      return new File([content], name)
    }
    return { kind: 'file', name, getFile }
  }
  async function* values() {
    for (const [child, below] of Object.entries(content ?? {})) yield handle(below, child)
  }
  return { kind: 'directory', name, values }
}

/** A folder that nobody can read as an entry. @param {string} fullPath @returns {any} */
const refused = fullPath => ({
  isDirectory: true,
  name: nameOf(fullPath),
  fullPath,
  createReader: () => ({
    readEntries: (/** @type {any} */ _, /** @type {Function} */ no) => no(new Error('EncodingError')),
  }),
})

/**
 * A drop of these things, as the browser would give it.
 *
 * @param {{ entry: any, file?: File, handle?: any }[]} things
 * @returns {any} a stand-in for the browser's own class
 */
const drop = things => ({
  items: [
    { kind: 'string' },
    ...things.map(thing => ({
      kind: 'file',
      webkitGetAsEntry: () => thing.entry,
      getAsFile: () => thing.file ?? null,
      ...('handle' in thing && { getAsFileSystemHandle: async () => thing.handle }),
    })),
  ],
})

/** @param {Parameters<typeof drop>[0]} things @param {string[]} paths @param {number} [nUnreadable] */
async function check(things, paths, nUnreadable = 0) {
  const found = await filesOf(takeDropped(drop(things)))
  assert.deepEqual(
    found.files.map(file => file.path),
    paths,
  )
  assert.equal(found.nUnreadable, nUnreadable)
}

const TREE = { b: { 'z.gz': 'x', a: { 'y.gz': 'x' } }, 'a.log': 'x' }
const PATHS = ['case/a.log', 'case/b/a/y.gz', 'case/b/z.gz']

test('a folder known by entries keeps its paths, in the order of the tree', () =>
  check([{ entry: entry(TREE, '/case') }], PATHS))

test('a folder known by a handle gives the same, where its entries are refused', () =>
  check([{ entry: refused('/case'), handle: handle(TREE, 'case') }], PATHS))

test('entries come first: handles hide names that would not do on Windows', () =>
  check([{ entry: entry({ 'nul.log': 'x' }, '/case'), handle: handle({}, 'case') }], ['case/nul.log']))

test('a browser that knows handles but gives none falls back', () =>
  check([{ entry: entry(TREE, '/case'), handle: null }], PATHS))

test('a folder of more than one batch is read to its end', async () => {
  const names = Array.from({ length: 250 }, (_, i) => `${String(i).padStart(3, '0')}.json`)
  const tree = Object.fromEntries(names.map(name => [name, 'x']))
  await check(
    [{ entry: entry(tree, '/logs') }],
    names.map(name => `logs/${name}`),
  )
})

test('plain files are taken as they are, between folders too', () =>
  check(
    [
      { entry: entry('x', '/single.json'), file: new File(['x'], 'single.json') },
      { entry: entry(TREE, '/case') },
    ],
    ['single.json', ...PATHS],
  ))

test('what cannot be read is counted, the rest is there', async () => {
  await check([{ entry: entry({ a: null, b: 'x' }, '/case') }], ['case/b'], 1)
  await check([{ entry: refused('/c'), handle: handle({ a: null, b: 'x' }, 'c') }], ['c/b'], 1)
  await check([{ entry: refused('/case') }], [], 1)
})
