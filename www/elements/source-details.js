/** @import { SourceId, SourceInfo, TrailglassError } from '../types.d.ts' */
/** @import { SourceChange } from '../state/sources.js' */
/** @import { SourceDoor } from './sources-panel.js' */

import { h, part, setText } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { eventLines, eventsQuery } from '../state/source-events.js'
import {
  containersText,
  countsText,
  formatWords,
  noEventsWords,
  timesText,
  yearWords,
  zoneWords,
} from '../state/source-words.js'
import { alikeSources, remarks } from '../state/sources.js'

/** A name, its value, and the class of its look. @typedef {[name: string, value: string, look?: string]} Fact */

/**
 * One source: what it is, how it is read and why, and its first events. The analyst may set its format, zone and year.
 *
 *     details.show(source, sources)
 *
 * Fires `show-events` (detail: a query; bubbles).
 */
export class SourceDetails extends HTMLElement {
  /** @type {SourceDoor | null} */
  #door = null
  /** @type {SourceInfo | null} */
  #source = null
  /** @type {readonly SourceInfo[]} */
  #sources = []
  /** What each form was set to by the source: what the analyst has typed since stays. @type {Map<string, string>} */
  #set = new Map()
  /** Formats of which the analyst can say more. @type {Set<string>} */
  #ordered = new Set()
  #isBusy = false
  #isAsking = false
  /** Whose first events show, as it was then. @type {SourceInfo | null} */
  #asked = null

