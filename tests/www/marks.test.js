import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  extendedTo,
  heldWithin,
  markCounts,
  markedAt,
  markedBetween,
  markedWhole,
  rangeOf,
} from '../../www/lib/marks.js'

/** @param {number} row @param {number} column */
const at = (row, column) => ({ row, column })
const EXTENT = { rows: 10, columns: 4 }

/** The marked block as `first..end` of rows and of columns. @param {import('../../www/lib/marks.js').MarkedCells} marks */
const block = marks => {
  const { firstRow, endRow, firstColumn, endColumn } = rangeOf(marks)
  return `${firstRow}..${endRow} ${firstColumn}..${endColumn}`
}

test('a block is the same from either corner, and leaves the header out', () => {
  const marks = markedAt(at(0, 0))
  assert.equal(block(markedBetween(marks, at(5, 1), at(2, 3))), '2..6 1..4')
  assert.equal(block(markedBetween(marks, at(2, 3), at(5, 1))), '2..6 1..4')
  assert.equal(block(markedAt(at(-1, 0))), '0..0 0..1')
})

test('marks are extended from where they began', () => {
  const marks = extendedTo(extendedTo(markedAt(at(3, 1)), at(5, 2)), at(1, 0))
  assert.equal(block(marks), '1..4 0..2')
  assert.deepEqual(marks.active, at(1, 0))
})

test('marks that would be extended from the header begin at the active cell', () =>
  assert.equal(block(extendedTo(markedAt(at(-1, 2)), at(4, 2))), '4..5 2..3'))

test('whole rows, columns and everything leave the active cell where it is', () => {
  const marks = markedAt(at(3, 1))
  assert.equal(block(markedWhole(marks, 'row', EXTENT)), '3..4 0..4')
  assert.equal(block(markedWhole(marks, 'row', EXTENT, 6)), '3..7 0..4')
  assert.equal(block(markedWhole(marks, 'column', EXTENT)), '0..10 1..2')
  assert.equal(block(markedWhole(marks, 'all', EXTENT)), '0..10 0..4')
  for (const what of /** @type {const} */ (['all', 'row', 'column']))
    assert.deepEqual(markedWhole(marks, what, EXTENT).active, at(3, 1))
})

test('a smaller grid takes marks in', () => {
  const marks = markedBetween(markedAt(at(9, 3)), at(0, 0), at(9, 3))
  assert.equal(block(heldWithin(marks, { rows: 5, columns: 2 })), '0..5 0..2')
  assert.deepEqual(heldWithin(marks, { rows: 0, columns: 0 }).active, at(-1, 0))
})

test('a single cell is not counted; a block is, as far as there are rows', () => {
  const marks = markedAt(at(8, 0))
  assert.deepEqual(markCounts(marks, EXTENT), { rows: 0, cells: 0 })
  assert.deepEqual(markCounts(extendedTo(marks, at(9, 2)), EXTENT), { rows: 2, cells: 6 })
  assert.deepEqual(markCounts(extendedTo(marks, at(9, 2)), { rows: 9, columns: 4 }), { rows: 1, cells: 3 })
  assert.deepEqual(markCounts(markedAt(at(-1, 0)), { rows: 0, columns: 0 }), { rows: 0, cells: 0 })
})
