/** The texts of a grid's cells: of the model that it shows, and for a moment of the model before. */

/** @import { RowIndex } from '../types.d.ts' */
/** @import { GridModel } from './blocks.js' */
/** @import { GridView } from './grid-view.js' */

import { BlockCache } from './blocks.js'
import { countText } from './format.js'
import { visibleText } from './safe-text.js'

/** Columns on either side that are asked for with those in sight, so that they are here when scrolled to. */
const COLUMNS_AHEAD = 4
const ROWS_AHEAD = 64

/** A value as the grid shows it. @param {string} value @param {number} length of the whole value if it was cut, else 0 */
const shownText = (value, length) =>
  length > 0 ? `${visibleText(value)} … ${countText(length)} characters` : visibleText(value)

export class ShownCells {
  #onArrival
  #onFailure
  /** @type {BlockCache} */
  #cache
  /** The cells of the model before; they show until the new cells are here. @type {BlockCache | null} */
  #stale = null
  /** @type {readonly string[]} */
  #fields = []

  /**
   * @param {GridModel} model
   * @param {() => void} onArrival
   * @param {(error: unknown) => void} onFailure
   */
  constructor(model, onArrival, onFailure) {
    this.#onArrival = onArrival
    this.#onFailure = onFailure
    this.#cache = this.#newCache(model)
  }

  /** The columns' fields. @param {readonly string[]} fields */
  set fields(fields) {
    this.#fields = fields
  }

  /**
   * Shows another model.
   *
   * @param {GridModel} model
   * @returns {() => boolean} drops the cells of the model before; false: they are dropped already
   */
  replace(model) {
    this.#cache.close()
    const stale = this.#cache
    this.#stale = stale
    this.#cache = this.#newCache(model)
    return () => {
      if (this.#stale !== stale) return false
      this.#stale = null
      return true
    }
  }

  /** Whether cells of the model before may show. */
  get hasStale() {
    return this.#stale !== null
  }

  /**
   * Asks for what is in sight.
   *
   * @param {GridView['inSight']} inSight
   * @returns {boolean} whether all of it is here
   */
  need({ rows, columns }) {
    this.#cache.need(rows.first, rows.end, this.#fieldsOf(columns, COLUMNS_AHEAD))
    return this.#cache.hasAll(rows.first, rows.end, this.#fieldsOf(columns))
  }

  /** Everything in sight is drawn from the model. */
  dropStale() {
    this.#stale = null
  }

  /**
   * Asks for the rows that come into sight next if scrolling goes on.
   *
   * @param {Pick<GridView, 'inSight' | 'direction'>} view
   */
  needAhead({ inSight: { rows, columns }, direction }) {
    const first = direction > 0 ? rows.end : rows.first - ROWS_AHEAD
    this.#cache.need(first, first + ROWS_AHEAD, this.#fieldsOf(columns, COLUMNS_AHEAD))
  }

  /**
   * @param {RowIndex} row
   * @param {string} field
   * @returns {string | null | undefined} null: no value; undefined: not here yet
   */
  text(row, field) {
    const text = this.#cache.text(row, field)
    return text === undefined ? this.#stale?.text(row, field) : text
  }

  /**
   * As `text`, but never of the model before; '' where there is no text.
   *
   * @param {RowIndex} row
   * @param {string} field
   */
  freshText(row, field) {
    return this.#cache.text(row, field) ?? ''
  }

  close() {
    this.#cache.close()
  }

  /** @param {GridModel} model */
  #newCache(model) {
    return new BlockCache(model, shownText, this.#onArrival, this.#onFailure)
  }

  /**
   * @param {{ first: number, end: number }} columns
   * @param {number} [more] columns to either side
   */
  #fieldsOf({ first, end }, more = 0) {
    return this.#fields.slice(Math.max(0, first - more), end + more)
  }
}
