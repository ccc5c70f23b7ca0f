/** @import { FieldInfo, ValueKind } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Entry, FacetChange, OpenFacet } from '../state/facets.js' */
/** @import { Store } from '../state/store.js' */

import { h, isTyping, part, setText } from '../lib/dom.js'
import { countText, plural, spanText } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { clamp, columnAt, placeToShow, startsOf, withExtra } from '../lib/window.js'
import { ENTRY_PX, entriesOf, FACET_ORDERS, hasMore, moreValues, nUnlisted } from '../state/facets.js'
import { FIELD_TYPE } from '../state/pivot.js'

/** A letter for each kind of value, and the word for it. @type {Record<ValueKind, [string, string]>} */
const SIGNS = {
  text: ['T', 'text'],
  number: ['N', 'number'],
  boolean: ['B', 'yes or no'],
  time: ['D', 'time'],
}

/** Of a value so much shows when it is pointed at. */
const TITLE_CHARS = 1000

/**
 * One item of the pool; what it needs for each kind of entry is made when it first shows one.
 *
 * @typedef {object} Item
 * @property {HTMLLIElement} element
 * @property {Partial<Record<Entry['kind'], HTMLElement>>} faces by kind; the one on show is not hidden
 * @property {Entry | null} entry
 */

/**
 * Every field that has a value somewhere: the columns of the grid first, in their order, then the others by name. An
 * open one lists its values, with those of the current answer counted. Only the entries in sight have elements; the
 * one with the focus keeps its own.
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
  /** The key of the entry that the focus is on, or was. */
  #active = ''
  /** The open field whose first value is to have the focus once it is here. */
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
   * Takes the focus to the first value of `field`, which is open or will be.
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

  /** Which fields and values there are to show, and in which order. */
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
      stopsOf(item)
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
    switch (entry.kind) {
      case 'field':
        this.#drawField(face, element, entry.info, entry.open !== undefined)
        break
      case 'tools':
        drawTools(face, entry.open)
        break
      case 'value':
        drawValue(face, element, entry)
        break
      case 'none':
        drawCount(face, `no value of ${visibleText(entry.field)}`, entry.count, entry.share)
        break
      case 'end':
        drawEnd(face, entry.open)
    }
    for (const [i, stop] of stopsOf(item).entries()) stop.tabIndex = place === tabStop && i === 0 ? 0 : -1
  }

  /**
   * @param {HTMLElement} face
   * @param {HTMLElement} element
   * @param {FieldInfo} field
   * @param {boolean} isOpen
   */
  #drawField(face, element, field, isOpen) {
    const [first] = field.kinds
    const [letter, word] = field.kinds.length === 1 && first ? SIGNS[first] : ['M', 'mixed']
    const words = field.kinds.length > 1 ? field.kinds.map(kind => SIGNS[kind][1]).join(', ') : word
    const name = visibleText(field.name)
    const { rows, distinct } = this.#counts?.get(field.name) ?? {
      rows: this.#counts ? 0 : field.rows,
      distinct: this.#counts ? 0 : field.distinct,
    }
    element.title = [
      name,
      words,
      this.#counts && `${plural(rows, 'row')} of the answer with a value`,
      distinct !== null && `${plural(distinct, 'different value')}`,
      `${plural(field.rows, 'row')} with a value in all`,
      field.description,
    ]
      .filter(Boolean)
      .join('\n')
    const box = part(face, 'input', HTMLInputElement)
    box.checked = this.#columns.has(field.name)
    box.ariaLabel = name
    box.ariaExpanded = String(isOpen)
    const sign = part(face, '.sign', HTMLElement)
    setText(sign, letter)
    sign.title = words
    const button = part(face, '.name', HTMLButtonElement)
    button.ariaLabel = `Values of ${name}`
    button.ariaExpanded = String(isOpen)
    const cut = name.lastIndexOf('.', name.length - 2)
    setText(part(face, '.folder', HTMLElement), name.slice(0, Math.max(0, cut)))
    setText(part(face, '.last', HTMLElement), name.slice(Math.max(0, cut)))
    setText(part(face, '.rows', HTMLElement), countText(rows))
    setText(part(face, '.distinct', HTMLElement), distinct === null ? '' : countText(distinct))
    face.classList.toggle('is-empty', rows === 0)
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
    const face = FACES[kind]()
    face.classList.add('face')
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
    if (!item?.entry || event.ctrlKey || event.altKey || event.metaKey) return
    const isDone = isTyping(event)
      ? this.#typingKey(event, item.entry)
      : this.#entryKey(event, item, item.entry) || this.#moveKey(event.key)
    if (isDone) event.preventDefault()
  }

  /**
   * In a field that is typed in, or a list of choices, most keys are its own.
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
    const stops = stopsOf(item)
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
   * The first place from `place` on that has anything to focus on.
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

  /** @param {number} place held within the list */
  #focus(place) {
    const held = clamp(place, 0, this.#entries.length - 1)
    const entry = this.#entries[held]
    if (!entry) return
    // Before it is drawn: what has the focus now must not take it back.
    this.#active = entry.key
    const { scrollTop, clientHeight } = this.#scroller
    const [start = 0, end = 0] = this.#starts.slice(held, held + 2)
    this.#scroller.scrollTop = placeToShow({ at: scrollTop, size: clientHeight, start, end })
    this.#drawNow()
    const item = this.#items.find(item => item.entry?.key === entry.key)
    if (item) stopsOf(item)[0]?.focus({ preventScroll: true })
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/** What each kind of entry is made of. @type {Record<Entry['kind'], () => HTMLElement>} */
const FACES = {
  field: () =>
    h(
      'div',
      {},
      h('input', { type: 'checkbox' }),
      h('abbr', { class: 'sign' }),
      h(
        'button',
        { type: 'button', class: 'name' },
        h('span', { class: 'folder data' }),
        h('span', { class: 'last data' }),
      ),
      h('span', { class: 'rows' }),
      h('span', { class: 'distinct soft' }),
    ),
  tools: () =>
    h(
      'div',
      {},
      h('input', { type: 'search', class: 'search', placeholder: 'Find a value' }),
      h(
        'select',
        { class: 'order' },
        ...FACET_ORDERS.map(({ order, label }) => h('option', { value: order }, label)),
      ),
      h('button', { type: 'button', class: 'stack' }, '▥'),
      h('button', { type: 'button', class: 'group' }, '≡'),
    ),
  value: () =>
    h(
      'div',
      {},
      h('span', { class: 'value data' }),
      h('span', { class: 'rows' }),
      ...clauseButtons(),
      h('span', { class: 'bar' }, h('span', { class: 'filled' })),
      h('span', { class: 'seen soft' }),
    ),
  none: () =>
    h(
      'div',
      {},
      h('span', { class: 'value soft' }, 'no value'),
      h('span', { class: 'rows' }),
      ...clauseButtons(),
      h('span', { class: 'bar' }, h('span', { class: 'filled' })),
    ),
  end: () =>
    h('div', {}, h('span', { class: 'shown soft' }), h('button', { type: 'button', class: 'more' }, 'more')),
}

const clauseButtons = () => [
  h('button', { type: 'button', class: 'keep', 'aria-keyshortcuts': '+' }, '+'),
  h('button', { type: 'button', class: 'exclude', 'aria-keyshortcuts': '-' }, '−'),
]

/** What can have the focus in an item, the first first. @param {Item} item @returns {HTMLElement[]} */
function stopsOf({ faces, entry }) {
  const face = entry && faces[entry.kind]
  if (!face) return []
  const stops = [...face.querySelectorAll('input, select, button')]
  return stops
    .filter(stop => stop instanceof HTMLElement && !stop.hidden && stop.className !== 'name')
    .map(stop => /** @type {HTMLElement} */ (stop))
}

/**
 * @param {HTMLElement} face
 * @param {OpenFacet} open
 */
function drawTools(face, { field, search, order }) {
  const name = visibleText(field)
  const input = part(face, 'input', HTMLInputElement)
  if (input.value !== search) input.value = search
  input.ariaLabel = `Find a value of ${name}`
  const select = part(face, 'select', HTMLSelectElement)
  select.value = order
  select.ariaLabel = `Order of the values of ${name}`
  const stack = part(face, '.stack', HTMLButtonElement)
  stack.ariaLabel = stack.title = `Stack the timeline by ${name}`
  const group = part(face, '.group', HTMLButtonElement)
  group.ariaLabel = group.title = `Group the rows by ${name}`
}

/**
 * @param {HTMLElement} face
 * @param {HTMLElement} element
 * @param {Extract<Entry, { kind: 'value' }>} entry
 */
function drawValue(face, element, { field, value: { value, count, first, last }, share }) {
  const text = visibleText(value.slice(0, TITLE_CHARS))
  setText(part(face, '.value', HTMLElement), text === '' ? '(empty)' : text)
  const seen = first === null || last === null ? '' : spanText(first, last)
  setText(part(face, '.seen', HTMLElement), seen)
  element.title = [text, plural(count, 'row'), seen && `seen ${seen} UTC`].filter(Boolean).join('\n')
  drawCount(face, `${visibleText(field)} ${text}`, count, share)
}

/**
 * @param {HTMLElement} face
 * @param {string} name
 * @param {number} count
 * @param {number} share
 */
function drawCount(face, name, count, share) {
  setText(part(face, '.rows', HTMLElement), countText(count))
  part(face, '.filled', HTMLElement).style.width = `${100 * share}%`
  part(face, '.keep', HTMLElement).ariaLabel = `Keep only ${name}, ${plural(count, 'row')}`
  part(face, '.exclude', HTMLElement).ariaLabel = `Exclude ${name}, ${plural(count, 'row')}`
}

/**
 * @param {HTMLElement} face
 * @param {OpenFacet} open
 */
function drawEnd(face, open) {
  const more = part(face, '.more', HTMLButtonElement)
  const nMore = nUnlisted(open)
  more.hidden = !hasMore(open)
  setText(more, `${countText(nMore)} more`)
  more.ariaLabel = `${countText(nMore)} more values of ${visibleText(open.field)}`
  setText(part(face, '.shown', HTMLElement), endText(open))
}

/** @param {OpenFacet} open */
function endText(open) {
  if (!open.facet) return 'Counting …'
  const found = open.search === '' ? '' : ' found'
  const soFar = open.facet.isLoading ? ' so far' : ''
  const rest = nUnlisted(open) > 0 && !hasMore(open) ? '; find the others above' : ''
  return `${plural(open.facet.distinct, 'value')}${found}${soFar}${rest}`
}

customElements.define('field-list', FieldList)
