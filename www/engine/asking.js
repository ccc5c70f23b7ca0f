/** Questions to the hub, which their signals give up. */
import { cancelled } from './messages.js'

/**
 * @typedef {import('./messages.js').Peer<import('./hub.js').HubHandlers>} Hub
 * @typedef {import('./questions.d.ts').Questions} Questions
 */

/** @param {AbortSignal} [signal] */
export function throwIfAborted(signal) {
  if (signal?.aborted) throw cancelled()
}

/**
 * What asks the hub a question that its signal gives up. An answer that comes all the same is for `isLate`.
 *
 * @typedef {<Q extends keyof Questions>(
 *   signal: AbortSignal | undefined,
 *   kind: Q,
 *   request: Questions[Q]['request'],
 *   isLate?: (reply: Questions[Q]['reply']) => void,
 * ) => Promise<Questions[Q]['reply']>} AskHub
 */

/** @param {Hub} hub @returns {AskHub} */
export function asking(hub) {
  let lastQuestion = 0
  return async (signal, kind, request, isLate = () => {}) => {
    throwIfAborted(signal)
    lastQuestion += 1
    const question = lastQuestion
    const answer = hub.call('ask', question, kind, request)
    if (!signal) return answer
    return new Promise((done, failed) => {
      const giveUp = () => {
        hub.tell('giveUp', question)
        failed(cancelled())
        answer.then(isLate, () => {})
      }
      signal.addEventListener('abort', giveUp, { once: true })
      answer.then(done, failed).finally(() => signal.removeEventListener('abort', giveUp))
    })
  }
}
