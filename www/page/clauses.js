/**
 * Clicks and keys that change the filter. The core writes the query's text; a change is a step like any other.
 *
 * What shows values fires `clause` (detail: ValueClause; bubbles).
 */

/** @import { Nanos, QueryEdit } from '../types.d.ts' */
/** @import { ValueClause } from '../state/clauses.js' */
/** @import { View } from '../state/view.js' */

import { ASKABLE_CHARS, editOf, isOfTime, timesOf, zoomedOut } from '../state/clauses.js'
import { asked, pillsOf, toggled } from '../state/pills.js'
import { ask } from './asking.js'
import { engine, say, store } from './case.js'

/** Of two clicks the second changes what the first has made. */
let turn = Promise.resolve()

/**
 * Changes the filter and asks it; over when it is answered. Where what is typed cannot be asked, the filter of the rows
 * on screen is changed.
 *
 * @param {QueryEdit} edit
 */
export const editFilter = edit => change(async query => ({ query: await (await engine).edit(query, edit) }))

/** @param {(query: string) => Promise<{ query: string, off?: View['off'] }>} edited */
function change(edited) {
  let answered = Promise.resolve()
  turn = turn.then(async () => {
    try {
      const { query, off } = await edited(filterOnScreen())
      answered = ask(query, off ? { off } : {})
    } catch (error) {
      say(error)
    }
  })
  return turn.then(() => answered)
}

/** The query that the analyst sees the rows of, or waits for. */
export function filterOnScreen() {
  const { query, problem, answer } = store.get()
  return problem ? (answer?.query ?? '') : query
}

/** @param {ValueClause} clause */
export async function addClause(clause) {
  if ((clause.value?.length ?? 0) < ASKABLE_CHARS) await editFilter(editOf(clause))
  else say('The value is too long to ask for')
}

/** Only times in this range. @param {{ first: Nanos, end: Nanos }} range */
export const keepTimes = range => editFilter({ between: range })

/**
 * More times than are asked for now, or all of them where that is no less.
 *
 * @param {{ first: Nanos, end: Nanos }} shown where the filter does not say from when to when
 * @param {{ first: Nanos, last: Nanos } | null} all first and last time without the filter's own bounds
 */
export const widenTimes = (shown, all) =>
  change(async query => {
    const ready = await engine
    const { clauses } = await ready.parse(query)
    const others = clauses.filter(clause => !isOfTime(clause))
    if (others.length === clauses.length) say('These are all times')
    const asked = timesOf(clauses)
    const wider = zoomedOut({ first: asked.first ?? shown.first, end: asked.end ?? shown.end })
    const isAll = all === null || (wider.first <= all.first && wider.end > all.last)
    if (!isAll) return { query: await ready.edit(query, { between: wider }) }
    return { query: others.map(({ text }) => text).join(' and ') }
  })

/** Switches a clause off; it stays among the pills. @param {number} clause by its place in the query */
export const switchOff = clause =>
  change(async query => {
    const { clauses } = await (await engine).parse(query)
    const pills = pillsOf(clauses, store.get().off)
    const on = pills.flatMap(({ isOff }, at) => (isOff ? [] : [at]))
    return asked(toggled(pills, on[clause] ?? -1))
  })

document.addEventListener('clause', event =>
  addClause(/** @type {CustomEvent<ValueClause>} */ (event).detail),
)
