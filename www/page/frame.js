/** What the page shows around its elements, and in its grid. */

/** @import { SortKey } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Step } from '../state/view.js' */

import { LogGrid } from '../elements/log-grid.js'
import { PaneSplitter } from '../elements/pane-splitter.js'
import { part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { groupedModel } from '../lib/groups.js'
import { visibleText } from '../lib/safe-text.js'
import { hasCase, openRow } from '../state/changes.js'
import { problemText } from '../state/sources.js'
import { redoable, undoable } from '../state/view.js'
import { modelOf } from './asking.js'
import { store } from './case.js'

const grid = part(document, '#rows', LogGrid)

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
  const { groups, grouped } = state
  if (groups.length > 0 && grouped?.groups === groups && grouped !== before?.grouped) {
    const isSame = before?.grouped?.answer.query === grouped.answer.query
    grid.show({ model: groupedModel(grouped.root), isSame })
  } else if (groups.length === 0 && answer && (answer !== before?.answer || before.groups.length > 0)) {
    const old = before?.groups.length === 0 ? before.answer : null
    const isSame = old?.query === answer.query && sameSort(old.sort, answer.sort)
    grid.show({ model: modelOf(answer), isSame })
    // What had the focus on the start screen is gone.
    const isHere = state.tab === 'rows'
    if (isHere && answer.count > 0 && document.activeElement === document.body) grid.focus()
  }
  grid.openRow = groups.length > 0 ? -1 : openRow(state)
}

/**
 * @param {readonly SortKey[]} a
 * @param {readonly SortKey[]} b
 */
const sameSort = (a, b) =>
  a.length === b.length &&
  a.every((key, i) => key.field === b[i]?.field && key.descending === b[i]?.descending)

/**
 * @param {string} selector
 * @param {string} what
 * @param {Step | undefined} step none: there is nothing to do
 */
function renderStep(selector, what, step) {
  const button = part(document, selector, HTMLButtonElement)
  // Not `disabled`: whoever works by keys would lose her place.
  button.ariaDisabled = String(!step)
  button.title = step ? visibleText(`${what}: ${step.label}`) : `Nothing to ${what.toLowerCase()}`
}

/** @param {State} state */
function renderFrame(state) {
  const { tab, layout, sources, marks } = state
  const isCase = hasCase(state)
  const isRows = isCase && tab === 'rows'
  const isAsked = isRows || (isCase && tab === 'pivot')
  const hide = (/** @type {string} */ selector, /** @type {boolean} */ isHidden) => {
    for (const element of document.querySelectorAll(selector)) element.toggleAttribute('hidden', isHidden)
  }
  hide('.start-screen', isCase)
  hide('.views, .banner [data-add], .undo, .redo, .steps', !isCase)
  renderStep('.undo', 'Undo', undoable(state.history))
  renderStep('.redo', 'Redo', redoable(state.history))
  hide('search', !isAsked)
  hide('.rows-view', !isRows)
  for (const other of ['pivot', 'about', 'sources']) hide(`.${other}-view`, !isCase || tab !== other)
  for (const side of /** @type {const} */ (['fields', 'detail'])) {
    const { width, isOpen } = layout.sides[side]
    hide(`#${side}`, !(side === 'fields' ? isAsked : isRows) || !isOpen)
    document.documentElement.style.setProperty(`--${side}-width`, `${width}px`)
    part(document, `pane-splitter[side=${side}]`, PaneSplitter).width = width
  }
  for (const button of document.querySelectorAll('[data-view]')) {
    const isCurrent = button.getAttribute('data-view') === tab
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
  part(document, '.copy-header', HTMLInputElement).checked = layout.isHeaderCopied
  part(document, '.theme', HTMLSelectElement).value = layout.theme
  if (layout.theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = layout.theme
}

store.subscribe(renderFrame)
store.subscribe(renderGrid)
