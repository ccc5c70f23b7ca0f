/** The pivot of the answer on screen: what is asked, what is shown, and what its cells lead to. */

/** @import { Pivot } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { PivotView, TableColumn } from '../state/pivot.js' */

import { ChartView } from '../elements/chart-view.js'
import { LogGrid } from '../elements/log-grid.js'
import { PivotTable } from '../elements/pivot-table.js'
import { PivotWells } from '../elements/pivot-wells.js'
import { copyText, part } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { saveBlob } from '../lib/save.js'
import { csvLine, tsvLine } from '../lib/tsv.js'
import { cellQuery, newWell, optionsOf, plotTable, valueName, withField } from '../state/pivot.js'
import { ask } from './asking.js'
import { engine, say, store } from './case.js'
import { filterOnScreen } from './clauses.js'
import { savePicture } from './pictures.js'
import { take } from './steps.js'

const table = part(document, 'pivot-table', PivotTable)
const chart = part(document, '.pivot-view chart-view', ChartView)
const wells = part(document, 'pivot-wells', PivotWells)

let asking = new AbortController()
/** @type {Pivot | null} */
let pivot = null

/** What the answer and the wells were, of which `pivot` is the answer. @type {unknown[]} */
let askedOf = []

/** @param {PivotView} view @param {string} label */
const change = (view, label) => take({ pivot: view }, label)

/** Asks again where the answer or the wells are others. @param {State} state */
async function refresh({ tab, answer, pivot: view }) {
  if (tab !== 'pivot' || !answer) return
  const of = [answer, view.rows, view.columns, view.values, view.order]
  if (of.every((part, i) => part === askedOf[i])) return show()
  askedOf = of
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  try {
    const next = await answer.pivot({ ...optionsOf(view), signal })
    if (signal.aborted) return
    pivot = next
    showProblem('')
    show()
  } catch (error) {
    if (signal.aborted) return
    // Once the answer has ended its successor asks by itself; what is wrong stands where it was asked.
    showProblem(error instanceof Error ? error.message : String(error))
  }
}

/** @param {string} text */
function showProblem(text) {
  part(document, '.pivot-view .problem', HTMLElement).textContent = text
  for (const element of document.querySelectorAll('.pivot-view .figures'))
    element.classList.toggle('stale', text !== '')
}

/** What the figures are of, in words. @param {PivotView} view */
function titleOf({ rows, columns, values }) {
  const number = pivot?.values.findIndex(figures => typeof figures[0] === 'number') ?? 0
  const value = values[Math.max(0, number)]
  const by = [...rows, ...columns].map(({ field }) => field).join(' and ')
  const query = filterOnScreen()
  return `${value ? valueName(value) : 'Count'}${by ? ` by ${by}` : ''}${query ? `, where ${query}` : ''}`
}

function show() {
  const { pivot: view } = store.get()
  if (!pivot) return
  part(document, '.pivot-view .so-far', HTMLElement).hidden = !pivot.isLoading
  const isTable = view.look === 'table'
  table.hidden = !isTable
  chart.hidden = isTable
  for (const button of document.querySelectorAll('.pivot-view [data-picture]')) {
    button.toggleAttribute('hidden', isTable)
  }
  if (view.look === 'table') return table.show(pivot, view)
  const drawn = plotTable(pivot)
  chart.show(view.look, drawn?.table ?? { rows: [], columns: [], values: [], times: [] }, titleOf(view))
}

/** Asks for the events of a cell as well. @param {number} row @param {number} column */
async function drill(row, column) {
  const query = pivot && cellQuery(pivot, row, column)
  if (query === null) return say('This group cannot be asked for: its query would be too long')
  if (query === '') return showRows()
  await addQuery(query)
  showRows()
}

function showRows() {
  take({ tab: 'rows' }, 'Show rows', 'tab')
  part(document, '#rows', LogGrid).focus()
}

/** Asks for what `query` accepts of the rows on screen. @param {string} query */
export async function addQuery(query) {
  try {
    const { clauses } = await (await engine).parse(filterOnScreen())
    await ask([...clauses.map(({ text }) => text), query].join(' and '))
  } catch (error) {
    say(error)
  }
}

