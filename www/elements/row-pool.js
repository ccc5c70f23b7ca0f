/** The rows of a grid: a screen of elements, which are moved and filled with whatever is in sight. */

/** @import { CssPixels, RowIndex } from '../types.d.ts' */
/** @import { GridModel } from '../lib/blocks.js' */
/** @import { GridView } from '../lib/grid-view.js' */
/** @import { Group } from '../lib/groups.js' */
/** @import { MarkedCells } from '../lib/marks.js' */
/** @import { Column } from '../state/columns.js' */
/** @import { Cell } from './grid-cell.js' */

import { h } from '../lib/dom.js'
import { countText, plural, spanText } from '../lib/format.js'
import { rangeOf } from '../lib/marks.js'
import { visibleText } from '../lib/safe-text.js'
import { clamp } from '../lib/window.js'
import { newCell, placeAfter, putAway } from './grid-cell.js'

/** In place of a value that is not here yet. */
const SKELETON = '…'
/** This much of a group's value shows. */
const GROUP_CHARS = 200
const INDENT_PX = 18
/** The part of a cell's width that its text cannot use: padding and border. */
const CELL_EDGES_PX = 17
/** Characters that have one width in a monospaced font. */
const PLAIN = /^[\x20-\x7e]*$/

/**
 * @typedef {object} Row
 * @property {HTMLElement} element
 * @property {HTMLElement} strip holds the cells; moves sideways
 * @property {Cell} number
 * @property {Cell[]} cells
 * @property {HTMLElement | null} group the cell of a group, once it has shown one
 * @property {RowIndex} row
 * @property {boolean} isOld it was drawn from another model
 * @property {CssPixels} px its place in the sheet
 * @property {CssPixels} leftPx
 */

/**
 * What the rows show.
 *
 * @typedef {object} Body
 * @property {GridModel} model
 * @property {(row: RowIndex, field: string) => string | null | undefined} text undefined: not here yet
 * @property {readonly Column[]} columns
 * @property {readonly number[]} shown indexes of the columns that need cells
 * @property {readonly RowIndex[]} rows that need elements: those in sight, and that of the active cell
 * @property {GridView} view
 * @property {MarkedCells} marks
 * @property {RowIndex} openRow -1: none
 * @property {CssPixels} charPx width of a character; infinite until it is known
 */

/** @typedef {Body & { range: ReturnType<typeof rangeOf> }} Drawing */

export class RowPool {
  #sheet
  /** @type {CssPixels} */
  #sheetPx = 0
  /** @type {Row[]} */
  #rows = []

  /** @param {HTMLElement} sheet holds the rows; moves up and down */
  constructor(sheet) {
    this.#sheet = sheet
  }

