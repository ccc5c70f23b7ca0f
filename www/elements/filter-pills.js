/** @import { ParsedQuery } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Pill } from '../state/pills.js' */
/** @import { Store } from '../state/store.js' */

import { h, part } from '../lib/dom.js'
import { latestOnly } from '../lib/latest.js'
import { visibleText } from '../lib/safe-text.js'
import { allSet, asked, pillsOf, replaced, toggled } from '../state/pills.js'
import { problemText } from './filter-bar.js'

/**
 * The engine's work on the text of clauses.
 *
 * @typedef {object} ClauseEditor
 * @property {(query: string) => Promise<ParsedQuery>} parse
 * @property {(query: string) => Promise<string>} negate
 */

/**
 * The clauses of the filter, each a pill that can be switched off, inverted, edited and removed. One pill is a tab
 * stop; arrows lead to the others.
 *
 * Fires `clauses` (detail: Asked), `done` when the focus is to return to the filter bar, and `notice` (detail: an error).
 */
export class FilterPills extends HTMLElement {
  /** @type {ClauseEditor | null} */
  #editor = null
  /** @type {Store<State> | null} */
  #store = null
  /** @type {readonly Pill[]} */
  #pills = []
  /** The pill that is a tab stop. */
  #current = 0
  #read = latestOnly(() => this.#readQuery())

