/**
 * Clicks and keys that change the filter. The core writes the query's text; a change is a step like any other.
 *
 * What shows values fires `clause` (detail: ValueClause; bubbles).
 */

/** @import { Nanos, QueryEdit } from '../types.d.ts' */
/** @import { ValueClause } from '../state/clauses.js' */

import { editOf } from '../state/clauses.js'
import { ask } from './asking.js'
import { engine, say, store } from './case.js'

/** Of two clicks the second changes what the first has made. */
let turn = Promise.resolve()

/**
 * Changes the filter and asks it; over when it is answered. Where what is typed cannot be asked, the filter of the rows on screen is changed.
 *
 * @param {QueryEdit} edit
 */
export function editFilter(edit) {
  let asked = Promise.resolve()
  turn = turn.then(async () => {
    try {
      const edited = await (await engine).edit(filterOnScreen(), edit)
      asked = ask(edited)
    } catch (error) {
      say(error)
    }
  })
  return turn.then(() => asked)
}

/** The query that the analyst sees the rows of, or waits for. */
export function filterOnScreen() {
  const { query, problem, answer } = store.get()
  return problem ? (answer?.query ?? '') : query
}

/** @param {ValueClause} clause */
export const addClause = clause => editFilter(editOf(clause))

/** Only times in this range. @param {{ first: Nanos, end: Nanos }} range */
export const keepTimes = range => editFilter({ between: range })

document.addEventListener('clause', event =>
  addClause(/** @type {CustomEvent<ValueClause>} */ (event).detail),
)
