/** Stand-ins for what the page works with: a clock that is set by hand, an engine that answers what a test says. */

/** @import { Engine, Selection } from '../../../www/types.d.ts' */
/** @import { Clock } from '../../../www/lib/clock.js' */

import { openCase } from '../../../www/page/case.js'
import { DEFAULT_LAYOUT } from '../../../www/state/changes.js'

/**
 * A clock that moves when a test moves it.
 *
 *     await clock.pass(500)    everything that was due within half a second has run
 */
export class FakeClock {
  #now = 0
  /** @type {Set<{ at: number, act: () => void }>} */
  #waiting = new Set()

  /** @type {Clock['now']} */
  now = () => this.#now

  /** @type {Clock['after']} */
  after = (wait, act) => {
    const timer = { at: this.#now + wait, act }
    this.#waiting.add(timer)
    return () => this.#waiting.delete(timer)
  }

  /** @param {number} milliseconds */
  async pass(milliseconds) {
    const until = this.#now + milliseconds
    await settled()
    for (;;) {
      const due = [...this.#waiting].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#waiting.delete(due)
      this.#now = Math.max(this.#now, due.at)
      due.act()
      await settled()
    }
    this.#now = until
  }
}

/** Every promise that needs nothing more has run its course. @returns {Promise<void>} */
export const settled = () => new Promise(resolve => setImmediate(resolve))

/**
 * A case with a clock of its own, whose engine has these methods; a method that is missing fails the test that calls it.
 *
 * @param {Partial<Record<keyof Engine, (...args: any[]) => any>>} engine
 */
export function fakeCase(engine) {
  const clock = new FakeClock()
  const ready = /** @type {Engine} */ (/** @type {unknown} */ (engine))
  return { ...openCase({ engine: Promise.resolve(ready), layout: DEFAULT_LAYOUT, clock }), clock }
}

/**
 * A selection of `count` rows. It has one time, and no other value.
 *
 * @param {string} query
 * @param {Partial<Record<keyof Selection, any>>} [parts]
 * @returns {Selection & { isClosed: boolean }}
 */
export function fakeSelection(query, parts = {}) {
  const selection = {
    query,
    count: 1,
    total: 9,
    sort: [],
    isLoading: false,
    isClosed: false,
    rows: async (/** @type {number} */ first, /** @type {number} */ end, /** @type {string[]} */ fields) => ({
      first,
      end,
      fields,
      columns: fields.map(() => ['2025-11-03T10:00:00Z']),
      clipped: [],
    }),
    event: async (/** @type {number} */ row) => ({ row, path: 'a.json', offset: row, fields: [] }),
    close() {
      selection.isClosed = true
    },
    ...parts,
  }
  return /** @type {any} */ (selection)
}

/**
 * A promise that a test settles when it wants to.
 *
 * @template T
 * @returns {{ promise: Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void }}
 */
export function later() {
  let resolve = /** @type {(value: T) => void} */ (() => {})
  let reject = /** @type {(error: unknown) => void} */ (() => {})
  const promise = /** @type {Promise<T>} */ (
    new Promise((done, failed) => {
      resolve = done
      reject = failed
    })
  )
  return { promise, resolve, reject }
}
