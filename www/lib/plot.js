/**
 * Charts as lists of shapes, for a canvas and for SVG alike: an exported chart looks as on screen. Pure.
 *
 * The engine computes the figures; here they become pixels. Each mark names the cell of its table that it shows.
 */

/** @import { CssPixels, Nanos } from '../types.d.ts' */

import { clamp } from './window.js'

/** @typedef {{ row: number, column: number }} PlotCell */

/**
 * @typedef {object} Rect
 * @property {'rect'} kind
 * @property {CssPixels} x
 * @property {CssPixels} y
 * @property {CssPixels} width
 * @property {CssPixels} height
 * @property {number} look index of its colour
 * @property {number} [alpha] 0 to 1
 * @property {PlotCell} [cell]
 *
 * @typedef {object} Dot
 * @property {'dot'} kind
 * @property {CssPixels} x
 * @property {CssPixels} y
 * @property {CssPixels} radius
 * @property {number} look
 * @property {PlotCell} [cell]
 *
 * @typedef {object} Line
 * @property {'line'} kind
 * @property {readonly { x: CssPixels, y: CssPixels }[]} points
 * @property {number} look
 *
 * @typedef {object} Words
 * @property {'words'} kind
 * @property {CssPixels} x
 * @property {CssPixels} y of the middle of the line
 * @property {string} text
 * @property {'start' | 'middle' | 'end'} anchor
 *
 * @typedef {Rect | Dot | Line | Words} Shape
 */

/**
 * A table of figures to be drawn: `values[row][column]`.
 *
 * @typedef {object} PlotTable
 * @property {readonly string[]} rows
 * @property {readonly string[]} columns
 * @property {readonly (readonly (number | null)[])[]} values
 * @property {readonly ({ first: Nanos, end: Nanos } | null)[]} times of the rows, where they are intervals
 */

/** @typedef {'bars' | 'stack' | 'lines' | 'heat' | 'strip'} PlotKind */

/** The colours are tokens of the page, `--look-0` and so on. Further columns begin again with the first. */
export const PLOT_LOOKS = 8
/** The look of axes, lines and words. */
export const LOOK_TEXT = -1

const TEXT_PX = 6.6
const LINE_PX = 16
const LABEL_PX = 190
const LABEL_CHARS = 28

/** A long label, cut at its start: the end of a path says more. @param {string} text */
function shortLabel(text) {
  if (text.length <= LABEL_CHARS) return text
  return text.includes('/') ? `…${text.slice(1 - LABEL_CHARS)}` : `${text.slice(0, LABEL_CHARS - 1)}…`
}

/** A whole number with commas, any other number with four figures. @param {number} value */
export const figureText = value =>
  Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : Number(value.toPrecision(4)).toLocaleString('en-US')

/** @param {PlotTable} table */
const mostOf = ({ values }) => Math.max(0, ...values.flatMap(row => row.map(value => value ?? 0)))

/**
 * The shapes of a chart.
 *
 * @param {PlotKind} kind
 * @param {PlotTable} table
 * @param {CssPixels} width
 * @param {CssPixels} height
 * @returns {Shape[]}
 */
export function plotOf(kind, table, width, height) {
  if (table.rows.length === 0 || table.columns.length === 0) return []
  if (kind === 'bars') return barsOf(table, width, height)
  if (kind === 'heat') return heatOf(table, width, height)
  return overRows(kind, table, width, height)
}

/** The height of a chart whose labels can all be read. @param {PlotKind} kind @param {PlotTable} table */
export const heightFor = (kind, table) =>
  kind === 'bars' || kind === 'heat' ? Math.max(120, table.rows.length * 22 + 40) : 320

/**
 * One bar for each row, with a part for each column.
 *
 * @param {PlotTable} table
 * @param {CssPixels} width
 * @param {CssPixels} height
 * @returns {Shape[]}
 */
function barsOf({ rows, values }, width, height) {
  const totals = values.map(row =>
    row.reduce((/** @type {number} */ sum, value) => sum + Math.max(0, value ?? 0), 0),
  )
  const most = Math.max(...totals, 0)
  const each = Math.min(22, height / rows.length)
  const room = width - LABEL_PX - 70
  /** @type {Shape[]} */
  const shapes = []
  values.forEach((row, r) => {
    const y = r * each
    shapes.push({
      kind: 'words',
      x: LABEL_PX - 6,
      y: y + each / 2,
      text: shortLabel(rows[r] ?? ''),
      anchor: 'end',
    })
    let x = LABEL_PX
    row.forEach((value, c) => {
      if (!value || value < 0 || most === 0) return
      const long = Math.max(1, (room * value) / most)
      const bar = { x, y: y + 2, width: long, height: Math.max(2, each - 4) }
      shapes.push({ kind: 'rect', ...bar, look: c % PLOT_LOOKS, cell: { row: r, column: c } })
      x += long
    })
    const text = figureText(totals[r] ?? 0)
    shapes.push({ kind: 'words', x: x + 5, y: y + each / 2, text, anchor: 'start' })
  })
  return shapes
}

