/** Keys that work everywhere. */

/** @import { FilterBar } from '../elements/filter-bar.js' */
/** @import { Case } from './case.js' */
/** @import { TextSearch } from './finding.js' */
/** @import { Loads } from './loading.js' */
/** @import { Steps } from './steps.js' */

import { isTyping } from '../lib/dom.js'
import { hasCase } from '../state/changes.js'

/** Where F6 leads, in order. */
const PANES = [
  'filter-bar input',
  'field-list .find',
  'log-grid',
  'pivot-wells .rows .add',
  'pivot-table .scroller',
  'chart-view .plot',
  'about-panel .value',
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

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, loads: Loads, search: TextSearch, filterBar: FilterBar, chooseFiles: () => void }} parts
 */
export function wireKeys({ store }, { steps, loads, search, filterBar, chooseFiles }) {
  addEventListener('keydown', event => {
    const isCtrl = event.ctrlKey || event.metaKey
    if (event.key === 'F6') focusPane(event.shiftKey ? -1 : 1)
    else if (isCtrl && event.key === 'o') chooseFiles()
    else if (isCtrl && event.key === '.') loads.cancel()
    // In a text field, Ctrl+Z undoes typing.
    else if (isCtrl && event.key.toLowerCase() === 'z' && !isTyping(event))
      event.shiftKey ? steps.redo() : steps.undo()
    else if (!hasCase(store.get()) || !['rows', 'pivot'].includes(store.get().tab)) return
    else if (event.key === '/' && !isCtrl && !isTyping(event)) filterBar.focus()
    else if (isCtrl && event.shiftKey && event.key.toLowerCase() === 'f') search.show()
    // The second Ctrl+F opens the browser's own search.
    else if (isCtrl && event.key === 'f' && !filterBar.contains(document.activeElement)) filterBar.focus()
    else return
    event.preventDefault()
  })
}
