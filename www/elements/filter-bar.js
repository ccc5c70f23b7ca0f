/** @import { Completion, ParsedQuery, QueryToken } from '../types.d.ts' */
/** @import { QueryProblem, State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { h, part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { latestOnly } from '../lib/latest.js'
import { visibleText } from '../lib/safe-text.js'
import { movedTokens, stretches } from '../lib/tokens.js'
import { askedBefore } from '../state/pills.js'
import { ChoiceList } from './choice-list.js'

/** A question waits until the analyst has stopped typing for this long. */
const TYPING_MS = 150

/**
 * The engine's reading of a query's text.
 *
 * @typedef {object} TextReader
 * @property {(query: string) => Promise<ParsedQuery>} parse
 * @property {(query: string, cursor: number) => Promise<Completion>} complete
 */

/** @type {Record<Completion['kind'], string>} */
const HEADINGS = {
  field: 'Fields',
  operator: 'Operators',
  value: 'Values in the current answer',
  keyword: 'Continue with',
}

/**
 * The field for the query. The input's own text does not show: a layer over it has the same text in colours, and marks
 * mistakes.
 *
 * Fires `ask` (detail: the query), `typed` after typing is complete, `toggle-side` (detail: Side) and `notice` (detail: an error).
 */
export class FilterBar extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** The query fired last: a different query in the state comes from elsewhere and replaces the text. */
  #asked = ''
  /** @type {Store<State> | null} */
  #store = null
  /** @type {TextReader | null} */
  #reader = null
  /** The tokens of `#painted`, as far as they are known. @type {readonly QueryToken[]} */
  #tokens = []
  #painted = ''
  /** The content of the layer. @type {{ text: string, tokens: readonly QueryToken[], at: QueryProblem['at'] }} */
  #shown = { text: '', tokens: [], at: null }
  /** The offer of the list: a completion, or whole queries that were asked before. @type {(Completion & { query: string, cursor: number }) | string[] | null} */
  #offer = null
  #read = latestOnly(() => this.#readText())
  #completeOnce = latestOnly((/** @type {boolean} */ isWanted, /** @type {number} */ nClosed) =>
    this.#offerChoices(isWanted, nClosed),
  )
  /** How often the list was closed: a completion that was asked for before must not open it again. */
  #nClosed = 0

  /**
   * @param {Store<State>} store
   * @param {TextReader} reader
   */
  connect(store, reader) {
    this.#store = store
    this.#reader = reader
    const input = this.#input
    this.#list.connect(input)
    this.#list.addEventListener('choose', event =>
      this.#choose(/** @type {CustomEvent<number>} */ (event).detail),
    )
    input.addEventListener('input', () => this.#typed())
    input.addEventListener('scroll', () => this.#align())
    input.addEventListener('keydown', event => this.#key(event))
    input.addEventListener('pointerdown', () => this.#leaveList())
    input.addEventListener('blur', () => this.#leaveList())
    part(this, 'form', HTMLFormElement).addEventListener('submit', event => {
      event.preventDefault()
      this.#askNow()
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

  get #list() {
    return part(this, 'choice-list', ChoiceList)
  }

  #typed() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      // A query whose value is not typed yet would be reported as a mistake.
      if (!this.#isValueOffered) this.#ask()
    }, TYPING_MS)
    // The count on screen does not belong to this text.
    part(this, 'output', HTMLOutputElement).classList.add('is-old')
    this.#paint()
    this.#read()
    this.#complete(false)
  }

  #ask() {
    clearTimeout(this.#timer)
    this.#asked = this.#input.value
    this.dispatchEvent(new CustomEvent('ask', { detail: this.#asked }))
  }

  /** @param {string} query */
  #askAll(query) {
    this.#input.value = query
    this.#close()
    this.#paint()
    this.#read()
    this.#ask()
    this.#input.focus()
  }

  #clear() {
    this.#askAll('')
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#hasActed(event)) event.preventDefault()
  }

  /** Does what a key is for; whether it is for anything here. @param {KeyboardEvent} event */
  #hasActed({ key, ctrlKey, shiftKey, isComposing }) {
    const { isOpen, active } = this.#list
    if (isComposing) return false
    switch (key) {
      case 'Escape':
        if (isOpen) this.#leaveList()
        else if (this.#input.value !== '') this.#clear()
        return isOpen
      case ' ':
        if (ctrlKey) this.#complete(true)
        return ctrlKey
      case 'ArrowDown':
      case 'ArrowUp': {
        if (!isOpen && this.#input.value === '') this.#offerAsked()
        else if (!isOpen) this.#complete(true)
        if (this.#list.isOpen) this.#list.move(key === 'ArrowDown' ? 1 : -1)
        return true
      }
      case 'Enter':
        if (active >= 0) this.#choose(active)
        else this.#askNow()
        return true
      case 'Tab': {
        // When a part of the first choice is typed, that choice is active.
        const isTyped = this.#offer !== null && 'first' in this.#offer && this.#offer.end > this.#offer.first
        if (!isOpen || shiftKey || (active < 0 && !isTyped)) return false
        this.#choose(Math.max(0, active))
        return true
      }
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'Home':
      case 'End':
        this.#leaveList()
        return false
      default:
        return false
    }
  }

  /** Whether the list offers values, and none is typed yet. */
  get #isValueOffered() {
    const offer = this.#offer
    return offer !== null && 'first' in offer && offer.kind === 'value' && offer.first === offer.end
  }

  /** Asks the text as a complete query. */
  #askNow() {
    this.#close()
    this.#ask()
    this.dispatchEvent(new CustomEvent('typed'))
  }

  /** Closes the list without a choice: a query that waited for a value is asked. */
  #leaveList() {
    const isWaiting = this.#isValueOffered && this.#input.value !== this.#asked
    this.#close()
    if (isWaiting) this.#ask()
  }

  #close() {
    this.#nClosed += 1
    this.#offerNothing()
  }

  #offerNothing() {
    this.#offer = null
    this.#list.close()
  }

  /** @param {boolean} isWanted the analyst has asked for the list */
  #complete(isWanted) {
    this.#completeOnce(isWanted, this.#nClosed)
  }

  /**
   * Asks for completions at the cursor, and offers them.
   *
   * @param {boolean} isWanted
   * @param {number} nClosed
   */
  async #offerChoices(isWanted, nClosed) {
    const query = this.#input.value
    const cursor = this.#input.selectionStart ?? query.length
    try {
      const completion = await this.#reader?.complete(query, cursor)
      const isMoved = this.#input.value !== query || this.#input.selectionStart !== cursor
      const isLate = isMoved || this.#nClosed !== nClosed
      if (!completion || isLate || document.activeElement !== this.#input) return
      const { first, end, options, kind } = completion
      const written = query.slice(first, end)
      const isThere = options.length === 1 && options[0]?.insert.trim() === written
      // At an empty place, fields are offered only on request: the list would cover the rows.
      const isEmpty = kind === 'field' && first === end
      if (options.length === 0 || isThere || (isEmpty && !isWanted)) return this.#offerNothing()
      this.#offer = { ...completion, query, cursor }
      this.#list.show(
        options.map(({ label, detail, count }) => ({
          label: visibleText(label),
          detail,
          count: count === null ? '' : countText(count),
        })),
        HEADINGS[kind],
      )
    } catch (error) {
      this.#offerNothing()
      this.dispatchEvent(new CustomEvent('notice', { detail: error }))
    }
  }

  /** Offers earlier queries. */
  #offerAsked() {
    const state = this.#store?.get()
    const queries = state ? askedBefore(state.history).filter(query => query !== this.#input.value) : []
    if (queries.length === 0) return
    this.#offer = queries
    this.#list.show(
      queries.map(query => ({ label: visibleText(query), detail: '', count: '' })),
      'Asked before',
    )
  }

  /** @param {number} index of a choice in the list */
  #choose(index) {
    const offer = this.#offer
    this.#close()
    if (offer === null) return
    if (!('first' in offer)) return this.#askAll(offer[index] ?? '')
    const option = offer.options[index]
    if (!option) return
    const input = this.#input
    input.focus()
    // Text typed since the list was made is replaced too.
    const nSince = (input.selectionStart ?? 0) - offer.cursor
    const isSame =
      nSince >= 0 &&
      input.value.startsWith(offer.query.slice(0, offer.cursor)) &&
      input.value.slice(offer.cursor + nSince) === offer.query.slice(offer.cursor)
    if (!isSame) return
    input.setSelectionRange(offer.first, offer.end + nSince)
    // Inserted as if typed: then the field can undo it.
    if (!document.execCommand('insertText', false, option.insert)) {
      input.setRangeText(option.insert, offer.first, offer.end, 'end')
      this.#typed()
    }
  }

  /** @param {State} state */
  #render({ query, answer, problem, isAsking, layout }) {
    if (query !== this.#asked) {
      this.#input.value = this.#asked = query
      this.#close()
      this.#read()
    }
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
    this.#paint()
  }

  /** Asks for the tokens of the text. */
  async #readText() {
    const query = this.#input.value
    try {
      const { tokens = [] } = (await this.#reader?.parse(query)) ?? {}
      this.#tokens = movedTokens(tokens, query, this.#input.value)
      this.#painted = this.#input.value
      this.#paint()
    } catch (error) {
      this.dispatchEvent(new CustomEvent('notice', { detail: error }))
    }
  }

  /** Shows the text in its colours, and the mistake if it was found in this text. */
  #paint() {
    const text = this.#input.value
    if (text !== this.#painted) this.#tokens = movedTokens(this.#tokens, this.#painted, text)
    this.#painted = text
    const problem = this.#store?.get().problem
    const at = problem?.query === text ? problem.at : null
    if (this.#shown.text === text && this.#shown.tokens === this.#tokens && this.#shown.at === at) return
    this.#shown = { text, tokens: this.#tokens, at }
    // A part missing at the end is marked after the text.
    const wrong = at && { first: at.first, end: Math.max(at.end, at.first + 1) }
    const shown = stretches(`${text} `, this.#tokens, wrong)
    part(this, '.mirror', HTMLElement).replaceChildren(
      ...shown.map(({ text, kind, isWrong }) => h(isWrong ? 'mark' : 'span', { class: kind ?? '' }, text)),
    )
    // Later, when the browser lays the page out anyway: asked at once, it would lay it out twice for every letter.
    requestAnimationFrame(() => this.#align())
  }

  #align() {
    part(this, '.mirror', HTMLElement).scrollLeft = this.#input.scrollLeft
  }
}

/**
 * The mistake, what was expected (unless the message names it), and what to do.
 *
 * @param {Pick<QueryProblem, 'message' | 'expected'>} problem
 */
export function problemText({ message, expected }) {
  const [what = '', ...hints] = expected.split('; ')
  const isSaid = what === '' || message.includes(what)
  return [message, ...(isSaid ? [] : [`expected ${what}`]), ...hints].join(' · ')
}

customElements.define('filter-bar', FilterBar)
