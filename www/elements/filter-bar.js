/** @import { QueryProblem, State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { h, part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'

/** A question waits until the analyst has stopped typing for this long. */
const TYPING_MS = 150

/**
 * Where the analyst asks. A mistake is marked where it stands, by a layer behind the input that holds the same text.
 *
 * Fires `ask` (detail: the query) and `toggle-side` (detail: Side).
 */
export class FilterBar extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** What was last fired: a query that comes from elsewhere replaces the text. */
  #asked = ''
  /** @type {Store<State> | null} */
  #store = null

  /** @param {Store<State>} store */
  connect(store) {
    this.#store = store
    this.#input.addEventListener('input', () => this.#typed())
    this.#input.addEventListener('scroll', () => this.#align())
    this.#input.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.#input.value !== '') this.#clear()
    })
    part(this, 'form', HTMLFormElement).addEventListener('submit', event => {
      event.preventDefault()
      this.#ask()
    })
    part(this, '.clear', HTMLButtonElement).addEventListener('click', () => this.#clear())
    for (const button of this.querySelectorAll('button.side')) {
      button.addEventListener('click', () =>
        this.dispatchEvent(new CustomEvent('toggle-side', { detail: button.getAttribute('data-side') })),
      )
    }
    store.subscribe(state => this.#render(state))
  }

  /** @override */
  focus() {
    this.#input.focus()
    this.#input.select()
  }

  get #input() {
    return part(this, 'input', HTMLInputElement)
  }

  #typed() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask(), TYPING_MS)
    // The count on screen is not that of this text.
    part(this, 'output', HTMLOutputElement).classList.add('is-old')
    this.#mark()
  }

  #ask() {
    clearTimeout(this.#timer)
    this.#asked = this.#input.value
    this.dispatchEvent(new CustomEvent('ask', { detail: this.#asked }))
  }

  #clear() {
    this.#input.value = ''
    this.#ask()
    this.#input.focus()
  }

  /** @param {State} state */
  #render({ query, answer, problem, isAsking, layout }) {
    if (query !== this.#asked) this.#input.value = this.#asked = query
    const paragraph = part(this, '.problem', HTMLElement)
    paragraph.hidden = !problem
    setText(paragraph, problem ? visibleText(problemText(problem)) : '')
    this.#input.ariaInvalid = String(problem !== null)
    const isOld = isAsking || problem !== null || this.#input.value !== this.#asked
    part(this, 'output', HTMLOutputElement).classList.toggle('is-old', isOld)
    const of = answer && answer.count !== answer.total ? `${countText(answer.count)} of ` : ''
    const soFar = answer?.isLoading ? ' so far' : ''
    setText(
      part(this, 'output', HTMLOutputElement),
      answer ? `${of}${plural(answer.total, 'row')}${soFar}` : '',
    )
    for (const button of this.querySelectorAll('button.side')) {
      const side = button.getAttribute('data-side') === 'detail' ? 'detail' : 'fields'
      button.setAttribute('aria-expanded', String(layout.sides[side].isOpen))
    }
    this.#mark()
  }

  /** Marks the mistake as long as the text is the one it was found in. */
  #mark() {
    const text = this.#input.value
    const problem = this.#store?.get().problem
    const mirror = part(this, '.mirror', HTMLElement)
    if (!problem?.at || problem.query !== text) mirror.replaceChildren()
    else {
      const { first, end } = problem.at
      // What is missing at the end is marked behind the text.
      const marked = text.slice(first, Math.max(end, first + 1)) || ' '
      mirror.replaceChildren(
        text.slice(0, first),
        h('mark', {}, marked),
        text.slice(Math.max(end, first + 1)),
      )
    }
    this.#align()
  }

  #align() {
    part(this, '.mirror', HTMLElement).scrollLeft = this.#input.scrollLeft
  }
}

/**
 * What is wrong, what was expected where that does not say it, and what to do.
 *
 * @param {QueryProblem} problem
 */
function problemText({ message, expected }) {
  const [what = '', ...hints] = expected.split('; ')
  const isSaid = what === '' || message.includes(what)
  return [message, ...(isSaid ? [] : [`expected ${what}`]), ...hints].join(' · ')
}

customElements.define('filter-bar', FilterBar)
