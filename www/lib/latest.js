/** Questions that come faster than answers. Pure. */

/**
 * `work`, called with the newest arguments only: while it runs, newer arguments replace those that wait.
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

/**
 * Questions of one kind, of which only the newest counts: each new one cancels the one before.
 *
 *     const signal = questions.begin()
 *     const answer = await engine.filter(query, { signal })
 *     if (!signal.aborted) show(answer)
 */
export class NewestOnly {
  #last = new AbortController()

  /** Cancels the question before. @returns {AbortSignal} for the new question */
  begin() {
    this.#last.abort()
    this.#last = new AbortController()
    return this.#last.signal
  }

  cancel() {
    this.#last.abort()
  }

  /** The signal of the newest question. */
  get signal() {
    return this.#last.signal
  }
}
