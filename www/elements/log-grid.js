/** @import { CssPixels, RowIndex, SortKey } from '../types.d.ts' */
/** @import { GridModel } from '../lib/blocks.js' */
/** @import { MenuItem } from './action-menu.js' */
/** @import { Place } from '../lib/cursor.js' */
/** @import { Group } from '../lib/groups.js' */
/** @import { Column } from '../state/columns.js' */

import { BlockCache } from '../lib/blocks.js'
import { placeAfter, rangeOf } from '../lib/cursor.js'
import { h } from '../lib/dom.js'
import { countText, plural, spanText } from '../lib/format.js'
import { markFound, placesOf } from '../lib/found.js'
import { visibleText } from '../lib/safe-text.js'
import {
  clamp,
  placeToShow,
  scaleOf,
  startsOf,
  visibleColumns,
  visibleRows,
  withExtra,
} from '../lib/window.js'
import { moved, nextSort, withoutColumn, withWidth } from '../state/columns.js'
import './action-menu.js'

/** Until it is here. */
const SKELETON = '…'
/** Columns beyond the edge that are asked for with those that show, so that they are here when scrolled to. */
const COLUMNS_AHEAD = 4
const ROWS_AHEAD = 64
const RESIZE_STEP_PX = 16
const FIT_MOST_PX = 640
/** Of a group's value so much shows. */
const GROUP_CHARS = 200
const INDENT_PX = 18
/** Of a cell's width its text has not: padding and border. */
const CELL_EDGES_PX = 17
/** All of these are as wide as one another. */
const PLAIN = /^[\x20-\x7e]*$/
const PROBE_CHARS = 100
/** An old answer stays this long at most while a new one comes: shorter than a flicker is noticed. */
const STALE_MS = 150
/** The rows of the place before stay this long at most: those of the new one are here before the next frame as a rule. */
const HELD_MS = 25

/**
 * A cell of the pool, and what it shows now.
 *
 * @typedef {object} Cell
 * @property {HTMLElement} element
 * @property {Text} text
 * @property {number} column
 * @property {string} place all that its column, start and width depend on
 * @property {string} look all that its classes and attributes depend on
 */

/**
 * @typedef {object} Row
 * @property {HTMLElement} element
 * @property {HTMLElement} strip holds the cells; moves sideways
 * @property {Cell} number
 * @property {Cell[]} cells
 * @property {HTMLElement | null} group the cell of a group, once it has shown one
 * @property {RowIndex} row
 * @property {boolean} isOld the model is another than it was drawn from
 * @property {CssPixels} px where it is in the sheet
 * @property {CssPixels} leftPx
 */

/**
 * A cell, and its element in the grid.
 *
 * @typedef {{ row: RowIndex, field: string, target: HTMLElement }} CellTarget
 */

/**
 * A virtual grid: rows and columns without number, a screen of elements. It asks its model for windows and knows
 * nothing of what answers.
 *
 *     <log-grid label="Log rows"></log-grid>
 *     grid.show({ model, columns, sort })
 *
 * No element is made or removed while scrolling: rows and cells are pooled and moved. The active cell keeps an
 * element, and so the focus, while it is out of sight. Row -1 is the header.
 *
 * Fires `columns` (detail: Column[]), `sort` (detail: SortKey[]), `active` and `open` (detail: RowIndex), `marks`
 * (detail: {rows, cells}), `toggle-group` (detail: Group), `notice` (detail: string, what went wrong), `copy-cells` (detail: CellsToCopy; bubbles)
 * when the analyst copies, and `cell-menu` (detail: CellTarget; cancelable) when she wants a cell's menu; where nobody
 * has one, the column's opens.
 */
export class LogGrid extends HTMLElement {
  #grid = h('div', { role: 'grid', class: 'grid', 'aria-multiselectable': 'true' })
  #headRow = h('div', { role: 'row', class: 'row', 'aria-rowindex': 1 })
  #headStrip = h('div', { role: 'presentation', class: 'strip' })
  #body = h('div', { role: 'rowgroup', class: 'body' })
  /** Holds the rows, each at a place of its own in it; moves up and down. */
  #sheet = h('div', { role: 'presentation', class: 'sheet' })
  #bars = h('div', { class: 'bars', 'aria-hidden': 'true', tabindex: -1 })
  #spacer = h('div', { class: 'spacer' })
  #empty = h('p', { class: 'empty', hidden: '' })
  #probe = h('span', { class: 'probe', 'aria-hidden': 'true' }, '0'.repeat(PROBE_CHARS))
  #menu = /** @type {import('./action-menu.js').ActionMenu} */ (document.createElement('action-menu'))
  #gone = new AbortController()

  /** @type {GridModel} */
  #model = { count: 0, rows: () => Promise.reject(new Error('no model')) }
  #cache = this.#newCache()
  /** Shown until its successor has what is in sight. @type {BlockCache | null} */
  #stale = null
  /** @type {readonly Column[]} */
  #columns = []
  /** @type {readonly SortKey[]} */
  #sort = []
  #starts = startsOf([])
  #openRow = -1
  #sought = ''
  /** @type {readonly string[]} */
  #words = []

  #rowHeight = 24
  /** Width of a character in a cell; infinite until it is known. */
  #charPx = Number.POSITIVE_INFINITY
  #height = 0
  #width = 0
  #numberWidth = 48
  #topPx = 0
  #leftPx = 0
  #direction = 1
  /** What the scroll bar was set to; any other place is the analyst's. */
  #setTop = 0
  #setLeft = 0
  /** @type {CssPixels} */
  #sheetPx = 0
  #scale = scaleOf({ rows: 0, rowHeight: 24, height: 0 })
  #isDrawDue = false
  #dueSince = 0
  #isAheadDue = false
  /** Some cell in sight is missing, or old. */
  #isPartial = false

