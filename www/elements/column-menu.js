import { h } from '../lib/dom.js'

/** @typedef {'ascending' | 'descending' | 'unsorted' | 'left' | 'right' | 'fit' | 'hide'} Command */

/** @type {readonly [Command, string, string][]} */
const ITEMS = [
  ['ascending', 'Sort ascending', '['],
  ['descending', 'Sort descending', ']'],
  ['unsorted', 'Do not sort by it', ''],
  ['left', 'Move left', 'Shift+Left'],
  ['right', 'Move right', 'Shift+Right'],
  ['fit', 'Fit width', 'z'],
  ['hide', 'Hide', 'H'],
]

/**
 * What can be done with a column of a grid.
 *
 * Fires `choose` (detail: Command).
 */
export class ColumnMenu extends HTMLElement {
  #menu = h('div', { role: 'menu', popover: 'auto' })
  #onClose = () => {}

  connectedCallback() {
    for (const [command, label, keys] of ITEMS) {
      const hint = keys ? [h('kbd', {}, keys)] : []
      const item = h(
        'button',
        { type: 'button', role: 'menuitem', tabindex: -1 },
        h('span', {}, label),
        ...hint,
      )
      item.addEventListener('click', () => {
        this.#menu.hidePopover()
        this.dispatchEvent(new CustomEvent('choose', { detail: command }))
      })
      this.#menu.append(item)
    }
    this.append(this.#menu)
    this.#menu.addEventListener('keydown', event => this.#key(event))
    this.#menu.addEventListener('toggle', event => {
      if (event.newState === 'closed') this.#onClose()
    })
  }

  /**
   * @param {string} name of the column
   * @param {HTMLElement} target opens below it
   * @param {() => void} onClose takes the focus back
   */
  open(name, target, onClose) {
    this.#onClose = onClose
    this.#menu.setAttribute('aria-label', `Column ${name}`)
    this.#menu.showPopover()
    const { left, bottom } = target.getBoundingClientRect()
    const { offsetWidth, offsetHeight } = this.#menu
    this.#menu.style.left = `${Math.max(4, Math.min(left, innerWidth - offsetWidth - 4))}px`
    this.#menu.style.top = `${Math.max(4, Math.min(bottom, innerHeight - offsetHeight - 4))}px`
    this.#items[0]?.focus()
  }

  get #items() {
    return Array.from(this.#menu.children, child => /** @type {HTMLElement} */ (child))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const items = this.#items
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[
      event.key
    ]
    if (event.key === 'Tab') this.#menu.hidePopover()
    if (to === undefined) return
    event.preventDefault()
    items[to % items.length]?.focus()
  }
}

customElements.define('column-menu', ColumnMenu)