  /** @param {SourceDoor} door */
  connect(door) {
    this.#door = door
    this.#fillFormats(door)
    const zones = part(this, '#zones', HTMLDataListElement)
    this.#zone.addEventListener('focus', () => {
      if (zones.childElementCount > 0) return
      zones.append(...['UTC', ...Intl.supportedValuesOf('timeZone')].map(value => h('option', { value })))
    })
    this.#treatAs.addEventListener('change', () => this.#renderOrder())
    this.#onApply('treat', isWide => this.#applyFormat(isWide))
    this.#onApply('zone', isWide => this.#applyZone(isWide))
    this.#onApply('year', isWide => this.#applyYear(isWide))
    part(this, '.events', HTMLButtonElement).addEventListener('click', () => {
      if (!this.#source) return
      const detail = eventsQuery(this.#source)
      this.dispatchEvent(new CustomEvent('show-events', { detail, bubbles: true }))
    })
  }

  /**
   * @param {SourceInfo | null} source
   * @param {readonly SourceInfo[]} sources all sources
   */
  show(source, sources) {
    const isOther = source?.path !== this.#source?.path
    this.#source = source
    this.#sources = sources
    if (!source) return
    if (isOther) {
      this.#tell('')
      for (const name of ['treat', 'zone', 'year']) this.#fail(name, '')
    }
    this.#renderFacts(source)
    this.#renderForms(source)
    this.#askFirst()
  }

  get #treatAs() {
    return part(this, '#treat-as', HTMLSelectElement)
  }

  get #zone() {
    return part(this, '#source-zone', HTMLInputElement)
  }

  get #year() {
    return part(this, '#source-year', HTMLInputElement)
  }

  /** @param {SourceDoor} door */
  async #fillFormats(door) {
    const found = h('option', { value: '' }, 'as found')
    this.#treatAs.replaceChildren(found)
    const formats = (await door.formats()).sort((a, b) => (a.name < b.name ? -1 : 1))
    this.#treatAs.append(...formats.map(({ name }) => h('option', { value: name }, name)))
    this.#ordered = new Set(formats.filter(({ settings }) => settings !== null).map(({ name }) => name))
    this.#set.delete('treat')
    if (this.#source) this.#renderForms(this.#source)
  }

  /**
   * The first button of a form applies it to this source, the second button to more sources.
   *
   * @param {string} name
   * @param {(isWide: boolean) => void} apply
   */
  #onApply(name, apply) {
    const form = part(this, `form.${name}`, HTMLFormElement)
    form.addEventListener('submit', event => {
      event.preventDefault()
      apply(false)
    })
    part(form, '.wide', HTMLButtonElement).addEventListener('click', () => apply(true))
  }

  // What it is

  /** @param {SourceInfo} source */
  #renderFacts(source) {
    const { path, parent, sha256, members, state } = source
    setText(part(this, '.path', HTMLElement), visibleText(path))
    const file = this.#sources.find(({ id }) => id === parent)
    const times = timesText(source)
    const hash = sha256 ?? file?.sha256
    /** @type {Fact[]} */
    const facts = [
      ...remarks(source).map(
        ({ isWrong, message }) =>
          /** @type {Fact} */ ([isWrong ? 'Problem' : 'Note', message, isWrong ? 'wrong' : '']),
      ),
      ['Format', formatWords(source)],
      ['Wrapped in', containersText(source)],
      ['Member of', file?.path ?? ''],
      ['Members', members > 0 ? plural(members, 'source') : ''],
      ['Records', countsText(source)],
      ['Times', times ? `${times} UTC` : 'none'],
      [
        file ? 'File’s SHA-256' : 'SHA-256',
        hash ?? (file && state === 'read' ? '' : 'once all of it has been read and hashed'),
        'data',
      ],
    ]
    part(this, '.facts dl', HTMLElement).replaceChildren(
      ...facts
        .filter(([, value]) => value !== '')
        .map(([name, value, look = '']) =>
          h('div', {}, h('dt', {}, name), h('dd', { class: look }, visibleText(value))),
        ),
    )
  }

  // How it is read

  /** @param {SourceInfo} source */
  #renderForms(source) {
    const { format, isFormatSet, clock } = source
    this.#reset('treat', `${source.path} ${format} ${isFormatSet}`, () => {
      this.#treatAs.value = isFormatSet ? (format ?? '') : ''
      part(this, '#field-order', HTMLInputElement).value = ''
    })
    this.#reset('zone', `${source.path} ${clock.zone}`, () => {
      this.#zone.value = clock.zone
    })
    this.#reset('year', `${source.path} ${clock.year}`, () => {
      this.#year.value = clock.year === null ? '' : String(clock.year)
    })
    this.#renderOrder()
    const nAlike = alikeSources(this.#sources, source).length
    const alike = part(this, 'form.treat .wide', HTMLButtonElement)
    alike.hidden = nAlike < 2
    setText(alike, `Apply to all ${plural(nAlike, 'source')} alike`)
    alike.title =
      format === null ? 'All sources that were not recognised' : `All sources that are read as ${format}`
    setText(part(this, '#zone-why', HTMLElement), zoneWords(source))
    setText(part(this, '#year-why', HTMLElement), yearWords(source))
    part(this, 'form.zone .entry', HTMLElement).hidden = clock.zoneless === 0
    part(this, 'form.year', HTMLElement).hidden = clock.yearless === 0
  }

  /**
   * Sets a form to the values of its source, if these have changed.
   *
   * @param {string} name
   * @param {string} state
   * @param {() => void} set
   */
  #reset(name, state, set) {
    if (this.#set.get(name) === state) return
    this.#set.set(name, state)
    set()
  }

  #renderOrder() {
    part(this, '.order', HTMLElement).hidden = !this.#ordered.has(this.#treatAs.value)
  }

  /** @param {boolean} isWide all sources treated alike */
  #applyFormat(isWide) {
    if (!this.#source) return
    const format = this.#treatAs.value
    const order = part(this, '#field-order', HTMLInputElement).value.trim()
    const settings = this.#ordered.has(format) && order !== '' ? { settings: order } : {}
    const sources = isWide ? alikeSources(this.#sources, this.#source) : [this.#source]
    const treatAs = format === '' ? null : { format, ...settings }
    const done = treatAs ? `Read again as ${format}` : 'Read again as found'
    this.#change('treat', { kind: 'format', sources: ids(sources), treatAs }, 'Reading it again …', done)
  }

  /** @param {boolean} isWide all sources */
  #applyZone(isWide) {
    const zone = this.#zone.value.trim()
    if (!this.#source || !this.#zone.reportValidity()) return
    const sources = isWide ? null : [this.#source.id]
    this.#change('zone', { kind: 'zone', zone, sources }, 'Working out the times again …', `Read as ${zone}`)
  }

  /** @param {boolean} isWide determine the year again */
  #applyYear(isWide) {
    if (!this.#source || (!isWide && !this.#year.reportValidity())) return
    const year = isWide ? null : this.#year.valueAsNumber
    // The typed text goes, even if the same year is determined.
    if (isWide) this.#set.delete('year')
    const done = isWide ? 'Year determined again' : `Newest record in ${year}`
    this.#change(
      'year',
      { kind: 'year', year, sources: [this.#source.id] },
      'Working out the times again …',
      done,
    )
  }

  /**
   * @param {string} name of the form
   * @param {SourceChange} change
   * @param {string} doing
   * @param {string} done
   */
  async #change(name, change, doing, done) {
    if (this.#isBusy || !this.#door) return
    // A control that is disabled loses the focus.
    const focused = document.activeElement
    this.#setBusy(true)
    this.#fail(name, '')
    this.#tell(doing)
    try {
      await this.#door.change(change)
      this.#tell(done)
    } catch (error) {
      this.#tell('')
      this.#fail(name, /** @type {TrailglassError} */ (error).message)
    }
    this.#setBusy(false)
    const isLost = document.activeElement === document.body || document.activeElement === null
    if (isLost && focused instanceof HTMLElement && focused.checkVisibility()) focused.focus()
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#isBusy = isBusy
    this.ariaBusy = String(isBusy)
    part(this, 'fieldset', HTMLFieldSetElement).disabled = isBusy
  }

  /** @param {string} text */
  #tell(text) {
    setText(part(this, '.status', HTMLElement), text)
  }

  /**
   * @param {string} name of the form
   * @param {string} message '': nothing is wrong
   */
  #fail(name, message) {
    const error = part(this, `#${name}-error`, HTMLElement)
    error.hidden = message === ''
    setText(error, visibleText(message))
    const control = part(this, `form.${name} :is(select, input)`, HTMLElement)
    control.ariaInvalid = message === '' ? null : 'true'
  }

  // Its first events

  /** Asks for the first events of the source chosen last, one source at a time. */
  async #askFirst() {
    if (this.#isAsking) return
    this.#isAsking = true
    while (this.#source && this.#source !== this.#asked) {
      const source = this.#source
      try {
        const first = await this.#door?.firstEvents(source)
        if (first && source === this.#source) this.#renderFirst(first)
      } catch (error) {
        const { code, message } = /** @type {TrailglassError} */ (error)
        // A source that is being read again changes the state when that is done, which asks anew.
        if (code !== 'range') this.#renderNone(message)
      }
      this.#asked = source
    }
    this.#isAsking = false
  }

  /** @param {Awaited<ReturnType<SourceDoor['firstEvents']>>} first */
  #renderFirst({ count, window }) {
    if (count === 0) return this.#renderNone(this.#source ? noEventsWords(this.#source) : '')
    const lines = eventLines(window)
    const table = part(this, 'table', HTMLTableElement)
    table.classList.toggle(
      'has-actions',
      lines.some(({ action }) => action !== ''),
    )
    part(table, 'tbody', HTMLTableSectionElement).replaceChildren(
      ...lines.map(({ time, action, text }) =>
        h(
          'tr',
          {},
          h('td', { class: 'data' }, visibleText(time)),
          h('td', { class: 'data' }, visibleText(action)),
          h('td', { class: 'data' }, h('div', { class: 'message' }, visibleText(text))),
        ),
      ),
    )
    table.hidden = false
    part(this, '.none', HTMLElement).hidden = true
    const events = part(this, '.events', HTMLButtonElement)
    events.hidden = false
    setText(events, count === 1 ? 'Show its event' : `Show its ${plural(count, 'event')}`)
  }

  /** @param {string} why */
  #renderNone(why) {
    part(this, 'table', HTMLTableElement).hidden = true
    part(this, '.events', HTMLButtonElement).hidden = true
    const none = part(this, '.none', HTMLElement)
    none.hidden = false
    setText(none, visibleText(why))
  }
}

/** @param {readonly SourceInfo[]} sources @returns {SourceId[]} */
const ids = sources => sources.map(({ id }) => id)

customElements.define('source-details', SourceDetails)
