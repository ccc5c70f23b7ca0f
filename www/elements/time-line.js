/** @import { Timeline } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */
/** @import { TimelineView } from '../state/view.js' */

import {
  bucketAt,
  fillOf,
  INTERVALS,
  intervalText,
  LOOK_NONE,
  LOOK_OTHERS,
  looksOf,
  totalsOf,
} from '../lib/chart.js'
import { h, hasModifier, part, setText } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { bucketText, rangeOfBuckets, rangeText, SERIES_CHARS, seriesName } from '../lib/timeline-words.js'
import { clamp } from '../lib/window.js'
import { clearedContext, drawSelection, drawTimeline } from './time-chart.js'

/** A bar of this width can still be seen and hit. */
const BUCKET_PX = 6
const MOST_BUCKETS = 400
/** A chosen length makes at most this many buckets: more could not be told apart. */
const MOST_CHOSEN_BUCKETS = 2000
const PAGE_BUCKETS = 10
/** The table for screen readers is made after nothing has changed for this long. */
const TABLE_MS = 400

/**
 * The answer over time: bars of buckets, stacked by a field. A part of it can be selected, by dragging or by Shift and
 * arrows.
 *
 * Fires `times` (detail: {first, end}, the times to keep), `zoom-out`, `change-timeline` (detail: Partial<TimelineView>) and
 * `done` when Escape leaves it.
 */
