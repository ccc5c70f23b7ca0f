/**
 * Charts on a canvas: where marks are, and how they are filled. The engine counts; here counts become pixels.
 */

/** @import { CssPixels, Milliseconds, Nanos } from '../types.d.ts' */

import { clamp } from './window.js'

/** This many series have a look of their own; after them come the look of all others and that of rows without a value. */
export const SERIES_LOOKS = 6
export const LOOK_OTHERS = 6
export const LOOK_NONE = 7

/** A part of a bar with a count above 0 is never thinner: one failure among a million successes shows. */
const THINNEST_PX = 2

/**
 * A part of a stacked bar.
 *
 * @typedef {object} Block
 * @property {number} series
 * @property {number} bucket
 * @property {CssPixels} x
 * @property {CssPixels} y of its upper edge; downwards
 * @property {CssPixels} width
 * @property {CssPixels} height
 */

/**
 * The left edges of buckets, and at the end the right edge of the last, on whole pixels.
 *
 * @param {number} buckets
 * @param {CssPixels} width
 * @returns {CssPixels[]}
 */
export const edgesOf = (buckets, width) =>
  Array.from({ length: buckets + 1 }, (_, bucket) => Math.round((bucket * width) / Math.max(1, buckets)))

/**
 * The sum of all series in each bucket.
 *
 * @param {readonly { counts: ArrayLike<number> }[]} series
 * @param {number} buckets
 */
export function totalsOf(series, buckets) {
  const totals = new Float64Array(buckets)
  for (const { counts } of series) {
    for (let b = 0; b < buckets; b++) totals[b] = (totals[b] ?? 0) + (counts[b] ?? 0)
  }
  return totals
}

/**
 * The height of `count`, from 0 to 1. A count of 0 has height 0; on a logarithmic scale a count of 1 is clearly above.
 *
 * @param {number} count
 * @param {number} most the count with height 1
 * @param {boolean} isLog
 */
export function heightOf(count, most, isLog) {
  if (count <= 0 || most <= 0) return 0
  return isLog ? Math.log1p(count) / Math.log1p(most) : count / most
}

/**
 * The blocks of stacked bars, the first series at the bottom.
 *
 * @param {object} chart
 * @param {readonly { counts: ArrayLike<number> }[]} chart.series
 * @param {number} chart.buckets
 * @param {CssPixels} chart.width
 * @param {CssPixels} chart.height
 * @param {boolean} chart.isLog of the whole bar; its parts divide it by their shares
 * @returns {Block[]}
 */
export function stackedBlocks({ series, buckets, width, height, isLog }) {
  const totals = totalsOf(series, buckets)
  const most = totals.reduce((a, b) => Math.max(a, b), 0)
  const edges = edgesOf(buckets, width)
  /** @type {Block[]} */
  const blocks = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const total = totals[bucket] ?? 0
    if (total === 0) continue
    const x = edges[bucket] ?? 0
    const room = (edges[bucket + 1] ?? 0) - x
    const barWidth = Math.max(1, room > 3 ? room - 1 : room)
    const bar = heightOf(total, most, isLog) * height
    let bottom = height
    for (const [index, { counts }] of series.entries()) {
      const count = counts[bucket] ?? 0
      if (count === 0) continue
      const block = Math.max(THINNEST_PX, Math.round((bar * count) / total))
      bottom -= block
      blocks.push({ series: index, bucket, x, y: bottom, width: barWidth, height: block })
    }
  }
  return blocks
}

/**
 * Runs of empty buckets: gaps in what was logged, or in what the filter accepts.
 *
 * @param {ArrayLike<number>} totals
 * @returns {{ first: number, end: number }[]}
 */
export function gapsOf(totals) {
  /** @type {{ first: number, end: number }[]} */
  const gaps = []
  for (let bucket = 0; bucket < totals.length; bucket++) {
    if (totals[bucket] !== 0) continue
    const last = gaps.at(-1)
    if (last?.end === bucket) last.end += 1
    else gaps.push({ first: bucket, end: bucket + 1 })
  }
  return gaps
}

/**
 * The bucket under `x`; beyond the edges, the first or last bucket.
 *
 * @param {CssPixels} x
 * @param {CssPixels} width
 * @param {number} buckets
 */
export const bucketAt = (x, width, buckets) =>
  clamp(Math.floor((x * buckets) / Math.max(1, width)), 0, Math.max(0, buckets - 1))

