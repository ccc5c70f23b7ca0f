/** The frame of the page: its views, sides, counts and theme. */

/** @import { PaneSplitter } from '../elements/pane-splitter.js' */
/** @import { Side, State } from '../state/changes.js' */
/** @import { Step, Tab } from '../state/view.js' */
/** @import { Case } from './case.js' */
/** @import { PageLayout } from './layout.js' */
/** @import { Steps } from './steps.js' */

import { on, part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { hasCase } from '../state/changes.js'
import { problemText } from '../state/sources.js'
import { redoable, undoable } from '../state/view.js'

/** @typedef {Record<Side, PaneSplitter>} Splitters */

/**
 * @param {string} selector
 * @param {boolean} isHidden
 */
function hide(selector, isHidden) {
  for (const element of document.querySelectorAll(selector)) element.toggleAttribute('hidden', isHidden)
}

/**
 * @param {string} selector
 * @param {string} what
 * @param {Step | undefined} step undefined: there is nothing to do
 */
function showStep(selector, what, step) {
  const button = part(document, selector, HTMLButtonElement)
  // Not `disabled`: a disabled button would lose the focus.
  button.ariaDisabled = String(!step)
  button.title = step ? visibleText(`${what}: ${step.label}`) : `Nothing to ${what.toLowerCase()}`
}

/** Which parts of the page are there. @param {State} state @param {Splitters} splitters */
function showParts(state, splitters) {
  const { tab, layout } = state
  const isCase = hasCase(state)
  const isRows = isCase && tab === 'rows'
  const isAsked = isRows || (isCase && tab === 'pivot')
  hide('.start-screen', isCase)
  hide('.views, .banner [data-add], .undo, .redo, .steps', !isCase)
  hide('search', !isAsked)
  hide('.rows-view', !isRows)
  for (const other of ['pivot', 'about', 'sources']) hide(`.${other}-view`, !isCase || tab !== other)
  for (const side of /** @type {const} */ (['fields', 'detail'])) {
    const { width, isOpen } = layout.sides[side]
    hide(`#${side}`, !(side === 'fields' ? isAsked : isRows) || !isOpen)
    document.documentElement.style.setProperty(`--${side}-width`, `${width}px`)
    splitters[side].width = width
  }
  for (const button of document.querySelectorAll('[data-view]')) {
    const isCurrent = button.getAttribute('data-view') === tab
    if (isCurrent) button.setAttribute('aria-current', 'page')
    else button.removeAttribute('aria-current')
  }
}

/** What the parts of the frame say. @param {State} state */
function showWords({ history, sources, marks }) {
  showStep('.undo', 'Undo', undoable(history))
  showStep('.redo', 'Redo', redoable(history))
  const nProblems = sources.filter(source => problemText(source) !== '').length
  const text = (/** @type {string} */ selector, /** @type {string} */ said) =>
    setText(part(document, selector, HTMLElement), said)
  text('.views .count', sources.length > 0 ? countText(sources.length) : '')
  text('.views .problems', nProblems > 0 ? `⚠ ${plural(nProblems, 'problem')}` : '')
  text('.toolbar .marked', marks.cells > 0 ? `${plural(marks.cells, 'cell')} marked` : '')
}

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, layout: PageLayout, splitters: Splitters, theme: HTMLSelectElement,
 *   copyHeader: HTMLInputElement }} parts
 */
export function wireFrame({ store }, { steps, layout, splitters, theme, copyHeader }) {
  store.subscribe(state => {
    showParts(state, splitters)
    showWords(state)
    copyHeader.checked = state.layout.isHeaderCopied
    theme.value = state.layout.theme
    if (state.layout.theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = state.layout.theme
  })

  for (const side of /** @type {const} */ (['fields', 'detail'])) {
    on(splitters[side], 'resize-side', (/** @type {number} */ width) => layout.changeSide(side, { width }))
    on(splitters[side], 'close-side', () => layout.changeSide(side, { isOpen: false }))
  }
  for (const button of document.querySelectorAll('[data-view]')) {
    button.addEventListener('click', () => steps.show(/** @type {Tab} */ (button.getAttribute('data-view'))))
  }
  theme.addEventListener('change', () =>
    layout.change({ theme: /** @type {State['layout']['theme']} */ (theme.value) }),
  )
  copyHeader.addEventListener('change', () => layout.change({ isHeaderCopied: copyHeader.checked }))
}
