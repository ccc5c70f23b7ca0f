/** Where menus open, and how keys walk them, as in the menu pattern of the ARIA Authoring Practices Guide. */

import { clamp } from './window.js'

/** The least distance of a menu from the edge of the window. */
const MARGIN_PX = 4

/**
 * Opens `menu`, a popover, below `target`, and takes the focus to its first item.
 *
 * @param {HTMLElement} menu
 * @param {HTMLElement} target
 */
export function openMenu(menu, target) {
  menu.showPopover()
  const { left, bottom } = target.getBoundingClientRect()
  const { offsetWidth, offsetHeight } = menu
  menu.style.left = `${clamp(left, MARGIN_PX, Math.max(MARGIN_PX, innerWidth - offsetWidth - MARGIN_PX))}px`
  menu.style.top = `${clamp(bottom, MARGIN_PX, Math.max(MARGIN_PX, innerHeight - offsetHeight - MARGIN_PX))}px`
  itemsOf(menu)[0]?.focus()
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
const itemsOf = menu =>
  [...menu.querySelectorAll('[role=menuitem]')].filter(item => item instanceof HTMLElement)

/**
 * Walks `menu` by arrows, Home and End; Tab closes it.
 *
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
export function walkMenu(menu, event) {
  const items = itemsOf(menu)
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement))
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key]
  if (event.key === 'Tab') menu.hidePopover()
  if (to === undefined) return
  event.preventDefault()
  items[to % items.length]?.focus()
}
