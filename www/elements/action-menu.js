import { h } from '../lib/dom.js'
import { openMenu, walkMenu } from '../lib/menu.js'

/**
 * What an item says, its key if it has one, and what it does.
 *
 * @typedef {{ label: string, keys?: string, act: () => void }} MenuItem
 */

/**
 * A menu of what can be done with a value, a column, a mark of a chart. Its items come with each opening, in groups.
 *
 *     menu.open({ label: 'Column eventName', groups: [[{ label: 'Hide', keys: 'H', act }]], target, onClose })
 */
export class ActionMenu extends HTMLElement {
  #menu = h('div', { role: 'menu', popover: 'auto' })
  #onClose = () => {}

  connectedCallback() {
    this.append(this.#menu)
    this.#menu.addEventListener('keydown', event => walkMenu(this.#menu, event))
    this.#menu.addEventListener('toggle', event => {
      if (event.newState === 'closed') this.#onClose()
    })
  }

  /**
   * @param {object} what
   * @param {string} what.label the menu's name for screen readers, made visible
   * @param {string} [what.head] the first line of the menu, made visible
   * @param {readonly (readonly MenuItem[])[]} what.groups
   * @param {HTMLElement} what.target opens below it
   * @param {() => void} what.onClose takes the focus back
   */
  open({ label, head, groups, target, onClose }) {
    this.#onClose = onClose
    this.#menu.setAttribute('aria-label', label)
    const heads = head === undefined ? [] : [h('p', { class: 'head data', role: 'presentation' }, head)]
    const blocks = groups
      .filter(items => items.length > 0)
      .map(items => h('div', { role: 'group' }, ...items.map(item => this.#item(item))))
    this.#menu.replaceChildren(...heads, ...blocks)
    openMenu(this.#menu, target)
  }

  /** @param {MenuItem} item */
  #item({ label, keys, act }) {
    const hint = keys ? [h('kbd', {}, keys)] : []
    const item = h(
      'button',
      { type: 'button', role: 'menuitem', tabindex: -1 },
      h('span', {}, label),
      ...hint,
    )
    item.addEventListener('click', () => {
      this.#menu.hidePopover()
      act()
    })
    return item
  }
}

customElements.define('action-menu', ActionMenu)
