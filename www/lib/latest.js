/** Questions that come faster than answers. Pure. */

/**
 * `work`, called with the newest arguments only: while it runs, newer ones take each other's place.
 *
 * @template {unknown[]} A
 * @param {(...args: A) => Promise<void>} work
 * @returns {(...args: A) => Promise<void>} done when nothing waits any more
 */
export function latestOnly(work) {
  /** @type {A | undefined} */
  let next
  /** @type {Promise<void> | undefined} */
  let running
  async function run() {
    while (next) {
      const args = next
      next = undefined
      await work(...args)
    }
  }
  return (...args) => {
    next = args
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }
}
