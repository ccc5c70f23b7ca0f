/**
 * Steps that can be undone. They are the browser's, too: Back and Forward walk the same ones. What the browser keeps of
 * a step is its number.
 */

/** @import { View } from '../state/view.js' */

import { withStep, withStepAt } from '../state/changes.js'
import { redoable, undoable } from '../state/view.js'
import { say, store } from './case.js'

/** Entries of the browser's history that another load of the page has left are not ours. */
const ours = crypto.getRandomValues(new Uint32Array(1))[0]
/** Which step of the browser is on screen, and which of them is the first that can still be gone to. */
let place = 0
let first = 0

/** Who brings what the engine answers to the view that was gone to. @type {Set<() => void>} */
const listeners = new Set()

/** @param {() => void} listener called after each undo, redo, Back and Forward */
export const onWalk = listener => listeners.add(listener)

history.replaceState({ ours, place }, '')

/**
 * The analyst has changed her view.
 *
 * @param {Partial<View>} change
 * @param {string} label what she did, for people
 * @param {string} [kind] steps of one kind, one behind the other, are one
 */
export function take(change, label, kind) {
  const before = store.get().history
  store.change(state => withStep(state, change, label, kind))
  const now = store.get().history
  // It became one with the step before.
  if (now.at === before.at && now.steps[now.at - 1] === before.steps[before.at - 1]) return
  place += 1
  first = place - now.at
  history.pushState({ ours, place }, '')
}

export function undo() {
  if (undoable(store.get().history)) history.back()
  else say('Nothing to undo')
}

export function redo() {
  if (redoable(store.get().history)) history.forward()
  else say('Nothing to redo')
}

addEventListener('popstate', ({ state }) => {
  if (state?.ours !== ours || state.place === place) return
  const { history: before } = store.get()
  place = state.place
  const at = Math.max(0, place - first)
  const label = before.steps[Math.max(at, before.at)]?.label ?? ''
  store.change(state => withStepAt(state, at))
  say(at < before.at ? `Undone: ${label}` : `Done again: ${label}`)
  for (const listen of listeners) listen()
})
