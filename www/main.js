/**
 * The page: joins the engine, the state and the elements, which know nothing of each other.
 *
 *     element ─event─> main ─question─> engine ─answer─> main ─change─> store ─state─> element
 */

/** @import { Engine, Progress, RowIndex, Selection, SortKey, SourceInfo, SourceInput } from './types.d.ts' */
/** @import { TrailglassError } from './types.d.ts' */
/** @import { CellsToCopy } from './lib/blocks.js' */
/** @import { Side, State } from './state/changes.js' */
/** @import { Column } from './state/columns.js' */
/** @import { SourceChange } from './state/sources.js' */

import { DetailPane } from './elements/detail-pane.js'
import { FieldList } from './elements/field-list.js'
import { FilterBar } from './elements/filter-bar.js'
import { ImportProgress } from './elements/import-progress.js'
import { LogGrid } from './elements/log-grid.js'
import { createEngine } from './engine/client.js'
import './elements/network-badge.js'
import { PaneSplitter } from './elements/pane-splitter.js'
import { SourcesPanel } from './elements/sources-panel.js'
import { StatusBar } from './elements/status-bar.js'
import { copyText, isTyping, part, setText } from './lib/dom.js'
import { filesOf, namedFiles, takeDropped } from './lib/dropped.js'
import { countText, durationText, plural } from './lib/format.js'
import { removeUnpoliced } from './lib/harden.js'
import { hasHidden } from './lib/safe-text.js'
import { COPY_CELLS_LIMIT, cellsAsTsv } from './lib/tsv.js'
import { sampleFiles } from './sample.js'
import * as changes from './state/changes.js'
import { toggled, usualColumns } from './state/columns.js'
import { keepLayout, keptLayout } from './state/layout.js'
import { EVENT_FIELDS, eventLines, eventsQuery } from './state/source-events.js'
import { problemText } from './state/sources.js'
import { createStore } from './state/store.js'

/** While files are read, the rows are asked for again no more often than this. */
const REFRESH_MS = 250
/** Until the first rows are here, they are looked for this often. */
const FIRST_ROWS_MS = 30
/** Sources and fields change while files are read, but nobody reads them four times a second. */
const LISTS_MS = 1000
const KEEP_LAYOUT_MS = 300
/** Of a source so many events show in the sources, and so many fields may speak for one without a message. */
const FIRST_EVENTS = 5
const FIRST_FIELDS = 200

removeUnpoliced(globalThis)

const store = createStore(changes.initialState(keptLayout(() => localStorage)))
/** @type {Promise<Engine>} */
const engine = createEngine()
engine.catch(say)

const grid = part(document, '#rows', LogGrid)
const filterBar = part(document, 'filter-bar', FilterBar)

// Loading

/** @type {Set<AbortController>} */
const loads = new Set()
/** Done when what is on screen is all that has been read. @type {Promise<void> | null} */
let watching = null
let wake = () => {}

/** @param {SourceInput[]} files */
async function load(files) {
  if (files.length === 0) return
  const controller = new AbortController()
  loads.add(controller)
  store.change(changes.withLoadBegun)
  say(`Loading ${plural(files.length, 'file')}`)
  watching ??= watch()
  try {
    const progress = await (await engine).add(files, {
      onProgress(progress) {
        store.change(state => ({ ...state, progress }))
        if (progress.events > 0 && !store.get().answer?.count) wake()
      },
      signal: controller.signal,
    })
    store.change(state => changes.withLoadEnded(state, progress))
    wake()
    await watching
    say(loadedText(progress))
  } catch (error) {
    store.change(state => changes.withLoadEnded(state, null))
    say(error)
  }
  loads.delete(controller)
}

