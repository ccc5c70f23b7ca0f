/** Why no row is left, and what to do about it. */

import { ZeroRows } from '../elements/zero-rows.js'
import { part } from '../lib/dom.js'
import { sayUnlessReplaced, store } from './case.js'
import { switchOff } from './clauses.js'

const zeroRows = part(document, 'zero-rows', ZeroRows)

let explaining = new AbortController()

store.subscribe(async ({ answer }, before) => {
  if (!answer || answer === before?.answer) return
  explaining.abort()
  if (answer.count > 0 || answer.query.trim() === '') return
  explaining = new AbortController()
  const { signal } = explaining
  try {
    const explanation = await answer.explain({ signal })
    if (!signal.aborted) store.change(state => ({ ...state, explained: { answer, explanation } }))
  } catch (error) {
    if (!signal.aborted) sayUnlessReplaced(error)
  }
})

zeroRows.addEventListener('switch-off', event => switchOff(/** @type {CustomEvent<number>} */ (event).detail))
zeroRows.connect(store)
