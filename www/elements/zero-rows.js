/** @import { Explanation } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { h } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'

/** This much of a clause shows. */
const CLAUSE_CHARS = 200

/**
 * Why no row is left: each clause of the filter, the rows without it, and a button that switches it off.
 *
 * Fires `switch-off` (detail: the clause's number).
 */
export class ZeroRows extends HTMLElement {
  /** @param {Store<State>} store */
  connect(store) {
    store.subscribe(({ answer, explained }, before) => {
      if (answer === before?.answer && explained === before?.explained) return
      const isOurs = explained !== null && explained.answer === answer && answer?.count === 0
      this.hidden = !isOurs
      this.replaceChildren(...(isOurs ? this.#parts(explained.explanation) : []))
    })
  }

  /** @param {Explanation} explanation */
  #parts({ clauses, isLoading }) {
    const soFar = isLoading ? ' so far' : ''
    const isOne = clauses.some(({ without }) => without > 0)
    const why = isOne
      ? 'Without one of these clauses there are rows:'
      : 'No single clause is the reason. On its own, each accepts:'
    return [
      h('p', {}, clauses.length > 1 ? why : 'No rows match this clause:'),
      h('ul', {}, ...clauses.map((clause, at) => this.#item(clause, at, soFar))),
    ]
  }

  /**
   * @param {Explanation['clauses'][number]} clause
   * @param {number} at
   * @param {string} soFar
   */
  #item({ text, alone, without }, at, soFar) {
    const shown = visibleText(text.slice(0, CLAUSE_CHARS))
    const button = h('button', { type: 'button', 'aria-label': `Switch off ${shown}` }, 'Switch off')
    button.addEventListener('click', () => this.dispatchEvent(new CustomEvent('switch-off', { detail: at })))
    return h(
      'li',
      { class: without > 0 ? 'is-reason' : '' },
      h('span', { class: 'clause data' }, shown),
      h('span', {}, `without it ${plural(without, 'row')}${soFar}`),
      h('span', { class: 'soft' }, `on its own ${plural(alone, 'row')}${soFar}`),
      button,
    )
  }
}

customElements.define('zero-rows', ZeroRows)