/** @param {Progress} progress */
function loadedText({ events, sourcesTotal, elapsed, isCancelled }) {
  const took = `in ${durationText(elapsed)}`
  if (!isCancelled) return `Loaded ${plural(events, 'event')} from ${plural(sourcesTotal, 'file')} ${took}`
  const nLeft = store.get().sources.filter(({ state }) => state === 'cancelled').length
  return `Cancelled; kept ${plural(events, 'event')} ${took}, ${plural(nLeft, 'file')} not read to the end`
}

/** Keeps what is on screen up with what has been read, until all of it has. */
async function watch() {
  let listsAt = 0
  while (store.get().nLoads > 0) {
    const began = performance.now()
    await refresh()
    if (began - listsAt > LISTS_MS && store.get().answer?.count) {
      listsAt = began
      await refreshLists()
    }
    const took = performance.now() - began
    await pause(store.get().answer?.count ? Math.max(REFRESH_MS, 3 * took) : FIRST_ROWS_MS)
  }
  await refresh()
  await refreshLists()
  watching = store.get().nLoads > 0 ? watch() : null
  await watching
}

/** @param {number} milliseconds at most: the end of a load ends it @returns {Promise<void>} */
const pause = milliseconds =>
  new Promise(resolve => {
    wake = resolve
    setTimeout(resolve, milliseconds)
  })

/** Asks the last good question again; whether that is over, or something else was asked meanwhile. */
async function refresh() {
  const { answer, sort } = store.get()
  try {
    const next = await (await engine).filter(answer?.query ?? '', { sort: [...sort] })
    // A question of the analyst's own is newer, and answers for what is there as well.
    if (store.get().answer !== answer || store.get().sort !== sort) {
      next.close()
      return false
    }
    takeAnswer(next, state => changes.withRefreshed(state, next))
  } catch (error) {
    say(error)
  }
  return true
}

async function refreshLists() {
  try {
    const isLoading = store.get().nLoads > 0
    const { sources, rejects, fields } = await askLists(!isLoading)
    store.change(state => ({
      ...state,
      sources,
      nRejects: rejects.count,
      fields,
      columns: usualColumns(state.columns, fields),
    }))
  } catch (error) {
    say(error)
  }
}

/** @param {boolean} distinct */
async function askLists(distinct) {
  const ready = await engine
  const [sources, rejects, fields] = await Promise.all([
    ready.sources(),
    ready.rejects(0, 0),
    ready.fields({ distinct }),
  ])
  return { sources, rejects, fields }
}

// Asking

let asking = new AbortController()

/** The rows of `answer`; once it has ended, for sources are read anew, those of its successor show. @param {Selection} answer */
const modelOf = answer => ({
  count: answer.count,
  /** @type {Selection['rows']} */
  async rows(...which) {
    try {
      return await answer.rows(...which)
    } catch (error) {
      const { code } = /** @type {TrailglassError} */ (error)
      if (code === 'range' && store.get().answer === answer) await refresh()
      throw error
    }
  },
})

/**
 * A newer question cancels the older one.
 *
 * @param {string} query
 */
async function ask(query) {
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  const { sort } = store.get()
  store.change(state => changes.withQuestion(state, query))
  try {
    const answer = await (await engine).filter(query, { sort: [...sort], signal })
    if (signal.aborted) return answer.close()
    takeAnswer(answer, state => changes.withAnswer(state, answer))
    say(`${countText(answer.count)} of ${plural(answer.total, 'row')}${answer.isLoading ? ' so far' : ''}`)
  } catch (error) {
    if (!signal.aborted) store.change(state => changes.withProblem(state, problemOf(query, error)))
  }
}

/**
 * The rows on screen in another order; what stands in the filter bar stays, right or wrong.
 *
 * @param {readonly SortKey[]} sort
 */
async function sortBy(sort) {
  store.change(state => ({ ...state, sort }))
  asking.abort()
  const { isAsking, query } = store.get()
  if (isAsking) await ask(query)
  else await refresh()
}

/**
 * @param {string} query
 * @param {unknown} error
 */
function problemOf(query, error) {
  const { message, at = null, expected = '' } = /** @type {TrailglassError} */ (error)
  return { query, message, at, expected }
}

