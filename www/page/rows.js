/** The grid: which rows it shows, and what it changes. */

/** @import { SortKey } from '../types.d.ts' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { Marks, State } from '../state/changes.js' */
/** @import { Column } from '../state/columns.js' */
/** @import { Questions } from './asking.js' */
/** @import { Case } from './case.js' */
/** @import { Steps } from './steps.js' */

import { on } from '../lib/dom.js'
import { groupedModel } from '../lib/groups.js'
import { openRow } from '../state/changes.js'

/** @param {State} state */
function emptyText({ answer, nLoads }) {
  if (answer?.query) return 'No rows match. Change the filter or clear it.'
  return nLoads > 0 ? 'Reading …' : 'No event could be read from these files. The list of sources shows why.'
}

/**
 * @param {readonly SortKey[]} a
 * @param {readonly SortKey[]} b
 */
const sameSort = (a, b) =>
  a.length === b.length &&
  a.every((key, i) => key.field === b[i]?.field && key.descending === b[i]?.descending)

/**
 * @param {{ grid: LogGrid, questions: Questions }} parts
 * @param {State} state
 * @param {State | null} before
 */
function showRows({ grid, questions }, state, before) {
  const { answer, columns, sort, groups, grouped } = state
  if (columns !== before?.columns) grid.show({ columns })
  if (sort !== before?.sort) grid.show({ sort })
  grid.emptyText = emptyText(state)
  if (groups.length > 0 && grouped?.groups === groups && grouped !== before?.grouped) {
    const isSame = before?.grouped?.answer.query === grouped.answer.query
    grid.show({ model: groupedModel(grouped.root), isSame })
  } else if (groups.length === 0 && answer && (answer !== before?.answer || before.groups.length > 0)) {
    const old = before?.groups.length === 0 ? before.answer : null
    const isSame = old?.query === answer.query && sameSort(old.sort, answer.sort)
    grid.show({ model: questions.modelOf(answer), isSame })
    // The start screen is gone, and its focus with it.
    const isHere = state.tab === 'rows'
    if (isHere && answer.count > 0 && document.activeElement === document.body) grid.focus()
  }
  grid.openRow = groups.length > 0 ? -1 : openRow(state)
}

/**
 * @param {Case} theCase
 * @param {{ questions: Questions, steps: Steps, grid: LogGrid, copy: HTMLButtonElement }} parts
 */
export function wireRows({ store, say }, { questions, steps, grid, copy }) {
  store.subscribe((state, before) => showRows({ grid, questions }, state, before))
  on(grid, 'columns', (/** @type {readonly Column[]} */ columns) =>
    steps.take({ columns }, 'Change the columns', 'columns'),
  )
  on(grid, 'marks', (/** @type {Marks} */ marks) => store.change(state => ({ ...state, marks })))
  on(grid, 'notice', say)
  copy.addEventListener('click', () => grid.copy())
}
