/** @import { Shape, PlotCell, PlotKind, PlotTable } from '../lib/plot.js' */

import { h } from '../lib/dom.js'
import { cellAt, drawShapes, figureText, heightFor, legendOf, plotOf, svgOf, withHead } from '../lib/plot.js'
import { clamp } from '../lib/window.js'

/** The table beside the chart has at most this many rows: all of them are in the pivot itself. */
const TABLE_ROWS = 500
/** Pixels of a PNG for each pixel of the screen. */
const PNG_SCALE = 2

/**
 * A chart of a table of figures, on a canvas, with the same table for people who do not see it. Arrows walk its marks;
 * Enter or a click chooses one. If rows are intervals of time, a range of them can be dragged.
 *
 *     chart.show('stack', table, 'Events by outcome')
 *
 * Fires `chart-cell` (detail: {row, column}) and `chart-rows` (detail: {first, end}, the range of rows).
 */
export class ChartView extends HTMLElement {
  #canvas = h('canvas', {})
  #plot = h('div', { class: 'plot', tabindex: 0, role: 'application', 'aria-roledescription': 'chart' })
  #legend = h('ul', { class: 'legend' })
  #readout = h('output', { class: 'readout soft' })
  #table = h('table', { class: 'visually-hidden' })
  /** @type {PlotKind} */
  #kind = 'bars'
  /** @type {PlotTable} */
  #data = { rows: [], columns: [], values: [], times: [] }
  #title = ''
  /** @type {Shape[]} */
  #shapes = []
  #at = { row: 0, column: 0 }
  #width = 0