  /** The model is another: every row is drawn anew. */
  forget() {
    for (const pooled of this.#rows) pooled.isOld = true
  }

  /** @param {Body} body */
  draw(body) {
    const { rows, view, marks } = body
    const { first } = view.inSight.rows
    // Rows keep their places while other rows show in them: only the sheet moves, by less than a row.
    const px = first * view.rowHeight - view.topPx
    if (this.#sheetPx !== px) this.#sheet.style.transform = `translateY(${px}px)`
    this.#sheetPx = px
    const drawing = { ...body, range: rangeOf(marks) }
    for (let i = this.#rows.length; i < rows.length; i++) this.#rows.push(this.#newRow())
    for (const [i, pooled] of this.#rows.entries()) {
      const row = rows[i]
      pooled.element.hidden = row === undefined
      if (row === undefined) pooled.cells.forEach(putAway)
      else drawRow(pooled, row, row - first, drawing)
    }
  }

  /** Lays the rows out at once. The next frame, which as a rule is some time off, then has no layout to do. */
  layOut() {
    this.#sheet.getBoundingClientRect()
  }

  /** The cell of `column` in `row`, or the group there, if it has an element. @param {RowIndex} row @param {number} column */
  element(row, column) {
    const pooled = this.#rows.find(pooled => !pooled.element.hidden && pooled.row === row)
    if (pooled?.group && !pooled.group.hidden) return pooled.group
    return pooled?.cells.find(cell => !cell.element.hidden && cell.column === column)?.element
  }

  /** Any cell: all cells have one font. */
  get anyCell() {
    return this.#rows[0]?.cells[0]?.element
  }

  /** The texts of all cells in sight. */
  get texts() {
    const rows = this.#rows.filter(({ element }) => !element.hidden)
    return rows.flatMap(({ cells }) => cells.filter(({ element }) => !element.hidden).map(({ text }) => text))
  }

  /** @returns {Row} */
  #newRow() {
    const number = newCell('rowheader')
    number.element.removeAttribute('tabindex')
    number.element.setAttribute('aria-colindex', '1')
    const strip = h('div', { role: 'presentation', class: 'strip' })
    const element = h('div', { role: 'row', class: 'row' }, number.element, strip)
    this.#sheet.append(element)
    return {
      element,
      strip,
      number,
      cells: [],
      group: null,
      row: -1,
      isOld: false,
      px: Number.NaN,
      leftPx: Number.NaN,
    }
  }
}

/**
 * @param {Row} pooled
 * @param {RowIndex} row
 * @param {number} place among the rows in sight; below 0 or beyond the last: out of sight
 * @param {Drawing} drawing
 */
function drawRow(pooled, row, place, drawing) {
  const { view, marks, openRow } = drawing
  const { rowHeight, height, leftPx } = view
  // A row out of sight is placed just outside: no row needs to be millions of pixels away.
  const px = clamp(place * rowHeight, -2 * rowHeight, height + 2 * rowHeight)
  if (pooled.px !== px) {
    pooled.px = px
    pooled.element.style.top = `${px}px`
  }
  if (pooled.row !== row || pooled.isOld) drawLine(pooled, row, drawing)
  pooled.element.classList.toggle('is-opened', row === openRow)
  if (pooled.leftPx !== leftPx) {
    pooled.leftPx = leftPx
    // A strip that is not moved needs no layer of its own.
    pooled.strip.style.transform = leftPx > 0 ? `translateX(${-leftPx}px)` : ''
  }
  if (!pooled.group || pooled.group.hidden) return drawCells(pooled, row, drawing)
  const isActive = row === marks.active.row
  pooled.cells.forEach(putAway)
  pooled.group.tabIndex = isActive ? 0 : -1
  pooled.group.classList.toggle('is-active', isActive)
  pooled.group.setAttribute('aria-selected', String(isMarkedRow(row, drawing)))
}

/** @param {RowIndex} row @param {Drawing} drawing */
const isMarkedRow = (row, { range }) => row >= range.firstRow && row < range.endRow

/**
 * What depends on the row and the model alone.
 *
 * @param {Row} pooled
 * @param {RowIndex} row
 * @param {Drawing} drawing
 */
function drawLine(pooled, row, { model, columns }) {
  pooled.row = row
  pooled.isOld = false
  pooled.element.setAttribute('aria-rowindex', String(row + 2))
  const line = model.line?.(row) ?? { row }
  const place = 'row' in line ? line.row : (line.group.path.at(-1) ?? 0)
  pooled.number.text.data = countText(place + 1)
  const group = 'group' in line ? line.group : null
  if (pooled.group) pooled.group.hidden = !group
  if (group) drawGroup(pooled, group, columns.length)
  else for (const name of ['aria-level', 'aria-expanded']) pooled.element.removeAttribute(name)
}

/**
 * A group has one cell over all columns.
 *
 * @param {Row} pooled
 * @param {Group} group
 * @param {number} nColumns
 */
function drawGroup(pooled, { field, value, count, first, last, path, open }, nColumns) {
  pooled.group ??= h('div', { role: 'gridcell', class: 'cell group', 'aria-colindex': 2, tabindex: -1 })
  const seen = first === null || last === null ? '' : spanText(first, last)
  const text = value === null ? 'no value' : visibleText(value.slice(0, GROUP_CHARS))
  pooled.group.replaceChildren(
    h('span', { class: 'sign', 'aria-hidden': 'true' }, open ? '▾' : '▸'),
    h('span', { class: 'field' }, `${visibleText(field)}: `),
    h('span', { class: 'value' }, text),
    h('span', { class: 'count' }, plural(count, 'row')),
    h('span', { class: 'seen' }, seen),
  )
  pooled.group.setAttribute('aria-colspan', String(nColumns))
  pooled.group.style.paddingInlineStart = `${8 + INDENT_PX * (path.length - 1)}px`
  pooled.element.setAttribute('aria-level', String(path.length))
  pooled.element.setAttribute('aria-expanded', String(open !== null))
  if (!pooled.group.isConnected) pooled.element.append(pooled.group)
  pooled.group.hidden = false
}

/**
 * @param {Row} pooled
 * @param {RowIndex} row
 * @param {Drawing} drawing
 */
function drawCells(pooled, row, drawing) {
  const { columns, shown, view } = drawing
  for (let i = pooled.cells.length; i < shown.length; i++) {
    const cell = newCell('gridcell')
    pooled.strip.append(cell.element)
    pooled.cells.push(cell)
  }
  let end = 0
  for (const [i, cell] of pooled.cells.entries()) {
    const index = shown[i]
    const column = index === undefined ? undefined : columns[index]
    if (!column || index === undefined) {
      putAway(cell)
      continue
    }
    cell.element.hidden = false
    const start = view.starts[index] ?? 0
    placeAfter(cell, index, start, column.width, end)
    end = start + column.width
    drawCell(cell, row, index, column, drawing)
  }
}

/**
 * @param {Cell} cell
 * @param {RowIndex} row
 * @param {number} index
 * @param {Column} column
 * @param {Drawing} drawing
 */
function drawCell(cell, row, index, column, drawing) {
  const { text, marks, range, charPx } = drawing
  const { element } = cell
  const known = text(row, column.field)
  const isMissing = known === undefined
  const data = isMissing ? SKELETON : (known ?? '')
  if (cell.text.data !== data) cell.text.data = data
  const isActive = row === marks.active.row && index === marks.active.column
  const isMarked = isMarkedRow(row, drawing) && index >= range.firstColumn && index < range.endColumn
  const isCut = !isMissing && (data.length * charPx > column.width - CELL_EDGES_PX || !PLAIN.test(data))
  const look = `${isActive} ${isMarked} ${isMissing} ${column.isNumber} ${isCut}`
  if (cell.look === look) return
  cell.look = look
  element.tabIndex = isActive ? 0 : -1
  element.setAttribute('aria-selected', String(isMarked))
  element.classList.toggle('is-missing', isMissing)
  element.classList.toggle('is-cut', isCut)
  element.classList.toggle('is-number', column.isNumber === true)
  element.classList.toggle('is-active', isActive)
}
