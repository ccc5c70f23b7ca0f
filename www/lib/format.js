/**
 * Figures as people read them. Pure; the same on every machine: UTC, English, SI prefixes.
 */

/** @import { Bytes, Milliseconds, Nanos, Progress } from '../types.d.ts' */

const COUNT = new Intl.NumberFormat('en-US')
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** @param {number} count */
export const countText = count => COUNT.format(count)

/**
 * `one` or `many` with its number: "1 row", "3,414 rows".
 *
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export const plural = (count, one, many = `${one}s`) => `${countText(count)} ${count === 1 ? one : many}`

/**
 * Three significant figures: "840 B", "1.47 GB".
 *
 * @param {Bytes} bytes
 */
export function bytesText(bytes) {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  if (unit === 0) return `${value} B`
  return `${value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)} ${UNITS[unit]}`
}

/**
 * "0.4 s", "12 s", "3 min 05 s".
 *
 * @param {Milliseconds} milliseconds
 */
export function durationText(milliseconds) {
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/**
 * How far a load is: its share of bytes, its rate since it began, and the time left at that rate.
 *
 * @param {Pick<Progress, 'bytesRead' | 'bytesTotal' | 'elapsed'>} progress
 * @returns {{ percent: number, bytesPerSecond: number | null, left: Milliseconds | null }} null: too early to say
 */
export function paceOf({ bytesRead, bytesTotal, elapsed }) {
  const percent = bytesTotal > 0 ? Math.min(100, Math.floor((100 * bytesRead) / bytesTotal)) : 0
  if (elapsed < 100 || bytesRead === 0) return { percent, bytesPerSecond: null, left: null }
  const bytesPerSecond = (1000 * bytesRead) / elapsed
  return { percent, bytesPerSecond, left: (1000 * Math.max(0, bytesTotal - bytesRead)) / bytesPerSecond }
}

/**
 * "2022-03-22 15:48:02" of nanoseconds since the epoch, UTC, whole seconds; a time beyond the browser's calendar stays a number.
 *
 * @param {Nanos} nanos
 */
export function timeText(nanos) {
  const date = new Date(Number(nanos / 1_000_000n))
  return Number.isNaN(date.getTime()) ? `${nanos} ns` : date.toISOString().slice(0, 19).replace('T', ' ')
}

/**
 * From one time to another, without repeating the day: "2022-03-22 15:41:07 – 15:49:10", "2022-03-22 15:41:07".
 *
 * @param {Nanos} first
 * @param {Nanos} last
 */
export function spanText(first, last) {
  const [from, to] = [timeText(first), timeText(last)]
  if (from === to) return from
  const [day, time] = to.split(' ')
  return `${from} – ${from.startsWith(`${day} `) ? time : to}`
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

/**
 * The nanoseconds of a time as the engine writes it: "2022-03-22T15:48:02.5Z".
 *
 * @param {string} text
 * @returns {Nanos | null} null: the text is no such time
 */
export function nanosOf(text) {
  const [, seconds, fraction = ''] = TIME.exec(text) ?? []
  const millis = Date.parse(`${seconds}Z`)
  return Number.isNaN(millis) ? null : BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