/**
 * @param {Selection} answer
 * @param {(state: State) => State} change
 */
function takeAnswer(answer, change) {
  const old = store.get().answer
  store.change(change)
  old?.close()
  tellSpan(answer)
  checkOpened(answer)
}

/** Finds the first and last time of `answer`. @param {Selection} answer */
async function tellSpan(answer) {
  const { span } = store.get()
  if (answer.count === 0 || (span && answer.sort.length > 0)) return
  try {
    const inTime = answer.sort.length === 0 ? answer : await (await engine).filter(answer.query)
    const first = await timeAt(inTime, 0)
    const last = (await timeAt(inTime, inTime.count - 1)) ?? (await lastTime(answer.query))
    if (inTime !== answer) inTime.close()
    if (first && last && store.get().answer === answer) {
      store.change(state => ({ ...state, span: { first, last } }))
    }
  } catch {
    // The answer was replaced meanwhile: the next one tells its own span.
  }
}

/** The last time of all, where rows without one stand behind it. @param {string} query */
async function lastTime(query) {
  const latest = await (await engine).filter(query, { sort: [{ field: '@timestamp', descending: true }] })
  const time = await timeAt(latest, 0)
  latest.close()
  return time
}

/**
 * @param {Selection} answer
 * @param {RowIndex} row
 */
const timeAt = async (answer, row) =>
  (await answer.rows(row, row + 1, ['@timestamp'])).columns[0]?.[0] ?? null

// One event

let wantedRow = -1
let isOpening = false

/** Opens the record of `row`; of many in a row the last. @param {RowIndex} row */
async function open(row) {
  wantedRow = row
  if (isOpening) return
  isOpening = true
  while (wantedRow >= 0) {
    const { answer } = store.get()
    const next = wantedRow
    wantedRow = -1
    try {
      const detail = await answer?.event(next)
      if (detail && answer) {
        if (narrow.matches) changeSide('fields', { isOpen: false })
        store.change(state => changes.withOpened(state, detail, answer))
      }
    } catch (error) {
      if (store.get().answer === answer) say(error)
      else wantedRow = next
    }
  }
  isOpening = false
}

/** Finds the opened event again, where it stands at the same row. @param {Selection} answer */
async function checkOpened(answer) {
  const row = store.get().opened?.detail.row ?? -1
  if (row < 0 || row >= answer.count) return
  try {
    const found = await answer.event(row)
    if (store.get().answer === answer) store.change(state => changes.withRowChecked(state, found))
  } catch {
    // Without it, the row is not known: it stays unmarked.
  }
}

// What the analyst says of sources

/**
 * Has sources read in another way, and everything on screen asked for again.
 *
 * @param {SourceChange} change
 */
async function changeSources(change) {
  try {
    await applyChange(await engine, change)
  } finally {
    // Also where it failed: the selections may have ended.
    store.change(changes.withTimesAnew)
    while (!(await refresh()));
    await refreshLists()
    const { answer } = store.get()
    if (answer) await checkOpened(answer)
    store.change(changes.withoutLostEvent)
  }
}

/**
 * @param {Engine} ready
 * @param {SourceChange} change
 */
async function applyChange(ready, change) {
  switch (change.kind) {
    case 'format':
      return ready.treatAs(change.sources, change.treatAs)
    case 'year':
      return ready.setYear(change.year, change.sources)
    case 'zone': {
      if (change.sources) return ready.setZone(change.zone, change.sources)
      await ready.setZone(change.zone)
      // All are all: those too of which something else was said before.
      const others = (await ready.sources()).filter(({ clock }) => clock.isZoneSet)
      const ids = others.map(({ id }) => id)
      if (ids.length > 0) await ready.setZone(change.zone, ids)
    }
  }
}

