/** The one case of the page: its state, its engine, and what is said to the analyst. */

/** @import { Engine, TrailglassError } from '../types.d.ts' */

import { createEngine } from '../engine/client.js'
import { removeUnpoliced } from '../lib/harden.js'
import { initialState } from '../state/changes.js'
import { keptLayout } from '../state/layout.js'
import { createStore } from '../state/store.js'

removeUnpoliced(globalThis)

export const store = createStore(initialState(keptLayout(() => localStorage)))

/** @type {Promise<Engine>} */
export const engine = createEngine()
engine.catch(say)

/** @param {unknown} what words, or an error */
export function say(what) {
  const notice = what instanceof Error ? what.message : String(what)
  store.change(state => ({ ...state, notice }))
}

/** Says what went wrong, unless it is of rows that are no longer on screen. @param {unknown} error */
export function sayUnlessReplaced(error) {
  const { code } = /** @type {TrailglassError} */ (error)
  if (code !== 'cancelled' && code !== 'range') say(error)
}
