/** The faces of the entries of the field list: what each kind is made of, and how it is filled. */

/** @import { FieldInfo, ValueKind } from '../types.d.ts' */
/** @import { Entry, OpenFacet } from '../state/facets.js' */

import { h, part, setText } from '../lib/dom.js'
import { countText, plural, spanText } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { FACET_ORDERS, hasMore, nUnlisted } from '../state/facets.js'

/** A letter for each kind of value, and the word for it. @type {Record<ValueKind, [string, string]>} */
const SIGNS = {
  text: ['T', 'text'],
  number: ['N', 'number'],
  boolean: ['B', 'yes or no'],
  time: ['D', 'time'],
}

/** This much of a value shows in its tooltip. */
const TITLE_CHARS = 1000

/**
 * What faces of fields show beside the field.
 *
 * @typedef {object} FieldContext
 * @property {ReadonlySet<string>} columns fields that are columns of the grid
 * @property {ReadonlyMap<string, FieldInfo> | null} counts in the current answer, by name; null: not known
 */

/** @param {Entry['kind']} kind */
export function newFace(kind) {
  const face = FACES[kind]()
  face.classList.add('face')
  return face
}

/**
 * @param {HTMLElement} face of the entry's kind
 * @param {HTMLElement} element the item that the face is in
 * @param {Entry} entry
 * @param {FieldContext} context
 */
export function drawFace(face, element, entry, context) {
  switch (entry.kind) {
    case 'field':
      return drawField(face, element, entry.info, entry.open !== undefined, context)
    case 'tools':
      return drawTools(face, entry.open)
    case 'value':
      return drawValue(face, element, entry)
    case 'none':
      return drawCount(face, `no value of ${visibleText(entry.field)}`, entry.count, entry.share)
    case 'end':
      return drawEnd(face, entry.open)
  }
}

/** What can have the focus in a face, in order. @param {HTMLElement} face @returns {HTMLElement[]} */
export function stopsOf(face) {
  const stops = [...face.querySelectorAll('input, select, button')]
  return stops
    .filter(stop => stop instanceof HTMLElement && !stop.hidden && stop.className !== 'name')
    .map(stop => /** @type {HTMLElement} */ (stop))
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

/**
 * @param {HTMLElement} face
 * @param {HTMLElement} element
 * @param {FieldInfo} field
 * @param {boolean} isOpen
 * @param {FieldContext} context
 */
function drawField(face, element, field, isOpen, { columns, counts }) {
  const [first] = field.kinds
  const [letter, word] = field.kinds.length === 1 && first ? SIGNS[first] : ['M', 'mixed']
  const words = field.kinds.length > 1 ? field.kinds.map(kind => SIGNS[kind][1]).join(', ') : word
  const name = visibleText(field.name)
  const { rows, distinct } = counts?.get(field.name) ?? {
    rows: counts ? 0 : field.rows,
    distinct: counts ? 0 : field.distinct,
  }
  element.title = [
    name,
    words,
    counts && `${plural(rows, 'row')} of the answer with a value`,
    distinct !== null && `${plural(distinct, 'different value')}`,
    `${plural(field.rows, 'row')} with a value in all`,
    field.description,
  ]
    .filter(Boolean)
    .join('\n')
  const box = part(face, 'input', HTMLInputElement)
  box.checked = columns.has(field.name)
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
