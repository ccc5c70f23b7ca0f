/** @import { About, Facet, Nanos, Occurrence } from '../types.d.ts' */

import { h, part, setText } from '../lib/dom.js'
import { countText, plural, timeText } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { ChartView } from './chart-view.js'

/** What the common fields of a value say of it. @type {Record<string, string>} */
const TITLES = {
  'event.dataset': 'Kinds of log',
  'event.action': 'What happened',
  'event.outcome': 'How it ended',
  'user.name': 'Users',
  'source.ip': 'From',
  'destination.ip': 'To',
  'host.name': 'Hosts',
  'error.code': 'Errors',
  'user_agent.original': 'Programs',
  'log.file.path': 'Sources',
}

const VALUE_CHARS = 120

/** @param {Nanos | null} time */
const momentText = time => (time === null ? '' : timeText(time))

/**
 * Everything about one value: where it occurs, with which other values, when, and with which outcome.
 *
 * Fires `about` (detail: another value), `about-query` (detail: {query, field?, value?}: the events to show) and
 * `about-around` (detail: {time, nanos}).
 */
export class AboutPanel extends HTMLElement {
  /** @type {About | null} */
  #about = null

  connectedCallback() {
    const form = part(this, 'form', HTMLFormElement)
    form.addEventListener('submit', event => {
      event.preventDefault()
      const value = part(this, '.value', HTMLInputElement).value.trim()
      if (value !== '') this.#fire('about', value)
    })
    part(this, '.events', HTMLButtonElement).addEventListener('click', () => {
      if (this.#about) this.#fire('about-query', { query: this.#about.query })
    })
    for (const end of /** @type {const} */ (['first', 'last'])) {
      part(this, `.around-${end}`, HTMLButtonElement).addEventListener('click', () => {
        const time = this.#about?.span?.[end]
        if (time !== undefined) this.#fire('about-around', { time, nanos: 300_000_000_000n })
      })
    }
    this.#chart.addEventListener('chart-cell', event => {
      const { row } = /** @type {CustomEvent<{ row: number }>} */ (event).detail
      this.#between(row, row + 1)
    })
    this.#chart.addEventListener('chart-rows', event => {
      const { first, end } = /** @type {CustomEvent<{ first: number, end: number }>} */ (event).detail
      this.#between(first, end)
    })
  }

  get #chart() {
    return part(this, 'chart-view', ChartView)
  }

  /** Takes the focus. @override */
  focus() {
    part(this, this.#about ? 'h2' : '.value', HTMLElement).focus()
  }

  /**
   * @param {About | null} about null: there is no answer yet, or no question
   * @param {string} asked the value asked for
   */
  show(about, asked) {
    this.#about = about
    part(this, '.value', HTMLInputElement).value = asked
    part(this, '.told', HTMLElement).hidden = about === null
    const none = part(this, '.none', HTMLElement)
    none.hidden = about !== null
    none.textContent =
      asked === '' ? 'Type a value, or press a on a cell of the rows.' : 'Looking through all sources …'
    if (about) this.#render(about)
  }

  /** @param {About} about */
  #render(about) {
    const { value, count, span, fields, facets, timeline, isLoading } = about
    setText(part(this, 'h2', HTMLElement), visibleText(value))
    const where = `${plural(count, 'event')} in ${plural(fields.length, 'field')}`
    const when = span ? `, ${timeText(span.first)} to ${timeText(span.last)}` : ''
    setText(part(this, '.sum', HTMLElement), `${where}${when}${isLoading ? ' so far' : ''}`)
    for (const end of ['first', 'last'])
      part(this, `.around-${end}`, HTMLButtonElement).hidden = span === null
    const { first, interval, buckets, series } = timeline
    const starts = Array.from({ length: buckets }, (_, b) => first + BigInt(b) * interval)
    this.#chart.show(
      'stack',
      {
        rows: starts.map(momentText),
        columns: series.map(({ value, isOthers }) =>
          isOthers ? 'others' : visibleText(value ?? 'no dataset'),
        ),
        values: starts.map((_, b) => series.map(({ counts }) => counts[b] ?? 0)),
        times: starts.map(start => ({ first: start, end: start + interval })),
      },
      `Events with ${visibleText(value)} over time, by kind of log`,
    )
    part(this, '.occurrences tbody', HTMLElement).replaceChildren(
      ...fields.map(found => this.#occurrence(found)),
    )
    part(this, '.facets', HTMLElement).replaceChildren(
      ...facets.filter(({ rows }) => rows > 0).map(facet => this.#facet(facet)),
    )
  }

  /** @param {Occurrence} found */
  #occurrence({ dataset, field, whole, part: inside, first, last }) {
    const how = [
      whole > 0 ? `${countText(whole)} as the value` : '',
      inside > 0 ? `${countText(inside)} in text` : '',
    ]
    return h(
      'tr',
      {},
      h('td', { class: 'data' }, visibleText(dataset ?? '(none)')),
      h('th', { scope: 'row', class: 'data' }, visibleText(field)),
      h('td', {}, how.filter(text => text !== '').join(', ')),
      h('td', { class: 'data' }, momentText(first)),
      h('td', { class: 'data' }, momentText(last)),
    )
  }

  /** @param {Facet} facet */
  #facet({ field, values, distinct, others }) {
    const title = TITLES[field] ?? field
    const lines = values.map(({ value, count, first, last }) => {
      const shown = visibleText(value.slice(0, VALUE_CHARS))
      const show = h(
        'button',
        { type: 'button', class: 'quiet data', title: 'Show these events' },
        shown || '(empty)',
      )
      show.addEventListener('click', () =>
        this.#fire('about-query', { query: this.#about?.query ?? '', field, value }),
      )
      const tell = h(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': `Everything about ${shown}` },
        '→',
      )
      tell.addEventListener('click', () => this.#fire('about', value))
      return h(
        'tr',
        {},
        h('th', { scope: 'row' }, show, tell),
        h('td', { class: 'number' }, countText(count)),
        h('td', { class: 'data' }, momentText(first)),
        h('td', { class: 'data' }, momentText(last)),
      )
    })
    const head = ['Value', 'Events', 'First seen', 'Last seen'].map(text => h('th', { scope: 'col' }, text))
    const more =
      distinct > values.length
        ? `${countText(distinct - values.length)} more values, ${countText(others)} events`
        : ''
    return h(
      'table',
      {},
      h(
        'caption',
        {},
        h('span', {}, title),
        ' ',
        h('span', { class: 'soft data' }, field),
        ' ',
        h('span', { class: 'soft' }, more),
      ),
      h('thead', {}, h('tr', {}, ...head)),
      h('tbody', {}, ...lines),
    )
  }

  /** Asks for the events in the times of some bars. @param {number} first @param {number} end */
  #between(first, end) {
    if (!this.#about) return
    const { first: start, interval } = this.#about.timeline
    const times = { first: start + BigInt(first) * interval, end: start + BigInt(end) * interval }
    this.#fire('about-query', { query: this.#about.query, times })
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

customElements.define('about-panel', AboutPanel)
