/** Draws the timeline on its canvases: bars, gaps, the axis, and what is selected. */

/** @import { CssPixels, Timeline } from '../types.d.ts' */
/** @import { Buckets } from '../lib/timeline-words.js' */

import { edgesOf, gapsOf, stackedBlocks, timeTicks, totalsOf } from '../lib/chart.js'
import { countText } from '../lib/format.js'
import { clamp } from '../lib/window.js'

const AXIS_PX = 16
const TICK_ROOM_PX = 90
const GAP_DOT_PX = 4

/** @typedef {{ width: CssPixels, height: CssPixels }} Size */

/**
 * The drawing context of `canvas`, cleared, in CSS pixels; null: there is nothing to draw on.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Size} size
 */
export function clearedContext(canvas, size) {
  const scale = devicePixelRatio
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)]
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext('2d')
  if (!context || width === 0) return null
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, size.width, size.height)
  return context
}

/**
 * @typedef {object} Look
 * @property {readonly (string | CanvasPattern)[]} fills of the series
 * @property {string} surface
 * @property {string} soft the colour of axis, labels and gaps
 * @property {string} fontFamily
 * @property {boolean} isLog
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Timeline} times
 * @param {Size} size
 * @param {Look} look
 */
export function drawTimeline(context, times, { width, height: fullHeight }, look) {
  const { series, buckets } = times
  const height = fullHeight - AXIS_PX
  for (const block of stackedBlocks({ series, buckets, width, height, isLog: look.isLog })) {
    context.fillStyle = look.fills[block.series] ?? look.soft
    context.fillRect(block.x, block.y, block.width, block.height)
  }
  const totals = totalsOf(series, buckets)
  const edges = edgesOf(buckets, width)
  context.fillStyle = look.soft
  for (const { first, end } of gapsOf(totals)) {
    // Dots in buckets without rows: a gap must not look like a low bar.
    for (let x = (edges[first] ?? 0) + 1; x < (edges[end] ?? 0) - 1; x += GAP_DOT_PX) {
      context.fillRect(x, height - 1, 1.5, 1)
    }
  }
  context.font = `11px ${look.fontFamily}`
  context.textBaseline = 'top'
  drawAxis(context, times, { width, height }, look)
  drawMost(context, totals, look)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Timeline} times
 * @param {Size} size of the bars
 * @param {Look} look
 */
function drawAxis(context, times, { width, height }, { soft }) {
  context.fillStyle = soft
  context.fillRect(0, height, width, 1)
  for (const { x, text } of timeTicks(times, width, TICK_ROOM_PX)) {
    context.fillRect(Math.round(x), height, 1, 4)
    const textWidth = context.measureText(text).width
    context.fillText(text, clamp(x + 3, 0, width - textWidth), height + 4)
  }
}

/**
 * The count that the highest bar stands for.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Float64Array} totals
 * @param {Look} look
 */
function drawMost(context, totals, { surface, soft, isLog }) {
  const most = totals.reduce((a, b) => Math.max(a, b), 0)
  const label = `${countText(most)}${isLog ? ', log' : ''}`
  context.globalAlpha = 0.8
  context.fillStyle = surface
  context.fillRect(0, 0, context.measureText(label).width + 6, 14)
  context.globalAlpha = 1
  context.fillStyle = soft
  context.fillText(label, 3, 1)
}

/**
 * A frame around selected buckets.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{ buckets: number, selected: Buckets }} what
 * @param {Size} size
 * @param {{ fill: string, stroke: string }} colours
 */
export function drawSelection(context, { buckets, selected }, { width, height }, { fill, stroke }) {
  const edges = edgesOf(buckets, width)
  const [from = 0, to = 0] = [edges[selected.first], edges[selected.end]]
  context.fillStyle = fill
  context.strokeStyle = stroke
  context.lineWidth = 2
  context.fillRect(from, 0, to - from, height - AXIS_PX)
  context.strokeRect(from, 1, Math.max(2, to - from), height - AXIS_PX - 1)
}
