/** @import { CssPixels, RowIndex, SortKey } from '../types.d.ts' */
/** @import { GridModel } from '../lib/blocks.js' */
/** @import { Place } from '../lib/cursor.js' */
/** @import { GridCommand } from '../lib/grid-keys.js' */
/** @import { Group } from '../lib/groups.js' */
/** @import { MarkedCells } from '../lib/marks.js' */
/** @import { Column } from '../state/columns.js' */
/** @import { ActionMenu } from './action-menu.js' */
/** @import { PointerActions } from './grid-pointer.js' */

import { placeAfter } from '../lib/cursor.js'
import { h } from '../lib/dom.js'
import { DrawTurns } from '../lib/draw-turns.js'
import { countText } from '../lib/format.js'
import { markFound, placesOf } from '../lib/found.js'
import { COLUMN_MENU, commandOf, keysOf } from '../lib/grid-keys.js'
import { GridView } from '../lib/grid-view.js'
import {
  extendedTo,
  FIRST_CELL,
  heldWithin,
  markCounts,
  markedAt,
  markedWhole,
  rangeOf,
} from '../lib/marks.js'
import { visibleText } from '../lib/safe-text.js'
import { ShownCells } from '../lib/shown-cells.js'
import { startsOf, withExtra } from '../lib/window.js'
import { arranged, withWidth } from '../state/columns.js'
import './action-menu.js'
import { GridPointer } from './grid-pointer.js'
import { HeadPool } from './head-pool.js'
import { RowPool } from './row-pool.js'

const FIT_MOST_PX = 640
/** Width of a fitted cell beyond its text; in a header, there are also signs. */
const FIT_CELL_PX = 18
const FIT_HEAD_PX = 28
const PROBE_CHARS = 100
/** The cells of an old answer stay this long at most while new ones come: too short to be noticed as a flicker. */
const STALE_MS = 150

/** @type {GridModel} */
const NO_MODEL = { count: 0, rows: () => Promise.reject(new Error('no model')) }

/**
 * A cell, and its element in the grid.
 *
 * @typedef {{ row: RowIndex, field: string, target: HTMLElement }} CellTarget
 */

/**
 * A virtual grid: any number of rows and columns, but a screen of elements. It asks its model for windows and does not
 * know who answers.
 *
 *     <log-grid label="Log rows"></log-grid>
 *     grid.show({ model, columns, sort })
 *
 * No element is made or removed while scrolling: rows and cells are pooled and moved. The active cell keeps an
 * element, and so the focus, while it is out of sight. Row -1 is the header.
 *
 * Fires `columns` (detail: Column[]), `sort` (detail: SortKey[]), `active` and `open` (detail: RowIndex), `marks`
 * (detail: {rows, cells}), `toggle-group` (detail: Group), `split` (detail: the field's name), `notice` (detail:
 * string, what went wrong), `copy-cells` (detail: CellsToCopy; bubbles) when the analyst copies, and `cell-menu`
 * (detail: CellTarget; cancelable) when she wants the menu of a cell: unless a listener cancels it, the menu of the
 * column opens.
 */
export class LogGrid extends HTMLElement {
  #grid = h('div', { role: 'grid', class: 'grid', 'aria-multiselectable': 'true' })
  #headStrip = h('div', { role: 'presentation', class: 'strip' })
  #body = h('div', { role: 'rowgroup', class: 'body' })
  #sheet = h('div', { role: 'presentation', class: 'sheet' })
  #bars = h('div', { class: 'bars', 'aria-hidden': 'true', tabindex: -1 })
  #spacer = h('div', { class: 'spacer' })
  #empty = h('p', { class: 'empty', hidden: '' })
  /** As wide as `PROBE_CHARS` characters. */
  #probe = h('span', { class: 'probe', 'aria-hidden': 'true' }, '0'.repeat(PROBE_CHARS))
  #menu = /** @type {ActionMenu} */ (document.createElement('action-menu'))
  #gone = new AbortController()