/** The first events of `source`. @param {SourceInfo} source */
async function firstEvents(source) {
  const selection = await (await engine).filter(eventsQuery(source))
  try {
    const { count } = selection
    const window = await selection.rows(0, FIRST_EVENTS, EVENT_FIELDS)
    if (eventLines(window).every(({ action, text }) => action !== '' || text !== '')) return { count, window }
    const others = store.get().fields.map(({ name }) => name)
    const fields = [...new Set([...EVENT_FIELDS, ...others.slice(0, FIRST_FIELDS)])]
    return { count, window: await selection.rows(0, FIRST_EVENTS, fields) }
  } finally {
    selection.close()
  }
}

// Copying

/** @param {CellsToCopy} cells */
async function copyCells(cells) {
  const nRows = cells.end - cells.first
  const nCells = nRows * cells.fields.length
  if (nCells <= 0) return
  if (nCells > COPY_CELLS_LIMIT) {
    return say(
      `${plural(nCells, 'cell')} are too many to copy: the limit is ${plural(COPY_CELLS_LIMIT, 'cell')}`,
    )
  }
  // One cell alone is pasted into a sentence or a search.
  const isAlone = nCells === 1
  const copied = cellsAsTsv(cells, store.get().layout.isHeaderCopied && !isAlone)
  try {
    await copyText(copied.then(({ text }) => (isAlone ? text.slice(0, -1) : text)))
    const { nClipped } = await copied
    const clipped = nClipped > 0 ? `; ${plural(nClipped, 'cell')} only to 512 characters` : ''
    say(`Copied ${plural(nRows, 'row')}, ${plural(nCells, 'cell')}${clipped}`)
  } catch (error) {
    say(error)
  }
}

/** @param {string} text */
async function copyValue(text) {
  try {
    await copyText(text)
    say(hasHidden(text) ? 'Copied, with characters in it that do not show' : 'Copied')
  } catch (error) {
    say(error)
  }
}

// What the analyst does

/** @param {unknown} what words, or an error */
function say(what) {
  const notice = what instanceof Error ? what.message : String(what)
  store.change(state => ({ ...state, notice }))
}

/**
 * @template T
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: T) => void} act
 */
const on = (target, type, act) =>
  target.addEventListener(type, event => act(/** @type {CustomEvent<T>} */ (event).detail))

const narrow = matchMedia('(width < 900px)')

/**
 * @param {Side} side
 * @param {Parameters<typeof changes.withSide>[2]} change
 */
const changeSide = (side, change) => store.change(state => changes.withSide(state, side, change))

/** @param {Side} side */
function toggleSide(side) {
  const isOpen = !store.get().layout.sides[side].isOpen
  if (isOpen && narrow.matches) changeSide(side === 'fields' ? 'detail' : 'fields', { isOpen: false })
  changeSide(side, { isOpen })
}

/** @param {State['view']} view */
const show = view => store.change(state => ({ ...state, view }))

/** @param {Partial<State['layout']>} change */
const changeLayout = change => store.change(state => ({ ...state, layout: { ...state.layout, ...change } }))

on(filterBar, 'ask', ask)
on(filterBar, 'toggle-side', toggleSide)
on(grid, 'sort', sortBy)
on(grid, 'columns', (/** @type {readonly Column[]} */ columns) =>
  store.change(state => ({ ...state, columns })),
)
on(grid, 'marks', (/** @type {State['marks']} */ marks) => store.change(state => ({ ...state, marks })))
on(grid, 'notice', say)
on(grid, 'open', open)
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
on(fieldList, 'toggle-column', (/** @type {string} */ field) =>
  store.change(state => ({ ...state, columns: toggled(state.columns, field, state.fields) })),
)

for (const splitter of document.querySelectorAll('pane-splitter')) {
  const side = splitter.getAttribute('side') === 'detail' ? 'detail' : 'fields'
  on(splitter, 'resize-side', (/** @type {number} */ width) => changeSide(side, { width }))
  on(splitter, 'close-side', () => changeSide(side, { isOpen: false }))
}

