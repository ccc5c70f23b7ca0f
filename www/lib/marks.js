/**
 * The active cell of a grid, and the block of cells that is marked. Row -1 is the header. Pure.
 *
 *     ·  ·  ·  ·
 *     ·  A  m  ·      A  anchor: the corner that stays while marks are extended
 *     ·  m  L  ·      L  lead: the corner that moves; the active cell, unless a whole row or column is marked
 */

/** @import { RowIndex } from '../types.d.ts' */
/** @import { Place } from './cursor.js' */

import { clamp } from './window.js'

/** @typedef {{ active: Place, anchor: Place, lead: Place }} MarkedCells */

/**
 * Only the active cell is marked.
 *
 * @param {Place} place
 * @returns {MarkedCells}
 */
export const markedAt = place => ({ active: place, anchor: place, lead: place })

/** @type {MarkedCells} */
export const FIRST_CELL = markedAt({ row: 0, column: 0 })

/**
 * The active cell moves to `place`, and the marks reach from the anchor to there. The header is never part of them.
 *
 * @param {MarkedCells} marks
 * @param {Place} place
 * @returns {MarkedCells}
 */
export const extendedTo = ({ anchor }, place) => ({
  active: place,
  anchor: anchor.row < 0 ? place : anchor,
  lead: place,
})

/**
 * Other cells are marked; the active cell stays.
 *
 * @param {MarkedCells} marks
 * @param {Place} anchor
 * @param {Place} lead
 * @returns {MarkedCells}
 */
export const markedBetween = ({ active }, anchor, lead) => ({ active, anchor, lead })

/**
 * The marks within a grid that may have become smaller.
 *
 * @param {MarkedCells} marks
 * @param {{ rows: number, columns: number }} extent
 * @returns {MarkedCells}
 */
export function heldWithin({ active, anchor, lead }, { rows, columns }) {
  const hold = (/** @type {Place} */ { row, column }) => ({
    row: clamp(row, -1, Math.max(0, rows) - 1),
    column: clamp(column, 0, Math.max(0, columns - 1)),
  })
  return { active: hold(active), anchor: hold(anchor), lead: hold(lead) }
}

/**
 * The marked cells, half-open; without the header.
 *
 * @param {MarkedCells} marks
 */
export const rangeOf = ({ anchor, lead }) => ({
  firstRow: Math.max(0, Math.min(anchor.row, lead.row)),
  endRow: Math.max(anchor.row, lead.row) + 1,
  firstColumn: Math.min(anchor.column, lead.column),
  endColumn: Math.max(anchor.column, lead.column) + 1,
})

/**
 * How many rows and cells are marked. A single cell does not count: it is only the active one.
 *
 * @param {MarkedCells} marks
 * @param {{ rows: number, columns: number }} extent
 */
export function markCounts(marks, extent) {
  const { firstRow, endRow, firstColumn, endColumn } = rangeOf(marks)
  const rows = Math.max(0, Math.min(endRow, extent.rows) - firstRow)
  const cells = rows * (Math.min(endColumn, extent.columns) - firstColumn)
  return cells > 1 ? { rows, cells } : { rows: 0, cells: 0 }
}

/**
 * The marks after the whole of something is marked: its cells, while the active cell stays.
 *
 * @param {MarkedCells} marks
 * @param {'all' | 'row' | 'column'} what the row or column is that of the active cell
 * @param {{ rows: number, columns: number }} extent
 * @param {RowIndex} [fromRow] of whole rows, where they begin; default: the active one
 * @returns {MarkedCells}
 */
export function markedWhole(marks, what, { rows, columns }, fromRow = marks.active.row) {
  const { row, column } = marks.active
  const [lastRow, lastColumn] = [rows - 1, Math.max(0, columns - 1)]
  if (what === 'all') return markedBetween(marks, { row: 0, column: 0 }, { row: lastRow, column: lastColumn })
  if (what === 'column') return markedBetween(marks, { row: 0, column }, { row: lastRow, column })
  return markedBetween(marks, { row: fromRow, column: 0 }, { row, column: lastColumn })
}