/** Orders the rows by a column, or the other way round. @param {TableColumn | null} column */
function order(column) {
  const { pivot: view } = store.get()
  const at = column ? table.pathOf(column.group) : []
  if (at === null) return say('Rows cannot be ordered by others')
  const by = column ? column.value : 'key'
  const isSame = view.order?.by === by && JSON.stringify(view.order.at) === JSON.stringify(at)
  const descending = isSame && view.order ? !view.order.descending : by !== 'key'
  change({ ...view, order: { by, at, descending } }, 'Order the pivot')
}

/** @param {string} path */
function toggle(path) {
  const { pivot: view } = store.get()
  const isClosed = view.closed.includes(path)
  const closed = isClosed ? view.closed.filter(other => other !== path) : [...view.closed, path]
  take({ pivot: { ...view, closed } }, `${isClosed ? 'Open' : 'Close'} a group`, 'fold')
}

async function copy() {
  const lines = table.cells
  try {
    await copyText(`${lines.map(tsvLine).join('\n')}\n`)
    say(`Copied ${plural(lines.length - 1, 'row')} of the pivot`)
  } catch (error) {
    say(error)
  }
}

/** @param {string} kind */
async function save(kind) {
  if (kind === 'csv') {
    const text = `\ufeff${table.cells.map(csvLine).join('\r\n')}\r\n`
    saveBlob(new Blob([text], { type: 'text/csv' }), 'pivot.csv')
  } else await savePicture(chart, kind)
}

/** Puts a field into the rows of the pivot, and shows it. @param {string} field */
export function pivotBy(field) {
  const { pivot: view } = store.get()
  take({ tab: 'pivot', pivot: { ...withField(view, 'rows', newWell(field)) } }, `Pivot by ${field}`)
  table.focus()
}

/** @template T @param {EventTarget} target @param {string} type @param {(detail: T) => unknown} act */
const on = (target, type, act) =>
  target.addEventListener(type, event => act(/** @type {CustomEvent<T>} */ (event).detail))

on(wells, 'pivot', (/** @type {{ pivot: PivotView, label: string }} */ { pivot, label }) =>
  change(pivot, label),
)
on(table, 'pivot-cell', (/** @type {{ row: number, column: number }} */ { row, column }) =>
  drill(row, column),
)
on(table, 'pivot-order', order)
on(table, 'pivot-toggle', toggle)
on(table, 'pivot-copy', copy)
on(chart, 'chart-cell', (/** @type {{ row: number, column: number }} */ { row, column }) => {
  const drawn = pivot && plotTable(pivot)
  if (drawn) drill(drawn.rows[row] ?? 0, drawn.columns[column] ?? 0)
})
on(chart, 'chart-rows', async (/** @type {{ first: number, end: number }} */ { first, end }) => {
  const times = pivot && plotTable(pivot)?.table.times
  const [from, to] = [times?.[first], times?.[end - 1]]
  if (from && to)
    await addQuery(await (await engine).edit('', { between: { first: from.first, end: to.end } }))
})
part(document, '.pivot-view .copy', HTMLButtonElement).addEventListener('click', copy)
for (const button of document.querySelectorAll('.pivot-view [data-save]')) {
  button.addEventListener('click', () => save(button.getAttribute('data-save') ?? 'csv').catch(say))
}
part(document, '#rows', LogGrid).addEventListener('keydown', event => {
  const field = part(document, '#rows', LogGrid).activeField
  if (event.key !== 'p' || event.ctrlKey || event.altKey || event.metaKey || field === undefined) return
  event.preventDefault()
  pivotBy(field)
})

store.subscribe((state, before) => {
  if (state.fields !== before?.fields) wells.fields = state.fields
  if (state.pivot !== before?.pivot) wells.show(state.pivot)
  if (state.tab !== before?.tab || state.answer !== before?.answer || state.pivot !== before?.pivot)
    refresh(state)
})
