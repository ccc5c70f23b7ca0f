/** The header of a grid: a cell for each column in sight. */

/** @import { CssPixels, SortKey } from '../types.d.ts' */
/** @import { Place } from '../lib/cursor.js' */
/** @import { Column } from '../state/columns.js' */
/** @import { Cell } from './grid-cell.js' */

import { h } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'
import { newCell, placeAt, putAway } from './grid-cell.js'

/**
 * What the header shows.
 *
 * @typedef {object} Head
 * @property {readonly Column[]} columns
 * @property {readonly number[]} shown indexes of the columns that need a cell
 * @property {readonly CssPixels[]} starts
 * @property {CssPixels} leftPx
 * @property {readonly SortKey[]} sort
 * @property {Place} active
 */

export class HeadPool {
  #strip
  /** @type {Cell[]} */
  #cells = []

  /** @param {HTMLElement} strip holds the cells; moves sideways */
  constructor(strip) {
    this.#strip = strip
  }

  /** @param {Head} head */
  draw(head) {
    const { columns, shown, leftPx } = head
    this.#strip.style.transform = `translateX(${-leftPx}px)`
    for (let i = this.#cells.length; i < shown.length; i++) this.#add()
    for (const [i, cell] of this.#cells.entries()) {
      const index = shown[i]
      const column = index === undefined ? undefined : columns[index]
      if (column && index !== undefined) this.#drawCell(cell, column, index, head)
      else putAway(cell)
    }
  }

  /** The cell of `column`, if it is in sight. @param {number} column */
  element(column) {
    return this.#cells.find(cell => !cell.element.hidden && cell.column === column)?.element
  }

  #add() {
    const cell = newCell('columnheader')
    cell.element.append(
      h('span', { class: 'sign', 'aria-hidden': 'true' }),
      h('span', { class: 'edge', 'aria-hidden': 'true' }),
    )
    this.#strip.append(cell.element)
    this.#cells.push(cell)
  }

  /**
   * @param {Cell} cell
   * @param {Column} column
   * @param {number} index
   * @param {Head} head
   */
  #drawCell(cell, column, index, { starts, sort, active }) {
    cell.element.hidden = false
    placeAt(cell, index, starts[index] ?? 0, column.width)
    const label = visibleText(column.label ?? column.field)
    if (cell.text.data !== label) {
      cell.text.data = label
      cell.element.title = label
    }
    const key = sort.findIndex(({ field }) => field === column.field)
    const order = key < 0 ? 'none' : sort[key]?.descending ? 'descending' : 'ascending'
    const isActive = active.row < 0 && index === active.column
    const look = `${order} ${key} ${sort.length} ${isActive}`
    if (cell.look === look) return
    cell.look = look
    cell.element.setAttribute('aria-sort', order)
    cell.element.tabIndex = isActive ? 0 : -1
    const sign = order === 'none' ? '' : order === 'ascending' ? '▲' : '▼'
    const place = sort.length > 1 && key >= 0 ? String(key + 1) : ''
    const signElement = cell.element.querySelector('.sign')
    if (signElement) signElement.textContent = sign + place
  }
}
