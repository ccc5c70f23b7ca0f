/**
 * The page: joins the engine, the state and the elements, which know nothing of each other.
 *
 *     element ─event─> page ─question─> engine ─answer─> page ─change─> store ─state─> element
 *
 * Each concern of the page is a file of `page/`. Importing such a file does nothing; its `wire…` function connects it
 * and returns what other concerns need of it. Here they are connected, in the order in which they are best read.
 */

import { AboutPanel } from './elements/about-panel.js'
import { ActionMenu } from './elements/action-menu.js'
import { ChartView } from './elements/chart-view.js'
import { DetailPane } from './elements/detail-pane.js'
import { FieldList } from './elements/field-list.js'
import { FilterBar } from './elements/filter-bar.js'
import { FilterPills } from './elements/filter-pills.js'
import { FindBar } from './elements/find-bar.js'
import { ImportProgress } from './elements/import-progress.js'
import { LogGrid } from './elements/log-grid.js'
import './elements/network-badge.js'
import { PaneSplitter } from './elements/pane-splitter.js'
import { PivotTable } from './elements/pivot-table.js'
import { PivotWells } from './elements/pivot-wells.js'
import { SavedFilters } from './elements/saved-filters.js'
import { SourcesPanel } from './elements/sources-panel.js'
import { SplitDialog } from './elements/split-dialog.js'
import { StatusBar } from './elements/status-bar.js'
import { StepsPanel } from './elements/steps-panel.js'
import { TimeLine } from './elements/time-line.js'
import { ZeroRows } from './elements/zero-rows.js'
import { createEngine } from './engine/client.js'
import { part } from './lib/dom.js'
import { removeUnpoliced } from './lib/harden.js'
import { wireAbout } from './page/about.js'
import { wireAsking } from './page/asking.js'
import { openCase } from './page/case.js'
import { wireCells } from './page/cells.js'
import { wireClauses } from './page/clauses.js'
import { wireCopying } from './page/copying.js'
import { wireDeriving } from './page/deriving.js'
import { wireFacets } from './page/facets.js'
import { wireFinding } from './page/finding.js'
import { wireFrame } from './page/frame.js'
import { wireGrouping } from './page/grouping.js'
import { wireIncoming } from './page/incoming.js'
import { wireKeys } from './page/keys.js'
import { wireLayout } from './page/layout.js'
import { wireLoading } from './page/loading.js'
import { wireOpening } from './page/opening.js'
import { wirePivot } from './page/pivot.js'
import { wireRows } from './page/rows.js'
import { wireSources } from './page/sources.js'
import { wireSteps } from './page/steps.js'
import { wireTimeline } from './page/timeline.js'
import { wireZeroRows } from './page/zero-rows.js'
import { keptLayout } from './state/layout.js'

removeUnpoliced(globalThis)

/** @template {Element} E @param {string} selector @param {new () => E} type */
const find = (selector, type) => part(document, selector, type)
const grid = find('#rows', LogGrid)
const filterBar = find('filter-bar', FilterBar)
const shelf = () => localStorage

const theCase = openCase({ engine: createEngine(), layout: keptLayout(shelf) })

// What the analyst can take back, and what the page remembers.
const steps = wireSteps(theCase, {
  browser: window,
  undo: find('.undo', HTMLButtonElement),
  redo: find('.redo', HTMLButtonElement),
})
const layout = wireLayout(theCase, { narrow: matchMedia('(width < 900px)'), shelf })

// The frame comes before all that it holds: it shows the rows before the grid measures them.
wireFrame(theCase, {
  steps,
  layout,
  splitters: {
    fields: find('pane-splitter[side=fields]', PaneSplitter),
    detail: find('pane-splitter[side=detail]', PaneSplitter),
  },
  theme: find('.theme', HTMLSelectElement),
  copyHeader: find('.copy-header', HTMLInputElement),
})

// Questions, and the rows that answer them.
const groups = wireGrouping(theCase, { steps, grid, bar: find('.grouping', HTMLElement) })
const opened = wireOpening(theCase, { groups, layout, grid, detailPane: find('detail-pane', DetailPane) })
const questions = wireAsking(theCase, {
  steps,
  opened,
  layout,
  grid,
  filterBar,
  pills: find('filter-pills', FilterPills),
  savedFilters: find('saved-filters', SavedFilters),
})
const filter = wireClauses(theCase, { questions, page: document })
const search = wireFinding(theCase, { grid, findBar: find('find-bar', FindBar) })
wireRows(theCase, { questions, steps, grid, copy: find('.rows-view .copy', HTMLButtonElement) })
wireZeroRows(theCase, { filter, zeroRows: find('zero-rows', ZeroRows) })
wireCopying(theCase, { page: document })

// What is counted of the rows, and what is done with their values.
const times = wireTimeline(theCase, {
  steps,
  filter,
  layout,
  timeLine: find('time-line', TimeLine),
  toggle: find('.timeline-toggle', HTMLButtonElement),
  grid,
})
const facets = wireFacets(theCase, {
  fieldList: find('field-list', FieldList),
  steps,
  groups,
  times,
  layout,
})
const about = wireAbout(theCase, {
  steps,
  questions,
  groups,
  grid,
  panel: find('about-panel', AboutPanel),
  chart: find('about-panel chart-view', ChartView),
})
wireCells(theCase, {
  filter,
  groups,
  about,
  facets,
  times,
  search,
  grid,
  menu: find('#cell-menu', ActionMenu),
})
wirePivot(theCase, {
  steps,
  filter,
  view: find('.pivot-view', HTMLElement),
  wells: find('pivot-wells', PivotWells),
  table: find('pivot-table', PivotTable),
  chart: find('.pivot-view chart-view', ChartView),
  grid,
})
wireDeriving(theCase, {
  steps,
  questions,
  grid,
  dialog: find('split-dialog', SplitDialog),
  panel: find('steps-panel', StepsPanel),
  showSteps: find('.steps', HTMLButtonElement),
})

// Files and sources.
const loads = wireLoading(theCase, { questions, progress: find('import-progress', ImportProgress) })
const { chooseFiles } = wireIncoming(theCase, { loads })
wireSources(theCase, { questions, opened, steps, panel: find('sources-panel', SourcesPanel) })

wireKeys(theCase, { steps, loads, search, filterBar, chooseFiles })
find('status-bar', StatusBar).connect(theCase.store)
