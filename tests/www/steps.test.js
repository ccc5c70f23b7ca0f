/** Steps of the page and of the browser, without either. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Steps } from '../../www/page/steps.js'
import { fakeCase } from './support/fakes.js'

/** A browser's history: at most `most` entries; it moves when a test lets it. */
class FakeBrowser extends EventTarget {
  /** @type {any[]} */
  #entries = [null]
  #at = 0
  #most
  /** Moves that were asked for and have not happened. @type {number[]} */
  asked = []

  constructor(most = 50) {
    super()
    this.#most = most
  }

  get place() {
    return this.#entries[this.#at]?.place
  }

  get history() {
    const browser = this
    return {
      get length() {
        return browser.#entries.length
      },
      get state() {
        return browser.#entries[browser.#at]
      },
      go: (/** @type {number} */ way) => void this.asked.push(way),
      pushState: (/** @type {any} */ entry) => {
        this.#entries = [...this.#entries.slice(0, this.#at + 1), entry].slice(-this.#most)
        this.#at = this.#entries.length - 1
      },
      replaceState: (/** @type {any} */ entry) => {
        this.#entries[this.#at] = entry
      },
    }
  }

  /** The analyst presses Back or Forward, or a move that was asked for happens. @param {number} way */
  move(way) {
    this.#at = Math.min(Math.max(0, this.#at + way), this.#entries.length - 1)
    this.dispatchEvent(Object.assign(new Event('popstate'), { state: this.#entries[this.#at] }))
  }

  /** Does what was asked for. */
  catchUp() {
    for (const way of this.asked.splice(0)) this.move(way)
  }
}

/** @param {number} [most] entries of the browser */
function steps(most) {
  const theCase = fakeCase({})
  const browser = new FakeBrowser(most)
  const all = new Steps(theCase, /** @type {any} */ (browser))
  let nWalks = 0
  all.onWalk(() => {
    nWalks += 1
  })
  const shown = () => theCase.store.get().query
  const take = (/** @type {string[]} */ ...queries) => {
    for (const query of queries) all.take({ query }, query)
  }
  return { ...theCase, browser, steps: all, take, shown, nWalks: () => nWalks }
}

test('undo and redo walk the steps, and the browser follows', () => {
  const { steps: all, take, shown, browser, store, nWalks } = steps()
  take('a', 'b')
  all.undo()
  assert.equal(shown(), 'a')
  assert.equal(store.get().notice, 'Undone: b')
  assert.deepEqual(browser.asked, [-1])
  browser.catchUp()
  assert.equal(browser.place, 1)
  all.redo()
  browser.catchUp()
  assert.deepEqual([shown(), browser.place, nWalks()], ['b', 2, 2])
  assert.equal(store.get().notice, 'Redone: b')
})

test('there is an end to undo and to redo', () => {
  const { steps: all, store, nWalks } = steps()
  all.undo()
  assert.equal(store.get().notice, 'Nothing to undo')
  all.redo()
  assert.equal(store.get().notice, 'Nothing to redo')
  assert.equal(nWalks(), 0)
})

test('Back and Forward walk the steps too', () => {
  const { take, shown, browser } = steps()
  take('a', 'b')
  browser.move(-2)
  assert.equal(shown(), '')
  browser.move(1)
  assert.equal(shown(), 'a')
  assert.deepEqual(browser.asked, [])
})

test('a step that is taken while the browser moves starts from what is on screen', () => {
  const { steps: all, take, shown, browser } = steps()
  take('a', 'b', 'c')
  all.undo()
  all.undo()
  take('d')
  assert.equal(shown(), 'd')
  browser.catchUp()
  browser.catchUp()
  assert.equal(browser.place, 2)
  all.redo()
  assert.equal(shown(), 'd')
  browser.move(-1)
  assert.equal(shown(), 'a')
})

test('a browser that ignores a move is asked again, after a while', async () => {
  const { steps: all, take, browser, clock } = steps()
  take('a', 'b', 'c')
  all.undo()
  all.undo()
  assert.deepEqual(browser.asked, [-1])
  browser.asked = []
  await clock.pass(2001)
  all.undo()
  assert.deepEqual(browser.asked, [-3])
})

test('of steps that the browser has forgotten, its oldest entry stands for all', () => {
  const { steps: all, take, shown, browser } = steps(3)
  take('a', 'b', 'c', 'd')
  all.undo()
  browser.catchUp()
  all.undo()
  browser.catchUp()
  all.undo()
  browser.catchUp()
  assert.equal(shown(), 'a')
  assert.deepEqual(browser.asked, [])
  all.redo()
  browser.catchUp()
  assert.equal(shown(), 'b')
})

test('entries of another load of the page are left alone', () => {
  const { take, shown, browser } = steps()
  take('a')
  browser.history.pushState({ load: -1, place: 0 })
  browser.move(0)
  assert.equal(shown(), 'a')
})

test('steps of one kind that follow each other are one', () => {
  const { steps: all, shown } = steps()
  all.take({ query: 'a' }, 'a', 'typing 1')
  all.take({ query: 'ab' }, 'ab', 'typing 1')
  all.undo()
  assert.equal(shown(), '')
})