/**
 * A cell for each row and column; the higher the value, the darker.
 *
 * @param {PlotTable} table
 * @param {CssPixels} width
 * @param {CssPixels} height
 * @returns {Shape[]}
 */
function heatOf(table, width, height) {
  const { rows, columns, values } = table
  const most = mostOf(table)
  const top = LINE_PX + 4
  const [wide, high] = [(width - LABEL_PX) / columns.length, Math.min(30, (height - top) / rows.length)]
  /** @type {Shape[]} */
  const shapes = []
  const every = Math.max(1, Math.ceil((TEXT_PX * 11) / wide))
  columns.forEach((text, c) => {
    if (c % every !== 0) return
    const shown = text.slice(0, Math.max(2, Math.floor((wide * every) / TEXT_PX)))
    shapes.push({
      kind: 'words',
      x: LABEL_PX + (c + 0.5) * wide,
      y: LINE_PX / 2,
      text: shown,
      anchor: 'middle',
    })
  })
  values.forEach((row, r) => {
    const y = top + r * high
    shapes.push({
      kind: 'words',
      x: LABEL_PX - 6,
      y: y + high / 2,
      text: shortLabel(rows[r] ?? ''),
      anchor: 'end',
    })
    row.forEach((value, c) => {
      const alpha = value && most > 0 ? 0.12 + (0.88 * value) / most : 0.03
      const place = { x: LABEL_PX + c * wide, y, width: Math.max(1, wide - 1), height: Math.max(1, high - 1) }
      shapes.push({ kind: 'rect', ...place, look: 0, alpha, cell: { row: r, column: c } })
    })
  })
  return shapes
}

/** The greatest width of a row without a time, beside rows with one. */
const TIMELESS_PX = 90

/**
 * The places of rows on the horizontal axis. Intervals of time are to scale, and rows without a time are to their right;
 * if no row has a time, all rows have the same width.
 *
 * @param {PlotTable} table
 * @param {CssPixels} left
 * @param {CssPixels} width
 * @returns {{ x: CssPixels, width: CssPixels }[]}
 */
export function placesOf({ rows, times }, left, width) {
  const known = times.filter(time => time !== null)
  const each = width / Math.max(1, rows.length)
  if (known.length === 0) return rows.map((_, r) => ({ x: left + r * each, width: each }))
  const slot = Math.min(TIMELESS_PX, each)
  const timed = width - (rows.length - known.length) * slot
  // A number is exact enough for the difference of two times of one chart, not for a time.
  const base = known[0]?.first ?? 0n
  const least = Math.min(...known.map(({ first }) => Number(first - base)))
  const scale = timed / (Math.max(...known.map(({ end }) => Number(end - base))) - least)
  let free = left + timed
  return times.map(time => {
    if (time) {
      const first = Number(time.first - base) - least
      return { x: left + first * scale, width: Number(time.end - time.first) * scale }
    }
    const place = { x: free, width: slot }
    free += slot
    return place
  })
}

/**
 * Runs of rows that follow each other without a gap: a line must not cross times without rows.
 *
 * @param {PlotTable['times']} times
 * @returns {number[][]}
 */
function unbroken(times) {
  /** @type {number[][]} */
  const runs = []
  times.forEach((time, r) => {
    const before = r > 0 ? times[r - 1] : undefined
    const goesOn = r > 0 && (time && before ? before.end === time.first : !time && !before)
    if (goesOn) runs.at(-1)?.push(r)
    else runs.push([r])
  })
  return runs
}

/**
 * Rows from left to right: stacked bars, a line for each column, or a strip of dots for each column.
 *
 * @param {'stack' | 'lines' | 'strip'} kind
 * @param {PlotTable} table
 * @param {CssPixels} width
 * @param {CssPixels} height
 * @returns {Shape[]}
 */
