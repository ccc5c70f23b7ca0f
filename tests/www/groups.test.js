import assert from 'node:assert/strict'
import { test } from 'node:test'
import { branchOf, groupAt, groupedModel, lineAt, openGroups, withOpen } from '../../www/lib/groups.js'

/** Rows that say their number. @param {number} count @returns {any} */
const selection = count => ({
  count,
  rows: async (/** @type {number} */ first, /** @type {number} */ end, /** @type {string[]} */ fields) => ({
    first,
    end,
    fields,
    columns: fields.map(field => Array.from({ length: end - first }, (_, i) => `${field} ${first + i}`)),
    clipped: [{ row: first, column: 0, length: 600 }],
  }),
})

/** @param {string | null} value @param {number} count @param {number[]} path */
const group = (value, count, path) => ({
  field: path.length === 1 ? 'name' : 'code',
  value,
  count,
  first: null,
  last: null,
  path,
  open: null,
})

const root = branchOf('', selection(9), [group('a', 4, [0]), group('b', 3, [1]), group(null, 2, [2])])
const inB = branchOf('name: b', selection(3), [group('x', 2, [1, 0]), group(null, 1, [1, 1])])
const opened = withOpen(withOpen(root, [1], inB), [1, 0], branchOf('b x', selection(2), null))

/** @param {import('../../www/lib/groups.js').Branch} branch */
const lines = branch =>
  Array.from({ length: branch.size }, (_, row) => {
    const line = lineAt(branch, row)
    if (!line) return 'nothing'
    return 'group' in line ? `${line.group.field} ${line.group.value}` : `row ${line.row}`
  })

test('collapsed groups take a line each', () => {
  assert.deepEqual(lines(root), ['name a', 'name b', 'name null'])
  assert.equal(lineAt(root, 3), null)
})

test('an open group is followed by its groups, and behind the last field by its rows', () => {
  assert.deepEqual(lines(opened), ['name a', 'name b', 'code x', 'row 0', 'row 1', 'code null', 'name null'])
  assert.deepEqual(
    openGroups(opened).map(({ path }) => path),
    [[1], [1, 0]],
  )
  assert.equal(groupAt(opened, [1, 0])?.within.query, 'name: b')
  assert.equal(groupAt(opened, [0, 0]), null)
})

test('a collapsed group takes its lines away, also those of groups in it', () => {
  assert.deepEqual(lines(withOpen(opened, [1, 0], null)).length, 5)
  assert.deepEqual(lines(withOpen(opened, [1], null)), lines(root))
})

test('a window is put together from groups and rows', async () => {
  const model = groupedModel(opened)
  const window = await model.rows(2, 6, ['code', 'time'], { signal: new AbortController().signal })
  assert.deepEqual(window.columns, [
    ['x', 'code 0', 'code 1', null],
    [null, 'time 0', 'time 1', null],
  ])
  assert.deepEqual(window.clipped, [{ row: 3, column: 0, length: 600 }])
  assert.equal(model.count, 7)
})
