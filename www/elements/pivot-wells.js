/** @import { FieldInfo, PivotValue } from '../types.d.ts' */
/** @import { Bucket, PivotView, Side, WellField } from '../state/pivot.js' */

import { h, part } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'
import {
  FIELD_TYPE,
  FIELD_VALUES,
  newWell,
  PRESETS,
  VALUE_NAMES,
  valueName,
  wellFields,
  withField,
  withoutField,
  withoutValue,
  withValue,
  withWell,
} from '../state/pivot.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The ways to group a field: a name, and the settings. @type {readonly [string, Partial<WellField> & { bucket: Bucket }][]} */
const OF_TIME = [
  ['by time, automatic', { bucket: 'time', interval: null }],
  ['by minute', { bucket: 'time', interval: MINUTE }],
  ['by 15 minutes', { bucket: 'time', interval: 15 * MINUTE }],
  ['by hour', { bucket: 'time', interval: HOUR }],
  ['by day', { bucket: 'time', interval: DAY }],
  ['by 7 days', { bucket: 'time', interval: 7 * DAY }],
  ['by hour of day', { bucket: 'hour', interval: null }],
  ['by weekday', { bucket: 'weekday', interval: null }],
]

/** @type {typeof OF_TIME} */
const OF_VALUES = [
  ['each value', { bucket: 'value', width: null }],
  ['by tens', { bucket: 'number', width: 10 }],
  ['by hundreds', { bucket: 'number', width: 100 }],
  ['by thousands', { bucket: 'number', width: 1000 }],
  ['by millions', { bucket: 'number', width: 1_000_000 }],
  ['by day', { bucket: 'time', interval: DAY }],
]

const LIMITS = [5, 10, 25, 50, 100, 500]

/** @type {readonly [PivotView['look'], string][]} */
const LOOKS = [
  ['table', 'Table'],
  ['bars', 'Bars'],
  ['stack', 'Stacked columns'],
  ['lines', 'Lines'],
  ['heat', 'Heat map'],
  ['strip', 'Dot strips'],
]

/**
 * The wells of a pivot: fields for its rows and columns, and its values. Fields are added by name, or dragged from the list of
 * fields; they move between wells by dragging or by their buttons.
 *
 * Fires `pivot` (detail: {pivot: PivotView, label}) when the analyst changes it.
 */
export class PivotWells extends HTMLElement {
  /** @type {PivotView | null} */
  #pivot = null
  /** @type {WellField | null} */
  #dragged = null

