/** Keys that hold everywhere. */

import { FilterBar } from '../elements/filter-bar.js'
import { isTyping, part } from '../lib/dom.js'
import { hasCase } from '../state/changes.js'
import { store } from './case.js'
import { showFind } from './finding.js'
import { additions } from './incoming.js'
import { cancelLoads } from './loading.js'
import { redo, undo } from './steps.js'

const filterBar = part(document, 'filter-bar', FilterBar)

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

addEventListener('keydown', event => {
  const isCtrl = event.ctrlKey || event.metaKey
  if (event.key === 'F6') focusPane(event.shiftKey ? -1 : 1)
  else if (isCtrl && event.key === 'o') additions.files?.()
  else if (isCtrl && event.key === '.') cancelLoads()
  // In a field that is typed in they are the field's own.
  else if (isCtrl && event.key.toLowerCase() === 'z' && !isTyping(event)) event.shiftKey ? redo() : undo()
  else if (!hasCase(store.get()) || !['rows', 'pivot'].includes(store.get().tab)) return
  else if (event.key === '/' && !isCtrl && !isTyping(event)) filterBar.focus()
  else if (isCtrl && event.shiftKey && event.key.toLowerCase() === 'f') showFind()
  // A second time it is the browser's own.
  else if (isCtrl && event.key === 'f' && !filterBar.contains(document.activeElement)) filterBar.focus()
  else return
  event.preventDefault()
})