  connectedCallback() {
    this.#plot.append(this.#canvas)
    this.append(this.#legend, this.#plot, this.#readout, this.#table)
    this.#plot.addEventListener('keydown', event => this.#key(event))
    this.#plot.addEventListener('pointerdown', event => this.#press(event))
    this.#plot.addEventListener('pointermove', event => this.#point(event))
    this.#plot.addEventListener('focus', () => this.#draw())
    this.#plot.addEventListener('blur', () => this.#draw())
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => this.#draw())
    }
    new ResizeObserver(() => {
      if (this.#plot.clientWidth === this.#width) return
      this.#width = this.#plot.clientWidth
      this.#draw()
    }).observe(this.#plot)
  }

  /** Takes the focus. @override */
  focus() {
    this.#plot.focus()
  }

  /**
   * @param {PlotKind} kind
   * @param {PlotTable} table
   * @param {string} title
   */
  show(kind, table, title) {
    this.#kind = kind
    this.#data = table
    this.#title = title
    this.#at = {
      row: clamp(this.#at.row, 0, Math.max(0, table.rows.length - 1)),
      column: clamp(this.#at.column, 0, Math.max(0, table.columns.length - 1)),
    }
    this.#plot.setAttribute('aria-label', title)
    this.#renderLegend()
    this.#renderTable()
    this.#draw()
    this.#tell()
  }

  /** The chart as a PNG, with its title and a legend. @returns {Promise<Blob | null>} */
  png() {
    const { shapes, width, height } = this.#whole
    const canvas = h('canvas', { width: width * PNG_SCALE, height: height * PNG_SCALE })
    const context = canvas.getContext('2d')
    if (!context) return Promise.resolve(null)
    context.scale(PNG_SCALE, PNG_SCALE)
    context.fillStyle = getComputedStyle(this).backgroundColor
    context.fillRect(0, 0, width, height)
    drawShapes(context, shapes, this.#style)
    return new Promise(done => canvas.toBlob(done, 'image/png'))
  }

  /** The chart as an SVG file, with its title and a legend. */
  svg() {
    const { shapes, width, height } = this.#whole
    const { colours, text } = this.#style
    const background = getComputedStyle(this).backgroundColor
    return svgOf(shapes, { width, height, title: this.#title, colours, text, background })
  }

  /** The shapes of an exported chart. */
  get #whole() {
    const { width, height } = this.#size
    const columns = legendOf(this.#kind, this.#data)
    const { shapes, headPx } = withHead(this.#shapes, { title: this.#title, columns, width })
    return { shapes, width, height: height + headPx }
  }

  get #size() {
    return { width: this.#width || 640, height: heightFor(this.#kind, this.#data) }
  }

  get #style() {
    const style = getComputedStyle(this)
    const colours = Array.from({ length: 8 }, (_, look) => style.getPropertyValue(`--look-${look}`).trim())
    const probe = h('span', {})
    this.append(probe)
    // A canvas does not understand `light-dark()`: the browser resolves it.
    const known = colours.map(colour => {
      probe.style.color = colour
      return getComputedStyle(probe).color
    })
    probe.remove()
    return { colours: known, text: style.color, font: `11px ${style.fontFamily}` }
  }

  #draw() {
    const { width, height } = this.#size
    const scale = devicePixelRatio
    this.#canvas.width = Math.round(width * scale)
    this.#canvas.height = Math.round(height * scale)
    this.#canvas.style.width = `${width}px`
    this.#canvas.style.height = `${height}px`
    const context = this.#canvas.getContext('2d')
    if (!context) return
    context.setTransform(scale, 0, 0, scale, 0, 0)
    this.#shapes = plotOf(this.#kind, this.#data, width, height)
    const style = this.#style
    drawShapes(context, this.#shapes, style)
    const mark = this.#shapes.find(shape => 'cell' in shape && isSame(shape.cell, this.#at))
    if (document.activeElement !== this.#plot || !mark) return
    context.strokeStyle = style.text
    context.lineWidth = 2
    if (mark.kind === 'rect') context.strokeRect(mark.x, mark.y, mark.width, mark.height)
    else if (mark.kind === 'dot') {
      context.beginPath()
      context.arc(mark.x, mark.y, mark.radius + 3, 0, 2 * Math.PI)
      context.stroke()
    }
  }

  #renderLegend() {
    const items = legendOf(this.#kind, this.#data).map((text, c) =>
      h('li', {}, h('span', { class: `swatch look-${c % 8}` }), h('span', { class: 'data' }, text)),
    )
    this.#legend.replaceChildren(...items)
  }

  #renderTable() {
    const { rows, columns, values } = this.#data
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Group'),
      ...columns.map(text => h('th', { scope: 'col' }, text)),
    )
    const lines = rows.slice(0, TABLE_ROWS).map((text, r) => {
      const cells = columns.map((_, c) => h('td', {}, textOf(values[r]?.[c])))
      return h('tr', {}, h('th', { scope: 'row' }, text), ...cells)
    })
    this.#table.replaceChildren(h('caption', {}, this.#title), h('thead', {}, head), h('tbody', {}, ...lines))
  }

  #tell() {
    const { row, column } = this.#at
    const { rows, columns, values } = this.#data
    if (rows.length === 0) {
      this.#readout.textContent = 'There is nothing to draw'
      return
    }
    const name = columns.length > 1 ? `${rows[row]}, ${columns[column]}` : rows[row]
    this.#readout.textContent = `${name}: ${textOf(values[row]?.[column]) || 'nothing'}`
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const { row, column } = this.#at
    const isAcross = this.#kind !== 'bars' && this.#kind !== 'heat'
    const [along, aside] = isAcross ? ['ArrowRight', 'ArrowUp'] : ['ArrowDown', 'ArrowRight']
    const [back, asideBack] = isAcross ? ['ArrowLeft', 'ArrowDown'] : ['ArrowUp', 'ArrowLeft']
    const to = {
      [along]: [row + 1, column],
      [back]: [row - 1, column],
      [aside]: [row, column + 1],
      [asideBack]: [row, column - 1],
      Home: [0, column],
      End: [this.#data.rows.length - 1, column],
    }[event.key]
    if (event.key === 'Enter') this.#fire('chart-cell', this.#at)
    else if (!to) return
    event.preventDefault()
    if (to) this.#goTo({ row: to[0] ?? 0, column: to[1] ?? 0 })
  }

  /** @param {PlotCell} cell held within the table */
  #goTo({ row, column }) {
    this.#at = {
      row: clamp(row, 0, Math.max(0, this.#data.rows.length - 1)),
      column: clamp(column, 0, Math.max(0, this.#data.columns.length - 1)),
    }
    this.#draw()
    this.#tell()
  }

  /** @param {PointerEvent} event */
  #cellOf(event) {
    const { left, top } = this.#canvas.getBoundingClientRect()
    return cellAt(this.#shapes, event.clientX - left, event.clientY - top)
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const cell = event.buttons === 0 ? this.#cellOf(event) : null
    if (cell && !isSame(cell, this.#at)) this.#goTo(cell)
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return
    const from = this.#cellOf(event)
    this.#plot.setPointerCapture(event.pointerId)
    const up = (/** @type {PointerEvent} */ end) => {
      const to = this.#cellOf(end) ?? from
      const isDragged = Math.abs(end.clientX - event.clientX) > 4
      if (isDragged && from && to && this.#data.times[from.row]) {
        this.#fire('chart-rows', {
          first: Math.min(from.row, to.row),
          end: Math.max(from.row, to.row) + 1,
        })
      } else if (from) {
        this.#goTo(from)
        this.#fire('chart-cell', from)
      }
    }
    this.#plot.addEventListener('pointerup', up, { once: true })
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }))
  }
}

/** @param {number | null | undefined} value */
const textOf = value => (value === null || value === undefined ? '' : figureText(value))

/** @param {PlotCell | undefined} a @param {PlotCell} b */
const isSame = (a, b) => a?.row === b.row && a.column === b.column

customElements.define('chart-view', ChartView)
