/** @import { Finding, State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'

/** A search waits until the analyst has stopped typing for this long. */
const TYPING_MS = 150

/**
 * Finds a text in the rows, which stay as they are.
 *
 * Fires `find-text` (detail: string), `find-next` (detail: whether backwards) and `done` when Escape leaves it.
 */
export class FindBar extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {Store<State>} store */
  connect(store) {
    const input = this.#input
    input.addEventListener('input', () => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#find(), TYPING_MS)
    })
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter') this.#goOn(event.shiftKey)
      else if (event.key === 'Escape') this.#leave()
      else return
      event.preventDefault()
    })
    part(this, '.previous', HTMLButtonElement).addEventListener('click', () => this.#goOn(true))
    part(this, '.next', HTMLButtonElement).addEventListener('click', () => this.#goOn(false))
    store.subscribe(({ finding }) => this.#render(finding))
  }

  /** @override */
  focus() {
    this.#input.focus()
    this.#input.select()
  }

  get #input() {
    return part(this, 'input', HTMLInputElement)
  }

  #find() {
    clearTimeout(this.#timer)
    this.#fire('find-text', this.#input.value)
  }

  /** @param {boolean} isBackwards */
  #goOn(isBackwards) {
    this.#find()
    this.#fire('find-next', isBackwards)
  }

  #leave() {
    this.#input.value = ''
    this.#find()
    this.#fire('done')
  }

  /** @param {Finding} finding */
  #render({ text, count, nth, isLoading }) {
    for (const button of this.querySelectorAll('button')) button.hidden = text === ''
    const of = plural(count ?? 0, 'row')
    const soFar = isLoading ? ' so far' : ''
    const place = nth === null ? of : `${countText(nth + 1)} of ${of}`
    const said = count === null ? '…' : count === 0 ? `in no row${soFar}` : `${place}${soFar}`
    setText(part(this, 'output', HTMLOutputElement), text === '' ? '' : said)
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

customElements.define('find-bar', FindBar)