for (const button of document.querySelectorAll('[data-view]')) {
  button.addEventListener('click', () =>
    show(button.getAttribute('data-view') === 'sources' ? 'sources' : 'rows'),
  )
}

const theme = part(document, '.theme', HTMLSelectElement)
theme.addEventListener('change', () =>
  changeLayout({ theme: /** @type {State['layout']['theme']} */ (theme.value) }),
)

const copyHeader = part(document, '.copy-header', HTMLInputElement)
copyHeader.addEventListener('change', () => changeLayout({ isHeaderCopied: copyHeader.checked }))
part(document, '.rows-view .copy', HTMLButtonElement).addEventListener('click', () => grid.copy())

function cancelLoads() {
  for (const controller of loads) controller.abort()
}

// Files come in

/** @type {Record<string, () => void>} */
const additions = {
  files: () => part(document, 'input.files', HTMLInputElement).click(),
  folder: () => part(document, 'input.folder', HTMLInputElement).click(),
  sample: async () => load(await sampleFiles()),
}
for (const button of document.querySelectorAll('[data-add]')) {
  button.addEventListener('click', () => additions[button.getAttribute('data-add') ?? '']?.())
}
for (const input of document.querySelectorAll('input[type=file]')) {
  input.addEventListener('change', () => {
    if (!(input instanceof HTMLInputElement)) return
    load(namedFiles(input.files ?? []))
    input.value = ''
  })
}

/** @param {boolean} isDropping */
const showDropping = isDropping => document.body.classList.toggle('is-dropping', isDropping)

/** Text may be dropped into a field; a link dropped elsewhere would lead away from the page. */
const isForPage = (/** @type {DragEvent} */ event) =>
  event.dataTransfer?.types.includes('Files') || !isTyping(event)

addEventListener('dragover', event => {
  if (!isForPage(event)) return
  event.preventDefault()
  showDropping(event.dataTransfer?.types.includes('Files') ?? false)
})
addEventListener('dragleave', event => {
  if (event.relatedTarget === null) showDropping(false)
})
addEventListener('drop', async event => {
  showDropping(false)
  if (!event.dataTransfer || !isForPage(event)) return
  event.preventDefault()
  const dropped = takeDropped(event.dataTransfer)
  if (dropped.length === 0) return
  say('Looking through what was dropped')
  const { files, nUnreadable } = await filesOf(dropped)
  await load(files)
  if (nUnreadable > 0) say(`${plural(nUnreadable, 'file')} could not be opened`)
})

// Keys that hold everywhere

/** Where F6 leads, in order. */
const PANES = [
  'filter-bar input',
  'field-list .find',
  'log-grid',
  'source-details select',
  'detail-pane [role=tab][tabindex="0"]',
]

/** @param {number} step */
function focusPane(step) {
  const panes = PANES.flatMap(selector => [...document.querySelectorAll(selector)]).filter(
    pane => pane instanceof HTMLElement && pane.checkVisibility(),
  )
  const roots = panes.map(pane => pane.closest('filter-bar, nav, aside, source-details') ?? pane)
  const at = roots.findIndex(root => root.contains(document.activeElement))
  const to = panes[(at + step + panes.length) % panes.length]
  if (to instanceof HTMLElement) to.focus()
}

addEventListener('keydown', event => {
  const isCtrl = event.ctrlKey || event.metaKey
  if (event.key === 'F6') focusPane(event.shiftKey ? -1 : 1)
  else if (isCtrl && event.key === 'o') additions.files?.()
  else if (isCtrl && event.key === '.') cancelLoads()
  else if (!changes.hasCase(store.get()) || store.get().view !== 'rows') return
  else if (event.key === '/' && !isCtrl && !isTyping(event)) filterBar.focus()
  // A second time it is the browser's own.
  else if (isCtrl && event.key === 'f' && !filterBar.contains(document.activeElement)) filterBar.focus()
  else return
  event.preventDefault()
})