/**
 * The look of each series. A series that was shown before keeps its look, so that a colour means one thing while the
 * analyst narrows down.
 *
 * @param {readonly string[]} values
 * @param {ReadonlyMap<string, number>} before
 * @returns {Map<string, number>}
 */
export function looksOf(values, before) {
  const looks = new Map(before)
  const taken = new Set()
  for (const value of values) {
    const look = before.get(value)
    // Two series that were not on screen together may have had the same look.
    if (look === undefined || taken.has(look)) looks.delete(value)
    else taken.add(look)
  }
  const free = Array.from({ length: SERIES_LOOKS }, (_, look) => look).filter(look => !taken.has(look))
  for (const value of values) {
    if (!looks.has(value)) looks.set(value, free.shift() ?? LOOK_OTHERS)
  }
  return looks
}

/** Strokes on a tile of eight pixels, for each look: `[x, y, width, height]`. @type {readonly (readonly (readonly number[])[])[]} */
const STROKES = [
  [],
  Array.from({ length: 8 }, (_, i) => [i, 7 - i, 2, 1]),
  [
    [1, 1, 2, 2],
    [5, 5, 2, 2],
  ],
  [[0, 2, 8, 2]],
  [[2, 0, 2, 8]],
  Array.from({ length: 8 }, (_, i) => [i, i, 2, 1]),
  [
    [0, 0, 8, 1],
    [0, 0, 1, 8],
    [0, 4, 8, 1],
    [4, 0, 1, 8],
  ],
  Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? [i, i % 4, 1, 8] : [i, 0, 0, 0])),
]

/**
 * The fill of a look: its colour under a pattern of its own, for people who see no colours.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} look
 * @param {string} colour
 * @param {string} stroke the colour of the pattern
 */
export function fillOf(context, look, colour, stroke) {
  const tile = document.createElement('canvas')
  tile.width = tile.height = 8
  const onTile = tile.getContext('2d')
  if (!onTile) return colour
  onTile.fillStyle = colour
  onTile.fillRect(0, 0, 8, 8)
  onTile.fillStyle = stroke
  for (const [x = 0, y = 0, width = 0, height = 0] of STROKES[look] ?? [])
    onTile.fillRect(x, y, width, height)
  return context.createPattern(tile, 'repeat') ?? colour
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long the buckets of a timeline can be, as the engine's are. @type {readonly Milliseconds[]} */
export const INTERVALS = [
  1,
  10,
  100,
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
]

/** A length of time as `15 min`, `500 ms`, `7 d`. @param {Milliseconds} interval */
export function intervalText(interval) {
  for (const [unit, name] of /** @type {const} */ ([
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ])) {
    if (interval >= unit && interval % unit === 0) return `${interval / unit} ${name}`
  }
  return `${interval} ms`
}

/**
 * A time as a label on an axis whose marks are `interval` apart, UTC: the day, the minute, the second or more.
 *
 * @param {Nanos} nanos
 * @param {Milliseconds} interval
 */
export function axisText(nanos, interval) {
  const date = new Date(Number(nanos / 1_000_000n))
  if (Number.isNaN(date.getTime())) return `${nanos} ns`
  const text = date.toISOString()
  if (interval >= DAY) return text.slice(0, 10)
  if (interval >= MINUTE) return text.slice(11, 16)
  return interval >= SECOND ? text.slice(11, 19) : text.slice(11, 23)
}

/**
 * The marks of an axis of time: at round times, no closer than `room`.
 *
 * @param {{ first: Nanos, interval: Nanos, buckets: number }} timeline
 * @param {CssPixels} width
 * @param {CssPixels} room
 * @returns {{ x: CssPixels, text: string }[]}
 */
export function timeTicks({ first, interval, buckets }, width, room) {
  const span = Number(interval / 1_000_000n) * buckets
  const pxEach = width / Math.max(1, span)
  const step = INTERVALS.find(step => step * pxEach >= room) ?? INTERVALS.at(-1) ?? DAY
  const start = Number(first / 1_000_000n)
  const ticks = []
  let day = ''
  for (let at = Math.ceil(start / step) * step; at <= start + span; at += step) {
    const nanos = BigInt(at) * 1_000_000n
    const date = axisText(nanos, DAY)
    // The first mark of a day shows the day.
    const text =
      step < DAY && date !== day ? `${date.slice(5)} ${axisText(nanos, step)}` : axisText(nanos, step)
    ticks.push({ x: (at - start) * pxEach, text })
    day = date
  }
  return ticks
}
