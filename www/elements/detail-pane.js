/** @import { EventDetail } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { h, part, setText } from '../lib/dom.js'
import { bytesText, countText, plural, timeText } from '../lib/format.js'
import { prettyJson } from '../lib/pretty.js'
import { visibleLines, visibleText } from '../lib/safe-text.js'

/** So much of a value, and of the original, shows at first: longer text is slow to lay out. */
const SHOWN_VALUE_CHARS = 1000
const SHOWN_ORIGINAL_CHARS = 65_536
const SHOWN_FIELDS = 300

/**
 * One event with all its fields, its original bytes as text, and where it came from.
 *
 * Fires `copy-text` (detail: string) and `close-side`.
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
    part(this, '.indent', HTMLInputElement).addEventListener('change', () => this.#renderOriginal())
    store.subscribe((state, before) => {
      if (state.opened !== before?.opened || state.sources !== before?.sources) this.#render(state)
    })
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
    // That of a member is its file's.
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
    part(this, '.values', HTMLElement).replaceChildren(
      ...shown.map(({ name, values }) =>
        h(
          'div',
          {},
          h('dt', { class: 'data' }, visibleText(name)),
          ...values.map(value => this.#value(name, value)),
        ),
      ),
    )
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
    const copy = h('button', { type: 'button', class: 'quiet copy' }, 'Copy')
    copy.ariaLabel = `Copy ${visibleText(name)}`
    copy.title = 'Copy the value'
    copy.addEventListener('click', () => this.#copy(value))
    const shown = h('span', { class: 'data' }, text)
    const dd = h('dd', {}, shown, copy)
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

  /** @param {string} text */
  #copy(text) {
    this.dispatchEvent(new CustomEvent('copy-text', { detail: text }))
  }
}

/** @param {number | null} line */
const lineText = line => (line === null ? 'known once the file has been read' : countText(line))

customElements.define('detail-pane', DetailPane)
