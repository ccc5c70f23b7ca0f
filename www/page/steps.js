/**
 * Steps that can be undone. They are the browser's, too: Back and Forward walk the same ones. The page goes first and the
 * browser follows when it gets to it, so that a step taken meanwhile is taken from what is on screen. What the browser
 * keeps of a step is its number; it keeps fewer of them than the page, and then its oldest stands for all before it.
 */

/** @import { View } from '../state/view.js' */

import { withStep, withStepAt } from '../state/changes.js'
import { redoable, undoable } from '../state/view.js'
import { say, store } from './case.js'

/** A browser that was told to go and has not gone by then never will: it does not do everything it is told. */
const GOING_MS = 2000

/** Entries of the browser's history that another load of the page has left are not ours. */
const ours = crypto.getRandomValues(new Uint32Array(1))[0]
/** The numbers of the step on screen, of the first that the page knows, and of the browser's oldest and newest. */
let place = 0
let first = 0
let oldest = 0
let newest = 0
/** Since when the browser has been on its way. @type {number | undefined} */
let goingSince

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
  // What was undone is gone.
  newest = Math.min(newest, place)
  place += 1
  first = place - now.at
  follow()
}

export function undo() {
  if (!undoable(store.get().history)) return say('Nothing to undo')
  walkTo(place - 1)
  follow()
}

export function redo() {
  if (!redoable(store.get().history)) return say('Nothing to redo')
  walkTo(place + 1)
  follow()
}

/** @param {number} to the number of a step */
function walkTo(to) {
  const { history: before } = store.get()
  const at = Math.min(Math.max(0, to - first), before.steps.length - 1)
  place = first + at
  const label = before.steps[Math.max(at, before.at)]?.label ?? ''
  store.change(state => withStepAt(state, at))
  say(at < before.at ? `Undone: ${label}` : `Done again: ${label}`)
  for (const listen of listeners) listen()
}

/** Brings the browser to the step on screen. */
function follow() {
  if (goingSince !== undefined && performance.now() - goingSince < GOING_MS) return
  goingSince = undefined
  const here = history.state.place
  const there = Math.min(place, newest)
  const way = Math.max(there, oldest) - Math.max(here, oldest)
  if (way !== 0) {
    goingSince = performance.now()
    history.go(way)
    return
  }
  if (here !== there) history.replaceState({ ours, place: there }, '')
  while (newest < place) {
    newest += 1
    history.pushState({ ours, place: newest }, '')
    oldest = Math.max(0, newest - history.length + 1)
  }
}

addEventListener('popstate', ({ state }) => {
  if (state?.ours !== ours) return
  const hasFollowed = goingSince !== undefined
  goingSince = undefined
  if (!hasFollowed && state.place !== place) walkTo(state.place)
  follow()
})
