/** @import { FieldInfo, ValueKind } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { h, part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { clamp, placeToShow, visibleRows, withExtra } from '../lib/window.js'

/** A letter for each kind of value, and the word for it. @type {Record<ValueKind, [string, string]>} */
const SIGNS = {
  text: ['T', 'text'],
  number: ['N', 'number'],
  boolean: ['B', 'yes or no'],
  time: ['D', 'time'],
}

/**
 * One item of the pool.
 *
 * @typedef {object} Item
 * @property {HTMLLIElement} element
 * @property {HTMLInputElement} box
 * @property {HTMLElement} sign
 * @property {HTMLElement} folder all of the name but its last part, which stays whole longest
 * @property {HTMLElement} name
 * @property {HTMLElement} rows
 * @property {HTMLElement} distinct
 * @property {string} field
 */

/**
 * Every field that has a value somewhere: the columns of the grid first, in their order, then the others by name.
 * Only the items in sight have elements; the one with the focus keeps its own.
 *
 * Fires `toggle-column` (detail: the field's name).
 */
export class FieldList extends HTMLElement {
  /** @type {FieldInfo[]} */
  #shown = []
  /** @type {Set<string>} */
  #columns = new Set()
  /** @type {Item[]} */
  #items = []
  #active = ''
  #rowHeight = 24
  #isDrawDue = false
  /** @type {Store<State> | null} */
  #store = null

