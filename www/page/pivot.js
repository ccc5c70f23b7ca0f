/** The pivot of the answer on screen: what is asked, what is shown, and what its cells lead to. */

/** @import { Pivot } from '../types.d.ts' */
/** @import { ChartView } from '../elements/chart-view.js' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { PivotTable } from '../elements/pivot-table.js' */
/** @import { PivotWells } from '../elements/pivot-wells.js' */
/** @import { State } from '../state/changes.js' */
/** @import { PivotView, TableColumn } from '../state/pivot.js' */
/** @import { Case } from './case.js' */
/** @import { FilterEdits } from './clauses.js' */
/** @import { Steps } from './steps.js' */

import { copyText, hasModifier, on, part } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { NewestOnly } from '../lib/latest.js'
import { saveBlob } from '../lib/save.js'
import { csvLine, tsvLine } from '../lib/tsv.js'
import { cellQuery, newWell, optionsOf, plotTable, valueName, withField } from '../state/pivot.js'
import { savePicture } from './pictures.js'

export class PivotPage {
  #case
  #steps
  #filter
  #view
  #table
  #chart
  #questions = new NewestOnly()
  /** The newest answer. @type {Pivot | null} */
  #pivot = null
  /** The parts of the newest question: the selection, and the fields, values and order of the pivot. @type {unknown[]} */
  #asked = []

  /**
   * @param {Case} theCase
   * @param {{ steps: Steps, filter: FilterEdits, view: HTMLElement, table: PivotTable, chart: ChartView }} parts
   *   `view` holds all others
   */
  constructor(theCase, { steps, filter, view, table, chart }) {
    this.#case = theCase
    this.#steps = steps
    this.#filter = filter
    this.#view = view
    this.#table = table
    this.#chart = chart
  }