  /** @type {Row[]} */
  #rows = []
  /** @type {Cell[]} */
  #heads = []
  /** @type {Place} */
  #active = { row: 0, column: 0 }
  /** Two corners of the marked cells: the first, and the one that moves when they are extended. @type {Place} */
  #anchor = { row: 0, column: 0 }
  /** @type {Place} */
  #lead = { row: 0, column: 0 }
  #nMarked = 0
  #hasFocus = false
  #lastKey = ''

  connectedCallback() {
    this.#rowHeight = Number.parseFloat(getComputedStyle(this).getPropertyValue('--row-height')) || 24
    this.#grid.setAttribute('aria-label', this.getAttribute('label') ?? 'Rows')
    const corner = h('div', { role: 'columnheader', class: 'number', 'aria-colindex': 1 }, '#')
    this.#headRow.append(corner, this.#headStrip)
    const head = h('div', { role: 'rowgroup', class: 'head' }, this.#headRow)
    this.#body.append(this.#sheet)
    this.#grid.append(head, this.#body)
    this.#bars.append(this.#spacer)
    this.append(this.#bars, this.#grid, this.#empty, this.#probe, this.#menu)

    const { signal } = this.#gone
    this.#bars.addEventListener('scroll', () => this.#barMoved(), { passive: true, signal })
    this.addEventListener('wheel', event => this.#wheel(event), { passive: false, signal })
    this.#grid.addEventListener('keydown', event => this.#key(event), { signal })
    this.#grid.addEventListener('focusin', event => this.#focusIn(event), { signal })
    this.#grid.addEventListener('focusout', event => this.#focusOut(event), { signal })
    this.#grid.addEventListener('pointerdown', event => this.#pointerDown(event), { signal })
    this.#grid.addEventListener('dblclick', event => this.#doubleClick(event), { signal })
    this.#grid.addEventListener('contextmenu', event => this.#contextMenu(event), { signal })
    const observer = new ResizeObserver(() => this.#measure())
    observer.observe(this.#bars)
    // Fonts come late, and are chosen anew.
    observer.observe(this.#probe)
    signal.addEventListener('abort', () => observer.disconnect())
  }

  disconnectedCallback() {
    this.#gone.abort()
    this.#cache.close()
  }

  /**
   * Shows `model`. Where it answers the same question as before (`isSame`), the rows stay in place and in sight
   * until the new ones are here.
   *
   * @param {{ model?: GridModel, columns?: readonly Column[], sort?: readonly SortKey[], isSame?: boolean }} what
   */
  show({ model, columns, sort, isSame = false }) {
    if (columns) this.#setColumns(columns)
    if (sort) this.#sort = sort
    if (model) this.#setModel(model, isSame)
    this.#measure()
  }

  /** The row whose record is open; -1: none. */
  set openRow(/** @type {RowIndex} */ row) {
    if (this.#openRow === row) return
    this.#openRow = row
    this.#draw()
  }

  /** Said where there are no rows. */
  set emptyText(/** @type {string} */ text) {
    this.#empty.textContent = text
  }

  /** Marked wherever they show: what the rows were asked for. */
  set words(/** @type {readonly string[]} */ words) {
    this.#words = words.map(visibleText)
    if (words.length === 0) markFound('asked', [], [])
    this.#draw()
  }

  /** Marked wherever it shows; '' for nothing. */
  set sought(/** @type {string} */ text) {
    this.#sought = visibleText(text)
    if (text === '') markFound('sought', [], [])
    this.#draw()
  }

  /**
   * Takes the active cell to `row`, and to the column that the sought text shows in, if there is one.
   *
   * @param {RowIndex} row
   */
  goToHit(row) {
    const has = (/** @type {Column} */ { field }) =>
      placesOf(this.#cache.text(row, field) ?? '', this.#sought).length > 0
    const column = this.#columns.findIndex(has)
    const hadFocus = this.#hasFocus
    this.#activate({ row, column: column < 0 ? this.#active.column : column }, false, hadFocus)
  }

  get sort() {
    return this.#sort
  }

  get activeRow() {
    return Math.max(0, this.#active.row)
  }

  /** The active cell follows its row to another place; the header keeps it. */
  set activeRow(/** @type {RowIndex} */ row) {
    if (row < 0 || row >= this.#model.count || this.#active.row < 0 || row === this.#active.row) return
    this.#active = this.#anchor = this.#lead = { ...this.#active, row }
    this.#reveal()
    this.#tellMarks()
  }

  /** The active cell; null on the header, and where there are no rows. @returns {CellTarget | null} */
  get activeCell() {
    const { row, column } = this.#active
    const field = this.#columns[column]?.field
    const target = this.#activeElement()
    return row >= 0 && field !== undefined && target ? { row, field, target } : null
  }

  /** The field of the column that the active cell, or header, is in. */
  get activeField() {
    return this.#columns[this.#active.column]?.field
  }

  /** The marked cells: rows `first..end` of these fields. */
  get marked() {
    const { firstRow, endRow, firstColumn, endColumn } = rangeOf(this.#anchor, this.#lead)
    const fields = this.#columns.slice(firstColumn, endColumn).map(column => column.field)
    return { first: firstRow, end: Math.min(endRow, this.#model.count), fields }
  }

  /** Asks for the marked cells to be copied. */
  copy() {
    const detail = { model: this.#model, ...this.marked }
    this.dispatchEvent(new CustomEvent('copy-cells', { detail, bubbles: true }))
  }

  /** Takes the focus to the active cell. @override */
  focus() {
    this.#hasFocus = true
    this.#drawNow()
  }

  /** @param {readonly Column[]} columns */
  #setColumns(columns) {
    const active = this.#columns[this.#active.column]?.field
    this.#columns = columns
    this.#starts = startsOf(columns.map(column => column.width))
    this.#grid.setAttribute('aria-colcount', String(columns.length + 1))
    const column = columns.findIndex(({ field }) => field === active)
    if (column >= 0 && column !== this.#active.column) {
      this.#active = this.#anchor = this.#lead = { ...this.#active, column }
    }
    this.#holdPlaces()
  }

  /**
   * @param {GridModel} model
   * @param {boolean} isSame
   */
  #setModel(model, isSame) {
    this.#cache.close()
    this.#stale = this.#cache
    const cache = this.#newCache(model)
    if (!isSame) {
      this.#topPx = 0
      this.#active = this.#anchor = this.#lead = { ...this.#active, row: Math.min(this.#active.row, 0) }
      const stale = this.#stale
      setTimeout(() => {
        if (this.#stale !== stale) return
        this.#stale = null
        this.#draw()
      }, STALE_MS)
    }
    this.#cache = cache
    this.#model = model
    this.#numberWidth = 22 + 7.5 * Math.max(3, countText(model.count).length)
    this.style.setProperty('--number-width', `${this.#numberWidth}px`)
    this.#grid.setAttribute('aria-rowcount', String(model.count + 1))
    this.#grid.role = model.line ? 'treegrid' : 'grid'
    for (const pooled of this.#rows) pooled.isOld = true
    this.#empty.hidden = model.count > 0
    this.#holdPlaces()
  }

  #newCache(model = this.#model) {
    return new BlockCache(
      model,
      (value, length) =>
        length > 0 ? `${visibleText(value)} … ${countText(length)} characters` : visibleText(value),
      () => this.#arrived(),
      error => this.#fire('notice', error instanceof Error ? error.message : String(error)),
    )
  }

  /** The active cell and the marks stay within the rows and columns that there are. */
  #holdPlaces() {
    const hold = (/** @type {Place} */ place) => ({
      row: clamp(place.row, -1, Math.max(0, this.#model.count) - 1),
      column: clamp(place.column, 0, Math.max(0, this.#columns.length - 1)),
    })
    this.#active = hold(this.#active)
    this.#anchor = hold(this.#anchor)
    this.#lead = hold(this.#lead)
    if (this.#active.row < 0 && this.#model.count > 0 && !this.#hasFocus) {
      this.#active = this.#anchor = this.#lead = { ...this.#active, row: 0 }
    }
    this.#tellMarks()
  }

  #measure() {
    const wasInSight = this.#isActiveInSight
    this.#width = this.#body.clientWidth
    this.#height = this.#body.clientHeight
    this.#charPx = this.#probe.getBoundingClientRect().width / PROBE_CHARS || Number.POSITIVE_INFINITY
    const bars = this.#bars
    this.style.setProperty('--bar-width', `${Math.max(12, bars.offsetWidth - bars.clientWidth)}px`)
    this.style.setProperty('--bar-height', `${Math.max(12, bars.offsetHeight - bars.clientHeight)}px`)
    this.#scale = scaleOf({ rows: this.#model.count, rowHeight: this.#rowHeight, height: this.#height })
    const over = bars.clientHeight - this.#height
    this.#spacer.style.height = `${this.#scale.spacerPx + over}px`
    this.#spacer.style.width = `${this.#numberWidth + this.#contentWidth + (bars.clientWidth - this.#width)}px`
    // What opens beside or above the rows takes room, but not from the row that it is about.
    this.#scrollTo(wasInSight ? this.#topToShow(this.#active.row) : this.#topPx, this.#leftPx)
  }

  /** Whether the active row shows whole. */
  get #isActiveInSight() {
    return this.#active.row >= 0 && this.#topToShow(this.#active.row) === this.#topPx
  }

  /** The nearest place to scroll to so that `row` shows whole. @param {RowIndex} row */
  #topToShow(row) {
    const start = row * this.#rowHeight
    return placeToShow({ at: this.#topPx, size: this.#height, start, end: start + this.#rowHeight })
  }

  get #contentWidth() {
    return this.#starts.at(-1) ?? 0
  }

  /**
   * @param {CssPixels} topPx
   * @param {CssPixels} leftPx
   */
  #scrollTo(topPx, leftPx) {
    const top = clamp(topPx, 0, this.#scale.maxTopPx)
    if (top !== this.#topPx) this.#direction = top > this.#topPx ? 1 : -1
    this.#topPx = top
    this.#leftPx = Math.round(clamp(leftPx, 0, Math.max(0, this.#contentWidth - this.#columnsWidth)))
    this.#bars.scrollTop = this.#topPx / this.#scale.ratio
    this.#bars.scrollLeft = this.#leftPx
    this.#setTop = this.#bars.scrollTop
    this.#setLeft = this.#bars.scrollLeft
    this.#draw()
  }

  /** What is left for the columns beside the row numbers. */
  get #columnsWidth() {
    return Math.max(0, this.#width - this.#numberWidth)
  }

  #barMoved() {
    const { scrollTop, scrollLeft } = this.#bars
    if (Math.abs(scrollTop - this.#setTop) > 1) {
      const top = clamp(scrollTop * this.#scale.ratio, 0, this.#scale.maxTopPx)
      this.#direction = top > this.#topPx ? 1 : -1
      this.#topPx = top
      this.#setTop = scrollTop
    }
    if (Math.abs(scrollLeft - this.#setLeft) > 1) {
      this.#leftPx = scrollLeft
      this.#setLeft = scrollLeft
    }
    this.#draw()
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (event.ctrlKey) return
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : this.#rowHeight
    const isSideways = event.shiftKey && event.deltaX === 0
    const x = (isSideways ? event.deltaY : event.deltaX) * unit
    const y = (isSideways ? 0 : event.deltaY) * unit
    this.#scrollTo(this.#topPx + y, this.#leftPx + x)
  }

  /** Draws with the next frame, however often it is called until then; if cells are on their way, with them. */
  #draw() {
    if (this.#isDrawDue) return
    this.#isDrawDue = true
    this.#dueSince = performance.now()
    requestAnimationFrame(() => this.#drawIfDue())
  }

  #drawIfDue() {
    if (!this.#isDrawDue) return
    const isHeld = performance.now() - this.#dueSince < HELD_MS && !this.#stale
    if (this.#ask() || !isHeld) this.#drawNow()
    else requestAnimationFrame(() => this.#drawIfDue())
  }

  #arrived() {
    const isWhole = this.#ask()
    if (!this.#isDrawDue && !this.#isPartial) this.#askAhead()
    else if (isWhole) {
      // At once, and laid out at once: it costs the next frame nothing then, and that frame is some time off as a rule.
      this.#drawNow()
      this.#sheet.getBoundingClientRect()
    } else this.#draw()
  }

  #drawNow() {
    this.#isDrawDue = false
    if (this.#height <= 0) return
    // A cell that is put away loses the focus at once; it is given on below.
    const hasFocus = this.#hasFocus
    const isWhole = this.#ask()
    this.#isPartial = !isWhole
    if (isWhole) this.#stale = null
    const { rows: inSight, columns: seen } = this.#inSight()
    const columns = withExtra(seen, this.#columns.length > 0 ? this.#active.column : -1)
    this.#drawHead(columns)
    const rows = withExtra(inSight, Math.min(this.#active.row, this.#model.count - 1))
    // Rows keep their places while others show in them: only the sheet moves, by a part of a row.
    const px = inSight.first * this.#rowHeight - this.#topPx
    if (this.#sheetPx !== px) this.#sheet.style.transform = `translateY(${px}px)`
    this.#sheetPx = px
    for (let i = this.#rows.length; i < rows.length; i++) this.#rows.push(this.#newRow())
    for (const [i, pooled] of this.#rows.entries()) {
      const row = rows[i]
      pooled.element.hidden = row === undefined
      if (row === undefined) pooled.cells.forEach(putAway)
      else this.#drawRow(pooled, row, row - inSight.first, columns)
    }
    this.#hasFocus = hasFocus
    if (hasFocus) this.#activeElement()?.focus({ preventScroll: true })
    if (this.#words.length > 0) markFound('asked', this.#shownTexts(), this.#words)
    if (this.#sought !== '') markFound('sought', this.#shownTexts(), [this.#sought])
    if (isWhole) this.#askAheadSoon()
  }

  /** Once what is in sight has been painted: the workers would take the processor from that. */
  #askAheadSoon() {
    if (this.#isAheadDue) return
    this.#isAheadDue = true
    requestAnimationFrame(() =>
      setTimeout(() => {
        this.#isAheadDue = false
        if (!this.#isPartial) this.#askAhead()
      }),
    )
  }

  /** The texts of all cells in sight. */
  #shownTexts() {
    const rows = this.#rows.filter(({ element }) => !element.hidden)
    return rows.flatMap(({ cells }) => cells.filter(({ element }) => !element.hidden).map(({ text }) => text))
  }

  /** The rows and columns of which at least a part shows. */
  #inSight() {
    const [topPx, leftPx] = [this.#topPx, this.#leftPx]
    const rows = { topPx, height: this.#height, rowHeight: this.#rowHeight, rows: this.#model.count }
    const columns = { leftPx, width: this.#columnsWidth, starts: this.#starts }
    return { rows: visibleRows(rows), columns: visibleColumns(columns) }
  }

  /** Asks for what is in sight; whether it is here. */
  #ask() {
    const { rows, columns } = this.#inSight()
    this.#cache.need(rows.first, rows.end, this.#fieldsOf(columns, COLUMNS_AHEAD))
    return this.#cache.hasAll(rows.first, rows.end, this.#fieldsOf(columns))
  }

  /** Asks for the rows that come into sight next if it goes on as it did. */
  #askAhead() {
    const { rows, columns } = this.#inSight()
    const first = this.#direction > 0 ? rows.end : rows.first - ROWS_AHEAD
    this.#cache.need(first, first + ROWS_AHEAD, this.#fieldsOf(columns, COLUMNS_AHEAD))
  }

  /**
   * @param {{ first: number, end: number }} columns
   * @param {number} [more] columns to either side
   */
  #fieldsOf({ first, end }, more = 0) {
    return this.#columns.slice(Math.max(0, first - more), end + more).map(column => column.field)
  }

  /** @param {readonly number[]} columns */
  #drawHead(columns) {
    this.#headStrip.style.transform = `translateX(${-this.#leftPx}px)`
    for (let i = this.#heads.length; i < columns.length; i++) {
      const head = this.#newCell('columnheader')
      head.element.append(
        h('span', { class: 'sign', 'aria-hidden': 'true' }),
        h('span', { class: 'edge', 'aria-hidden': 'true' }),
      )
      this.#headStrip.append(head.element)
      this.#heads.push(head)
    }
    for (const [i, head] of this.#heads.entries()) {
      const index = columns[i]
      const column = index === undefined ? undefined : this.#columns[index]
      if (!column || index === undefined) {
        putAway(head)
        continue
      }
      head.element.hidden = false
      this.#place(head, index, column)
      const label = visibleText(column.label ?? column.field)
      if (head.text.data !== label) {
        head.text.data = label
        head.element.title = label
      }
      const key = this.#sort.findIndex(({ field }) => field === column.field)
      const order = key < 0 ? 'none' : this.#sort[key]?.descending ? 'descending' : 'ascending'
      const isActive = this.#active.row < 0 && index === this.#active.column
      const look = `${order} ${key} ${this.#sort.length} ${isActive}`
      if (head.look === look) continue
      head.look = look
      head.element.setAttribute('aria-sort', order)
      const sign = order === 'none' ? '' : order === 'ascending' ? '▲' : '▼'
      const place = this.#sort.length > 1 && key >= 0 ? String(key + 1) : ''
      const signElement = head.element.querySelector('.sign')
      if (signElement) signElement.textContent = sign + place
      head.element.tabIndex = isActive ? 0 : -1
    }
  }

  /**
   * @param {Row} pooled
   * @param {RowIndex} row
   * @param {number} place in sight; below 0, or beyond the last, where the row is out of sight
   * @param {readonly number[]} columns
   */
  #drawRow(pooled, row, place, columns) {
    // Far away is just out of sight: no place needs to be millions of pixels off.
    const px = clamp(place * this.#rowHeight, -2 * this.#rowHeight, this.#height + 2 * this.#rowHeight)
    if (pooled.px !== px) {
      pooled.px = px
      pooled.element.style.top = `${px}px`
    }
    if (pooled.row !== row || pooled.isOld) {
      pooled.row = row
      pooled.isOld = false
      pooled.element.setAttribute('aria-rowindex', String(row + 2))
      const line = this.#model.line?.(row) ?? { row }
      const place = 'row' in line ? line.row : (line.group.path.at(-1) ?? 0)
      pooled.number.text.data = countText(place + 1)
      this.#drawGroup(pooled, 'group' in line ? line.group : null)
    }
    pooled.element.classList.toggle('is-opened', row === this.#openRow)
    if (pooled.leftPx !== this.#leftPx) {
      pooled.leftPx = this.#leftPx
      // What is not moved needs no layer of its own.
      pooled.strip.style.transform = this.#leftPx > 0 ? `translateX(${-this.#leftPx}px)` : ''
    }
    const marked = rangeOf(this.#anchor, this.#lead)
    const isMarkedRow = row >= marked.firstRow && row < marked.endRow
    if (pooled.group && !pooled.group.hidden) {
      pooled.cells.forEach(putAway)
      pooled.group.tabIndex = row === this.#active.row ? 0 : -1
      pooled.group.classList.toggle('is-active', row === this.#active.row)
      pooled.group.setAttribute('aria-selected', String(isMarkedRow))
      return
    }
    for (let i = pooled.cells.length; i < columns.length; i++) {
      const cell = this.#newCell('gridcell')
      pooled.strip.append(cell.element)
      pooled.cells.push(cell)
    }
    let endPx = 0
    for (const [i, cell] of pooled.cells.entries()) {
      const index = columns[i]
      const column = index === undefined ? undefined : this.#columns[index]
      if (!column || index === undefined) {
        putAway(cell)
        continue
      }
      cell.element.hidden = false
      endPx = this.#placeBehind(endPx, cell, index, column)
      const known = this.#cache.text(row, column.field)
      const text = known === undefined ? this.#stale?.text(row, column.field) : known
      const isMissing = text === undefined
      const data = isMissing ? SKELETON : (text ?? '')
      if (cell.text.data !== data) cell.text.data = data
      const isActive = row === this.#active.row && index === this.#active.column
      const isMarked = isMarkedRow && index >= marked.firstColumn && index < marked.endColumn
      const isCut =
        !isMissing && (data.length * this.#charPx > column.width - CELL_EDGES_PX || !PLAIN.test(data))
      const look = `${isActive} ${isMarked} ${isMissing} ${column.isNumber} ${isCut}`
      if (cell.look === look) continue
      cell.look = look
      cell.element.tabIndex = isActive ? 0 : -1
      cell.element.setAttribute('aria-selected', String(isMarked))
      cell.element.classList.toggle('is-missing', isMissing)
      cell.element.classList.toggle('is-cut', isCut)
      cell.element.classList.toggle('is-number', column.isNumber === true)
      cell.element.classList.toggle('is-active', isActive)
    }
  }

  /**
   * A group has one cell over all columns.
   *
   * @param {Row} pooled
   * @param {Group | null} group
   */
  #drawGroup(pooled, group) {
    const { element } = pooled
    if (pooled.group) pooled.group.hidden = !group
    if (!group) {
      for (const name of ['aria-level', 'aria-expanded']) element.removeAttribute(name)
      return
    }
    pooled.group ??= h('div', { role: 'gridcell', class: 'cell group', 'aria-colindex': 2, tabindex: -1 })
    const { field, value, count, first, last, path, open } = group
    const seen = first === null || last === null ? '' : spanText(first, last)
    const text = value === null ? 'no value' : visibleText(value.slice(0, GROUP_CHARS))
    pooled.group.replaceChildren(
      h('span', { class: 'sign', 'aria-hidden': 'true' }, open ? '▾' : '▸'),
      h('span', { class: 'field' }, `${visibleText(field)}: `),
      h('span', { class: 'value' }, text),
      h('span', { class: 'count' }, plural(count, 'row')),
      h('span', { class: 'seen' }, seen),
    )
    pooled.group.setAttribute('aria-colspan', String(this.#columns.length))
    pooled.group.style.paddingInlineStart = `${8 + INDENT_PX * (path.length - 1)}px`
    element.setAttribute('aria-level', String(path.length))
    element.setAttribute('aria-expanded', String(open !== null))
    if (!pooled.group.isConnected) element.append(pooled.group)
    pooled.group.hidden = false
  }

  /** The group that the active cell is; null where it is a cell of a row. @returns {Group | null} */
  get activeGroup() {
    const line = this.#model.line?.(this.#active.row)
    return line && 'group' in line ? line.group : null
  }

  /**
   * Cells of a row stand one behind the other, which a browser draws faster than cells that are moved to their places, each
   * by itself.
   *
   * @param {CssPixels} endPx of the cell before it
   * @param {Cell} cell
   * @param {number} index
   * @param {Column} column
   * @returns {CssPixels} where it ends
   */
  #placeBehind(endPx, cell, index, column) {
    const startPx = this.#starts[index] ?? 0
    const place = `${index} ${startPx - endPx} ${column.width}`
    if (cell.place !== place) {
      cell.place = place
      cell.column = index
      cell.element.style.marginInlineStart = `${startPx - endPx}px`
      cell.element.style.width = `${column.width}px`
      cell.element.setAttribute('aria-colindex', String(index + 2))
    }
    return startPx + column.width
  }

  /**
   * @param {Cell} cell
   * @param {number} index
   * @param {Column} column
   */
  #place(cell, index, column) {
    const startPx = this.#starts[index] ?? 0
    const place = `${index} ${startPx} ${column.width}`
    if (cell.place === place) return
    cell.place = place
    cell.column = index
    cell.element.style.transform = `translateX(${startPx}px)`
    cell.element.style.width = `${column.width}px`
    cell.element.setAttribute('aria-colindex', String(index + 2))
  }

  /** @param {'gridcell' | 'columnheader' | 'rowheader'} role @returns {Cell} */
  #newCell(role) {
    const text = document.createTextNode('')
    const element = h('div', { role, class: role === 'rowheader' ? 'number' : 'cell', tabindex: -1 })
    if (role === 'columnheader') element.append(h('span', { class: 'name' }, text))
    else element.append(text)
    return { element, text, column: -1, place: '', look: '' }
  }

  /** @returns {Row} */
  #newRow() {
    const number = this.#newCell('rowheader')
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

  #activeElement() {
    const { row, column } = this.#active
    const pooled = this.#rows.find(pooled => !pooled.element.hidden && pooled.row === row)
    if (pooled?.group && !pooled.group.hidden) return pooled.group
    const cells = row < 0 ? this.#heads : pooled?.cells
    return cells?.find(cell => !cell.element.hidden && cell.column === column)?.element
  }

  /** @param {FocusEvent} event */
  #focusIn(event) {
    const isBack = !this.#hasFocus
    this.#hasFocus = true
    // Whoever comes back by Tab sees where they are; a click has its place already.
    if (isBack && event.target instanceof Element && event.target.matches(':focus-visible')) this.#reveal()
  }

  /** @param {FocusEvent} event */
  #focusOut(event) {
    if (!this.#grid.contains(/** @type {Node | null} */ (event.relatedTarget))) this.#hasFocus = false
  }

  /**
   * @param {Place} place
   * @param {boolean} [isExtending] the other corner of the marks stays
   * @param {boolean} [hasFocus] false: the focus stays where it is
   */
  #activate(place, isExtending = false, hasFocus = true) {
    const isOtherRow = place.row !== this.#active.row
    this.#active = this.#lead = place
    if (!isExtending || this.#anchor.row < 0) this.#anchor = place
    this.#hasFocus = hasFocus
    this.#reveal()
    // At once: the next key may come before the next frame, and must find the focus here.
    this.#drawNow()
    this.#tellMarks()
    if (isOtherRow && place.row >= 0) this.#fire('active', place.row)
  }

  #reveal() {
    const { row, column } = this.#active
    const start = this.#starts[column] ?? 0
    const left = placeToShow({
      at: this.#leftPx,
      size: this.#columnsWidth,
      start,
      end: start + (this.#columns[column]?.width ?? 0),
    })
    this.#scrollTo(row < 0 ? this.#topPx : this.#topToShow(row), left)
  }

  #tellMarks() {
    const { first, end, fields } = this.marked
    const rows = Math.max(0, end - first)
    const nCells = rows * fields.length
    const cells = nCells > 1 ? nCells : 0
    if (cells === this.#nMarked) return
    this.#nMarked = cells
    this.#fire('marks', { rows: cells > 0 ? rows : 0, cells })
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isFar = event.ctrlKey || event.metaKey
    const column = this.#columns[this.#active.column]
    const keys = `${isFar ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey && event.key.length > 1 ? 'Shift+' : ''}${event.key}`
    const isSecondG = keys === 'g' && this.#lastKey === 'g'
    this.#lastKey = isSecondG ? '' : keys
    const isDone =
      this.#groupKey(keys) ||
      (this.#active.row < 0 && column && this.#headerKey(keys, column)) ||
      (column && this.#columnKey(keys, column)) ||
      this.#cellKey(keys) ||
      (isSecondG && this.#goTo({ ...this.#active, row: 0 })) ||
      this.#moveKey(event, isFar)
    if (isDone) event.preventDefault()
  }

  /** @param {string} keys */
  #groupKey(keys) {
    const group = this.activeGroup
    const isToggling =
      ['Enter', ' ', 'd'].includes(keys) || keys === (group?.open ? 'ArrowLeft' : 'ArrowRight')
    if (!group || !isToggling) return false
    this.#fire('toggle-group', group)
    return true
  }

  /** @param {Place} place */
  #goTo(place) {
    this.#activate(place)
    return true
  }

  /**
   * @param {string} keys
   * @param {Column} column
   */
  #headerKey(keys, column) {
    switch (keys) {
      case 'Alt+ArrowLeft':
      case 'Alt+ArrowRight': {
        const step = keys === 'Alt+ArrowLeft' ? -RESIZE_STEP_PX : RESIZE_STEP_PX
        this.#changeColumns(withWidth(this.#columns, column.field, column.width + step))
        return true
      }
      case 'Shift+ArrowLeft':
      case 'Shift+ArrowRight':
        this.#changeColumns(moved(this.#columns, column.field, keys === 'Shift+ArrowLeft' ? -1 : 1))
        return true
      case 'Enter':
      case ' ':
      case 'Shift+Enter':
        this.#changeSort(nextSort(this.#sort, column.field, keys === 'Shift+Enter'))
        return true
      default:
        return false
    }
  }

  /**
   * @param {string} keys
   * @param {Column} column
   */
  #columnKey(keys, column) {
    switch (keys) {
      case '[':
      case ']':
        this.#changeSort([keys === '[' ? { field: column.field } : { field: column.field, descending: true }])
        return true
      case 'H':
        this.#hide(column)
        return true
      case 'z':
        this.#fit(column)
        return true
      case 's':
        this.#fire('split', column.field)
        return true
      case 'Alt+ArrowDown':
      case 'Shift+F10':
      case 'ContextMenu': {
        this.#openMenu(column)
        return true
      }
      default:
        return false
    }
  }

  /** @param {string} keys */
  #cellKey(keys) {
    const { row, column } = this.#active
    const last = { row: this.#model.count - 1, column: Math.max(0, this.#columns.length - 1) }
    switch (keys) {
      case 'Enter':
      case 'd':
        if (row >= 0) this.#fire('open', row)
        return true
      case 'Ctrl+a':
        this.#mark({ row: 0, column: 0 }, last)
        return true
      case 'Ctrl+ ':
        this.#mark({ row: 0, column }, { row: last.row, column })
        return true
      // With Shift too: it does not show in the name of a key that is one character long.
      case ' ':
        if (row >= 0) this.#mark({ row, column: 0 }, { row, column: last.column })
        return true
      case 'Ctrl+c':
      case 'y':
        this.copy()
        return true
      case 'Escape':
        if (this.marked.end - this.marked.first <= 1 && this.marked.fields.length === 1) return false
        this.#mark(this.#active, this.#active)
        return true
      default:
        return false
    }
  }

  /**
   * Marks from one corner to the other; the active cell and what is in sight stay.
   *
   * @param {Place} from
   * @param {Place} to
   */
  #mark(from, to) {
    this.#anchor = from
    this.#lead = to
    this.#tellMarks()
    this.#draw()
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} isFar
   */
  #moveKey(event, isFar) {
    if (event.altKey || (isFar && event.key.length === 1)) return false
    const extent = {
      rows: this.#model.count,
      columns: this.#columns.length,
      pageRows: Math.max(1, Math.floor(this.#height / this.#rowHeight) - 1),
    }
    const place = placeAfter(this.#active, event.key, isFar, extent)
    if (!place) return false
    const isExtending = event.shiftKey && event.key.length > 1
    this.#activate(isExtending ? { ...place, row: Math.max(0, place.row) } : place, isExtending)
    return true
  }

  /** The place that an event points at. @param {Event} event @returns {Place | null} */
  #placeOf(event) {
    if (!(event.target instanceof Element)) return null
    const element = event.target.closest('[role=gridcell], [role=columnheader], [role=rowheader]')
    const index = Number(element?.getAttribute('aria-colindex')) - 2
    if (!element) return null
    const row = Number(element.closest('[role=row]')?.getAttribute('aria-rowindex')) - 2
    return { row, column: index }
  }

  /** @param {PointerEvent} event */
  #pointerDown(event) {
    const place = this.#placeOf(event)
    if (event.pointerType === 'touch') this.#touch(event)
    if (!place || event.button !== 0) return
    if (place.row < 0) this.#pressHead(event, place)
    else if (event.pointerType !== 'touch') this.#pressCell(event, place)
  }

  /**
   * @param {PointerEvent} event
   * @param {Place} place
   */
  #pressCell(event, place) {
    // The focus goes to the cell by itself only where the cell stays; here the grid takes it there.
    event.preventDefault()
    if (place.column < 0) {
      const from = event.shiftKey ? this.#anchor.row : place.row
      this.#activate({ row: place.row, column: this.#active.column }, event.shiftKey)
      this.#mark({ row: from, column: 0 }, { row: place.row, column: Math.max(0, this.#columns.length - 1) })
      return
    }
    this.#activate(place, event.shiftKey)
    const group = this.activeGroup
    if (group && !event.shiftKey) return this.#fire('toggle-group', group)
    this.#follow(event, move => {
      const to = this.#placeOf(move)
      if (
        to &&
        to.row >= 0 &&
        to.column >= 0 &&
        (to.row !== this.#active.row || to.column !== this.#active.column)
      ) {
        this.#activate(to, true)
      }
    })
  }

  /**
   * @param {PointerEvent} event
   * @param {Place} place
   */
  #pressHead(event, place) {
    const column = this.#columns[place.column]
    if (!column || !(event.target instanceof Element)) return
    event.preventDefault()
    if (event.target.closest('.edge')) this.#dragEdge(event, column)
    else {
      this.#activate(place)
      this.#changeSort(nextSort(this.#sort, column.field, event.shiftKey))
    }
  }

  /**
   * @param {PointerEvent} event
   * @param {Column} column
   */
  #dragEdge(event, column) {
    const before = this.#columns
    this.#follow(
      event,
      move => {
        this.#setColumns(withWidth(before, column.field, column.width + move.clientX - event.clientX))
        this.#measure()
      },
      () => {
        if (this.#columns !== before) this.#fire('columns', this.#columns)
      },
    )
  }

  /** Scrolls with the finger; a finger that stays presses. @param {PointerEvent} event */
  #touch(event) {
    const { clientX, clientY } = event
    const from = { top: this.#topPx, left: this.#leftPx }
    let isScrolling = false
    this.#follow(
      event,
      move => {
        isScrolling ||= Math.hypot(move.clientX - clientX, move.clientY - clientY) > 6
        if (isScrolling) this.#scrollTo(from.top + clientY - move.clientY, from.left + clientX - move.clientX)
      },
      up => {
        const place = this.#placeOf(up)
        if (!isScrolling && place && place.row >= 0 && place.column >= 0) this.#activate(place)
      },
    )
  }

  /**
   * Calls `onMove` until the pointer of `event` is let go.
   *
   * @param {PointerEvent} event
   * @param {(event: PointerEvent) => void} onMove
   * @param {(event: PointerEvent) => void} [onEnd]
   */
  #follow(event, onMove, onEnd) {
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, this.#gone.signal])
    const isOurs = (/** @type {PointerEvent} */ other) => other.pointerId === event.pointerId
    addEventListener('pointermove', move => isOurs(move) && onMove(move), { signal })
    const end = (/** @type {PointerEvent} */ up) => {
      if (!isOurs(up)) return
      done.abort()
      onEnd?.(up)
    }
    addEventListener('pointerup', end, { signal })
    addEventListener('pointercancel', end, { signal })
  }

  /** @param {MouseEvent} event */
  #doubleClick(event) {
    const place = this.#placeOf(event)
    const column = place && this.#columns[place.column]
    if (!place || !(event.target instanceof Element)) return
    if (place.row < 0 && column && event.target.closest('.edge')) this.#fit(column)
    else if (place.row >= 0 && !this.activeGroup) this.#fire('open', place.row)
  }

  /** @param {MouseEvent} event */
  #contextMenu(event) {
    const place = this.#placeOf(event)
    const column = place && this.#columns[place.column]
    if (!place || !column) return
    event.preventDefault()
    this.#activate(place)
    this.#openMenu(column)
  }

  /** The menu of the active cell or header. @param {Column} column */
  #openMenu(column) {
    const target = this.#activeElement()
    const cell = this.activeCell
    const isWanted =
      cell && !this.dispatchEvent(new CustomEvent('cell-menu', { detail: cell, cancelable: true }))
    if (!target || isWanted) return
    const label = `Column ${visibleText(column.label ?? column.field)}`
    this.#menu.open({ label, groups: [this.#columnItems(column)], target, onClose: () => this.focus() })
  }

  /** @param {Column} column @returns {MenuItem[]} */
  #columnItems(column) {
    const { field } = column
    return [
      { label: 'Sort ascending', keys: '[', act: () => this.#changeSort([{ field }]) },
      { label: 'Sort descending', keys: ']', act: () => this.#changeSort([{ field, descending: true }]) },
      {
        label: 'Do not sort by it',
        act: () => this.#changeSort(this.#sort.filter(key => key.field !== field)),
      },
      {
        label: 'Move left',
        keys: 'Shift+Left',
        act: () => this.#changeColumns(moved(this.#columns, field, -1)),
      },
      {
        label: 'Move right',
        keys: 'Shift+Right',
        act: () => this.#changeColumns(moved(this.#columns, field, 1)),
      },
      { label: 'Fit width', keys: 'z', act: () => this.#fit(column) },
      { label: 'Split, transform …', keys: 's', act: () => this.#fire('split', field) },
      { label: 'Hide', keys: 'H', act: () => this.#hide(column) },
    ]
  }

  /** @param {Column} column */
  #hide(column) {
    if (this.#columns.length > 1) this.#changeColumns(withoutColumn(this.#columns, column.field))
    else this.#fire('notice', 'the last column stays')
  }

  /** As wide as the widest of its cells in sight. @param {Column} column */
  #fit(column) {
    const context = document.createElement('canvas').getContext('2d')
    const cell = this.#rows[0]?.cells[0] ?? this.#heads[0]
    if (!context || !cell) return
    context.font = getComputedStyle(cell.element).font
    const { first, end } = visibleRows({
      topPx: this.#topPx,
      height: this.#height,
      rowHeight: this.#rowHeight,
      rows: this.#model.count,
    })
    let width = context.measureText(visibleText(column.label ?? column.field)).width + 28
    for (let row = first; row < end; row++) {
      width = Math.max(width, context.measureText(this.#cache.text(row, column.field) ?? '').width + 18)
    }
    this.#changeColumns(withWidth(this.#columns, column.field, Math.min(FIT_MOST_PX, Math.ceil(width))))
  }

  /** @param {readonly Column[]} columns */
  #changeColumns(columns) {
    this.#setColumns(columns)
    this.#measure()
    this.#reveal()
    this.#fire('columns', columns)
  }

  /** @param {readonly SortKey[]} sort */
  #changeSort(sort) {
    this.#sort = sort
    this.#draw()
    this.#fire('sort', sort)
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/** A cell out of use is no tab stop. @param {Cell} cell */
function putAway(cell) {
  cell.element.hidden = true
  cell.element.tabIndex = -1
  cell.look = ''
}

customElements.define('log-grid', LogGrid)