// What the elements show

/** @param {State} state */
function emptyText({ answer, nLoads }) {
  if (answer?.query) return 'No row is like that. Change the filter, or clear it.'
  return nLoads > 0 ? 'Reading …' : 'These files hold no event that is understood: the sources say why.'
}

/**
 * @param {State} state
 * @param {State | null} before
 */
function renderGrid(state, before) {
  const { answer, columns, sort } = state
  if (columns !== before?.columns) grid.show({ columns })
  if (sort !== before?.sort) grid.show({ sort })
  grid.emptyText = emptyText(state)
  if (answer && answer !== before?.answer) {
    const isSame = before?.answer?.query === answer.query && sameSort(before.answer.sort, answer.sort)
    grid.show({ model: modelOf(answer), isSame })
    // What had the focus on the start screen is gone.
    const isHere = state.view === 'rows'
    if (isHere && answer.count > 0 && document.activeElement === document.body) grid.focus()
  }
  grid.openRow = changes.openRow(state)
}

/**
 * @param {readonly SortKey[]} a
 * @param {readonly SortKey[]} b
 */
const sameSort = (a, b) =>
  a.length === b.length &&
  a.every((key, i) => key.field === b[i]?.field && key.descending === b[i]?.descending)

/** @param {State} state */
function renderFrame(state) {
  const { view, layout, sources, marks } = state
  const isCase = changes.hasCase(state)
  const isRows = isCase && view === 'rows'
  const hide = (/** @type {string} */ selector, /** @type {boolean} */ isHidden) => {
    for (const element of document.querySelectorAll(selector)) element.toggleAttribute('hidden', isHidden)
  }
  hide('.start-screen', isCase)
  hide('.views, .banner [data-add]', !isCase)
  hide('search, .rows-view', !isRows)
  hide('.sources-view', !isCase || isRows)
  for (const side of /** @type {const} */ (['fields', 'detail'])) {
    const { width, isOpen } = layout.sides[side]
    hide(`#${side}`, !isRows || !isOpen)
    document.documentElement.style.setProperty(`--${side}-width`, `${width}px`)
    part(document, `pane-splitter[side=${side}]`, PaneSplitter).width = width
  }
  for (const button of document.querySelectorAll('[data-view]')) {
    const isCurrent = button.getAttribute('data-view') === view
    if (isCurrent) button.setAttribute('aria-current', 'page')
    else button.removeAttribute('aria-current')
  }
  const nProblems = sources.filter(source => problemText(source) !== '').length
  setText(part(document, '.views .count', HTMLElement), sources.length > 0 ? countText(sources.length) : '')
  setText(
    part(document, '.views .problems', HTMLElement),
    nProblems > 0 ? `⚠ ${plural(nProblems, 'problem')}` : '',
  )
  setText(
    part(document, '.toolbar .marked', HTMLElement),
    marks.cells > 0 ? `${plural(marks.cells, 'cell')} marked` : '',
  )
  copyHeader.checked = layout.isHeaderCopied
  theme.value = layout.theme
  if (layout.theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = layout.theme
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let keepTimer

// On a narrow screen the sides lie over the rows, one at a time, and wait until they are wanted.
if (narrow.matches) {
  changeSide('fields', { isOpen: false })
  changeSide('detail', { isOpen: false })
}

narrow.addEventListener('change', () => {
  if (narrow.matches && store.get().layout.sides.detail.isOpen) changeSide('fields', { isOpen: false })
})

store.subscribe(renderFrame)
store.subscribe(renderGrid)
store.subscribe(({ layout }, before) => {
  // A narrow screen closes sides that a wide one has open.
  if (layout === before?.layout || !before || narrow.matches) return
  clearTimeout(keepTimer)
  keepTimer = setTimeout(() => keepLayout(() => localStorage, layout), KEEP_LAYOUT_MS)
})
filterBar.connect(store)
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