  connectedCallback() {
    const presets = part(this, '.presets', HTMLSelectElement)
    presets.append(...PRESETS.map(({ label }, i) => h('option', { value: i }, label)))
    presets.addEventListener('change', () => {
      const preset = PRESETS[Number(presets.value)]
      presets.value = ''
      if (preset)
        this.#change(
          { rows: preset.rows, columns: preset.columns, look: preset.look, order: null },
          preset.label,
        )
    })
    const look = part(this, '.look', HTMLSelectElement)
    look.append(...LOOKS.map(([value, name]) => h('option', { value }, name)))
    look.addEventListener('change', () =>
      this.#change(
        { look: /** @type {PivotView['look']} */ (look.value) },
        `Show the pivot as ${look.value}`,
      ),
    )
    const heat = part(this, '.heat', HTMLInputElement)
    heat.addEventListener('change', () => this.#change({ isHeated: heat.checked }, 'Change the colours'))
    for (const side of /** @type {const} */ (['rows', 'columns'])) this.#connectWell(side)
    const kind = part(this, '.add-value', HTMLSelectElement)
    const kinds = /** @type {PivotValue['kind'][]} */ (Object.keys(VALUE_NAMES))
    kind.append(...kinds.map(value => h('option', { value }, VALUE_NAMES[value])))
    const field = part(this, '.value-field', HTMLInputElement)
    kind.addEventListener('change', () => {
      const chosen = /** @type {PivotValue['kind']} */ (kind.value)
      field.hidden = !FIELD_VALUES.some(other => other === chosen)
      if (field.hidden) this.#addValue({ kind: chosen })
      else field.focus()
    })
    field.addEventListener('change', () => {
      if (field.value !== '')
        this.#addValue({ kind: /** @type {PivotValue['kind']} */ (kind.value), field: field.value })
    })
  }

  /** @param {readonly FieldInfo[]} fields */
  set fields(fields) {
    part(this, 'datalist', HTMLDataListElement).replaceChildren(
      ...wellFields(fields).map(name => h('option', { value: name })),
    )
  }

  /** Takes the focus to the input that adds a field. @override */
  focus() {
    part(this, '.rows .add', HTMLInputElement).focus()
  }

  /** @param {PivotView} pivot */
  show(pivot) {
    this.#pivot = pivot
    part(this, '.look', HTMLSelectElement).value = pivot.look
    part(this, '.heat', HTMLInputElement).checked = pivot.isHeated
    for (const side of /** @type {const} */ (['rows', 'columns'])) {
      part(this, `.${side} ul`, HTMLUListElement).replaceChildren(
        ...pivot[side].map((well, at) => this.#chip(side, well, at)),
      )
    }
    part(this, '.values ul', HTMLUListElement).replaceChildren(
      ...pivot.values.map((value, at) => {
        const name = valueName(value)
        const remove = h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${name}` }, '×')
        remove.addEventListener('click', () =>
          this.#apply(pivot => withoutValue(pivot, at), `Pivot without ${name}`),
        )
        return h('li', { class: 'chip' }, h('span', {}, name), remove)
      }),
    )
  }

  /** @param {Side} side */
  #connectWell(side) {
    const well = part(this, `.${side}`, HTMLElement)
    const add = part(well, '.add', HTMLInputElement)
    add.addEventListener('change', () => {
      const name = add.value.trim()
      add.value = ''
      if (name !== '') this.#apply(pivot => withField(pivot, side, newWell(name)), `Pivot by ${name}`)
    })
    well.addEventListener('dragover', event => {
      if (this.#dragged || event.dataTransfer?.types.includes(FIELD_TYPE)) event.preventDefault()
    })
    well.addEventListener('drop', event => {
      const name = event.dataTransfer?.getData(FIELD_TYPE)
      const dragged = this.#dragged ?? (name ? newWell(name) : null)
      if (!dragged) return
      event.preventDefault()
      event.stopPropagation()
      this.#apply(pivot => withField(pivot, side, dragged), `Pivot by ${dragged.field}`)
    })
  }

  /**
   * @param {Side} side
   * @param {WellField} well
   * @param {number} at
   */
  #chip(side, well, at) {
    const name = visibleText(well.field)
    const other = side === 'rows' ? 'columns' : 'rows'
    const chip = h('li', { class: 'chip', draggable: 'true' }, h('span', { class: 'data' }, name))
    chip.addEventListener('dragstart', event => {
      this.#dragged = well
      event.dataTransfer?.setData(FIELD_TYPE, well.field)
    })
    chip.addEventListener('dragend', () => {
      this.#dragged = null
    })
    const choices = well.field === '@timestamp' ? OF_TIME : OF_VALUES
    const isIt = (/** @type {(typeof OF_TIME)[number][1]} */ set) =>
      set.bucket === well.bucket &&
      (set.interval ?? null) === well.interval &&
      (set.width ?? null) === well.width
    const bucket = h('select', { 'aria-label': `How ${name} is gathered` })
    bucket.append(...choices.map(([text], i) => h('option', { value: i }, text)))
    bucket.value = String(
      Math.max(
        0,
        choices.findIndex(([, set]) => isIt(set)),
      ),
    )
    bucket.addEventListener('change', () => {
      const [text = '', set] = choices[Number(bucket.value)] ?? []
      const change = { interval: null, width: null, ...set }
      this.#apply(
        pivot => ({ ...withWell(pivot, side, at, change), order: null }),
        `Pivot by ${name}, ${text}`,
      )
    })
    const limit = h('select', { 'aria-label': `How many of ${name}` })
    limit.append(
      ...LIMITS.map(n => h('option', { value: n }, `first ${n}`)),
      h('option', { value: '' }, 'all'),
    )
    limit.value = well.limit === null ? '' : String(well.limit)
    limit.addEventListener('change', () =>
      this.#apply(
        pivot => withWell(pivot, side, at, { limit: limit.value === '' ? null : Number(limit.value) }),
        `Pivot with ${limit.value || 'all'} of ${name}`,
      ),
    )
    const move = h(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Move ${name} to the ${other}` },
      '⇄',
    )
    move.addEventListener('click', () => {
      this.#apply(pivot => withField(pivot, other, well), `Move ${name} to the ${other}`)
      part(this, `.${other} .chip:last-of-type button`, HTMLButtonElement).focus()
    })
    const up = h(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Move ${name} before the field ahead` },
      '↑',
    )
    up.ariaDisabled = String(at === 0)
    up.addEventListener('click', () => {
      if (at > 0) this.#apply(pivot => withField(pivot, side, well, at - 1), `Move ${name}`)
    })
    const remove = h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${name}` }, '×')
    remove.addEventListener('click', () => {
      this.#apply(pivot => withoutField(pivot, well), `Pivot without ${name}`)
      part(this, `.${side} .add`, HTMLInputElement).focus()
    })
    chip.append(bucket, limit, up, move, remove)
    return chip
  }

  /** @param {PivotValue} value */
  #addValue(value) {
    part(this, '.add-value', HTMLSelectElement).value = ''
    const field = part(this, '.value-field', HTMLInputElement)
    field.value = ''
    field.hidden = true
    this.#apply(pivot => withValue(pivot, value), `Pivot with ${valueName(value)}`)
  }

  /** @param {Partial<PivotView>} change @param {string} label */
  #change(change, label) {
    this.#apply(pivot => ({ ...pivot, ...change }), label)
  }

  /** @param {(pivot: PivotView) => PivotView} change @param {string} label */
  #apply(change, label) {
    if (!this.#pivot) return
    this.dispatchEvent(new CustomEvent('pivot', { detail: { pivot: change(this.#pivot), label } }))
  }
}

customElements.define('pivot-wells', PivotWells)
