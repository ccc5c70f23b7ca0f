/**
 * Where the keys take the active cell of a grid. Row -1 is the header. Pure.
 */

import { clamp } from './window.js'

/** @typedef {{ row: number, column: number }} Place */

/**
 * @typedef {object} Extent
 * @property {number} rows
 * @property {number} columns
 * @property {number} pageRows rows of one page
 */

/**
 * The place that `key` moves the active cell to; null: the key moves nothing. With `isFar` (Ctrl), the edge of the data.
 *
 * @param {Place} from
 * @param {string} key as in `KeyboardEvent.key`
 * @param {boolean} isFar
 * @param {Extent} extent
 * @returns {Place | null}
 */
export function placeAfter(from, key, isFar, { rows, columns, pageRows }) {
  const to = { ...from }
  switch (key) {
    case 'ArrowDown':
    case 'j':
      to.row = isFar ? rows - 1 : from.row + 1
      break
    case 'ArrowUp':
    case 'k':
      to.row = isFar ? 0 : from.row - 1
      break
    case 'ArrowRight':
    case 'l':
      to.column = isFar ? columns - 1 : from.column + 1
      break
    case 'ArrowLeft':
    case 'h':
      to.column = isFar ? 0 : from.column - 1
      break
    case 'PageDown':
      to.row = from.row + pageRows
      break
    case 'PageUp':
      to.row = Math.max(Math.min(from.row, 0), from.row - pageRows)
      break
    case 'Home':
      to.column = 0
      if (isFar) to.row = 0
      break
    case 'End':
      to.column = columns - 1
      if (isFar) to.row = rows - 1
      break
    case 'G':
      to.row = rows - 1
      break
    default:
      return null
  }
  return { row: clamp(to.row, -1, rows - 1), column: clamp(to.column, 0, Math.max(0, columns - 1)) }
}
