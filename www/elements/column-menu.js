import { h } from '../lib/dom.js'
import { openMenu, walkMenu } from '../lib/menu.js'

/** @typedef {'ascending' | 'descending' | 'unsorted' | 'left' | 'right' | 'fit' | 'hide' | 'split'} Command */

/** @type {readonly [Command, string, string][]} */
const ITEMS = [
  ['ascending', 'Sort ascending', '['],
  ['descending', 'Sort descending', ']'],
  ['unsorted', 'Do not sort by it', ''],
  ['left', 'Move left', 'Shift+Left'],
  ['right', 'Move right', 'Shift+Right'],
  ['fit', 'Fit width', 'z'],
  ['split', 'Split, transform …', 's'],
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
    this.#menu.addEventListener('keydown', event => walkMenu(this.#menu, event))
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
    openMenu(this.#menu, target)
  }
}

customElements.define('column-menu', ColumnMenu)
