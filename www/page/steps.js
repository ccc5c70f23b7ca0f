/**
 * Steps that can be undone. The browser has the same steps: Back and Forward walk them too.
 *
 * The page takes a step first and the browser follows when it has time, so that a step taken in between starts from the
 * view on screen. The browser keeps the number of each step. It keeps fewer steps than the page; its oldest entry then
 * stands for all steps before.
 */

/** @import { View } from '../state/view.js' */
/** @import { Case } from './case.js' */

import { withStep, withStepAt } from '../state/changes.js'
import { redoable, undoable } from '../state/view.js'

/** A browser that has not moved this long after it was asked to will not move: some requests it ignores. */
const GOING_MS = 2000

/**
 * The part of a window that keeps the browser's history.
 *
 * @typedef {Pick<Window, 'addEventListener'> & { history: Pick<History, 'length' | 'state' | 'go' | 'pushState' | 'replaceState'> }} Browser
 */

/**
 * What the browser keeps of a step. Entries that another load of the page has left have another `load`.
 *
 * @typedef {{ load: number | undefined, place: number }} Entry
 */

export class Steps {
  #case
  #browser
  #load = crypto.getRandomValues(new Uint32Array(1))[0]
  /** The number of the step on screen. */
  #place = 0
  /** The number of the first step that the page still knows. */
  #first = 0
  /** The numbers of the browser's oldest and newest entries. */
  #oldest = 0
  #newest = 0
  /** Since when the browser has been moving; undefined: it is not. @type {number | undefined} */
  #goingSince
  /** @type {Set<() => void>} */
  #listeners = new Set()

  /**
   * @param {Case} theCase
   * @param {Browser} browser
   */
  constructor(theCase, browser) {
    this.#case = theCase
    this.#browser = browser
    browser.history.replaceState(this.#entry(0), '')
    browser.addEventListener('popstate', ({ state }) => this.#browserMoved(state))
  }

  /**
   * Calls `listener` after each undo, redo, Back and Forward: the view is that of another step then, and what the
   * engine answers to it is still to be asked.
   *
   * @param {() => void} listener
   */
  onWalk(listener) {
    this.#listeners.add(listener)
  }

  /**
   * The analyst has changed her view.
   *
   * @param {Partial<View>} change
   * @param {string} label what she did, for people
   * @param {string} [kind] steps of one kind that follow each other become one
   */
  take(change, label, kind) {
    const { store } = this.#case
    const before = store.get().history
    store.change(state => withStep(state, change, label, kind))
    const now = store.get().history
    const isMerged = now.at === before.at && now.steps[now.at - 1] === before.steps[before.at - 1]
    if (isMerged) return
    // Undone steps are gone.
    this.#newest = Math.min(this.#newest, this.#place)
    this.#place += 1
    this.#first = this.#place - now.at
    this.#follow()
  }

  /** Shows another view of the page; views that are passed through are one step. @param {View['tab']} tab */
  show(tab) {
    if (this.#case.store.get().tab !== tab) this.take({ tab }, `Show ${tab}`, 'tab')
  }

  undo() {
    if (undoable(this.#case.store.get().history)) this.#goTo(this.#place - 1)
    else this.#case.say('Nothing to undo')
  }

  redo() {
    if (redoable(this.#case.store.get().history)) this.#goTo(this.#place + 1)
    else this.#case.say('Nothing to redo')
  }

  /** @param {number} place */
  #goTo(place) {
    this.#walkTo(place)
    this.#follow()
  }

  /** @param {number} to the number of a step */
  #walkTo(to) {
    const { store, say } = this.#case
    const { history: before } = store.get()
    const at = Math.min(Math.max(0, to - this.#first), before.steps.length - 1)
    this.#place = this.#first + at
    const label = before.steps[Math.max(at, before.at)]?.label ?? ''
    store.change(state => withStepAt(state, at))
    say(at < before.at ? `Undone: ${label}` : `Redone: ${label}`)
    for (const listen of this.#listeners) listen()
  }

  /** Brings the browser to the step on screen. */
  #follow() {
    const { history } = this.#browser
    const now = this.#case.clock.now()
    if (this.#goingSince !== undefined && now - this.#goingSince < GOING_MS) return
    this.#goingSince = undefined
    const here = history.state.place
    const there = Math.min(this.#place, this.#newest)
    const way = Math.max(there, this.#oldest) - Math.max(here, this.#oldest)
    if (way !== 0) {
      this.#goingSince = now
      history.go(way)
      return
    }
    if (here !== there) history.replaceState(this.#entry(there), '')
    while (this.#newest < this.#place) {
      this.#newest += 1
      history.pushState(this.#entry(this.#newest), '')
      this.#oldest = Math.max(0, this.#newest - history.length + 1)
    }
  }

  /** @param {number} place @returns {Entry} */
  #entry(place) {
    return { load: this.#load, place }
  }

  /** @param {Entry | null} entry */
  #browserMoved(entry) {
    if (!entry || entry.load !== this.#load) return
    const hasFollowed = this.#goingSince !== undefined
    this.#goingSince = undefined
    if (!hasFollowed && entry.place !== this.#place) this.#walkTo(entry.place)
    this.#follow()
  }
}

/**
 * @param {Case} theCase
 * @param {{ browser: Browser, undo: HTMLButtonElement, redo: HTMLButtonElement }} parts
 */
export function wireSteps(theCase, { browser, undo, redo }) {
  const steps = new Steps(theCase, browser)
  undo.addEventListener('click', () => steps.undo())
  redo.addEventListener('click', () => steps.redo())
  return steps
}