  /**
   * @param {Store<State>} store
   * @param {ClauseEditor} editor
   */
  connect(store, editor) {
    this.#store = store
    this.#editor = editor
    this.#list.addEventListener('keydown', event => {
      if (event.target instanceof HTMLButtonElement && this.#hasActed(event)) event.preventDefault()
    })
    this.#list.addEventListener('focusin', event => {
      const at = this.#indexOf(event.target)
      if (at >= 0) this.#setCurrent(at)
    })
    part(this, '.all', HTMLButtonElement).addEventListener('click', () =>
      this.#change(allSet(this.#pills, !this.#pills.every(({ isOff }) => isOff))),
    )
    part(this, '.none', HTMLButtonElement).addEventListener('click', () => {
      this.#change([])
      this.dispatchEvent(new CustomEvent('done'))
    })
    store.subscribe((state, before) => {
      if (state.query !== before?.query || state.off !== before?.off) this.#read()
    })
  }

  get #list() {
    return part(this, 'ul', HTMLUListElement)
  }

  get #buttons() {
    return [...this.#list.querySelectorAll('button.text')].map(button => /** @type {HTMLElement} */ (button))
  }

  /** @param {EventTarget | null} target */
  #indexOf(target) {
    const item = target instanceof Element ? target.closest('li') : null
    return item ? [...this.#list.children].indexOf(item) : -1
  }

  /** Shows the clauses of the query; while it cannot be read, those of the query before. */
  async #readQuery() {
    const state = this.#store?.get()
    if (!state || !this.#editor) return
    const { query, off } = state
    try {
      const { clauses, problem } = await this.#editor.parse(query)
      const now = this.#store?.get()
      // The query has changed; the new one will be read next.
      if (now?.query !== query || now.off !== off) return
      const isUnread = clauses.length === 0 && problem !== null
      if (!isUnread) this.#show(pillsOf(clauses, off))
    } catch (error) {
      this.dispatchEvent(new CustomEvent('notice', { detail: error }))
    }
  }

  /** @param {readonly Pill[]} pills */
  #change(pills) {
    this.#show(pills)
    this.dispatchEvent(new CustomEvent('clauses', { detail: asked(pills) }))
  }

  /** @param {readonly Pill[]} pills */
  #show(pills) {
    const isSame =
      pills.length === this.#pills.length &&
      pills.every(({ text, isOff }, i) => this.#pills[i]?.text === text && this.#pills[i]?.isOff === isOff)
    if (isSame) return
    const hadFocus = this.#list.contains(document.activeElement)
    this.#pills = pills
    this.#list.replaceChildren(...pills.map((pill, at) => this.#item(pill, at)))
    this.hidden = pills.length === 0
    part(this, '.all', HTMLButtonElement).textContent = pills.every(({ isOff }) => isOff)
      ? 'All on'
      : 'All off'
    part(this, '.tools', HTMLElement).hidden = pills.length < 2
    this.#setCurrent(Math.min(this.#current, pills.length - 1))
    if (!hadFocus) return
    if (pills.length > 0) this.#buttons[this.#current]?.focus()
    else this.dispatchEvent(new CustomEvent('done'))
  }

  /** @param {number} at */
  #setCurrent(at) {
    this.#current = Math.max(0, at)
    for (const [i, button] of this.#buttons.entries()) button.tabIndex = i === this.#current ? 0 : -1
  }

  /**
   * @param {Pill} pill
   * @param {number} at
   */
  #item({ text, isOff, isNegated }, at) {
    const name = `${visibleText(text)}${isOff ? ', off' : ''}`
    /** @param {string} className @param {string} label @param {string} sign @param {() => void} act */
    const tool = (className, label, sign, act) => {
      const attributes = { type: 'button', class: className, tabindex: -1, 'aria-label': `${label}: ${name}` }
      const button = h('button', attributes, sign)
      button.title = label
      button.addEventListener('click', act)
      return button
    }
    const toggle = h('input', { type: 'checkbox', tabindex: -1, 'aria-label': `Asked: ${visibleText(text)}` })
    toggle.checked = !isOff
    toggle.addEventListener('change', () => this.#toggle(at))
    const edit = h('button', {
      type: 'button',
      class: 'text data',
      tabindex: -1,
      'aria-label': name,
      'aria-keyshortcuts': 'Enter Delete x n',
    })
    const [not = ''] = (isNegated && text.match(/^not\s*/iu)) || []
    edit.append(h('span', { class: 'not' }, not), visibleText(text.slice(not.length)))
    edit.addEventListener('click', () => this.#edit(at))
    const invert = tool('invert', 'Invert', '≠', () => this.#negate(at))
    const remove = tool('remove', 'Remove', '×', () => this.#change(replaced(this.#pills, at, [])))
    return h(
      'li',
      { class: isOff ? 'is-off' : '' },
      h('label', { class: 'toggle' }, toggle),
      edit,
      invert,
      remove,
    )
  }

  /** Does what a key is for; whether it is for anything here. @param {KeyboardEvent} event */
  #hasActed({ key, target, ctrlKey, altKey, metaKey }) {
    const at = this.#indexOf(target)
    if (at < 0 || ctrlKey || altKey || metaKey) return false
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'Home':
      case 'End': {
        const last = this.#pills.length - 1
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[key]
        this.#buttons[Math.max(0, Math.min(to, last))]?.focus()
        return true
      }
      case 'Delete':
      case 'Backspace':
        this.#change(replaced(this.#pills, at, []))
        return true
      case 'x':
        this.#toggle(at)
        return true
      case 'n':
        this.#negate(at)
        return true
      case 'Escape':
        this.dispatchEvent(new CustomEvent('done'))
        return true
      default:
        return false
    }
  }

  /** @param {number} at */
  #toggle(at) {
    this.#current = at
    this.#change(toggled(this.#pills, at))
  }

  /** @param {number} at */
  async #negate(at) {
    const old = this.#pills[at]?.text ?? ''
    try {
      const text = await this.#editor?.negate(old)
      // The pill may have been switched meanwhile. If another clause is in its place now, the inverse is not for that.
      if (text === undefined || this.#pills[at]?.text !== old) return
      this.#current = at
      this.#change(replaced(this.#pills, at, [text]))
    } catch (error) {
      this.dispatchEvent(new CustomEvent('notice', { detail: error }))
    }
  }

  /** Puts a text field in place of a pill's text. @param {number} at */
  #edit(at) {
    const item = this.#list.children[at]
    const old = this.#pills[at]?.text ?? ''
    const input = h('input', {
      type: 'text',
      class: 'data',
      'aria-label': `Clause ${at + 1}`,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
    })
    input.value = old
    input.style.width = `${Math.min(60, Math.max(12, old.length + 3))}ch`
    const problem = h('p', { class: 'problem', role: 'alert' })
    const pills = this.#pills
    /** Shows the pill again, unchanged. @param {boolean} isFocused */
    const leave = isFocused => {
      this.#pills = []
      this.#show(pills)
      if (isFocused) this.#buttons[at]?.focus()
    }
    const commit = async () => {
      const parsed = await this.#editor?.parse(input.value)
      if (!parsed || this.#pills !== pills) return
      if (parsed.problem) {
        problem.textContent = visibleText(problemText(parsed.problem))
        input.ariaInvalid = 'true'
        return
      }
      this.#current = at
      const texts = parsed.clauses.map(({ text }) => text)
      if (texts.length === 1 && texts[0] === old) leave(true)
      else this.#change(replaced(pills, at, texts))
    }
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        commit().catch(error => this.dispatchEvent(new CustomEvent('notice', { detail: error })))
      } else if (event.key === 'Escape') leave(true)
      else return
      event.preventDefault()
    })
    input.addEventListener('blur', () => {
      // Text that was not entered is dropped, unless the pills were replaced meanwhile.
      if (item?.isConnected && item.contains(input)) leave(false)
    })
    item?.replaceChildren(input, problem)
    input.focus()
    input.select()
  }
}

customElements.define('filter-pills', FilterPills)
