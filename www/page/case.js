/** The one case of the page: its state, its engine, its clock, and the line that speaks to the analyst. */

/** @import { Engine, TrailglassError } from '../types.d.ts' */
/** @import { Clock } from '../lib/clock.js' */
/** @import { Layout, State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { pageClock } from '../lib/clock.js'
import { initialState } from '../state/changes.js'
import { createStore } from '../state/store.js'

/**
 * What every file of this folder works with.
 *
 * @typedef {object} Case
 * @property {Store<State>} store
 * @property {Promise<Engine>} engine
 * @property {Clock} clock
 * @property {(what: unknown) => void} say shows words, or the message of an error, in the status bar
 * @property {(error: unknown) => void} sayUnlessReplaced as `say`, but not for questions about rows that are no longer
 *   on screen: these fail by being cancelled, or because their selection has ended
 * @property {(act: () => unknown) => Promise<void>} attempt calls `act`, and says the error if it fails
 */

/**
 * @param {{ engine: Promise<Engine>, layout: Layout, clock?: Clock }} what
 * @returns {Case}
 */
export function openCase({ engine, layout, clock = pageClock }) {
  const store = createStore(initialState(layout))
  const say = (/** @type {unknown} */ what) => {
    const notice = what instanceof Error ? what.message : String(what)
    store.change(state => ({ ...state, notice }))
  }
  engine.catch(say)
  return {
    store,
    engine,
    clock,
    say,
    sayUnlessReplaced(error) {
      const { code } = /** @type {TrailglassError} */ (error)
      if (code !== 'cancelled' && code !== 'range') say(error)
    },
    async attempt(act) {
      try {
        await act()
      } catch (error) {
        say(error)
      }
    },
  }
}
