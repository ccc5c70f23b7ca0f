import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBelow } from '../../www/lib/dropped.js'

/** @typedef {{ [name: string]: Tree | string | null }} Tree null: cannot be read */

/**
 * A dropped entry as browsers give it: folders in batches of at most 100.
 *
 * @param {Tree | string | null} content
 * @param {string} fullPath
 * @returns {any} a stand-in for the browser's own classes
 */
function entry(content, fullPath) {
  const name = fullPath.slice(fullPath.lastIndexOf('/') + 1)
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

test('a folder of more than one batch is read to its end', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 250 }, (_, i) => [`${String(i).padStart(3, '0')}.json`, 'x']),
  )
  const { files } = await filesBelow([entry(many, '/logs')])
  assert.equal(files.length, 250)
  assert.equal(files[249]?.path, 'logs/249.json')
})

test('files keep their paths in the tree, in its order', async () => {
  const tree = { b: { 'z.gz': 'x', a: { 'y.gz': 'x' } }, 'a.log': 'x' }
  const { files } = await filesBelow([entry(tree, '/case'), null, entry('x', '/single.json')])
  assert.deepEqual(
    files.map(file => file.path),
    ['case/a.log', 'case/b/a/y.gz', 'case/b/z.gz', 'single.json'],
  )
})

test('what cannot be read is counted, the rest is there', async () => {
  const { files, nUnreadable } = await filesBelow([entry({ a: null, b: 'x' }, '/case')])
  assert.deepEqual(
    files.map(file => file.path),
    ['case/b'],
  )
  assert.equal(nUnreadable, 1)
})
