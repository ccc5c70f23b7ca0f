/** @import { CssPixels, Pivot } from '../types.d.ts' */
/** @import { PivotView, TableColumn } from '../state/pivot.js' */

import { h } from '../lib/dom.js'
import { countText, timeText } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { clamp, placeToShow, startsOf, visibleColumns, visibleRows, withExtra } from '../lib/window.js'
import { groupText, hasInside, pathText, shownRows, tableColumns, valueName } from '../state/pivot.js'

const NAME_PX = 280
/** The width of a column, by its content. */
const WIDTHS = { number: 96, time: 172, list: 220 }
const INDENT_PX = 16
const HEAD_ROWS = 2
/** This many values of a list show in a cell. */
const LISTED = 3

/**
 * The figures of a pivot: a tree of groups, and a column for each group of columns and each value. Only cells in sight
 * have elements; the focus stays on the table, which names the active cell for screen readers.
 *
 *     <pivot-table></pivot-table>
 *     table.show(pivot, view)
 *
 * Fires `pivot-cell` (detail: {row, column}, numbers of groups) to show the events of a cell, `pivot-order` (detail:
 * TableColumn or null for the names), `pivot-toggle` (detail: the path of a group to expand or collapse) and `pivot-copy`.
 */
export class PivotTable extends HTMLElement {
  #table = h('div', { role: 'treegrid', class: 'scroller', tabindex: 0, 'aria-label': 'Pivot' })
  #space = h('div', { class: 'space', role: 'presentation' })
  #head = h('div', { role: 'rowgroup', class: 'head' })
  #body = h('div', { role: 'rowgroup', class: 'body' })
  /** @type {Pivot | null} */
  #pivot = null
  /** @type {PivotView | null} */
  #view = null
  /** @type {number[]} */
  #rows = []
  /** @type {TableColumn[]} */
  #columns = []
  /** @type {CssPixels[]} */
  #starts = [0]
  /** The greatest figure of each value, for the colours. @type {number[]} */
  #most = []
  /** Row -1 is the header, column -1 the names. */
  #active = { row: 0, column: -1 }
  #rowHeight = 24
  #isDrawDue = false

  connectedCallback() {
    this.#rowHeight = Number.parseFloat(getComputedStyle(this).getPropertyValue('--row-height')) || 24
    this.#space.append(this.#head, this.#body)
    this.#table.append(this.#space)
    this.append(this.#table)
    this.#table.addEventListener('scroll', () => this.#draw(), { passive: true })
    this.#table.addEventListener('keydown', event => this.#key(event))
    this.#table.addEventListener('click', event => this.#click(event))
    new ResizeObserver(() => this.#draw()).observe(this.#table)
  }

  /** Takes the focus. @override */
  focus() {
    this.#table.focus()
  }

  /**
   * @param {Pivot} pivot
   * @param {PivotView} view
   */
  show(pivot, view) {
    const isOther = this.#pivot !== pivot
    this.#pivot = pivot
    this.#view = view
    this.#rows = shownRows(pivot.rows, new Set(view.closed))
    this.#columns = tableColumns(pivot)
    this.#starts = startsOf(this.#columns.map(({ value }) => this.#widthOf(value)))
    if (isOther) this.#most = pivot.values.map(figures => this.#mostOf(figures))
    this.#hold()
    const { style } = this.#space
    style.width = `${NAME_PX + (this.#starts.at(-1) ?? 0)}px`
    style.height = `${(this.#rows.length + HEAD_ROWS) * this.#rowHeight}px`
    this.#table.setAttribute('aria-rowcount', String(this.#rows.length + 1))
    this.#table.setAttribute('aria-colcount', String(this.#columns.length + 1))
    this.#draw()
  }

  /** The whole table as text: a line of names, then the rows. */
  get cells() {
    const { rows = [] } = this.#pivot ?? {}
    const head = ['', ...this.#columns.map(column => this.#headText(column).join(': '))]
    const lines = this.#rows.map(row => [
      pathText(rows, row) || 'Total',
      ...this.#columns.map(column => this.#plainText(row, column)),
    ])
    return [head, ...lines]
  }

  /** @param {number} value */
  #widthOf(value) {
    const figures = this.#pivot?.values[value] ?? []
    const some = figures.find(figure => figure !== null)
    if (typeof some === 'bigint') return WIDTHS.time
    return Array.isArray(some) ? WIDTHS.list : WIDTHS.number
  }

