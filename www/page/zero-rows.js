/** Why no row is left, and what to do about it. */

/** @import { ZeroRows } from '../elements/zero-rows.js' */
/** @import { Case } from './case.js' */
/** @import { FilterEdits } from './clauses.js' */

import { on } from '../lib/dom.js'
import { NewestOnly } from '../lib/latest.js'

/**
 * @param {Case} theCase
 * @param {{ filter: FilterEdits, zeroRows: ZeroRows }} parts
 */
export function wireZeroRows({ store, sayUnlessReplaced }, { filter, zeroRows }) {
  const explaining = new NewestOnly()
  store.subscribe(async ({ answer }, before) => {
    if (!answer || answer === before?.answer) return
    const signal = explaining.begin()
    if (answer.count > 0 || answer.query.trim() === '') return
    try {
      const explanation = await answer.explain({ signal })
      if (!signal.aborted) store.change(state => ({ ...state, explained: { answer, explanation } }))
    } catch (error) {
      if (!signal.aborted) sayUnlessReplaced(error)
    }
  })
  on(zeroRows, 'switch-off', (/** @type {number} */ clause) => filter.switchOff(clause))
  zeroRows.connect(store)
}
