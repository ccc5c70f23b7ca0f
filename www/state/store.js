/**
 * One store holds one frozen state; changes are pure functions `(state, …) => state`, in `changes.js`.
 */

/**
 * @template S
 * @typedef {object} Store
 * @property {() => S} get
 * @property {(change: (state: S) => S) => void} change
 * @property {(render: (state: S, before: S | null) => void, signal?: AbortSignal) => void} subscribe calls
 *   `render` at once, then after each change; `before` is the state of its last call
 */

/**
 * @template {object} S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = Object.freeze(initial)
  /** @type {Set<() => void>} */
  const subscribers = new Set()
  return {
    get: () => state,
    change(change) {
      const next = change(state)
      if (next === state) return
      state = Object.freeze(next)
      for (const tell of subscribers) tell()
    },
    subscribe(render, signal) {
      /** @type {S | null} */
      let before = null
      const tell = () => {
        const seen = before
        before = state
        if (seen !== state) render(state, seen)
      }
      subscribers.add(tell)
      signal?.addEventListener('abort', () => subscribers.delete(tell))
      tell()
    },
  }
}
