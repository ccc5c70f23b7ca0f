/** The cells that a grid's rows and its header are made of: pooled, moved, and changed only if they look different. */

/** @import { CssPixels } from '../types.d.ts' */

import { h } from '../lib/dom.js'

/**
 * A cell of the pool, and what it shows now.
 *
 * @typedef {object} Cell
 * @property {HTMLElement} element
 * @property {Text} text
 * @property {number} column
 * @property {string} place everything that its column, start and width depend on
 * @property {string} look everything that its classes and attributes depend on
 */

/** @param {'gridcell' | 'columnheader' | 'rowheader'} role @returns {Cell} */
export function newCell(role) {
  const text = document.createTextNode('')
  const element = h('div', { role, class: role === 'rowheader' ? 'number' : 'cell', tabindex: -1 })
  if (role === 'columnheader') element.append(h('span', { class: 'name' }, text))
  else element.append(text)
  return { element, text, column: -1, place: '', look: '' }
}

/** A cell out of use is no tab stop. @param {Cell} cell */
export function putAway(cell) {
  cell.element.hidden = true
  cell.element.tabIndex = -1
  cell.look = ''
}

/**
 * Moves a cell to its place, independently of other cells.
 *
 * @param {Cell} cell
 * @param {number} column
 * @param {CssPixels} start
 * @param {CssPixels} width
 */
export function placeAt(cell, column, start, width) {
  if (!isPlaced(cell, column, start, width)) cell.element.style.transform = `translateX(${start}px)`
}

/**
 * Places a cell after another. A browser draws cells that follow each other faster than cells that are moved.
 *
 * @param {Cell} cell
 * @param {number} column
 * @param {CssPixels} start
 * @param {CssPixels} width
 * @param {CssPixels} previousEnd where the cell before ends
 */
export function placeAfter(cell, column, start, width, previousEnd) {
  const gap = start - previousEnd
  if (!isPlaced(cell, column, gap, width)) cell.element.style.marginInlineStart = `${gap}px`
}

/**
 * Whether the cell has this place already. If not, sets everything of it but the start.
 *
 * @param {Cell} cell
 * @param {number} column
 * @param {CssPixels} start
 * @param {CssPixels} width
 */
function isPlaced(cell, column, start, width) {
  const place = `${column} ${start} ${width}`
  if (cell.place === place) return true
  cell.place = place
  cell.column = column
  cell.element.style.width = `${width}px`
  cell.element.setAttribute('aria-colindex', String(column + 2))
  return false
}
