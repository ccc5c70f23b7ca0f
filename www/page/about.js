/** Everything about a value: asked over all sources, shown in a view of its own, and where it leads. */

/** @import { About, Nanos } from '../types.d.ts' */

import { AboutPanel } from '../elements/about-panel.js'
import { ChartView } from '../elements/chart-view.js'
import { LogGrid } from '../elements/log-grid.js'
import { part } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'
import { ask } from './asking.js'
import { engine, say, store } from './case.js'
import { rowOnScreen } from './grouping.js'
import { savePicture } from './pictures.js'
import { take } from './steps.js'

const panel = part(document, 'about-panel', AboutPanel)
const grid = part(document, '#rows', LogGrid)

let asking = new AbortController()
/** What was asked last: the value, and how many rows there were. */
let asked = ''
/** @type {About | null} */
let about = null

/** Shows everything about `value`. @param {string} value */
export function tellAbout(value) {
  if (value === '') return say('The value is empty')
  take({ tab: 'about', about: value }, `Everything about ${visibleText(value)}`)
  panel.focus()
}

/** @param {string} value @param {number} total */
async function refresh(value, total) {
  const key = `${total} ${value}`
  if (key === asked) return
  const isSame = about?.value === value
  asked = key
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  if (!isSame) panel.show(null, value)
  if (value === '') return
  try {
    const next = await (await engine).about(value, { signal })
    if (signal.aborted) return
    about = next
    panel.show(next, value)
    if (!isSame) panel.focus()
  } catch (error) {
    if (!signal.aborted) say(error)
  }
}

/**
 * Shows the events that `query` accepts: of all, not of what was filtered before.
 *
 * @param {{ query: string, field?: string, value?: string, times?: { first: Nanos, end: Nanos } }} what
 */
async function showEvents({ query, field, value, times }) {
  const ready = await engine
  let wanted = query
  if (field !== undefined && value !== undefined)
    wanted = await ready.edit(wanted, { add: { field, value, how: 'keep' } })
  if (times) wanted = await ready.edit(wanted, { between: times })
  await ask(wanted)
  take({ tab: 'rows' }, 'Show rows', 'tab')
  grid.focus()
}

/** The value of the active cell, or of its first where it has several. */
async function tellAboutCell() {
  const cell = grid.activeCell
  const at = cell && rowOnScreen(cell.row)
  if (!at) return
  const { fields } = await at.selection.event(at.row)
  const values = fields.find(({ name }) => name === cell.field)?.values ?? []
  if (values[0] === undefined) return say('There is no value')
  tellAbout(values[0])
}

/** @template T @param {string} type @param {(detail: T) => unknown} act */
const on = (type, act) =>
  panel.addEventListener(type, event =>
    Promise.resolve(act(/** @type {CustomEvent<T>} */ (event).detail)).catch(say),
  )

on('about', tellAbout)
on('about-query', showEvents)
on('about-around', async (/** @type {{ time: Nanos, nanos: Nanos }} */ { time, nanos }) => {
  showEvents({ query: await (await engine).edit('', { around: { time, before: nanos, after: nanos } }) })
})
const chart = part(panel, 'chart-view', ChartView)
for (const button of panel.querySelectorAll('[data-save]')) {
  button.addEventListener('click', () =>
    savePicture(chart, button.getAttribute('data-save') ?? 'png').catch(say),
  )
}
grid.addEventListener('keydown', event => {
  if (event.key !== 'a' || event.ctrlKey || event.altKey || event.metaKey || !grid.activeCell) return
  event.preventDefault()
  tellAboutCell().catch(say)
})

store.subscribe((state, before) => {
  const isOther =
    state.tab !== before?.tab || state.about !== before?.about || state.answer !== before?.answer
  if (isOther && state.tab === 'about') refresh(state.about, state.answer?.total ?? 0)
})