  #heads = new HeadPool(this.#headStrip)
  #rows = new RowPool(this.#sheet)
  #view = new GridView()
  #model = NO_MODEL
  #cells = new ShownCells(
    NO_MODEL,
    () => this.#turns.arrived(),
    error => this.#fire('notice', error instanceof Error ? error.message : String(error)),
  )
  #turns = new DrawTurns({
    ask: () => this.#ask(),
    hasStale: () => this.#cells.hasStale,
    draw: () => this.#drawNow(),
    drawArrived: () => {
      this.#drawNow()
      this.#rows.layOut()
    },
    askAhead: () => this.#cells.needAhead(this.#view),
  })
  /** @type {readonly Column[]} */
  #columns = []
  /** @type {readonly SortKey[]} */
  #sort = []
  /** @type {MarkedCells} */
  #marks = FIRST_CELL
  /** The count of cells that `marks` was fired with last. */
  #nMarked = 0
  #openRow = -1
  #sought = ''
  /** @type {readonly string[]} */
  #words = []

  /** Width of a character in a cell; infinite until it is known. */
  #charPx = Number.POSITIVE_INFINITY
  #hasFocus = false
  /** The keys pressed before. */
  #keysBefore = ''

  connectedCallback() {
    const { signal } = this.#gone
    this.#view.rowHeight =
      Number.parseFloat(getComputedStyle(this).getPropertyValue('--row-height')) || this.#view.rowHeight
    this.#grid.setAttribute('aria-label', this.getAttribute('label') ?? 'Rows')
    const corner = h('div', { role: 'columnheader', class: 'number', 'aria-colindex': 1 }, '#')
    const headRow = h('div', { role: 'row', class: 'row', 'aria-rowindex': 1 }, corner, this.#headStrip)
    this.#body.append(this.#sheet)
    this.#grid.append(h('div', { role: 'rowgroup', class: 'head' }, headRow), this.#body)
    this.#bars.append(this.#spacer)
    this.append(this.#bars, this.#grid, this.#empty, this.#probe, this.#menu)

    this.#bars.addEventListener('scroll', () => this.#barMoved(), { passive: true, signal })
    this.addEventListener('wheel', event => this.#wheel(event), { passive: false, signal })
    this.#grid.addEventListener('keydown', event => this.#key(event), { signal })
    this.#grid.addEventListener('focusin', event => this.#focusIn(event), { signal })
    this.#grid.addEventListener('focusout', event => this.#focusOut(event), { signal })
    new GridPointer(this.#grid, this.#pointerActions(), signal)
    const observer = new ResizeObserver(() => this.#measure())
    observer.observe(this.#bars)
    // Its width changes when a font arrives late or is replaced.
    observer.observe(this.#probe)
    signal.addEventListener('abort', () => observer.disconnect())
  }

  disconnectedCallback() {
    this.#gone.abort()
    this.#cells.close()
  }

  /**
   * Shows `model`. If it answers the same question as the model before (`isSame`), the rows stay in place and in sight
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

  /** Shown when there are no rows. */
  set emptyText(/** @type {string} */ text) {
    this.#empty.textContent = text
  }

  /** Words of the query, marked wherever they show. */
  set words(/** @type {readonly string[]} */ words) {
    this.#words = words.map(visibleText)
    if (words.length === 0) markFound('asked', [], [])
    this.#draw()
  }

  /** The text of a search, marked wherever it shows; '' for none. */
  set sought(/** @type {string} */ text) {
    this.#sought = visibleText(text)
    if (text === '') markFound('sought', [], [])
    this.#draw()
  }

  /**
   * Takes the active cell to `row`, and to the first column that shows the sought text.
   *
   * @param {RowIndex} row
   */
  goToHit(row) {
    const has = (/** @type {Column} */ { field }) =>
      placesOf(this.#cells.freshText(row, field), this.#sought).length > 0
    const column = this.#columns.findIndex(has)
    const hadFocus = this.#hasFocus
    this.#activate({ row, column: column < 0 ? this.#marks.active.column : column }, false, hadFocus)
  }

  get sort() {
    return this.#sort
  }

  get activeRow() {
    return Math.max(0, this.#marks.active.row)
  }

  /** The active cell follows its row to another place; the header keeps it. */
  set activeRow(/** @type {RowIndex} */ row) {
    const { active } = this.#marks
    if (row < 0 || row >= this.#model.count || active.row < 0 || row === active.row) return
    this.#marks = markedAt({ ...active, row })
    this.#reveal()
    this.#reportMarks()
  }

  /** The active cell; null on the header, and if there are no rows. @returns {CellTarget | null} */
  get activeCell() {
    const { row, column } = this.#marks.active
    const field = this.#columns[column]?.field
    const target = this.#activeElement()
    return row >= 0 && field !== undefined && target ? { row, field, target } : null
  }

  /** The field of the active cell or header. */
  get activeField() {
    return this.#columns[this.#marks.active.column]?.field
  }

  /** The active group; null: the active cell belongs to a row. @returns {Group | null} */
  get activeGroup() {
    const line = this.#model.line?.(this.#marks.active.row)
    return line && 'group' in line ? line.group : null
  }

  /** The marked cells: rows `first..end` of these fields. */
  get marked() {
    const { firstRow, endRow, firstColumn, endColumn } = rangeOf(this.#marks)
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

  get #extent() {
    return { rows: this.#model.count, columns: this.#columns.length }
  }

  get #hasMarks() {
    const { first, end, fields } = this.marked
    return end - first > 1 || fields.length !== 1
  }

  /** @param {readonly Column[]} columns */
  #setColumns(columns) {
    const active = this.activeField
    this.#columns = columns
    this.#view.starts = startsOf(columns.map(column => column.width))
    this.#cells.fields = columns.map(({ field }) => field)
    this.#grid.setAttribute('aria-colcount', String(columns.length + 1))
    const column = columns.findIndex(({ field }) => field === active)
    if (column >= 0 && column !== this.#marks.active.column) {
      this.#marks = markedAt({ ...this.#marks.active, column })
    }
    this.#holdMarks()
  }

  /**
   * @param {GridModel} model
   * @param {boolean} isSame
   */
  #setModel(model, isSame) {
    const dropStale = this.#cells.replace(model)
    if (!isSame) {
      this.#view.topPx = 0
      this.#marks = markedAt({ ...this.#marks.active, row: Math.min(this.#marks.active.row, 0) })
      setTimeout(() => dropStale() && this.#draw(), STALE_MS)
    }
    this.#model = model
    this.#view.nRows = model.count
    this.#view.numberWidth = 22 + 7.5 * Math.max(3, countText(model.count).length)
    this.style.setProperty('--number-width', `${this.#view.numberWidth}px`)
    this.#grid.setAttribute('aria-rowcount', String(model.count + 1))
    this.#grid.role = model.line ? 'treegrid' : 'grid'
    this.#rows.forget()
    this.#empty.hidden = model.count > 0
    this.#holdMarks()
  }

  /** The active cell and the marks stay within the rows and columns that there are. */
  #holdMarks() {
    this.#marks = heldWithin(this.#marks, this.#extent)
    const { active } = this.#marks
    if (active.row < 0 && this.#model.count > 0 && !this.#hasFocus) {
      this.#marks = markedAt({ ...active, row: 0 })
    }
    this.#reportMarks()
  }

  #measure() {
    const view = this.#view
    const { row } = this.#marks.active
    const wasInSight = view.shows(row)
    view.measure({ width: this.#body.clientWidth, height: this.#body.clientHeight })
    this.#charPx = this.#probe.getBoundingClientRect().width / PROBE_CHARS || Number.POSITIVE_INFINITY
    const { offsetWidth, clientWidth, offsetHeight, clientHeight } = this.#bars
    this.style.setProperty('--bar-width', `${Math.max(12, offsetWidth - clientWidth)}px`)
    this.style.setProperty('--bar-height', `${Math.max(12, offsetHeight - clientHeight)}px`)
    const { spacer } = view
    this.#spacer.style.height = `${spacer.height + clientHeight - view.height}px`
    this.#spacer.style.width = `${spacer.width + clientWidth - view.width}px`
    // What opens beside or above the rows takes room, but never hides the row that it is about.
    this.#scrollTo(wasInSight ? view.topToShow(row) : view.topPx, view.leftPx)
  }

  /**
   * @param {CssPixels} topPx
   * @param {CssPixels} leftPx
   */
  #scrollTo(topPx, leftPx) {
    const { top, left } = this.#view.scrollTo(topPx, leftPx)
    this.#bars.scrollTop = top
    this.#bars.scrollLeft = left
    this.#view.barIsAt(this.#bars.scrollTop, this.#bars.scrollLeft)
    this.#draw()
  }

  #barMoved() {
    this.#view.barMoved(this.#bars.scrollTop, this.#bars.scrollLeft)
    this.#draw()
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (event.ctrlKey) return
    event.preventDefault()
    const view = this.#view
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : view.rowHeight
    const isSideways = event.shiftKey && event.deltaX === 0
    const x = (isSideways ? event.deltaY : event.deltaX) * unit
    const y = (isSideways ? 0 : event.deltaY) * unit
    this.#scrollTo(view.topPx + y, view.leftPx + x)
  }

  /** Draws with the next frame. */
  #draw() {
    this.#turns.request()
  }

  #drawNow() {
    this.#turns.begin()
    const view = this.#view
    if (view.height <= 0) return
    // A cell that is put away loses the focus at once; below, the focus is given to the active cell.
    const hasFocus = this.#hasFocus
    const isWhole = this.#ask()
    if (isWhole) this.#cells.dropStale()
    const { inSight, leftPx, starts } = view
    const { active } = this.#marks
    const columns = this.#columns
    const shown = withExtra(inSight.columns, columns.length > 0 ? active.column : -1)
    this.#heads.draw({ columns, shown, starts, leftPx, sort: this.#sort, active })
    this.#rows.draw({
      model: this.#model,
      text: (row, field) => this.#cells.text(row, field),
      columns,
      shown,
      rows: withExtra(inSight.rows, Math.min(active.row, this.#model.count - 1)),
      view,
      marks: this.#marks,
      openRow: this.#openRow,
      charPx: this.#charPx,
    })
    this.#hasFocus = hasFocus
    if (hasFocus) this.#activeElement()?.focus({ preventScroll: true })
    if (this.#words.length > 0) markFound('asked', this.#rows.texts, this.#words)
    if (this.#sought !== '') markFound('sought', this.#rows.texts, [this.#sought])
    this.#turns.drawn(isWhole)
  }

  /** Asks for what is in sight; whether it is here. */
  #ask() {
    return this.#cells.need(this.#view.inSight)
  }

  #activeElement() {
    const { row, column } = this.#marks.active
    return row < 0 ? this.#heads.element(column) : this.#rows.element(row, column)
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
    const isOtherRow = place.row !== this.#marks.active.row
    this.#marks = isExtending ? extendedTo(this.#marks, place) : markedAt(place)
    this.#hasFocus = hasFocus
    this.#reveal()
    // At once: the next key may come before the next frame, and must find the focus here.
    this.#drawNow()
    this.#reportMarks()
    if (isOtherRow && place.row >= 0) this.#fire('active', place.row)
  }

  /** Scrolls so that the active cell shows whole. */
  #reveal() {
    const view = this.#view
    const { row, column } = this.#marks.active
    this.#scrollTo(row < 0 ? view.topPx : view.topToShow(row), view.leftToShow(column))
  }

  /** Changes what is marked; the active cell and what is in sight stay. @param {MarkedCells} marks */
  #mark(marks) {
    this.#marks = marks
    this.#reportMarks()
    this.#draw()
  }

  #reportMarks() {
    const counts = markCounts(this.#marks, this.#extent)
    if (counts.cells === this.#nMarked) return
    this.#nMarked = counts.cells
    this.#fire('marks', counts)
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const keys = keysOf(event)
    const group = this.activeGroup
    const command = commandOf(keys, this.#keysBefore, {
      isHeader: this.#marks.active.row < 0,
      hasColumn: this.activeField !== undefined,
      group: group && (group.open ? 'expanded' : 'collapsed'),
      hasMarks: this.#hasMarks,
    })
    this.#keysBefore = command === 'firstRow' ? '' : keys
    if (command) this.#run(command)
    else if (!this.#move(event)) return
    event.preventDefault()
  }

  /**
   * Moves the active cell, if the key does so.
   *
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it does
   */
  #move(event) {
    const isFar = event.ctrlKey || event.metaKey
    const isNamed = event.key.length > 1
    if (event.altKey || (isFar && !isNamed)) return false
    const extent = { ...this.#extent, pageRows: this.#view.pageRows }
    const place = placeAfter(this.#marks.active, event.key, isFar, extent)
    if (!place) return false
    const isExtending = event.shiftKey && isNamed
    this.#activate(isExtending ? { ...place, row: Math.max(0, place.row) } : place, isExtending)
    return true
  }

  /** @param {GridCommand} command */
  #run(command) {
    const marks = this.#marks
    const { active } = marks
    switch (command) {
      case 'open':
        if (active.row >= 0) this.#fire('open', active.row)
        return
      case 'toggleGroup':
        return this.#fire('toggle-group', this.activeGroup)
      case 'markAll':
        return this.#mark(markedWhole(marks, 'all', this.#extent))
      case 'markColumn':
        return this.#mark(markedWhole(marks, 'column', this.#extent))
      case 'markRow':
        if (active.row >= 0) this.#mark(markedWhole(marks, 'row', this.#extent))
        return
      case 'unmark':
        return this.#mark(markedAt(active))
      case 'copy':
        return this.copy()
      case 'firstRow':
        return this.#activate({ ...active, row: 0 })
      default:
        return this.#runOnColumn(command)
    }
  }

  /** @param {import('../lib/grid-keys.js').ColumnCommand | 'menu'} command */
  #runOnColumn(command) {
    const column = this.#columns[this.#marks.active.column]
    if (!column) return
    if (command === 'menu') return this.#openMenu(column)
    if (command === 'fit') return this.#fit(column)
    if (command === 'split') return this.#fire('split', column.field)
    const { columns, sort } = arranged({ columns: this.#columns, sort: this.#sort }, command, column.field)
    if (columns) this.#changeColumns(columns)
    else if (sort) this.#changeSort(sort)
    else this.#fire('notice', 'the last column stays')
  }

  /** @returns {PointerActions} */
  #pointerActions() {
    return {
      activate: (place, isExtending) => this.#activate(place, isExtending),
      markRow: ({ row }, isExtending) => {
        const from = isExtending ? this.#marks.anchor.row : row
        this.#activate({ row, column: this.#marks.active.column }, isExtending)
        this.#mark(markedWhole(this.#marks, 'row', this.#extent, from))
      },
      toggleGroup: () => {
        const isGroup = this.activeGroup !== null
        if (isGroup) this.#run('toggleGroup')
        return isGroup
      },
      sortNext: (_, isAdded) => this.#runOnColumn(isAdded ? 'sortNextToo' : 'sortNext'),
      resize: ({ column: at }) => this.#resize(at),
      fit: ({ column: at }) => {
        const column = this.#columns[at]
        if (column) this.#fit(column)
      },
      open: ({ row }) => {
        if (!this.activeGroup) this.#fire('open', row)
      },
      menu: place => {
        const column = this.#columns[place.column]
        if (!column) return false
        this.#activate(place)
        this.#openMenu(column)
        return true
      },
      scroll: () => {
        const { topPx, leftPx } = this.#view
        return (down, right) => this.#scrollTo(topPx + down, leftPx + right)
      },
    }
  }

  /** Begins to drag the right edge of a column. @param {number} at */
  #resize(at) {
    const before = this.#columns
    const column = before[at]
    return {
      move: (/** @type {CssPixels} */ by) => {
        if (!column) return
        this.#setColumns(withWidth(before, column.field, column.width + by))
        this.#measure()
      },
      end: () => {
        if (this.#columns !== before) this.#fire('columns', this.#columns)
      },
    }
  }

  /** The menu of the active cell or header. @param {Column} column */
  #openMenu(column) {
    const target = this.#activeElement()
    const cell = this.activeCell
    const isTaken =
      cell && !this.dispatchEvent(new CustomEvent('cell-menu', { detail: cell, cancelable: true }))
    if (!target || isTaken) return
    this.#menu.open({
      label: `Column ${nameOf(column)}`,
      groups: [
        COLUMN_MENU.map(({ command, label, keys }) => ({
          label,
          ...(keys === undefined ? {} : { keys }),
          act: () => this.#runOnColumn(command),
        })),
      ],
      target,
      onClose: () => this.focus(),
    })
  }

  /** As wide as the widest of its cells in sight. @param {Column} column */
  #fit(column) {
    const context = document.createElement('canvas').getContext('2d')
    const cell = this.#rows.anyCell ?? this.#heads.element(this.#marks.active.column)
    if (!context || !cell) return
    context.font = getComputedStyle(cell).font
    const { first, end } = this.#view.inSight.rows
    let width = context.measureText(nameOf(column)).width + FIT_HEAD_PX
    for (let row = first; row < end; row++) {
      const text = this.#cells.freshText(row, column.field)
      width = Math.max(width, context.measureText(text).width + FIT_CELL_PX)
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

/** @param {Column} column */
const nameOf = column => visibleText(column.label ?? column.field)

customElements.define('log-grid', LogGrid)
