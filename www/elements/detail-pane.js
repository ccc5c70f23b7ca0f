/** @import { EventDetail } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { ValueClause } from '../state/clauses.js' */
/** @import { Store } from '../state/store.js' */

import { h, part, setText } from '../lib/dom.js'
import { bytesText, countText, plural, timeText } from '../lib/format.js'
import { prettyJson } from '../lib/pretty.js'
import { visibleLines, visibleText } from '../lib/safe-text.js'

/** This much of a value, and of the original, shows at first: longer text is slow to lay out. */
const SHOWN_VALUE_CHARS = 1000
const SHOWN_ORIGINAL_CHARS = 65_536
const SHOWN_FIELDS = 300

/**
 * One event with all its fields, its original bytes as text, and where it came from.
 *
 * One of its values is a tab stop; arrows lead from one to the next, `+` and `-` keep and exclude it.
 *
 * Fires `copy-text` (detail: string), `clause` (detail: ValueClause; bubbles) and `close-side`.
 */
export class DetailPane extends HTMLElement {
  /** @type {EventDetail | null} */
  #detail = null
  #isAllShown = false
  #isWholeShown = false

  /** @param {Store<State>} store */
  connect(store) {
    const tabs = [...this.querySelectorAll('[role=tab]')]
    for (const tab of tabs) tab.addEventListener('click', () => this.#openTab(tab))
    part(this, '[role=tablist]', HTMLElement).addEventListener('keydown', event => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
      const other = tabs.find(tab => tab !== document.activeElement)
      if (other instanceof HTMLElement) {
        this.#openTab(other)
        other.focus()
      }
    })
    const click = (/** @type {string} */ selector, /** @type {() => void} */ act) =>
      part(this, selector, HTMLButtonElement).addEventListener('click', act)
    click('.close', () => this.dispatchEvent(new CustomEvent('close-side')))
    click('.copy-original', () => this.#copy(this.#detail?.original ?? ''))
    click('.all', () => {
      this.#isAllShown = true
      this.#renderValues()
    })
    click('.whole', () => {
      this.#isWholeShown = true
      this.#renderOriginal()
    })
    part(this, '.find', HTMLInputElement).addEventListener('input', () => this.#renderValues())
    this.#list.addEventListener('keydown', event => this.#valueKey(event))
    this.#list.addEventListener('focusin', event => this.#setStop(event.target))
    part(this, '.indent', HTMLInputElement).addEventListener('change', () => this.#renderOriginal())
    store.subscribe((state, before) => {
      if (state.opened !== before?.opened || state.sources !== before?.sources) this.#render(state)
    })
  }

  get #list() {
    return part(this, '.values', HTMLElement)
  }

  /** @param {Element} tab */
  #openTab(tab) {
    for (const other of this.querySelectorAll('[role=tab]')) {
      const isOpen = other === tab
      other.setAttribute('aria-selected', String(isOpen))
      if (other instanceof HTMLElement) other.tabIndex = isOpen ? 0 : -1
      part(this, `#${other.getAttribute('aria-controls')}`, HTMLElement).hidden = !isOpen
    }
  }

  /** @param {State} state */
  #render({ opened, sources }) {
    part(this, '.none', HTMLElement).hidden = opened !== null
    part(this, '.opened', HTMLElement).hidden = opened === null
    setText(
      part(this, '.row', HTMLElement),
      opened?.isRowKnown ? `row ${countText(opened.detail.row + 1)}` : '',
    )
    if (!opened) return
    const source = sources.find(({ id }) => id === opened.detail.source)
    // The hash of a member is that of its file.
    const file = source?.parent == null ? source : sources.find(({ id }) => id === source.parent)
    this.#renderOrigin(opened.detail, file?.sha256 ?? null)
    if (opened.detail === this.#detail) return
    this.#detail = opened.detail
    this.#isAllShown = this.#isWholeShown = false
    this.#renderValues()
    this.#renderOriginal()
  }

  #renderValues() {
    if (!this.#detail) return
    const text = part(this, '.find', HTMLInputElement).value.trim().toLowerCase()
    const found = this.#detail.fields.filter(
      ({ name, values }) =>
        name.toLowerCase().includes(text) || values.some(value => value.toLowerCase().includes(text)),
    )
    const shown = this.#isAllShown ? found : found.slice(0, SHOWN_FIELDS)
    this.#list.replaceChildren(
      ...shown.map(({ name, values }) =>
        h(
          'div',
          {},
          h('dt', { class: 'data' }, visibleText(name)),
          ...values.map(value => this.#value(name, value)),
        ),
      ),
    )
    this.#setStop(this.#list.querySelector('.acts button'))
    const all = part(this, '.all', HTMLButtonElement)
    all.hidden = shown.length === found.length
    setText(all, `Show all ${plural(found.length, 'field')}`)
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #value(name, value) {
    const isCut = value.length > SHOWN_VALUE_CHARS
    const text = document.createTextNode(visibleText(value.slice(0, SHOWN_VALUE_CHARS)))
    const copy = tool('copy', 'Copy', `Copy ${visibleText(name)}`, () => this.#copy(value))
    const keep = tool('keep', '+', `Keep only this ${visibleText(name)}`, () =>
      this.#ask(name, value, 'keep'),
    )
    const exclude = tool('exclude', '−', `Exclude this ${visibleText(name)}`, () =>
      this.#ask(name, value, 'exclude'),
    )
    keep.setAttribute('aria-keyshortcuts', '+')
    exclude.setAttribute('aria-keyshortcuts', '-')
    const shown = h('span', { class: 'data' }, text)
    const dd = h('dd', {}, shown, h('span', { class: 'acts' }, keep, exclude, copy))
    if (isCut) {
      const more = h(
        'button',
        { type: 'button', class: 'more' },
        `Show all ${countText(value.length)} characters`,
      )
      more.addEventListener('click', () => {
        text.data = visibleText(value)
        more.remove()
      })
      dd.append(more)
    }
    return dd
  }

  #renderOriginal() {
    if (!this.#detail) return
    const { original, isOriginalClipped } = this.#detail
    const head = this.#isWholeShown ? original : original.slice(0, SHOWN_ORIGINAL_CHARS)
    const isIndented = part(this, '.indent', HTMLInputElement).checked
    const clip =
      isOriginalClipped && head === original ? '\n… longer than 1 MiB: the rest is in the file only' : ''
    setText(part(this, 'pre', HTMLElement), visibleLines(isIndented ? prettyJson(head) : head) + clip)
    part(this, '.whole', HTMLElement).hidden = head === original
  }

  /**
   * @param {EventDetail} detail
   * @param {string | null} sha256
   */
  #renderOrigin({ path, line, offset, length, time, copies }, sha256) {
    /** @type {[string, string][]} */
    const facts = [
      ['File', visibleText(path)],
      ['Line', lineText(line)],
      [
        'Bytes',
        `${countText(offset)} to ${countText(offset + length)} (${bytesText(length)}), after unwrapping`,
      ],
      ['SHA-256', sha256 ?? 'once the file has been read and hashed'],
      ['Time', time === null ? 'none' : `${timeText(time)} UTC`],
    ]
    for (const copy of copies) {
      const at = `line ${lineText(copy.line)}, byte ${countText(copy.offset)}`
      facts.push(['Duplicate', `${visibleText(copy.path)}, ${at}`])
    }
    part(this, '.origin', HTMLElement).replaceChildren(
      ...facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'data' }, value))),
    )
  }

  /**
   * @param {string} field
   * @param {string} value
   * @param {ValueClause['how']} how
   */
  #ask(field, value, how) {
    this.dispatchEvent(new CustomEvent('clause', { detail: { field, value, how }, bubbles: true }))
  }

  /** Makes one button the tab stop. @param {EventTarget | null} button */
  #setStop(button) {
    if (!(button instanceof Element) || !button.closest('.acts')) return
    for (const other of this.#list.querySelectorAll('.acts button')) {
      if (other instanceof HTMLElement) other.tabIndex = other === button ? 0 : -1
    }
  }

  /** @param {KeyboardEvent} event */
  #valueKey(event) {
    const button = document.activeElement
    const tools = button?.closest('.acts')
    if (!tools || event.ctrlKey || event.altKey || event.metaKey) return
    const all = [...this.#list.querySelectorAll('.acts')]
    const row = all.indexOf(tools)
    const column = button ? [...tools.children].indexOf(button) : 0
    const to = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [0, column],
      End: [all.length - 1, column],
    }[event.key]
    const acting = { '+': '.keep', '=': '.keep', '-': '.exclude' }[event.key]
    if (acting) part(tools, acting, HTMLButtonElement).click()
    else if (to) {
      const target = all[to[0] ?? 0]?.children[to[1] ?? 0]
      if (target instanceof HTMLElement) target.focus()
    } else return
    event.preventDefault()
  }

  /** @param {string} text */
  #copy(text) {
    this.dispatchEvent(new CustomEvent('copy-text', { detail: text }))
  }
}

/** @param {number | null} line */
const lineText = line => (line === null ? 'known once the file has been read' : countText(line))

/**
 * @param {string} className
 * @param {string} sign
 * @param {string} label
 * @param {() => void} act
 */
function tool(className, sign, label, act) {
  const button = h(
    'button',
    { type: 'button', class: `quiet ${className}`, tabindex: -1, 'aria-label': label },
    sign,
  )
  button.title = label
  button.addEventListener('click', act)
  return button
}

customElements.define('detail-pane', DetailPane)
