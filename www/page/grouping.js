/** Rows in groups: which fields they are collapsed by, and which groups are open. */

/** @import { RowIndex, Selection } from '../types.d.ts' */
/** @import { Branch, Group } from '../lib/groups.js' */

import { LogGrid } from '../elements/log-grid.js'
import { h, part } from '../lib/dom.js'
import { branchOf, groupAt, lineAt, withOpen } from '../lib/groups.js'
import { visibleText } from '../lib/safe-text.js'
import { editOf } from '../state/clauses.js'
import { engine, sayUnlessReplaced, store } from './case.js'
import { take } from './steps.js'

const grid = part(document, '#rows', LogGrid)
const bar = part(document, '.grouping', HTMLElement)

/** So many groups are listed side by side; the most frequent. */
const GROUPS_LIMIT = 10_000
/** While files are read, groups are counted anew no more often than this. */
const LOADING_MS = 1000

/** @param {string} field */
export function groupBy(field) {
  const { groups } = store.get()
  if (!groups.includes(field)) take({ groups: [...groups, field] }, `Group by ${visibleText(field)}`)
}

/** @param {readonly string[]} groups */
function keepGroups(groups) {
  const by = groups.map(visibleText).join(', then by ')
  take({ groups }, groups.length > 0 ? `Group by ${by}` : 'Do not group the rows')
  grid.focus()
}

/**
 * Where a row of the grid comes from; null for a group.
 *
 * @param {RowIndex} row
 * @returns {{ selection: Selection, row: RowIndex } | null}
 */
export function rowOnScreen(row) {
  const { answer, groups, grouped } = store.get()
  if (groups.length === 0 || !grouped) return answer && { selection: answer, row }
  const line = lineAt(grouped.root, row)
  return line && 'row' in line ? line : null
}

let asking = new AbortController()

/**
 * The groups of `selection`, or behind the last field its rows. What was open is opened again.
 *
 * @param {string} query of the selection
 * @param {Selection} selection
 * @param {readonly number[]} path of the group that it is of
 * @param {Branch | null} old
 * @param {AbortSignal} signal
 * @returns {Promise<Branch>}
 */
async function branch(query, selection, path, old, signal) {
  const field = store.get().groups[path.length]
  if (field === undefined) return branchOf(query, selection, null)
  const { values, missing } = await selection.facet(field, { limit: GROUPS_LIMIT, signal })
  const none = missing > 0 ? [{ value: null, count: missing, first: null, last: null }] : []
  const groups = [...values, ...none].map((of, i) => ({ field, ...of, path: [...path, i], open: null }))
  const wereOpen = new Map(old?.groups?.map(group => [group.value, group.open]))
  const within = branchOf(query, selection, groups)
  const opened = groups.map(async group => {
    const was = wereOpen.get(group.value)
    return was ? { ...group, open: await opening(group, within, was, signal) } : group
  })
  return branchOf(query, selection, await Promise.all(opened))
}

/**
 * What `group` is expanded to.
 *
 * @param {Group} group
 * @param {Branch} within
 * @param {Branch | null} old
 * @param {AbortSignal} signal
 */
async function opening({ field, value, path }, within, old, signal) {
  const ready = await engine
  // Not an edit of the query around it: beside other values that are kept it would be one more.
  const clause = await ready.edit('', editOf({ field, value, how: 'keep' }))
  const query = within.query.trim() === '' ? clause : `(${within.query}) and ${clause}`
  const selection = await ready.filter(query, { sort: [...store.get().sort], signal })
  return branch(query, selection, path, old, signal)
}

/** Counts the groups of the rows on screen. */
async function regroup() {
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  const { answer, groups, grouped } = store.get()
  if (!answer || groups.length === 0) return store.change(state => ({ ...state, grouped: null }))
  askedAt = performance.now()
  // Groups that were open by the same fields are opened again.
  const old = grouped?.groups.every((field, i) => field === groups[i]) ? grouped.root : null
  try {
    const root = await branch(answer.query, answer, [], old, signal)
    if (signal.aborted) return
    store.change(state => ({ ...state, grouped: { answer, groups, root } }))
    const late = waiting
    waiting = null
    if (late) await toggle(late)
  } catch (error) {
    if (!signal.aborted) sayUnlessReplaced(error)
  }
}

/** A group that was to be expanded or collapsed while others were counted. @type {Group | null} */
let waiting = null

/** Expands or collapses a group; where other groups are on their way, once they are here. @param {Group} wanted */
async function toggle(wanted) {
  const { answer, groups, grouped } = store.get()
  const { path } = wanted
  const found = grouped && groupAt(grouped.root, path)
  if (!found || found.group.value !== wanted.value) return
  if (grouped.groups !== groups || grouped.answer !== answer) {
    waiting = wanted
    return
  }
  const { group, within } = found
  const open = group.open ? null : await opening(group, within, null, asking.signal)
  // Another group may have been opened meanwhile; another answer has other groups.
  store.change(state =>
    state.grouped?.answer === grouped.answer
      ? { ...state, grouped: { ...state.grouped, root: withOpen(state.grouped.root, path, open) } }
      : state,
  )
}

let askedAt = 0
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

store.subscribe(({ answer, groups }, before) => {
  if (answer === before?.answer && groups === before?.groups) return
  if (groups.length === 0 && (before?.groups.length ?? 0) === 0) return
  const isMore = answer?.isLoading && groups === before?.groups && answer.query === before.answer?.query
  clearTimeout(timer)
  timer = setTimeout(regroup, isMore ? Math.max(0, askedAt + LOADING_MS - performance.now()) : 0)
})

store.subscribe(({ groups }, before) => {
  if (groups === before?.groups) return
  bar.hidden = groups.length === 0
  const buttons = groups.map(field => {
    const name = visibleText(field)
    const button = h('button', { type: 'button', 'aria-label': `Do not group by ${name}` }, `${name} ×`)
    button.addEventListener('click', () => keepGroups(groups.filter(other => other !== field)))
    return button
  })
  part(bar, '.fields', HTMLElement).replaceChildren(...buttons)
})

grid.addEventListener('toggle-group', event =>
  toggle(/** @type {CustomEvent<Group>} */ (event).detail).catch(sayUnlessReplaced),
)
