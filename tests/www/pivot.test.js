import assert from 'node:assert/strict'
import test from 'node:test'
import { csvLine } from '../../www/lib/tsv.js'
import {
  cellQuery,
  FIRST_PIVOT,
  newWell,
  optionsOf,
  pathText,
  plotTable,
  shownRows,
  tableColumns,
  withField,
  withoutField,
  withoutValue,
  withWell,
} from '../../www/state/pivot.js'

/** @import { Pivot, PivotGroup } from '../../www/types.d.ts' */

/** @param {number} depth @param {number} parent @param {string} text @param {Partial<PivotGroup>} [more] @returns {PivotGroup} */
const group = (depth, parent, text, more) => ({
  depth,
  parent,
  kind: depth === 0 ? 'total' : 'value',
  text,
  key: text,
  span: null,
  inside: 0,
  query: depth === 0 ? '' : `f = ${text}`,
  ...more,
})

const rows = [
  group(0, 0, ''),
  group(1, 0, 'alice'),
  group(2, 1, 'ok'),
  group(2, 1, 'bad'),
  group(1, 0, '', { kind: 'others', inside: 3, query: null }),
]

/** @type {Pivot} */
const pivot = {
  rows,
  columns: [group(0, 0, ''), group(1, 0, 'x')],
  values: [
    [10, 4, 6, 2, 5, 1, 1, 1, 4, 2],
    [1n, null, 2n, 1n, 1n, 1n, 1n, 1n, 1n, 1n],
  ],
  isLoading: false,
}

test('a field is in one well only, in the place it was put', () => {
  const by = (/** @type {string[]} */ ...names) => names.map(newWell)
  const start = { ...FIRST_PIVOT, rows: by('a', 'b'), columns: by('c') }
  const moved = withField(start, 'columns', start.rows[0] ?? newWell('a'), 0)
  assert.deepEqual([moved.rows, moved.columns], [by('b'), by('a', 'c')])
  assert.deepEqual(withoutField(start, newWell('b')).rows, by('a'))
  const twice = withField(
    { ...FIRST_PIVOT, rows: [{ ...newWell('@timestamp'), bucket: 'hour' }] },
    'columns',
    newWell('@timestamp'),
  )
  assert.equal(twice.rows.length + twice.columns.length, 2, 'hour of day and time are two fields')
})

test('the last value stays', () => {
  const one = { ...FIRST_PIVOT, values: [{ kind: /** @type {const} */ ('count') }] }
  assert.equal(withoutValue(one, 0).values.length, 1)
  assert.equal(withoutValue(FIRST_PIVOT, 0).values.length, 2)
})

test('what is asked: intervals in nanoseconds, the order for all rows', () => {
  const by = withWell(withField(FIRST_PIVOT, 'rows', newWell('@timestamp')), 'rows', 0, { interval: 60_000 })
  const { rows: asked, at } = optionsOf({ ...by, order: { by: 1, at: ['x', null], descending: false } })
  assert.deepEqual(asked, [
    { field: '@timestamp', bucket: 'time', interval: 60_000_000_000n, order: 1, descending: false },
  ])
  assert.deepEqual(at, ['x', null])
})

test('rows in a closed group do not show, and the total is last', () => {
  assert.deepEqual(shownRows(rows, new Set()), [1, 2, 3, 4, 0])
  assert.deepEqual(shownRows(rows, new Set(['alice'])), [1, 4, 0])
  assert.equal(pathText(rows, 3), 'alice › bad')
  assert.equal(pathText(rows, 4), '(3 others)')
})

test('columns: each group with each value, the total last', () => {
  assert.deepEqual(tableColumns(pivot), [
    { group: 1, value: 0 },
    { group: 1, value: 1 },
    { group: 0, value: 0 },
    { group: 0, value: 1 },
  ])
})

test('a chart shows the innermost groups', () => {
  const drawn = plotTable(pivot)
  assert.deepEqual(drawn?.table.rows, ['alice › ok', 'alice › bad', '(3 others)'])
  assert.deepEqual(drawn?.table.values, [[1], [1], [2]])
  assert.deepEqual(drawn?.rows, [2, 3, 4])
})

test('the query of a cell is that of its row and its column', () => {
  assert.equal(cellQuery(pivot, 1, 1), 'f = alice and f = x')
  assert.equal(cellQuery(pivot, 1, 0), 'f = alice')
  assert.equal(cellQuery(pivot, 0, 0), '')
  assert.equal(cellQuery(pivot, 4, 0), null)
})

test('a CSV line is quoted where it must be, and runs nothing', () => {
  assert.equal(
    csvLine(['a,b', 'say "x"', '=1+1', null, '-5', '\u0009=x']),
    '"a,b","say ""x""",\'=1+1,,-5,\'\u0009=x',
  )
})
