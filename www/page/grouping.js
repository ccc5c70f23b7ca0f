/** Rows in groups: the fields they are grouped by, and which groups are expanded. */

/** @import { RowIndex, Selection } from '../types.d.ts' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { Branch, Group } from '../lib/groups.js' */
/** @import { Case } from './case.js' */
/** @import { Steps } from './steps.js' */

import { Pace } from '../lib/clock.js'
import { h, on, part } from '../lib/dom.js'
import { branchOf, groupAt, lineAt, withOpen } from '../lib/groups.js'
import { NewestOnly } from '../lib/latest.js'
import { visibleText } from '../lib/safe-text.js'
import { editOf } from '../state/clauses.js'

/** At most this many groups are listed beside each other: the most frequent ones. */
const GROUPS_LIMIT = 10_000
/** While files are read, groups are counted again at most this often. */
const LOADING_MS = 1000

export class RowGroups {
  #case
  #steps
  #questions = new NewestOnly()
  /** A group that the analyst expanded or collapsed while the groups were being counted. @type {Group | null} */
  #waiting = null

  /**
   * @param {Case} theCase
   * @param {{ steps: Steps }} parts
   */
  constructor(theCase, { steps }) {
    this.#case = theCase
    this.#steps = steps
  }

  /** Groups by `field` within the groups that there are. @param {string} field */
  add(field) {
    const { groups } = this.#case.store.get()
    if (groups.includes(field)) return
    this.#steps.take({ groups: [...groups, field] }, `Group by ${visibleText(field)}`)
  }

  /** Groups by these fields and no others. @param {readonly string[]} groups */
  keep(groups) {
    const by = groups.map(visibleText).join(', then by ')
    this.#steps.take({ groups }, groups.length > 0 ? `Group by ${by}` : 'Do not group the rows')
  }

  /**
   * The selection and row that a row of the grid comes from; null for a group.
   *
   * @param {RowIndex} row
   * @returns {{ selection: Selection, row: RowIndex } | null}
   */
  rowOnScreen(row) {
    const { answer, groups, grouped } = this.#case.store.get()
    if (groups.length === 0 || !grouped) return answer && { selection: answer, row }
    const line = lineAt(grouped.root, row)
    return line && 'row' in line ? line : null
  }

  /** Counts the groups of the rows on screen. */
  async count() {
    const { store, sayUnlessReplaced } = this.#case
    const signal = this.#questions.begin()
    const { answer, groups, grouped } = store.get()
    if (!answer || groups.length === 0) return store.change(state => ({ ...state, grouped: null }))
    // Groups that were expanded are expanded again, if their fields are the same.
    const old = grouped?.groups.every((field, i) => field === groups[i]) ? grouped.root : null
    try {
      const root = await this.#branch(answer.query, answer, [], old, signal)
      if (signal.aborted) return
      store.change(state => ({ ...state, grouped: { answer, groups, root } }))
      const late = this.#waiting
      this.#waiting = null
      if (late) await this.toggle(late)
    } catch (error) {
      if (!signal.aborted) sayUnlessReplaced(error)
    }
  }

  /** Expands or collapses a group; while groups are being counted, once they are. @param {Group} wanted */
  async toggle(wanted) {
    const { store } = this.#case
    const { answer, groups, grouped } = store.get()
    const { path } = wanted
    const found = grouped && groupAt(grouped.root, path)
    if (!found || found.group.value !== wanted.value) return
    if (grouped.groups !== groups || grouped.answer !== answer) {
      this.#waiting = wanted
      return
    }
    const { group, within } = found
    const open = group.open ? null : await this.#expand(group, within, null, this.#questions.signal)
    // Meanwhile another group may have been expanded, or the answer replaced, which has other groups.
    store.change(state =>
      state.grouped?.answer === grouped.answer
        ? { ...state, grouped: { ...state.grouped, root: withOpen(state.grouped.root, path, open) } }
        : state,
    )
  }

  /**
   * The groups of `selection`; after the last field, its rows. Groups that were expanded in `old` are expanded again.
   *
   * @param {string} query of the selection
   * @param {Selection} selection
   * @param {readonly number[]} path of the group that the selection belongs to
   * @param {Branch | null} old
   * @param {AbortSignal} signal
   * @returns {Promise<Branch>}
   */
  async #branch(query, selection, path, old, signal) {
    const field = this.#case.store.get().groups[path.length]
    if (field === undefined) return branchOf(query, selection, null)
    const { values, missing } = await selection.facet(field, { limit: GROUPS_LIMIT, signal })
    const none = missing > 0 ? [{ value: null, count: missing, first: null, last: null }] : []
    const groups = [...values, ...none].map((of, i) => ({ field, ...of, path: [...path, i], open: null }))
    const wereOpen = new Map(old?.groups?.map(group => [group.value, group.open]))
    const within = branchOf(query, selection, groups)
    const expanded = groups.map(async group => {
      const was = wereOpen.get(group.value)
      return was ? { ...group, open: await this.#expand(group, within, was, signal) } : group
    })
    return branchOf(query, selection, await Promise.all(expanded))
  }

  /**
   * The content of `group`: smaller groups or rows.
   *
   * @param {Group} group
   * @param {Branch} within the branch that lists the group
   * @param {Branch | null} old
   * @param {AbortSignal} signal
   */
  async #expand({ field, value, path }, within, old, signal) {
    const { engine, store } = this.#case
    const ready = await engine
    // The clause is made on its own: an edit of the parent's query would add the value to others that are kept.
    const clause = await ready.edit('', editOf({ field, value, how: 'keep' }))
    const query = within.query.trim() === '' ? clause : `(${within.query}) and ${clause}`
    const selection = await ready.filter(query, { sort: [...store.get().sort], signal })
    return this.#branch(query, selection, path, old, signal)
  }
}

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, grid: LogGrid, bar: HTMLElement }} parts `bar` lists the fields
 */
export function wireGrouping(theCase, { steps, grid, bar }) {
  const { store, clock, sayUnlessReplaced } = theCase
  const groups = new RowGroups(theCase, { steps })
  const pace = new Pace(clock, LOADING_MS)

  store.subscribe(({ answer, groups: by }, before) => {
    if (answer === before?.answer && by === before?.groups) return
    if (by.length === 0 && (before?.groups.length ?? 0) === 0) return
    const isMore = answer?.isLoading && by === before?.groups && answer.query === before.answer?.query
    if (isMore) pace.again(() => groups.count())
    else pace.soon(() => groups.count())
  })

  store.subscribe(({ groups: by }, before) => {
    if (by === before?.groups) return
    bar.hidden = by.length === 0
    const buttons = by.map(field => {
      const name = visibleText(field)
      const button = h('button', { type: 'button', 'aria-label': `Do not group by ${name}` }, `${name} ×`)
      button.addEventListener('click', () => {
        groups.keep(by.filter(other => other !== field))
        grid.focus()
      })
      return button
    })
    part(bar, '.fields', HTMLElement).replaceChildren(...buttons)
  })

  on(grid, 'toggle-group', (/** @type {Group} */ group) => groups.toggle(group).catch(sayUnlessReplaced))
  return groups
}