  /** Asks again if the selection or the pivot has changed. @param {State} state */
  async refresh({ tab, answer, pivot: view }) {
    if (tab !== 'pivot' || !answer) return
    const question = [answer, view.rows, view.columns, view.values, view.order]
    if (question.every((part, i) => part === this.#asked[i])) return this.#show()
    this.#asked = question
    const signal = this.#questions.begin()
    try {
      const next = await answer.pivot({ ...optionsOf(view), signal })
      if (signal.aborted) return
      this.#pivot = next
      this.#showProblem('')
      this.#show()
    } catch (error) {
      // A selection that has ended has a successor, which is asked too; other errors are shown beside the question.
      if (!signal.aborted) this.#showProblem(error instanceof Error ? error.message : String(error))
    }
  }

  /** @param {PivotView} pivot @param {string} label */
  change(pivot, label) {
    this.#steps.take({ pivot }, label)
  }

  /** Adds a field to the rows of the pivot, and shows the pivot. @param {string} field */
  addRows(field) {
    const { pivot: view } = this.#case.store.get()
    const pivot = { ...withField(view, 'rows', newWell(field)) }
    this.#steps.take({ tab: 'pivot', pivot }, `Pivot by ${field}`)
    this.#table.focus()
  }

  /**
   * Sorts by a column, or in the other direction.
   *
   * @param {TableColumn | null} column null: by the groups' names
   */
  orderBy(column) {
    const { pivot: view } = this.#case.store.get()
    const at = column ? this.#table.pathOf(column.group) : []
    if (at === null) return this.#case.say('Rows cannot be sorted by the group of others')
    const by = column ? column.value : 'key'
    const isSame = view.order?.by === by && JSON.stringify(view.order.at) === JSON.stringify(at)
    const descending = isSame && view.order ? !view.order.descending : by !== 'key'
    this.change({ ...view, order: { by, at, descending } }, 'Sort the pivot')
  }

  /** Expands or collapses a group. @param {string} path */
  toggle(path) {
    const { pivot: view } = this.#case.store.get()
    const isClosed = view.closed.includes(path)
    const closed = isClosed ? view.closed.filter(other => other !== path) : [...view.closed, path]
    this.#steps.take({ pivot: { ...view, closed } }, `${isClosed ? 'Open' : 'Close'} a group`, 'fold')
  }

  /**
   * Keeps the events of a cell of the table.
   *
   * @param {number} row
   * @param {number} column
   * @returns {Promise<boolean>} false: the filter cannot express it
   */
  async keepCell(row, column) {
    const query = this.#pivot && cellQuery(this.#pivot, row, column)
    if (query === null) {
      this.#case.say('This group cannot be asked for: its query would be too long')
      return false
    }
    if (query !== '') await this.#filter.narrow(query)
    this.#steps.show('rows')
    return true
  }

  /** As `keepCell`, of a mark of the chart. @param {number} row @param {number} column */
  async keepMark(row, column) {
    const drawn = this.#pivot && plotTable(this.#pivot)
    return drawn ? this.keepCell(drawn.rows[row] ?? 0, drawn.columns[column] ?? 0) : false
  }

  /** Keeps the times of the chart's rows `first..end`. @param {number} first @param {number} end */
  async keepTimes(first, end) {
    const times = this.#pivot && plotTable(this.#pivot)?.table.times
    const [from, to] = [times?.[first], times?.[end - 1]]
    if (!from || !to) return
    const ready = await this.#case.engine
    await this.#filter.narrow(await ready.edit('', { between: { first: from.first, end: to.end } }))
  }

  async copy() {
    const lines = this.#table.cells
    await copyText(`${lines.map(tsvLine).join('\n')}\n`)
    this.#case.say(`Copied ${plural(lines.length - 1, 'row')} of the pivot`)
  }

  /** @param {string} kind `csv`, `png` or `svg` */
  async save(kind) {
    if (kind !== 'csv') return savePicture(this.#chart, kind)
    const text = `\ufeff${this.#table.cells.map(csvLine).join('\r\n')}\r\n`
    saveBlob(new Blob([text], { type: 'text/csv' }), 'pivot.csv')
  }

  #show() {
    const { pivot: view } = this.#case.store.get()
    const pivot = this.#pivot
    if (!pivot) return
    part(this.#view, '.so-far', HTMLElement).hidden = !pivot.isLoading
    const isTable = view.look === 'table'
    this.#table.hidden = !isTable
    this.#chart.hidden = isTable
    for (const button of this.#view.querySelectorAll('[data-picture]')) {
      button.toggleAttribute('hidden', isTable)
    }
    if (view.look === 'table') return this.#table.show(pivot, view)
    const table = plotTable(pivot)?.table ?? { rows: [], columns: [], values: [], times: [] }
    this.#chart.show(view.look, table, this.#titleOf(pivot, view))
  }

  /** @param {string} text '' for no problem */
  #showProblem(text) {
    part(this.#view, '.problem', HTMLElement).textContent = text
    part(this.#view, '.figures', HTMLElement).classList.toggle('stale', text !== '')
  }

  /** What the chart shows, in words. @param {Pivot} pivot @param {PivotView} view */
  #titleOf(pivot, { rows, columns, values }) {
    const number = pivot.values.findIndex(figures => typeof figures[0] === 'number')
    const value = values[Math.max(0, number)]
    const by = [...rows, ...columns].map(({ field }) => field).join(' and ')
    const { query } = this.#filter
    return `${value ? valueName(value) : 'Count'}${by ? ` by ${by}` : ''}${query ? `, where ${query}` : ''}`
  }
}

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, filter: FilterEdits, view: HTMLElement, wells: PivotWells, table: PivotTable,
 *   chart: ChartView, grid: LogGrid }} parts
 */
export function wirePivot(theCase, { steps, filter, view, wells, table, chart, grid }) {
  const { store, attempt } = theCase
  const pivot = new PivotPage(theCase, { steps, filter, view, table, chart })
  /** @typedef {{ row: number, column: number }} At */
  const follow = async (/** @type {Promise<boolean>} */ kept) => {
    if (await kept) grid.focus()
  }

  on(wells, 'pivot', (/** @type {{ pivot: PivotView, label: string }} */ { pivot: next, label }) =>
    pivot.change(next, label),
  )
  on(table, 'pivot-cell', (/** @type {At} */ { row, column }) => follow(pivot.keepCell(row, column)))
  on(table, 'pivot-order', (/** @type {TableColumn | null} */ column) => pivot.orderBy(column))
  on(table, 'pivot-toggle', (/** @type {string} */ path) => pivot.toggle(path))
  on(table, 'pivot-copy', () => attempt(() => pivot.copy()))
  on(chart, 'chart-cell', (/** @type {At} */ { row, column }) => follow(pivot.keepMark(row, column)))
  on(chart, 'chart-rows', (/** @type {{ first: number, end: number }} */ { first, end }) =>
    attempt(() => pivot.keepTimes(first, end)),
  )
  part(view, '.copy', HTMLButtonElement).addEventListener('click', () => attempt(() => pivot.copy()))
  for (const button of view.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () =>
      attempt(() => pivot.save(button.getAttribute('data-save') ?? 'csv')),
    )
  }
  grid.addEventListener('keydown', event => {
    const field = grid.activeField
    if (event.key !== 'p' || hasModifier(event) || field === undefined) return
    event.preventDefault()
    pivot.addRows(field)
  })

  store.subscribe((state, before) => {
    if (state.fields !== before?.fields) wells.fields = state.fields
    if (state.pivot !== before?.pivot) wells.show(state.pivot)
    if (state.tab !== before?.tab || state.answer !== before?.answer || state.pivot !== before?.pivot)
      pivot.refresh(state)
  })
}
