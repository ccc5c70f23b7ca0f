/**
 * Scroll arithmetic: which rows and columns a view shows, and where the scroll bar is. Pure.
 *
 * `topPx`, the distance from the first row, is exact at any size. Browsers stop at some ten million
 * pixels, so the element inside the scroll bar is never higher than `SPACER_LIMIT_PX`; one pixel of the bar
 * stands for `ratio` pixels of rows.
 *
 *     0          topPx                       rows * rowHeight
 *     |------------[== viewHeight ==]----------------|          rows
 *     |-----[view]-------|                                      bar: scrollTop = topPx / ratio
 */

/** @import { CssPixels, RowIndex } from '../types.d.ts' */

/** Firefox gives an element of 17.9 million pixels height 0; this leaves room for zoom. */
export const SPACER_LIMIT_PX = 6_000_000

/**
 * @typedef {object} Scale
 * @property {CssPixels} spacerPx height of the element inside the scroll bar
 * @property {CssPixels} maxTopPx the greatest `topPx`: the last row is at the lower edge
 * @property {number} ratio pixels of rows for one pixel of the scroll bar
 */

/**
 * @param {{ rows: number, rowHeight: CssPixels, height: CssPixels }} view
 * @returns {Scale}
 */
export function scaleOf({ rows, rowHeight, height }) {
  const totalPx = rows * rowHeight
  const spacerPx = Math.min(totalPx, SPACER_LIMIT_PX)
  const maxTopPx = Math.max(0, totalPx - height)
  const roomPx = spacerPx - height
  return { spacerPx, maxTopPx, ratio: roomPx > 0 ? maxTopPx / roomPx : 1 }
}

/**
 * The rows of which at least a part shows.
 *
 * @param {{ topPx: CssPixels, height: CssPixels, rowHeight: CssPixels, rows: number }} view
 * @returns {{ first: RowIndex, end: RowIndex }}
 */
export function visibleRows({ topPx, height, rowHeight, rows }) {
  const first = Math.min(rows, Math.floor(topPx / rowHeight))
  return { first, end: Math.min(rows, Math.ceil((topPx + height) / rowHeight)) }
}

/**
 * The left edges of columns: item `c` is that of column `c`, the last item the width of all columns.
 *
 * @param {readonly CssPixels[]} widths
 * @returns {CssPixels[]}
 */
export function startsOf(widths) {
  let px = 0
  return [0, ...widths.map(width => (px += width))]
}

/**
 * The column under `px`; beyond the edges, the first or last column.
 *
 * @param {readonly CssPixels[]} starts
 * @param {CssPixels} px
 * @returns {number}
 */
export function columnAt(starts, px) {
  let low = 0
  let high = Math.max(0, starts.length - 2)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= px) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * The columns of which at least a part shows.
 *
 * @param {{ leftPx: CssPixels, width: CssPixels, starts: readonly CssPixels[] }} view
 * @returns {{ first: number, end: number }}
 */
export function visibleColumns({ leftPx, width, starts }) {
  if (starts.length < 2) return { first: 0, end: 0 }
  return { first: columnAt(starts, leftPx), end: columnAt(starts, leftPx + Math.max(0, width - 1)) + 1 }
}

/**
 * The indexes of a range in order, with `extra` if it is outside: the cell that has the focus keeps its element while
 * it is scrolled away.
 *
 * @param {{ first: number, end: number }} range
 * @param {number} extra below 0: none
 * @returns {number[]}
 */
export function withExtra({ first, end }, extra) {
  const indexes = Array.from({ length: end - first }, (_, i) => first + i)
  if (extra >= 0 && extra < first) return [extra, ...indexes]
  return extra >= end ? [...indexes, extra] : indexes
}

/**
 * The nearest place to scroll to so that `start..end` shows whole; if it is too large, so that its start shows.
 *
 * @param {{ at: CssPixels, size: CssPixels, start: CssPixels, end: CssPixels }} view `at` is the place now
 * @returns {CssPixels}
 */
export function placeToShow({ at, size, start, end }) {
  if (start < at || end - start > size) return start
  return end > at + size ? end - size : at
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most wins if it is below `least`
 */
export const clamp = (value, least, most) => Math.min(most, Math.max(least, value))