export class TimeLine extends HTMLElement {
  /** @type {Timeline | null} */
  #times = null
  /** @type {TimelineView} */
  #view = { by: '', interval: null, isLog: false }
  /** The look of each value. Outcomes have the same looks whatever else is shown. */
  #looks = new Map([
    ['success', 0],
    ['failure', 1],
  ])
  /** The colours of the looks, as the theme has them. @type {string[]} */
  #colours = []
  #cursor = 0
  /** The other end of what is selected; null: nothing is. @type {number | null} */
  #anchor = null
  #width = 0
  #height = 0
  #isDrawDue = false
  /** The data that the lists of choices were made from, as JSON. */
  #tools = ''
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #tableTimer

  /** @param {Store<State>} store */
  connect(store) {
    const plot = this.#plot
    plot.addEventListener('keydown', event => this.#key(event))
    plot.addEventListener('pointerdown', event => this.#press(event))
    plot.addEventListener('pointermove', event => this.#point(event))
    plot.addEventListener('pointerleave', () => this.#tell(this.#cursor))
    plot.addEventListener('dblclick', () => this.#keep())
    plot.addEventListener('focus', () => this.#draw())
    plot.addEventListener('blur', () => this.#draw())
    part(this, '.keep', HTMLButtonElement).addEventListener('click', () => this.#keep())
    part(this, '.out', HTMLButtonElement).addEventListener('click', () => this.#fire('zoom-out'))
    const by = part(this, '.by', HTMLSelectElement)
    by.addEventListener('change', () => this.#fire('change-timeline', { by: by.value }))
    const interval = part(this, '.interval', HTMLSelectElement)
    interval.addEventListener('change', () =>
      this.#fire('change-timeline', { interval: interval.value === '' ? null : Number(interval.value) }),
    )
    const log = part(this, '.log', HTMLInputElement)
    log.addEventListener('change', () => this.#fire('change-timeline', { isLog: log.checked }))
    new ResizeObserver(() => this.#measure()).observe(plot)
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => this.#renderLegend())
    }
    store.subscribe((state, before) => this.#render(state, before))
  }

  /** The number of buckets that the width has room for. */
  get wantedBuckets() {
    return clamp(Math.floor((this.#width || innerWidth / 2) / BUCKET_PX), 30, MOST_BUCKETS)
  }

  /** @override */
  focus() {
    this.#plot.focus()
  }

  get #plot() {
    return part(this, '.plot', HTMLElement)
  }

  /** The selected buckets, half-open; without a selection, the bucket at the cursor. */
  get #selected() {
    const anchor = this.#anchor ?? this.#cursor
    return { first: Math.min(anchor, this.#cursor), end: Math.max(anchor, this.#cursor) + 1 }
  }

  /**
   * @param {State} state
   * @param {State | null} before
   */
  #render(state, before) {
    const { times, timeline, columns, layout } = state
    if (timeline !== before?.timeline || columns !== before.columns || times !== before.times) {
      this.#view = timeline
      this.#renderTools(state)
    }
    if (times !== before?.times) this.#setTimes(times)
    else if (timeline !== before?.timeline) this.#draw()
    // A new theme's colours can be read with the next frame.
    if (layout.theme !== before?.layout.theme) requestAnimationFrame(() => this.#renderLegend())
  }

  /** @param {State} state */
  #renderTools({ columns, timeline, times }) {
    const usual = ['event.outcome', 'event.dataset', 'event.action', 'log.file.path']
    const fields = [...new Set([timeline.by, ...usual, ...columns.map(({ field }) => field)])]
    const own = times?.buckets ? intervalText(Number(times.interval / 1_000_000n)) : ''
    const span = times ? Number((times.interval * BigInt(times.buckets)) / 1_000_000n) : 0
    // An open list must not be replaced without need.
    const tools = JSON.stringify([fields, timeline, own, span])
    if (tools === this.#tools) return
    this.#tools = tools
    const by = part(this, '.by', HTMLSelectElement)
    by.replaceChildren(
      h('option', { value: '' }, 'nothing'),
      ...fields
        .filter(field => field !== '' && field !== '@timestamp')
        .map(field => h('option', { value: field }, visibleText(field).slice(0, SERIES_CHARS))),
    )
    by.value = timeline.by
    const fitting = INTERVALS.filter(
      interval => interval === timeline.interval || span / interval <= MOST_CHOSEN_BUCKETS,
    )
    const interval = part(this, '.interval', HTMLSelectElement)
    interval.replaceChildren(
      h('option', { value: '' }, timeline.interval === null && own ? `automatic: ${own}` : 'automatic'),
      ...fitting.map(interval => h('option', { value: interval }, intervalText(interval))),
    )
    interval.value = timeline.interval === null ? '' : String(timeline.interval)
    part(this, '.log', HTMLInputElement).checked = timeline.isLog
  }

  /** @param {Timeline | null} times */
  #setTimes(times) {
    const isOther =
      times?.first !== this.#times?.first ||
      times?.interval !== this.#times?.interval ||
      times?.buckets !== this.#times?.buckets
    this.#times = times
    if (isOther) this.#anchor = null
    this.#cursor = clamp(isOther ? 0 : this.#cursor, 0, Math.max(0, (times?.buckets ?? 0) - 1))
    const named = times?.series.filter(({ value, isOthers }) => value !== null && !isOthers) ?? []
    this.#looks = looksOf(
      named.map(({ value }) => value ?? ''),
      this.#looks,
    )
    this.#renderLegend()
    this.#tell(this.#cursor)
    clearTimeout(this.#tableTimer)
    this.#tableTimer = setTimeout(() => this.#renderTable(), TABLE_MS)
  }

  /** @param {Timeline['series'][number]} series */
  #lookOf({ value, isOthers }) {
    if (isOthers) return LOOK_OTHERS
    return value === null ? LOOK_NONE : (this.#looks.get(value) ?? LOOK_OTHERS)
  }

  /** @param {Timeline['series'][number]} series */
  #nameOf(series) {
    return seriesName(series, this.#view.by)
  }

  #renderLegend() {
    const times = this.#times
    const items = (times?.series ?? []).map(series => {
      const swatch = h('canvas', { class: `swatch look-${this.#lookOf(series)}`, width: 16, height: 16 })
      const name = h('span', { class: 'data' }, this.#nameOf(series))
      return h('li', {}, swatch, name, h('span', { class: 'soft' }, countText(series.total)))
    })
    if (times && times.timeless > 0) {
      items.push(h('li', { class: 'soft' }, `${plural(times.timeless, 'row')} without a time`))
    }
    if (times?.isLoading) items.push(h('li', { class: 'soft' }, 'so far'))
    part(this, '.legend', HTMLElement).replaceChildren(...items)
    this.#colours = []
    const surface = getComputedStyle(this).backgroundColor
    for (const [i, swatch] of [...this.querySelectorAll('canvas.swatch')].entries()) {
      const series = times?.series[i]
      const context = swatch instanceof HTMLCanvasElement ? swatch.getContext('2d') : null
      if (!series || !context) continue
      const look = this.#lookOf(series)
      const colour = getComputedStyle(swatch).color
      this.#colours[look] = colour
      context.fillStyle = fillOf(context, look, colour, surface)
      context.fillRect(0, 0, 16, 16)
    }
    this.#draw()
  }

  #measure() {
    const { clientWidth, clientHeight } = this.#plot
    if (clientWidth === this.#width && clientHeight === this.#height) return
    const isFirst = this.#width === 0
    this.#width = clientWidth
    this.#height = clientHeight
    this.#draw()
    if (!isFirst) this.#fire('resized')
  }

  #draw() {
    if (this.#isDrawDue) return
    this.#isDrawDue = true
    requestAnimationFrame(() => {
      this.#isDrawDue = false
      this.#drawChart()
      this.#drawOver()
    })
  }

  get #size() {
    return { width: this.#width, height: this.#height }
  }

  #drawChart() {
    const context = clearedContext(part(this, '.chart', HTMLCanvasElement), this.#size)
    const times = this.#times
    if (!context || !times || times.buckets === 0) return
    const { color, backgroundColor: surface, fontFamily } = getComputedStyle(this)
    const fills = times.series.map(series => {
      const look = this.#lookOf(series)
      return fillOf(context, look, this.#colours[look] ?? color, surface)
    })
    const soft = getComputedStyle(this.#plot).color
    drawTimeline(context, times, this.#size, { fills, surface, soft, fontFamily, isLog: this.#view.isLog })
  }

  /** Draws what is selected, and the cursor. */
  #drawOver() {
    const over = part(this, '.over', HTMLCanvasElement)
    const context = clearedContext(over, this.#size)
    const buckets = this.#times?.buckets ?? 0
    const isMarked = this.#anchor !== null || document.activeElement === this.#plot
    if (!context || buckets === 0 || !isMarked) return
    const { backgroundColor: fill, color: stroke } = getComputedStyle(over)
    drawSelection(context, { buckets, selected: this.#selected }, this.#size, { fill, stroke })
  }

  /**
   * Shows and reads out the counts of a bucket, or the selected times.
   *
   * @param {number} bucket
   */
  #tell(bucket) {
    const times = this.#times
    const plot = this.#plot
    plot.ariaValueMin = '0'
    plot.ariaValueMax = String(Math.max(0, (times?.buckets ?? 0) - 1))
    plot.ariaValueNow = String(this.#cursor)
    const isSelected = this.#anchor !== null
    part(this, '.keep', HTMLButtonElement).hidden = !isSelected
    const text = times && times.buckets > 0 ? bucketText(times, bucket, this.#view.by) : 'No row has a time'
    const selected = times && isSelected ? `${rangeText(times, this.#selected)} selected` : ''
    plot.ariaValueText = selected ? `${selected}; ${text}` : text
    setText(part(this, '.readout', HTMLOutputElement), selected || text)
  }

  #renderTable() {
    const times = this.#times
    const table = part(this, 'table', HTMLTableElement)
    if (!times || times.buckets === 0) return table.replaceChildren()
    const totals = totalsOf(times.series, times.buckets)
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Time'),
      ...times.series.map(series => h('th', { scope: 'col' }, this.#nameOf(series))),
    )
    const rows = Array.from(totals.keys())
      .filter(bucket => totals[bucket] !== 0)
      .map(bucket =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, rangeText(times, { first: bucket, end: bucket + 1 })),
          ...times.series.map(({ counts }) => h('td', {}, countText(counts[bucket] ?? 0))),
        ),
      )
    const caption = h('caption', {}, `Rows over time, buckets without rows left out`)
    table.replaceChildren(caption, h('thead', {}, head), h('tbody', {}, ...rows))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = (this.#times?.buckets ?? 0) - 1
    if (hasModifier(event) || last < 0) return
    const at = this.#cursor
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at + PAGE_BUCKETS,
      PageDown: at - PAGE_BUCKETS,
      Home: 0,
      End: last,
    }[event.key]
    if (to !== undefined) this.#moveTo(to, event.shiftKey)
    else if (event.key === 'Enter') this.#keep()
    else if (event.key === '-') this.#fire('zoom-out')
    else if (event.key === 'Escape' && this.#anchor !== null) this.#select(null)
    else if (event.key === 'Escape') this.#fire('done')
    else return
    event.preventDefault()
  }

  /**
   * @param {number} bucket beyond the ends: the first or last
   * @param {boolean} isExtending
   */
  #moveTo(bucket, isExtending) {
    const anchor = isExtending ? (this.#anchor ?? this.#cursor) : null
    this.#cursor = clamp(bucket, 0, (this.#times?.buckets ?? 1) - 1)
    this.#select(anchor)
  }

  /** @param {number | null} anchor */
  #select(anchor) {
    this.#anchor = anchor
    this.#tell(this.#cursor)
    this.#draw()
  }

  /** @param {PointerEvent} event */
  #bucketOf(event) {
    const { left } = this.#plot.getBoundingClientRect()
    return bucketAt(event.clientX - left, this.#width, this.#times?.buckets ?? 0)
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || !this.#times?.buckets) return
    const first = this.#bucketOf(event)
    this.#plot.setPointerCapture(event.pointerId)
    this.#moveTo(first, event.shiftKey)
    const done = new AbortController()
    const { signal } = done
    let isDragged = false
    this.#plot.addEventListener(
      'pointermove',
      move => {
        isDragged ||= Math.abs(move.clientX - event.clientX) > 3
        if (isDragged) this.#moveTo(this.#bucketOf(move), true)
      },
      { signal },
    )
    this.#plot.addEventListener(
      'pointerup',
      () => {
        done.abort()
        if (isDragged) this.#keep()
      },
      { signal },
    )
    this.#plot.addEventListener('pointercancel', () => done.abort(), { signal })
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (event.buttons === 0 && this.#anchor === null) this.#tell(this.#bucketOf(event))
  }

  /** Asks to keep only the selected times. */
  #keep() {
    if (!this.#times?.buckets) return
    this.#fire('times', rangeOfBuckets(this.#times, this.#selected))
    this.#select(null)
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

customElements.define('time-line', TimeLine)
