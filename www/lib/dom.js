/**
 * The only way this page makes elements: no HTML is ever parsed, so text stays text. Names of attributes are ours,
 * never from data.
 */

/**
 * An element with attributes and children; strings become text nodes.
 *
 *     h('button', { type: 'button', class: 'copy' }, 'Copy')
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

/**
 * The element of `root` at `selector`, which the markup must have.
 *
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} type
 * @returns {E}
 */
export function part(root, selector, type) {
  const found = root.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`the markup has no ${type.name} at ${selector}`)
  return found
}

/**
 * Calls `act` with the detail of each event of `type` that `target` fires.
 *
 * @template T
 * @param {EventTarget} target
 * @param {string} type of a `CustomEvent<T>`
 * @param {(detail: T) => unknown} act
 */
export const on = (target, type, act) =>
  target.addEventListener(type, event => act(/** @type {CustomEvent<T>} */ (event).detail))

/** Whether a key is pressed together with one that makes it a command of the browser or the system. */
export const hasModifier = (/** @type {KeyboardEvent} */ { ctrlKey, altKey, metaKey }) =>
  ctrlKey || altKey || metaKey

/**
 * Sets the text of `element`, unless it has that text: a screen reader would read it again.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/**
 * Puts `text` on the clipboard, as plain text only. The text may be a promise: the right to copy that a key or click
 * gives lasts until it settles.
 *
 * @param {string | Promise<string>} text
 * @returns {Promise<void>}
 */
export function copyText(text) {
  const blob = Promise.resolve(text).then(known => new Blob([known], { type: 'text/plain' }))
  return navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
}

/** Whether the keys of `event` belong to a field that the analyst types in. */
export const isTyping = (/** @type {Event} */ event) =>
  event.target instanceof HTMLTextAreaElement ||
  event.target instanceof HTMLSelectElement ||
  (event.target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(event.target.type))
