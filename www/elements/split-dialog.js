/** @import { Preview, PreviewOptions, Step, StepColumn, Suggestion, TrailglassError } from '../types.d.ts' */
/** @import { Option } from '../lib/step-words.js' */

import { h, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { actionWords, KINDS, optionText, optionValue } from '../lib/step-words.js'

/**
 * What the dialog asks of the page.
 *
 * @typedef {object} SplitDoor
 * @property {(field: string) => Promise<Suggestion[]>} suggest
 * @property {(step: Step, options: PreviewOptions) => Promise<Preview>} preview
 * @property {() => Promise<[name: string, pattern: string, meaning: string][]>} patterns the named patterns of grok
 * @property {(step: Step) => Promise<void>} apply adds the step, or replaces the step with its id
 */

/** A preview waits until the analyst has stopped typing for this long. */
const TYPING_MS = 200
const TYPES = /** @type {const} */ (['text', 'number', 'time', 'address', 'duration'])

/**
 * Makes columns of a column: proposals from its values, every kind of step, and a preview on real rows.
 *
 *     dialog.open({ field: 'message', fields: ['message', …] })
 *
 * Fires nothing: it works through its door.
 */
export class SplitDialog extends HTMLElement {
  /** @type {SplitDoor | null} */
  #door = null
  #dialog = h('dialog', { 'aria-labelledby': 'split-title' })
  #title = h('h2', { id: 'split-title' }, 'Make columns')
  #field = h('input', { type: 'text', list: 'split-fields', autocomplete: 'off', spellcheck: 'false' })
  #fields = h('datalist', { id: 'split-fields' })
  #kind = h('select')
  #options = h('div', { class: 'options' })
  #suggestions = h('ul', { class: 'suggestions' })
  #problem = h('p', { class: 'problem', role: 'alert' })
  #fit = h('p', { class: 'fit', role: 'status' })
  #misfits = h('button', { type: 'button', class: 'misfits', 'aria-pressed': 'false' })
  #table = h('table', { class: 'preview' })
  #apply = h('button', { type: 'button', class: 'primary apply' }, 'Apply')
  /** The step that is being edited. */
  #id = ''
  /** What the analyst, or a proposal, says of columns; null has them found. @type {StepColumn[] | null} */
  #columns = null
  #asking = new AbortController()
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** The step that shows, with its columns. @type {Preview['step'] | null} */
  #shown = null

  connectedCallback() {
    for (const group of new Set(KINDS.map(({ group }) => group))) {
      const own = KINDS.filter(kind => kind.group === group)
      this.#kind.append(
        h('optgroup', { label: group }, ...own.map(({ kind, label }) => h('option', { value: kind }, label))),
      )
    }
    const cancel = h('button', { type: 'button', class: 'cancel' }, 'Cancel')
    this.#dialog.append(
      h('header', {}, this.#title),
      h(
        'div',
        { class: 'what' },
        h('label', {}, h('span', {}, 'Column'), this.#field),
        this.#fields,
        h('label', {}, h('span', {}, 'How'), this.#kind),
        this.#options,
      ),
      h(
        'section',
        { class: 'proposed', 'aria-label': 'Proposals from the values' },
        h('h3', {}, 'Proposals from the values'),
        this.#suggestions,
      ),
      this.#problem,
      h('div', { class: 'counts' }, this.#fit, this.#misfits),
      h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Preview' }, this.#table),
      h('footer', {}, this.#apply, cancel),
    )
    this.append(this.#dialog)
    this.#field.addEventListener('change', () => this.#begin(this.#field.value))
    this.#kind.addEventListener('change', () => {
      this.#columns = null
      this.#renderOptions({})
      this.#ask()
    })
    this.#options.addEventListener('input', () => {
      this.#columns = null
      this.#askSoon()
    })
    this.#misfits.addEventListener('click', () => {
      const isOn = this.#misfits.ariaPressed !== 'true'
      this.#misfits.ariaPressed = String(isOn)
      this.#ask()
    })
    this.#apply.addEventListener('click', () => this.#applyNow())
    cancel.addEventListener('click', () => this.#dialog.close())
    this.#dialog.addEventListener('close', () => this.#asking.abort())
  }

  /** @param {SplitDoor} door */
  connect(door) {
    this.#door = door
  }

  /**
   * @param {object} what
   * @param {string} what.field
   * @param {readonly string[]} what.fields the fields to choose from
   * @param {Step} [what.step] a step to edit
   */
  open({ field, fields, step }) {
    this.#id = step?.id ?? ''
    setText(this.#title, step ? 'Edit the step' : 'Make columns')
    this.#fields.replaceChildren(...fields.map(value => h('option', { value })))
    this.#dialog.showModal()
    this.#begin(field, step)
  }

  /** @param {string} field @param {Step} [step] */
  #begin(field, step) {
    this.#field.value = field
    this.#suggestions.replaceChildren()
    this.#table.replaceChildren()
    this.#shown = null
    setText(this.#fit, '')
    setText(this.#misfits, '')
    this.#take(step ?? { kind: 'split', from: field })
    if (field) this.#askSuggestions(field, step === undefined)
  }

  /** Shows a step in the form. @param {Step} step */
  #take(step) {
    this.#kind.value = step.kind
    this.#columns = step.columns
      ? step.columns.flatMap((column, index) =>
          column === null
            ? []
            : [typeof column === 'string' ? { part: String(index + 1), name: column } : column],
        )
      : null
    this.#renderOptions(step)
    this.#misfits.ariaPressed = 'false'
    this.#ask()
  }

  get #known() {
    return /** @type {(typeof KINDS)[number]} */ (KINDS.find(({ kind }) => kind === this.#kind.value))
  }

  /** @param {object} step the values of the fields */
  #renderOptions(step) {
    const entries = this.#known.options.map(option => {
      const text = optionText(option, Reflect.get(step, option.key))
      return h('label', { class: option.entry ?? 'text' }, h('span', {}, option.label), entryOf(option, text))
    })
    this.#options.replaceChildren(...entries)
    if (this.#known.kind === 'grok') this.#options.append(this.#patterns())
  }

  /** Lists the named patterns when they are first wanted. */
  #patterns() {
    const list = h('dl')
    const details = h('details', { class: 'patterns' }, h('summary', {}, 'Named patterns'), list)
    details.addEventListener(
      'toggle',
      async () => {
        const known = (await this.#door?.patterns()) ?? []
        list.replaceChildren(
          ...known.flatMap(([name, , meaning]) => [h('dt', { class: 'data' }, name), h('dd', {}, meaning)]),
        )
      },
      { once: true },
    )
    return details
  }

  /** The step that the form describes. @returns {Step} */
  #said() {
    /** @type {Record<string, unknown>} */
    const step = { kind: this.#kind.value }
    if (this.#id) step.id = this.#id
    if (this.#kind.value !== 'combine') step.from = this.#field.value
    for (const option of this.#known.options) {
      const entry = this.#options.querySelector(`[name="${option.key}"]`)
      const text =
        entry instanceof HTMLInputElement && entry.type === 'checkbox' ? String(entry.checked) : null
      const value = optionValue(option, text ?? Reflect.get(entry ?? {}, 'value') ?? '')
      if (value !== undefined) step[option.key] = value
    }
    if (this.#columns) step.columns = this.#columns
    return /** @type {Step} */ (/** @type {unknown} */ (step))
  }

  /** @param {string} field @param {boolean} isTaken whether the best proposal shows at once */
  async #askSuggestions(field, isTaken) {
    try {
      const found = (await this.#door?.suggest(field)) ?? []
      if (this.#field.value !== field) return
      this.#suggestions.replaceChildren(...found.map(suggestion => this.#suggestionItem(suggestion)))
      const best = found[0]
      if (isTaken && best) this.#take(best.step)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** @param {Suggestion} suggestion */
  #suggestionItem({ step, fits, values }) {
    const words = h('span', { class: 'data' }, visibleText(actionWords(step)))
    const share = h('span', { class: 'soft' }, `fits ${countText(fits)} of ${countText(values)}`)
    const button = h('button', { type: 'button' }, words, share)
    button.addEventListener('click', () => this.#take(step))
    return h('li', {}, button)
  }

  #askSoon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask(), TYPING_MS)
  }

  async #ask() {
    clearTimeout(this.#timer)
    this.#asking.abort()
    this.#asking = new AbortController()
    const { signal } = this.#asking
    const misfits = this.#misfits.ariaPressed === 'true'
    const step = this.#said()
    try {
      const preview = await this.#door?.preview(step, { misfits, signal })
      if (signal.aborted || !preview) return
      this.#fail(null)
      this.#show(preview)
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    }
  }

  /** @param {unknown} error null: none */
  #fail(error) {
    const { message = '', at, expected } = /** @type {Partial<TrailglassError>} */ (error ?? {})
    const hint = expected ? `; expected ${expected}` : ''
    this.#problem.replaceChildren(message === '' ? '' : `${visibleText(message)}${hint}`)
    this.#apply.disabled = message !== ''
    const entry = this.#options.querySelector('[name="pattern"], [name="template"]')
    if (!(entry instanceof HTMLInputElement)) return
    entry.ariaInvalid = String(at !== undefined)
    if (!at) return
    const [before, marked, behind] = [
      entry.value.slice(0, at.first),
      entry.value.slice(at.first, at.end),
      entry.value.slice(at.end),
    ].map(visibleText)
    this.#problem.append(
      h('code', { class: 'data' }, before ?? '', h('mark', {}, marked || '⌃'), behind ?? ''),
    )
  }

  /** @param {Preview} preview */
  #show({ step, from, count, misfits, cells }) {
    const isSame = this.#shown !== null && JSON.stringify(this.#shown) === JSON.stringify(step)
    this.#shown = step
    this.#columns ??= step.columns.map(column => ({ ...column }))
    setText(this.#fit, `${plural(count, 'row')} to read`)
    setText(
      this.#misfits,
      misfits === 0 ? 'All values fit' : `${plural(misfits, 'row')} ${misfits === 1 ? 'does' : 'do'} not fit`,
    )
    this.#misfits.disabled = misfits === 0
    this.#apply.disabled = step.columns.length === 0
    // The input in which the analyst types a name keeps the focus.
    if (!isSame || this.#table.tHead === null || !this.#table.tHead.contains(document.activeElement)) {
      this.#renderHead(from)
    }
    const body = h('tbody')
    for (let row = 0; row < cells.end - cells.first; row += 1) {
      const texts = cells.columns.map(column => column[row] ?? null)
      body.append(
        h('tr', {}, ...texts.map(text => (text === null ? h('td', { class: 'none' }) : cellOf(text)))),
      )
    }
    this.#table.tBodies[0]?.remove()
    this.#table.append(body)
  }

  /** @param {readonly string[]} from */
  #renderHead(from) {
    const heads = from.map(name => h('th', { scope: 'col' }, h('span', { class: 'data' }, visibleText(name))))
    const made = (this.#columns ?? []).map((column, index) => {
      const name = h('input', {
        type: 'text',
        'aria-label': `Name of column ${index + 1}`,
        spellcheck: 'false',
        autocomplete: 'off',
      })
      name.value = column.name
      name.addEventListener('input', () => {
        this.#change(index, { ...column, name: name.value })
        column = { ...column, name: name.value }
      })
      const type = h(
        'select',
        { 'aria-label': `Type of column ${index + 1}` },
        ...TYPES.map(value => h('option', { value }, value)),
      )
      type.value = column.type ?? 'text'
      type.addEventListener('change', () => {
        const { type: _, ...rest } = column
        const chosen = /** @type {(typeof TYPES)[number]} */ (type.value)
        column = chosen === 'text' ? rest : { ...rest, type: chosen }
        this.#change(index, column)
      })
      const drop = h(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': `Leave out column ${index + 1}` },
        '×',
      )
      drop.addEventListener('click', () => {
        const left = (this.#columns ?? []).toSpliced(index, 1)
        if (left.length === 0) return
        this.#columns = left
        this.#renderHead(from)
        this.#ask()
      })
      return h('th', { scope: 'col' }, name, type, drop)
    })
    this.#table.replaceChildren(h('thead', {}, h('tr', {}, ...heads, ...made)))
  }

  /** @param {number} index @param {StepColumn} column */
  #change(index, column) {
    this.#columns = (this.#columns ?? []).map((own, i) => (i === index ? column : own))
    this.#askSoon()
  }

  async #applyNow() {
    this.#apply.disabled = true
    try {
      await this.#door?.apply(this.#said())
      this.#dialog.close()
    } catch (error) {
      this.#fail(error)
    }
    this.#apply.disabled = false
  }
}

/** @param {string} text */
const cellOf = text => h('td', { class: 'data' }, visibleText(text))

/** @param {Option} option @param {string} text */
function entryOf({ key, entry, choices, placeholder = '' }, text) {
  if (entry === 'choice') {
    const select = h(
      'select',
      { name: key },
      ...(choices ?? []).map(([value, label]) => h('option', { value }, label)),
    )
    select.value = text
    return select
  }
  if (entry === 'table') {
    const area = h('textarea', {
      name: key,
      rows: 3,
      spellcheck: 'false',
      placeholder: '203.0.113.7, the web server',
    })
    area.value = text
    return area
  }
  const type = entry === 'flag' ? 'checkbox' : entry === 'number' ? 'number' : 'text'
  const input = h('input', { type, name: key, placeholder, spellcheck: 'false', autocomplete: 'off' })
  if (entry === 'flag') input.checked = text === 'true'
  else input.value = text
  return input
}

customElements.define('split-dialog', SplitDialog)
