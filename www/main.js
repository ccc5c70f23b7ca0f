/**
 * The page: joins the engine, the state and the elements, which know nothing of each other.
 *
 *     element ─event─> page ─question─> engine ─answer─> page ─change─> store ─state─> element
 *
 * What the page does stands in `page/`, a file for each concern; here it is wired.
 */

/** @import { RowIndex } from './types.d.ts' */
/** @import { State } from './state/changes.js' */
/** @import { Column } from './state/columns.js' */
/** @import { Asked, SavedFilter } from './state/pills.js' */

import { DetailPane } from './elements/detail-pane.js'
import { FieldList } from './elements/field-list.js'
import { FilterBar } from './elements/filter-bar.js'
import { FilterPills } from './elements/filter-pills.js'
import { ImportProgress } from './elements/import-progress.js'
import { LogGrid } from './elements/log-grid.js'
import './elements/network-badge.js'
import { SavedFilters } from './elements/saved-filters.js'
import { SourcesPanel } from './elements/sources-panel.js'
import { StatusBar } from './elements/status-bar.js'
import { part } from './lib/dom.js'
import './page/about.js'
import { ask, askTyped, endTyping, sortBy } from './page/asking.js'
import { engine, say, store } from './page/case.js'
import './page/cells.js'
import { copyCells, copyValue } from './page/copying.js'
import { showSteps, split } from './page/deriving.js'
import './page/facets.js'
import './page/frame.js'
import './page/incoming.js'
import './page/keys.js'
import { changeLayout, changeSide, toggleSide } from './page/layout.js'
import { cancelLoads } from './page/loading.js'
import { open } from './page/opening.js'
import './page/pivot.js'
import { changeSources, firstEvents } from './page/sources.js'
import { redo, take, undo } from './page/steps.js'
import './page/zero-rows.js'
import { toggled } from './state/columns.js'
import { withSaved } from './state/pills.js'

const grid = part(document, '#rows', LogGrid)
const filterBar = part(document, 'filter-bar', FilterBar)

/**
 * @template T
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: T) => void} act
 */
const on = (target, type, act) =>
  target.addEventListener(type, event => act(/** @type {CustomEvent<T>} */ (event).detail))

/** @param {State['tab']} tab */
function show(tab) {
  if (store.get().tab !== tab) take({ tab }, `Show ${tab}`, 'tab')
}

on(filterBar, 'ask', askTyped)
on(filterBar, 'typed', endTyping)
on(filterBar, 'toggle-side', toggleSide)
on(filterBar, 'notice', say)

const pills = part(document, 'filter-pills', FilterPills)
on(pills, 'clauses', (/** @type {Asked} */ { query, off }) => ask(query, { off }))
on(pills, 'done', () => filterBar.focus())
on(pills, 'notice', say)

const savedFilters = part(document, 'saved-filters', SavedFilters)
on(savedFilters, 'use-filter', (/** @type {Asked} */ { query, off }) => ask(query, { off }))
on(savedFilters, 'save-filter', (/** @type {string} */ name) =>
  store.change(state => {
    const { query, off } = state
    return { ...state, saved: withSaved(state.saved, { name, query, off }) }
  }),
)
on(savedFilters, 'forget-filter', (/** @type {SavedFilter} */ filter) =>
  store.change(state => ({ ...state, saved: state.saved.filter(other => other !== filter) })),
)

on(grid, 'sort', sortBy)
on(grid, 'columns', (/** @type {readonly Column[]} */ columns) =>
  take({ columns }, 'Change the columns', 'columns'),
)
on(grid, 'marks', (/** @type {State['marks']} */ marks) => store.change(state => ({ ...state, marks })))
on(grid, 'notice', say)
on(grid, 'open', open)
on(grid, 'split', split)
on(grid, 'active', (/** @type {RowIndex} */ row) => {
  if (store.get().layout.sides.detail.isOpen) open(row)
})
on(document, 'copy-cells', copyCells)
on(part(document, 'import-progress', ImportProgress), 'cancel-load', cancelLoads)

const detailPane = part(document, 'detail-pane', DetailPane)
on(detailPane, 'copy-text', copyValue)
on(detailPane, 'close-side', () => {
  changeSide('detail', { isOpen: false })
  grid.focus()
})

const fieldList = part(document, 'field-list', FieldList)
on(fieldList, 'toggle-column', (/** @type {string} */ field) => {
  const { columns, fields } = store.get()
  const next = toggled(columns, field, fields)
  take({ columns: next }, `${next.length > columns.length ? 'Show' : 'Hide'} the column ${field}`)
})

for (const splitter of document.querySelectorAll('pane-splitter')) {
  const side = splitter.getAttribute('side') === 'detail' ? 'detail' : 'fields'
  on(splitter, 'resize-side', (/** @type {number} */ width) => changeSide(side, { width }))
  on(splitter, 'close-side', () => changeSide(side, { isOpen: false }))
}

for (const button of document.querySelectorAll('[data-view]')) {
  button.addEventListener('click', () => show(/** @type {State['tab']} */ (button.getAttribute('data-view'))))
}

part(document, '.steps', HTMLButtonElement).addEventListener('click', showSteps)
part(document, '.undo', HTMLButtonElement).addEventListener('click', undo)
part(document, '.redo', HTMLButtonElement).addEventListener('click', redo)

const theme = part(document, '.theme', HTMLSelectElement)
theme.addEventListener('change', () =>
  changeLayout({ theme: /** @type {State['layout']['theme']} */ (theme.value) }),
)

const copyHeader = part(document, '.copy-header', HTMLInputElement)
copyHeader.addEventListener('change', () => changeLayout({ isHeaderCopied: copyHeader.checked }))
part(document, '.rows-view .copy', HTMLButtonElement).addEventListener('click', () => grid.copy())

const parse = async (/** @type {string} */ query) => (await engine).parse(query)
filterBar.connect(store, {
  parse,
  complete: async (query, cursor) => (await engine).complete(query, cursor),
})
pills.connect(store, { parse, negate: async clause => (await engine).edit(clause, { negate: 0 }) })
savedFilters.connect(store)
fieldList.connect(store)
detailPane.connect(store)
part(document, 'import-progress', ImportProgress).connect(store)
part(document, 'status-bar', StatusBar).connect(store)

const sourcesPanel = part(document, 'sources-panel', SourcesPanel)
on(sourcesPanel, 'show-events', (/** @type {string} */ query) => {
  show('rows')
  ask(query)
})
sourcesPanel.connect(store, {
  rejects: async (first, end) => (await engine).rejects(first, end),
  formats: async () => (await engine).formats(),
  firstEvents,
  change: changeSources,
})
