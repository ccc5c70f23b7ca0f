/**
 * Which part of a grid is in sight: its size, how far it is scrolled, and the scroll bar that goes with it. Pure: it
 * knows no elements.
 *
 * A scroll bar of the browser cannot be as long as millions of rows are high, so it has a scale of its own. The view is
 * the truth; the bar follows, and only a bar that the analyst has moved changes the view.
 */

/** @import { CssPixels, RowIndex } from '../types.d.ts' */

import { clamp, placeToShow, scaleOf, startsOf, visibleColumns, visibleRows } from './window.js'

export class GridView {
  /** @type {CssPixels} */
  rowHeight = 24
  /** Height of the rows in sight, without the header. @type {CssPixels} */
  height = 0
  /** @type {CssPixels} */
  width = 0
  /** Width of the row numbers. @type {CssPixels} */
  numberWidth = 48
  nRows = 0
  /** The left edge of each column, and the width of all: see `startsOf`. @type {readonly CssPixels[]} */
  starts = startsOf([])
  /** How far the rows are scrolled. @type {CssPixels} */
  topPx = 0
  /** @type {CssPixels} */
  leftPx = 0
  /** Of the last scrolling: 1 towards later rows. @type {-1 | 1} */
  direction = 1
  #scale = scaleOf({ rows: 0, rowHeight: 24, height: 0 })
  /** Where this view has put the bar. If the bar is elsewhere, the analyst has moved it. */
  #bar = { top: 0, left: 0 }

  /** Call it after the size or the number of rows has changed. @param {{ width: CssPixels, height: CssPixels }} size */
  measure({ width, height }) {
    this.width = width
    this.height = height
    this.#scale = scaleOf({ rows: this.nRows, rowHeight: this.rowHeight, height })
  }

  /** The size of the element inside the bar, which gives the bar its length. */
  get spacer() {
    return { height: this.#scale.spacerPx, width: this.numberWidth + this.contentWidth }
  }

  /** The width of all columns. */
  get contentWidth() {
    return this.starts.at(-1) ?? 0
  }

  /** Room for columns, beside the row numbers. */
  get columnsWidth() {
    return Math.max(0, this.width - this.numberWidth)
  }

  /** The number of rows that PageDown moves by. */
  get pageRows() {
    return Math.max(1, Math.floor(this.height / this.rowHeight) - 1)
  }

  /**
   * Scrolls; beyond the first and last row or column, not further.
   *
   * @param {CssPixels} topPx
   * @param {CssPixels} leftPx
   * @returns {{ top: CssPixels, left: CssPixels }} where to put the bar
   */
  scrollTo(topPx, leftPx) {
    this.#setTop(topPx)
    this.leftPx = Math.round(clamp(leftPx, 0, Math.max(0, this.contentWidth - this.columnsWidth)))
    return { top: this.topPx / this.#scale.ratio, left: this.leftPx }
  }

  /** The bar was put there: the browser may have rounded. @param {CssPixels} top @param {CssPixels} left */
  barIsAt(top, left) {
    this.#bar = { top, left }
  }

  /** The bar has moved. The view follows only if the analyst has moved it. @param {CssPixels} top @param {CssPixels} left */
  barMoved(top, left) {
    if (Math.abs(top - this.#bar.top) > 1) {
      this.#setTop(top * this.#scale.ratio)
      this.#bar.top = top
    }
    if (Math.abs(left - this.#bar.left) > 1) {
      this.leftPx = left
      this.#bar.left = left
    }
  }

  /** The rows and columns of which at least a part shows. */
  get inSight() {
    const { topPx, leftPx, height, rowHeight, nRows, columnsWidth, starts } = this
    return {
      rows: visibleRows({ topPx, height, rowHeight, rows: nRows }),
      columns: visibleColumns({ leftPx, width: columnsWidth, starts }),
    }
  }

  /** The nearest place to scroll to at which `row` shows whole. @param {RowIndex} row @returns {CssPixels} */
  topToShow(row) {
    const start = row * this.rowHeight
    return placeToShow({ at: this.topPx, size: this.height, start, end: start + this.rowHeight })
  }

  /** The nearest place to scroll to at which `column` shows whole. @param {number} column @returns {CssPixels} */
  leftToShow(column) {
    const start = this.starts[column] ?? 0
    const end = this.starts[column + 1] ?? start
    return placeToShow({ at: this.leftPx, size: this.columnsWidth, start, end })
  }

  /** Whether `row` shows whole. @param {RowIndex} row */
  shows(row) {
    return row >= 0 && this.topToShow(row) === this.topPx
  }

  /** @param {CssPixels} topPx */
  #setTop(topPx) {
    const top = clamp(topPx, 0, this.#scale.maxTopPx)
    if (top !== this.topPx) this.direction = top > this.topPx ? 1 : -1
    this.topPx = top
  }
}