function overRows(kind, table, width, height) {
  const { rows, columns, values } = table
  const left = kind === 'strip' ? LABEL_PX : 60
  const bottom = height - LINE_PX - 4
  const places = placesOf(table, left, width - left - 4)
  const sums = values.map(row =>
    row.reduce((/** @type {number} */ sum, value) => sum + Math.max(0, value ?? 0), 0),
  )
  const most = kind === 'stack' ? Math.max(...sums, 0) : mostOf(table)
  const heightOf = (/** @type {number} */ value) => (most > 0 ? (value / most) * (bottom - 8) : 0)
  /** @type {Shape[]} */
  const shapes = [{ kind: 'rect', x: left, y: bottom, width: width - left, height: 1, look: LOOK_TEXT }]
  shapes.push(...rowLabels(rows, places, bottom + LINE_PX / 2 + 2))
  if (kind === 'strip') return [...shapes, ...stripDots(table, places, bottom, most)]
  shapes.push({ kind: 'words', x: left - 5, y: 8, text: figureText(most), anchor: 'end' })
  if (kind === 'lines') {
    columns.forEach((_, c) => {
      const points = values.map((row, r) => ({
        x: (places[r]?.x ?? 0) + (places[r]?.width ?? 0) / 2,
        y: bottom - heightOf(row[c] ?? 0),
      }))
      for (const run of unbroken(table.times)) {
        const line = run.flatMap(r => points[r] ?? [])
        if (line.length > 1) shapes.push({ kind: 'line', points: line, look: c % PLOT_LOOKS })
      }
      for (const [r, { x, y }] of points.entries()) {
        shapes.push({ kind: 'dot', x, y, radius: 3, look: c % PLOT_LOOKS, cell: { row: r, column: c } })
      }
    })
    return shapes
  }
  values.forEach((row, r) => {
    const { x = 0, width: room = 1 } = places[r] ?? {}
    let y = bottom
    row.forEach((value, c) => {
      if (!value || value < 0) return
      const high = Math.max(1, heightOf(value))
      y -= high
      const bar = { x, y, width: Math.max(1, room > 3 ? room - 1 : room), height: high }
      shapes.push({ kind: 'rect', ...bar, look: c % PLOT_LOOKS, cell: { row: r, column: c } })
    })
  })
  return shapes
}

/**
 * @param {PlotTable} table
 * @param {readonly { x: CssPixels, width: CssPixels }[]} places
 * @param {CssPixels} bottom
 * @param {number} most
 * @returns {Shape[]}
 */
function stripDots({ columns, values }, places, bottom, most) {
  const each = bottom / columns.length
  return columns.flatMap((text, c) => {
    const y = (c + 0.5) * each
    /** @type {Shape[]} */
    const dots = values.flatMap((row, r) => {
      const value = row[c]
      if (!value || value < 0) return []
      const radius = clamp(Math.sqrt(value / most) * Math.min(14, each / 2), 1.5, 14)
      const x = (places[r]?.x ?? 0) + (places[r]?.width ?? 0) / 2
      return [
        {
          kind: /** @type {const} */ ('dot'),
          x,
          y,
          radius,
          look: c % PLOT_LOOKS,
          cell: { row: r, column: c },
        },
      ]
    })
    return [
      { kind: 'words', x: LABEL_PX - 6, y, text: shortLabel(text), anchor: /** @type {const} */ ('end') },
      ...dots,
    ]
  })
}

/**
 * As many labels of rows as there is room for.
 *
 * @param {readonly string[]} rows
 * @param {readonly { x: CssPixels, width: CssPixels }[]} places
 * @param {CssPixels} y
 * @returns {Shape[]}
 */
function rowLabels(rows, places, y) {
  let free = Number.NEGATIVE_INFINITY
  return rows.flatMap((text, r) => {
    const x = (places[r]?.x ?? 0) + (places[r]?.width ?? 0) / 2
    const shown = shortLabel(text)
    const half = (shown.length * TEXT_PX) / 2
    if (x - half < free) return []
    free = x + half + 8
    return [
      { kind: /** @type {const} */ ('words'), x, y, text: shown, anchor: /** @type {const} */ ('middle') },
    ]
  })
}

const SWATCH_PX = 10

/**
 * A chart for use outside of the page: with a title, and a legend of its colours, above.
 *
 * @param {readonly Shape[]} shapes
 * @param {{ title: string, columns: readonly string[], width: CssPixels }} what `columns` the columns with a colour of their own
 * @returns {{ shapes: Shape[], headPx: CssPixels }} `headPx` is the height of title and legend
 */
export function withHead(shapes, { title, columns, width }) {
  /** @type {Shape[]} */
  const head = [{ kind: 'words', x: 8, y: LINE_PX / 2 + 4, text: title, anchor: 'start' }]
  let [x, y] = [8, LINE_PX * 1.5 + 6]
  columns.forEach((column, c) => {
    const text = shortLabel(column)
    const long = SWATCH_PX + 6 + text.length * TEXT_PX + 14
    if (x + long > width && x > 8) [x, y] = [8, y + LINE_PX]
    const swatch = { x, y: y - SWATCH_PX / 2, width: SWATCH_PX, height: SWATCH_PX, look: c % PLOT_LOOKS }
    head.push({ kind: 'rect', ...swatch }, { kind: 'words', x: x + SWATCH_PX + 5, y, text, anchor: 'start' })
    x += long
  })
  const headPx = (columns.length > 0 ? y + LINE_PX / 2 : LINE_PX) + 8
  const lowered = shapes.map(shape =>
    shape.kind === 'line'
      ? { ...shape, points: shape.points.map(({ x, y }) => ({ x, y: y + headPx })) }
      : { ...shape, y: shape.y + headPx },
  )
  return { shapes: [...head, ...lowered], headPx }
}

