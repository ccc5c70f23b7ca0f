import { h, setText } from '../lib/dom.js'

/** @typedef {{ label: string, detail: string, count: string }} Choice texts made visible */

/**
 * The list of completions below a text field: the popup of a combobox. The field keeps the focus and passes its keys
 * on.
 *
 * Fires `choose` (detail: the index of the choice) when one is clicked.
 */
export class ChoiceList extends HTMLElement {
  #heading = h('p', { class: 'heading soft' })
  #list = h('ul', { role: 'listbox' })
  /** @type {HTMLInputElement | null} */
  #input = null
  #active = -1

  /** @param {HTMLInputElement} input */
  connect(input) {
    this.#input = input
    this.#list.id = `${input.id}-choices`
    this.popover = 'manual'
    this.append(this.#heading, this.#list)
    for (const [name, value] of Object.entries({
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': this.#list.id,
    }))
      input.setAttribute(name, value)
    // The field keeps the focus.
    this.addEventListener('pointerdown', event => event.preventDefault())
    this.#list.addEventListener('click', event => {
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null
      const index = option ? [...this.#list.children].indexOf(option) : -1
      if (index >= 0) this.dispatchEvent(new CustomEvent('choose', { detail: index }))
    })
  }

  get isOpen() {
    return this.matches(':popover-open')
  }

  /** The index of the active choice; -1: none. */
  get active() {
    return this.isOpen ? this.#active : -1
  }

  /**
   * Opens with these choices, none of them active.
   *
   * @param {readonly Choice[]} choices at least one
   * @param {string} heading a name for the choices
   */
  show(choices, heading) {
    setText(this.#heading, heading)
    this.#list.setAttribute('aria-label', heading)
    this.#list.replaceChildren(
      ...choices.map(({ label, detail, count }, i) =>
        h(
          'li',
          { role: 'option', id: `${this.#list.id}-${i}`, 'aria-selected': 'false' },
          h('span', { class: 'label data' }, label),
          h('span', { class: 'detail soft' }, detail),
          h('span', { class: 'count' }, count),
        ),
      ),
    )
    this.#activate(-1)
    if (!this.isOpen) this.showPopover()
    this.#place()
    this.#input?.setAttribute('aria-expanded', 'true')
  }

  close() {
    if (!this.isOpen) return
    this.#activate(-1)
    this.hidePopover()
    this.#input?.setAttribute('aria-expanded', 'false')
  }

  /** Moves by this many choices: from the field to the first or last choice, and from there back to the field. @param {number} step */
  move(step) {
    const n = this.#list.childElementCount + 1
    this.#activate(((this.#active + 1 + step + n) % n) - 1)
  }

  /** @param {number} index */
  #activate(index) {
    this.#list.children[this.#active]?.setAttribute('aria-selected', 'false')
    this.#active = index
    const option = this.#list.children[index]
    option?.setAttribute('aria-selected', 'true')
    option?.scrollIntoView({ block: 'nearest' })
    if (option) this.#input?.setAttribute('aria-activedescendant', option.id)
    else this.#input?.removeAttribute('aria-activedescendant')
  }

  #place() {
    const { left, bottom } = (this.#input ?? this).getBoundingClientRect()
    this.style.left = `${Math.max(4, Math.min(left, innerWidth - this.offsetWidth - 4))}px`
    this.style.top = `${bottom + 2}px`
    this.style.maxHeight = `${Math.max(120, innerHeight - bottom - 12)}px`
  }
}

customElements.define('choice-list', ChoiceList)