  /** The greatest figure, totals left out. @param {Pivot['values'][number]} figures */
  #mostOf(figures) {
    const { columns = [], rows = [] } = this.#pivot ?? {}
    const isInner = (/** @type {number} */ i) =>
      i >= columns.length &&
      (columns.length === 1 || i % columns.length > 0) &&
      !hasInside(rows, Math.floor(i / columns.length))
    return figures.reduce(
      (/** @type {number} */ most, figure, i) =>
        typeof figure === 'number' && isInner(i) ? Math.max(most, figure) : most,
      0,
    )
  }

  #hold() {
    this.#active = {
      row: clamp(this.#active.row, -1, this.#rows.length - 1),
      column: clamp(this.#active.column, -1, this.#columns.length - 1),
    }
  }

  #draw() {
    if (this.#isDrawDue) return
    this.#isDrawDue = true
    requestAnimationFrame(() => {
      this.#isDrawDue = false
      if (this.#pivot) this.#drawNow()
    })
  }

  #drawNow() {
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.#table
    const height = clientHeight - HEAD_ROWS * this.#rowHeight
    const view = { topPx: scrollTop, height, rowHeight: this.#rowHeight, rows: this.#rows.length }
    const width = Math.max(0, clientWidth - NAME_PX)
    const across = visibleColumns({ leftPx: scrollLeft, width, starts: this.#starts })
    const columns = withExtra(across, this.#active.column)
    this.#head.replaceChildren(this.#headRow(columns))
    this.#body.replaceChildren(
      ...withExtra(visibleRows(view), this.#active.row).map(at => this.#row(at, columns)),
    )
    this.#table.setAttribute('aria-activedescendant', this.#idOf(this.#active.row, this.#active.column))
  }

  /** @param {number} row @param {number} column */
  #idOf(row, column) {
    return `pivot-${row + 1}-${column + 1}`
  }

  /** @param {readonly number[]} columns */
  #headRow(columns) {
    const order = this.#view?.order
    const corner = this.#cell('columnheader', -1, -1, ['Group'])
    corner.classList.add('name')
    if (order?.by === 'key') corner.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending')
    const heads = columns.map(at => {
      const column = this.#columns[at]
      const [group = '', value = ''] = column ? this.#headText(column) : []
      const head = this.#cell('columnheader', -1, at, [
        h('span', {}, group),
        h('span', { class: 'soft' }, value),
      ])
      if (column && this.#isOrder(column))
        head.setAttribute('aria-sort', order?.descending ? 'descending' : 'ascending')
      return head
    })
    return h('div', { role: 'row', class: 'row', 'aria-rowindex': 1 }, corner, ...heads)
  }

  /** Whether the rows are sorted by this column. @param {TableColumn} column */
  #isOrder({ group, value }) {
    const order = this.#view?.order
    return order?.by === value && JSON.stringify(order.at) === JSON.stringify(this.pathOf(group))
  }

  /** The keys from the outermost group of columns to this one; null: a key is not known. @param {number} group */
  pathOf(group) {
    const { columns = [] } = this.#pivot ?? {}
    /** @type {(string | null)[]} */
    const path = []
    for (let i = group; i > 0; i = columns[i]?.parent ?? 0) {
      const { kind, key } = columns[i] ?? { kind: 'others', key: null }
      if (kind === 'others' || (kind === 'value' && key === null)) return null
      path.unshift(kind === 'missing' ? null : key)
    }
    return path
  }

  /** @param {TableColumn} column */
  #headText({ group, value }) {
    const { columns = [] } = this.#pivot ?? {}
    const asked = this.#view?.values[value]
    const name = asked ? valueName(asked) : ''
    if (columns.length === 1) return [name]
    return [group === 0 ? 'Total' : pathText(columns, group), name]
  }

  /**
   * @param {number} at
   * @param {readonly number[]} columns
   */
  #row(at, columns) {
    const { rows = [] } = this.#pivot ?? {}
    const group = this.#rows[at] ?? 0
    const { depth = 0 } = rows[group] ?? {}
    const isOpenable = hasInside(rows, group)
    const path = pathText(rows, group)
    const isOpen = isOpenable && !this.#view?.closed.includes(path)
    const own = rows[group]
    const text = own ? groupText(own) : ''
    const sign = h('span', { class: 'sign', 'aria-hidden': 'true' }, isOpenable ? (isOpen ? '▾' : '▸') : '')
    const name = this.#cell('rowheader', at, -1, [sign, h('span', { class: 'data' }, text)])
    name.classList.add('name')
    name.title = path
    name.style.paddingInlineStart = `${8 + Math.max(0, depth - 1) * INDENT_PX}px`
    const cells = columns.map(c => this.#figureCell(at, group, c))
    const row = h(
      'div',
      { role: 'row', class: 'row', 'aria-rowindex': at + 2, 'aria-level': Math.max(1, depth) },
      name,
      ...cells,
    )
    if (isOpenable) row.setAttribute('aria-expanded', String(isOpen))
    row.classList.toggle('total', group === 0)
    row.classList.toggle('inner', isOpenable)
    row.style.transform = `translateY(${at * this.#rowHeight}px)`
    return row
  }

  /** @param {number} at @param {number} group @param {number} c */
  #figureCell(at, group, c) {
    const column = this.#columns[c] ?? { group: 0, value: 0 }
    const cell = this.#cell('gridcell', at, c, [this.#plainText(group, column)])
    const figure = this.#figure(group, column)
    const most = this.#most[column.value] ?? 0
    const { columns = [], rows = [] } = this.#pivot ?? {}
    const isInner = group > 0 && (columns.length === 1 || column.group > 0) && !hasInside(rows, group)
    if (this.#view?.isHeated && typeof figure === 'number' && figure > 0 && most > 0 && isInner) {
      cell.style.setProperty('--heat', `${Math.round(8 + (62 * figure) / most)}%`)
      cell.classList.add('heated')
    }
    return cell
  }

  /** @param {number} row @param {TableColumn} column */
  #figure(row, { group, value }) {
    const { columns = [], values = [] } = this.#pivot ?? {}
    return values[value]?.[row * columns.length + group] ?? null
  }

  /** @param {number} row @param {TableColumn} column */
  #plainText(row, column) {
    const figure = this.#figure(row, column)
    if (figure === null) return ''
    if (typeof figure === 'bigint') return timeText(figure)
    if (typeof figure === 'object') {
      const listed = figure
        .slice(0, LISTED)
        .map(({ value, count }) => `${visibleText(value)} (${countText(count)})`)
      return figure.length > LISTED ? `${listed.join(', ')} …` : listed.join(', ')
    }
    const { kind = 'count' } = this.#view?.values[column.value] ?? {}
    if (kind.startsWith('shareOf')) return `${(100 * figure).toFixed(1)} %`
    return Number.isInteger(figure) ? countText(figure) : String(Number(figure.toPrecision(6)))
  }

  /**
   * @param {string} role
   * @param {number} row
   * @param {number} column
   * @param {readonly (Node | string)[]} content
   */
  #cell(role, row, column, content) {
    const id = this.#idOf(row, column)
    const cell = h('div', { role, id, 'aria-colindex': column + 2, class: 'cell' }, ...content)
    const isActive = row === this.#active.row && column === this.#active.column
    cell.classList.toggle('active', isActive)
    if (isActive) cell.setAttribute('aria-selected', 'true')
    if (column >= 0) {
      cell.style.left = `${NAME_PX + (this.#starts[column] ?? 0)}px`
      cell.style.width = `${(this.#starts[column + 1] ?? 0) - (this.#starts[column] ?? 0)}px`
    }
    return cell
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.metaKey) return
    const { row, column } = this.#active
    const [lastRow, lastColumn] = [this.#rows.length - 1, this.#columns.length - 1]
    const page = Math.max(1, Math.floor(this.#table.clientHeight / this.#rowHeight) - HEAD_ROWS - 1)
    const to = {
      ArrowUp: [event.ctrlKey ? 0 : row - 1, column],
      ArrowDown: [event.ctrlKey ? lastRow : row + 1, column],
      ArrowLeft: [row, event.ctrlKey ? -1 : column - 1],
      ArrowRight: [row, event.ctrlKey ? lastColumn : column + 1],
      PageUp: [row - page, column],
      PageDown: [row + page, column],
      Home: [event.ctrlKey ? 0 : row, -1],
      End: [event.ctrlKey ? lastRow : row, lastColumn],
    }[event.key]
    if (column < 0 && row >= 0 && this.#folds(event.key)) event.preventDefault()
    else if (to) {
      event.preventDefault()
      this.#goTo(to[0] ?? 0, to[1] ?? 0)
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      this.#act(event.key === ' ')
    } else if (event.key === 'c' && event.ctrlKey) {
      event.preventDefault()
      this.#fire('pivot-copy')
    }
  }

  /** Expands or collapses the group of the active row by arrows, as in a tree. @param {string} key */
  #folds(key) {
    const { rows = [] } = this.#pivot ?? {}
    const group = this.#rows[this.#active.row] ?? 0
    if (!hasInside(rows, group) || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return false
    const isClosed = this.#view?.closed.includes(pathText(rows, group)) ?? false
    if (isClosed !== (key === 'ArrowRight')) return false
    this.#fire('pivot-toggle', pathText(rows, group))
    return true
  }

  /** @param {number} row @param {number} column */
  #goTo(row, column) {
    this.#active = { row, column }
    this.#hold()
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.#table
    const at = this.#active
    if (at.row >= 0) {
      const start = at.row * this.#rowHeight
      const size = clientHeight - HEAD_ROWS * this.#rowHeight
      this.#table.scrollTop = placeToShow({ at: scrollTop, size, start, end: start + this.#rowHeight })
    }
    if (at.column >= 0) {
      const [start = 0, end = 0] = this.#starts.slice(at.column, at.column + 2)
      this.#table.scrollLeft = placeToShow({ at: scrollLeft, size: clientWidth - NAME_PX, start, end })
    }
    this.#drawNow()
  }

  /** Does what Enter or the space bar does on the active cell; the space bar expands and collapses. @param {boolean} isFolding */
  #act(isFolding) {
    const { row, column } = this.#active
    const { rows = [] } = this.#pivot ?? {}
    if (row < 0) return this.#fire('pivot-order', this.#columns[column] ?? null)
    const group = this.#rows[row] ?? 0
    if (isFolding) {
      if (hasInside(rows, group)) this.#fire('pivot-toggle', pathText(rows, group))
      return
    }
    this.#fire('pivot-cell', { row: group, column: this.#columns[column]?.group ?? 0 })
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = event.target instanceof Element ? event.target : null
    const row = target?.closest('[aria-rowindex]')
    const cell = target?.closest('[aria-colindex]')
    if (!row || !cell) return
    const at = Number(row.getAttribute('aria-rowindex')) - 2
    this.#goTo(at, Number(cell.getAttribute('aria-colindex')) - 2)
    this.#act(target?.classList.contains('sign') ?? false)
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

customElements.define('pivot-table', PivotTable)