/** The columns whose colours a legend explains. @param {PlotKind} kind @param {PlotTable} table */
export const legendOf = (kind, { columns }) =>
  columns.length > 1 && kind !== 'heat' && kind !== 'strip' ? columns : []

/**
 * The mark at a point: the last one drawn there. Thin marks can be hit a little beside them.
 *
 * @param {readonly Shape[]} shapes
 * @param {CssPixels} x
 * @param {CssPixels} y
 * @returns {PlotCell | null}
 */
export function cellAt(shapes, x, y) {
  const found = shapes.findLast(shape => {
    if (shape.kind === 'dot' && shape.cell) return Math.hypot(shape.x - x, shape.y - y) <= shape.radius + 3
    if (shape.kind !== 'rect' || !shape.cell) return false
    return (
      x >= shape.x - 1 &&
      x <= shape.x + shape.width + 1 &&
      y >= shape.y - 1 &&
      y <= shape.y + shape.height + 1
    )
  })
  return found && 'cell' in found ? (found.cell ?? null) : null
}

/**
 * Draws shapes; `colours` are those of the looks, `text` is that of axes and words.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Shape[]} shapes
 * @param {{ colours: readonly string[], text: string, font: string }} style
 */
export function drawShapes(context, shapes, { colours, text, font }) {
  context.font = font
  context.textBaseline = 'middle'
  for (const shape of shapes) {
    const look = 'look' in shape ? shape.look : LOOK_TEXT
    context.fillStyle = context.strokeStyle = colours[look] ?? text
    context.globalAlpha = shape.kind === 'rect' ? (shape.alpha ?? 1) : 1
    if (shape.kind === 'rect') context.fillRect(shape.x, shape.y, shape.width, shape.height)
    else if (shape.kind === 'words') {
      context.textAlign = shape.anchor === 'middle' ? 'center' : shape.anchor
      context.fillText(shape.text, shape.x, shape.y)
    } else {
      context.beginPath()
      if (shape.kind === 'dot') context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI)
      else for (const { x, y } of shape.points) context.lineTo(x, y)
      if (shape.kind === 'dot') context.fill()
      else {
        context.lineWidth = 1.5
        context.stroke()
      }
    }
  }
  context.globalAlpha = 1
}

const XML = /[<>&"']/gu
/** Characters that XML cannot contain. */
const NO_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** @param {string} text */
const xmlText = text => text.replace(NO_XML, '\ufffd').replace(XML, c => `&#${c.charCodeAt(0)};`)

/** @param {number} n */
const px = n => String(Math.round(n * 100) / 100)

/** @param {Shape} shape @param {string} colour */
function svgShape(shape, colour) {
  if (shape.kind === 'line') {
    const points = shape.points.map(({ x, y }) => `${px(x)},${px(y)}`).join(' ')
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`
  }
  if (shape.kind === 'dot') {
    return `<circle cx="${px(shape.x)}" cy="${px(shape.y)}" r="${px(shape.radius)}" fill="${colour}"/>`
  }
  const place = `x="${px(shape.x)}" y="${px(shape.y)}" fill="${colour}"`
  if (shape.kind === 'words') {
    return `<text ${place} text-anchor="${shape.anchor}" dominant-baseline="central">${xmlText(shape.text)}</text>`
  }
  return `<rect ${place} width="${px(shape.width)}" height="${px(shape.height)}" fill-opacity="${px(shape.alpha ?? 1)}"/>`
}

/**
 * The shapes as an SVG file. Its words are text, never markup.
 *
 * @param {readonly Shape[]} shapes
 * @param {{ width: CssPixels, height: CssPixels, title: string, colours: readonly string[], text: string, background: string }} what
 */
export function svgOf(shapes, { width, height, title, colours, text, background }) {
  const parts = shapes.map(shape =>
    svgShape(shape, xmlText(('look' in shape ? colours[shape.look] : undefined) ?? text)),
  )
  const size = `width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}"`
  const ground = `<rect width="100%" height="100%" fill="${xmlText(background)}"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11"><title>${xmlText(title)}</title>${ground}${parts.join('')}</svg>\n`
}
