/**
 * The page's clock, and what waits for a time on it. Only `pageClock` looks at real time: tests bring a clock of their
 * own.
 */

/** @import { Milliseconds } from '../types.d.ts' */

/**
 * @typedef {object} Clock
 * @property {() => Milliseconds} now since any fixed moment
 * @property {(wait: Milliseconds, act: () => void) => () => void} after calls `act` once, after `wait`; the result
 *   takes the call back
 */

/** @type {Clock} */
export const pageClock = {
  now: () => performance.now(),
  after(wait, act) {
    const timer = setTimeout(act, wait)
    return () => clearTimeout(timer)
  },
}

/**
 * Work that is wanted more often than it may run. What is asked for last replaces what still waits.
 *
 *     const pace = new Pace(clock, 1000)
 *     pace.soon(work)     with the next turn of the event loop
 *     pace.again(work)    at the earliest one second after the last work began
 */
export class Pace {
  #clock
  #least
  #began = Number.NEGATIVE_INFINITY
  #takeBack = () => {}

  /**
   * @param {Clock} clock
   * @param {Milliseconds} least between two beginnings of repeated work
   */
  constructor(clock, least) {
    this.#clock = clock
    this.#least = least
  }

  /**
   * @param {() => void} work
   * @param {Milliseconds} [wait]
   */
  soon(work, wait = 0) {
    this.#takeBack()
    this.#takeBack = this.#clock.after(wait, () => this.now(work))
  }

  /** @param {() => void} work */
  again(work) {
    this.soon(work, Math.max(0, this.#began + this.#least - this.#clock.now()))
  }

  /** Does work at once; what waits is dropped. @template T @param {() => T} work */
  now(work) {
    this.#takeBack()
    this.#began = this.#clock.now()
    return work()
  }
}