  /** @param {Store<State>} store */
  connect(store) {
    this.#store = store
    this.#rowHeight = Number.parseFloat(getComputedStyle(this).getPropertyValue('--row-height')) || 24
    this.#find.addEventListener('input', () => this.#choose())
    this.#find.addEventListener('keydown', event => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      this.#focus(0)
    })
    this.#scroller.addEventListener('scroll', () => this.#draw(), { passive: true })
    this.#list.addEventListener('keydown', event => this.#key(event))
    this.#list.addEventListener('change', event => this.#toggle(event.target))
    this.#list.addEventListener('focusin', event => {
      this.#active = this.#items.find(item => item.box === event.target)?.field ?? this.#active
      this.#draw()
    })
    new ResizeObserver(() => this.#draw()).observe(this.#scroller)
    store.subscribe((state, before) => {
      if (state.fields !== before?.fields || state.columns !== before?.columns) this.#choose()
    })
  }

  get #find() {
    return part(this, '.find', HTMLInputElement)
  }

  get #scroller() {
    return part(this, '.scroller', HTMLElement)
  }

  get #list() {
    return part(this, 'ul', HTMLUListElement)
  }

  /** Which fields there are to show, and in which order. */
  #choose() {
    const state = this.#store?.get()
    if (!state) return
    const text = this.#find.value.trim().toLowerCase()
    const byName = new Map(state.fields.map(field => [field.name, field]))
    const columns = state.columns.map(({ field }) => byName.get(field)).filter(field => field !== undefined)
    this.#columns = new Set(columns.map(field => field.name))
    const all = [...columns, ...state.fields.filter(field => !this.#columns.has(field.name))]
    this.#shown = text === '' ? all : all.filter(field => field.name.toLowerCase().includes(text))
    const count = plural(state.fields.length, 'field')
    setText(
      part(this, '.count', HTMLElement),
      text === '' ? count : `${countText(this.#shown.length)} of ${count}`,
    )
    this.#list.style.height = `${this.#shown.length * this.#rowHeight}px`
    this.#draw()
  }

  #draw() {
    if (this.#isDrawDue) return
    this.#isDrawDue = true
    requestAnimationFrame(() => {
      this.#isDrawDue = false
      this.#drawNow()
    })
  }

  #drawNow() {
    const { scrollTop, clientHeight } = this.#scroller
    const view = {
      topPx: scrollTop,
      height: clientHeight,
      rowHeight: this.#rowHeight,
      rows: this.#shown.length,
    }
    const active = this.#shown.findIndex(field => field.name === this.#active)
    const hadFocus = this.#items.some(item => item.box === document.activeElement)
    const places = withExtra(visibleRows(view), active)
    for (let i = this.#items.length; i < places.length; i++) this.#items.push(this.#newItem())
    for (const [i, item] of this.#items.entries()) {
      const place = places[i]
      const field = place === undefined ? undefined : this.#shown[place]
      item.element.hidden = !field
      if (field && place !== undefined) this.#drawItem(item, field, place, Math.max(0, active))
    }
    if (hadFocus) this.#items.find(item => item.field === this.#active)?.box.focus({ preventScroll: true })
  }

  /**
   * @param {Item} item
   * @param {FieldInfo} field
   * @param {number} place
   * @param {number} tabStop the place that Tab leads to
   */
  #drawItem(item, field, place, tabStop) {
    const [first] = field.kinds
    const [letter, word] = field.kinds.length === 1 && first ? SIGNS[first] : ['M', 'mixed']
    const words = field.kinds.length > 1 ? field.kinds.map(kind => SIGNS[kind][1]).join(', ') : word
    const name = visibleText(field.name)
    const distinct = field.distinct === null ? '' : countText(field.distinct)
    item.field = field.name
    item.element.style.transform = `translateY(${place * this.#rowHeight}px)`
    item.element.ariaSetSize = String(this.#shown.length)
    item.element.ariaPosInSet = String(place + 1)
    item.element.title = [
      name,
      words,
      `${plural(field.rows, 'row')} with a value`,
      distinct && `${distinct} different values`,
      field.description,
    ]
      .filter(Boolean)
      .join('\n')
    item.box.checked = this.#columns.has(field.name)
    item.box.tabIndex = place === tabStop ? 0 : -1
    setText(item.sign, letter)
    item.sign.title = words
    const cut = name.lastIndexOf('.', name.length - 2)
    setText(item.folder, name.slice(0, Math.max(0, cut)))
    setText(item.name, name.slice(Math.max(0, cut)))
    setText(item.rows, countText(field.rows))
    setText(item.distinct, distinct)
  }

  /** @returns {Item} */
  #newItem() {
    const box = h('input', { type: 'checkbox', tabindex: -1 })
    const sign = h('abbr', { class: 'sign' })
    const folder = h('span', { class: 'folder' })
    const name = h('span', { class: 'last' })
    const path = h('span', { class: 'name data' }, folder, name)
    const rows = h('span', { class: 'number' })
    const distinct = h('span', { class: 'number soft' })
    const element = h('li', {}, h('label', {}, box, sign, path), rows, distinct)
    this.#list.append(element)
    return { element, box, sign, folder, name, rows, distinct, field: '' }
  }

  /** @param {EventTarget | null} box */
  #toggle(box) {
    const item = this.#items.find(item => item.box === box)
    if (!item) return
    this.#active = item.field
    this.dispatchEvent(new CustomEvent('toggle-column', { detail: item.field }))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.#shown.findIndex(field => field.name === this.#active)
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 1)
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.#shown.length - 1,
    }[event.key]
    if (event.key === 'Enter') this.#toggle(event.target)
    else if (to !== undefined) this.#focus(to)
    else return
    event.preventDefault()
  }

  /** @param {number} place held within the list */
  #focus(place) {
    const held = clamp(place, 0, this.#shown.length - 1)
    const field = this.#shown[held]
    if (!field) return
    this.#active = field.name
    const start = held * this.#rowHeight
    const { scrollTop, clientHeight } = this.#scroller
    const end = start + this.#rowHeight
    this.#scroller.scrollTop = placeToShow({ at: scrollTop, size: clientHeight, start, end })
    this.#drawNow()
    this.#items
      .find(item => item.field === field.name && !item.element.hidden)
      ?.box.focus({ preventScroll: true })
  }
}

customElements.define('field-list', FieldList)
