/** @import { FieldInfo } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Entry, FacetChange, OpenFacet } from '../state/facets.js' */
/** @import { Store } from '../state/store.js' */

import { h, hasModifier, isTyping, part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { clamp, columnAt, placeToShow, startsOf, withExtra } from '../lib/window.js'
import { ENTRY_PX, entriesOf, hasMore, moreValues } from '../state/facets.js'
import { FIELD_TYPE } from '../state/pivot.js'
import { drawFace, newFace, stopsOf } from './field-faces.js'

/**
 * One item of the pool. Its face for a kind of entry is made when it first shows that kind.
 *
 * @typedef {object} Item
 * @property {HTMLLIElement} element
 * @property {Partial<Record<Entry['kind'], HTMLElement>>} faces by kind; all but one are hidden
 * @property {Entry | null} entry
 */

/**
 * Every field that has a value somewhere: the columns of the grid first, in their order, then the others by name. An
 * open field lists its values, with their counts in the current answer. Only the entries in sight have elements; the
 * entry with the focus keeps its element.
 *
 * Fires `toggle-column` (detail: the field's name), `open-field` (detail: {field, isOpen}), `ask-field` (detail:
 * {field, change: FacetChange}), `stack-by` and `group-by` (detail: the field's name) and `clause` (detail: ValueClause; bubbles).
 */
export class FieldList extends HTMLElement {
  /** @type {Entry[]} */
  #entries = []
  #starts = startsOf([])
  /** @type {Set<string>} */
  #columns = new Set()
  /** Under the current filter, by name; null: not known. @type {Map<string, FieldInfo> | null} */
  #counts = null
  /** @type {Item[]} */
  #items = []
  /** The key of the entry that has the focus, or had it last. */
  #active = ''
  /** The open field whose first value gets the focus as soon as it is here. */
  #awaited = ''
  #isDrawDue = false
  /** @type {Store<State> | null} */
  #store = null

  /** @param {Store<State>} store */
  connect(store) {
    this.#store = store
    this.#find.addEventListener('input', () => this.#choose())
    this.#find.addEventListener('keydown', event => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      this.#focus(0)
    })
    this.#scroller.addEventListener('scroll', () => this.#draw(), { passive: true })
    this.#list.addEventListener('keydown', event => this.#key(event))
    this.#list.addEventListener('dragstart', event => {
      const entry = this.#itemOf(event.target)?.entry
      if (entry?.kind === 'field') event.dataTransfer?.setData(FIELD_TYPE, entry.field)
    })
    this.#list.addEventListener('focusin', event => {
      this.#active = this.#itemOf(event.target)?.entry?.key ?? this.#active
      this.#draw()
    })
    new ResizeObserver(() => this.#draw()).observe(this.#scroller)
    store.subscribe((state, before) => {
      const { fields, columns, facets, counted } = state
      if (
        fields !== before?.fields ||
        columns !== before.columns ||
        facets !== before.facets ||
        counted !== before.counted
      ) {
        this.#choose()
      }
    })
  }

  /**
   * Takes the focus to the first value of `field`, as soon as it is open.
   *
   * @param {string} field
   */
  reveal(field) {
    const isShown = () => this.#entries.some(entry => entry.key === `field ${field}`)
    if (!isShown()) {
      this.#find.value = ''
      this.#choose()
    }
    this.#focus(this.#entries.findIndex(entry => entry.key === `field ${field}`))
    this.#awaited = field
    this.#meetAwaited()
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

  /** @param {EventTarget | null} target */
  #itemOf(target) {
    return this.#items.find(item => target instanceof Node && item.element.contains(target))
  }

  /** Chooses the fields and values to show, and their order. */
  #choose() {
    const state = this.#store?.get()
    if (!state) return
    const text = this.#find.value.trim().toLowerCase()
    const byName = new Map(state.fields.map(field => [field.name, field]))
    const columns = state.columns.map(({ field }) => byName.get(field)).filter(field => field !== undefined)
    this.#columns = new Set(columns.map(field => field.name))
    this.#counts = state.counted && new Map(state.counted.fields.map(field => [field.name, field]))
    const all = [...columns, ...state.fields.filter(field => !this.#columns.has(field.name))]
    const found = text === '' ? all : all.filter(field => field.name.toLowerCase().includes(text))
    this.#entries = entriesOf(found, state.facets)
    this.#starts = startsOf(this.#entries.map(entry => ENTRY_PX[entry.kind]))
    const count = plural(state.fields.length, 'field')
    const soFar = state.answer?.isLoading ? ' so far' : ''
    setText(
      part(this, '.count', HTMLElement),
      (text === '' ? count : `${countText(found.length)} of ${count}`) + soFar,
    )
    this.#list.style.height = `${this.#starts.at(-1) ?? 0}px`
    this.#draw()
    this.#meetAwaited()
  }

  /** Goes on to the first value of the field that was opened by a key, if the focus is still there. */
  #meetAwaited() {
    if (this.#awaited === '') return
    if (this.#active !== `field ${this.#awaited}`) this.#awaited = ''
    const first = this.#entries.findIndex(
      ({ kind, field }) => field === this.#awaited && (kind === 'value' || kind === 'none'),
    )
    if (first < 0) return
    this.#awaited = ''
    this.#focus(first)
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
    const active = this.#entries.findIndex(entry => entry.key === this.#active)
    const hadFocus = this.#list.contains(document.activeElement) ? document.activeElement : null
    const face = hadFocus?.className ?? ''
    const hasAny = this.#entries.length > 0
    const first = hasAny ? columnAt(this.#starts, scrollTop) : 0
    const end = hasAny ? columnAt(this.#starts, scrollTop + Math.max(0, clientHeight - 1)) + 1 : 0
    const places = withExtra({ first, end }, active)
    for (let i = this.#items.length; i < places.length; i++) this.#items.push(this.#newItem())
    for (const [i, item] of this.#items.entries()) {
      const place = places[i]
      const entry = place === undefined ? undefined : this.#entries[place]
      item.element.hidden = !entry
      item.entry = entry ?? null
      item.element.draggable = entry?.kind === 'field'
      if (entry && place !== undefined) this.#drawItem(item, entry, place, Math.max(0, active))
    }
    if (!hadFocus || this.#itemOf(hadFocus)?.entry?.key === this.#active) return
    const item = this.#items.find(item => item.entry?.key === this.#active)
    if (item)
      stopsIn(item)
        .find(stop => stop.className === face)
        ?.focus({ preventScroll: true })
  }

  /**
   * @param {Item} item
   * @param {Entry} entry
   * @param {number} place
   * @param {number} tabStop the place that Tab leads to
   */
  #drawItem(item, entry, place, tabStop) {
    const { element, faces } = item
    element.className = `${entry.kind}${'open' in entry && entry.open?.isOld ? ' is-old' : ''}`
    element.style.transform = `translateY(${this.#starts[place] ?? 0}px)`
    element.style.height = `${ENTRY_PX[entry.kind]}px`
    element.ariaSetSize = String(this.#entries.length)
    element.ariaPosInSet = String(place + 1)
    faces[entry.kind] ??= this.#newFace(item, entry.kind)
    for (const [kind, face] of Object.entries(faces)) face.hidden = kind !== entry.kind
    const face = /** @type {HTMLElement} */ (faces[entry.kind])
    drawFace(face, element, entry, { columns: this.#columns, counts: this.#counts })
    for (const [i, stop] of stopsIn(item).entries()) stop.tabIndex = place === tabStop && i === 0 ? 0 : -1
  }

  /** @returns {Item} */
  #newItem() {
    const element = h('li')
    this.#list.append(element)
    return { element, faces: {}, entry: null }
  }

  /**
   * @param {Item} item
   * @param {Entry['kind']} kind
   */
  #newFace(item, kind) {
    const face = newFace(kind)
    face.addEventListener('click', event => {
      const button = event.target instanceof Element ? event.target.closest('button') : null
      if (button && item.entry) this.#press(button.className, item.entry)
    })
    face.addEventListener('change', event => {
      const { target } = event
      if (!item.entry) return
      if (target instanceof HTMLSelectElement) {
        this.#askField(item.entry.field, { order: /** @type {OpenFacet['order']} */ (target.value) })
      } else if (kind === 'field') this.#fire('toggle-column', item.entry.field)
    })
    face.addEventListener('input', event => {
      if (kind !== 'tools' || !item.entry || !(event.target instanceof HTMLInputElement)) return
      this.#askField(item.entry.field, { search: event.target.value })
    })
    item.element.append(face)
    return face
  }

  /**
   * @param {string} button its class
   * @param {Entry} entry
   */
  #press(button, entry) {
    const { field } = entry
    if (button === 'name' && entry.kind === 'field') this.#openField(field, !entry.open)
    else if (button === 'stack') this.#fire('stack-by', field)
    else if (button === 'group') this.#fire('group-by', field)
    else if (button === 'more' && entry.kind === 'end')
      this.#askField(field, { limit: moreValues(entry.open) })
    else if (button === 'keep' || button === 'exclude') this.#askClause(entry, button)
  }

  /**
   * @param {Entry} entry
   * @param {'keep' | 'exclude'} how
   */
  #askClause(entry, how) {
    if (entry.kind !== 'value' && entry.kind !== 'none') return false
    const value = entry.kind === 'value' ? entry.value.value : null
    const detail = { field: entry.field, value, how }
    this.dispatchEvent(new CustomEvent('clause', { detail, bubbles: true }))
    return true
  }

  /**
   * @param {string} field
   * @param {boolean} isOpen
   */
  #openField(field, isOpen) {
    this.#fire('open-field', { field, isOpen })
    return true
  }

  /**
   * @param {string} field
   * @param {FacetChange} change
   */
  #askField(field, change) {
    this.#fire('ask-field', { field, change })
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const item = this.#itemOf(event.target)
    if (!item?.entry || hasModifier(event)) return
    const isDone = isTyping(event)
      ? this.#typingKey(event, item.entry)
      : this.#entryKey(event, item, item.entry) || this.#moveKey(event.key)
    if (isDone) event.preventDefault()
  }

  /**
   * A text field or a list of choices keeps most keys for itself.
   *
   * @param {KeyboardEvent} event
   * @param {Entry} entry
   */
  #typingKey({ key, target }, entry) {
    if (key === 'Escape') return this.#focusKey(`field ${entry.field}`)
    return target instanceof HTMLInputElement && this.#moveKey(key, ['ArrowDown', 'ArrowUp'])
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Item} item
   * @param {Entry} entry
   */
  #entryKey({ key, target }, item, entry) {
    const stops = stopsIn(item)
    const at = stops.indexOf(/** @type {HTMLElement} */ (target))
    const isOpen = entry.kind === 'field' && entry.open !== undefined
    switch (key) {
      case '+':
      case '=':
        return this.#askClause(entry, 'keep')
      case '-':
        return this.#askClause(entry, 'exclude')
      case 'Enter':
        return entry.kind === 'field' && this.#openField(entry.field, !isOpen)
      case 'ArrowRight':
        if (entry.kind !== 'field') stops[at + 1]?.focus()
        else if (isOpen) return this.#moveKey('ArrowDown')
        else this.#openField(entry.field, true)
        return true
      case 'ArrowLeft':
        if (entry.kind === 'field') return isOpen && this.#openField(entry.field, false)
        if (at > 0) stops[at - 1]?.focus()
        else this.#focusKey(`field ${entry.field}`)
        return true
      default:
        return false
    }
  }

  /**
   * @param {string} key
   * @param {string[]} [among] only these keys
   */
  #moveKey(key, among) {
    const at = this.#entries.findIndex(entry => entry.key === this.#active)
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / ENTRY_PX.field) - 1)
    const last = this.#entries.length - 1
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    }[key]
    if (to === undefined || (among && !among.includes(key))) return false
    this.#focus(this.#stopFrom(clamp(to, 0, last), to < at ? -1 : 1))
    return true
  }

  /**
   * The first place from `place` on that can have the focus.
   *
   * @param {number} place
   * @param {-1 | 1} step
   */
  #stopFrom(place, step) {
    for (let at = place; ; at += step) {
      const entry = this.#entries[at]
      if (entry?.kind !== 'end' || hasMore(entry.open)) return at
    }
  }

  /** @param {string} key of an entry */
  #focusKey(key) {
    this.#focus(this.#entries.findIndex(entry => entry.key === key))
    return true
  }

  /** @param {number} place beyond the ends: the first or last */
  #focus(place) {
    const held = clamp(place, 0, this.#entries.length - 1)
    const entry = this.#entries[held]
    if (!entry) return
    // Set before drawing: otherwise the element with the focus would take it back.
    this.#active = entry.key
    const { scrollTop, clientHeight } = this.#scroller
    const [start = 0, end = 0] = this.#starts.slice(held, held + 2)
    this.#scroller.scrollTop = placeToShow({ at: scrollTop, size: clientHeight, start, end })
    this.#drawNow()
    const item = this.#items.find(item => item.entry?.key === entry.key)
    if (item) stopsIn(item)[0]?.focus({ preventScroll: true })
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/** What can have the focus in an item, in order. @param {Item} item */
const stopsIn = ({ faces, entry }) => {
  const face = entry && faces[entry.kind]
  return face ? stopsOf(face) : []
}

customElements.define('field-list', FieldList)
