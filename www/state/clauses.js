/**
 * What a click on a value asks, and how wide a window around a row is. Pure.
 */

/** @import { Nanos, QueryEdit } from '../types.d.ts' */

/**
 * A value of a field, and what is asked of it; null: the field has none.
 *
 * @typedef {{ field: string, value: string | null, how: 'keep' | 'exclude' | 'anywhere' }} ValueClause
 */

/**
 * @param {ValueClause} clause
 * @returns {QueryEdit}
 */
export function editOf({ field, value, how }) {
  if (value === null) return { add: { field, how: how === 'keep' ? 'missing' : 'exists' } }
  return how === 'anywhere' ? { add: { value, how } } : { add: { field, value, how } }
}

/** The engine gives no more of a value: what is longer cannot be asked for. */
export const ASKABLE_CHARS = 65_536

const SECOND = 1_000_000_000n
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE
const DAY = 24n * HOUR

/**
 * How far a window reaches to either side of its row, and how that is said; narrow to wide.
 *
 * @type {readonly { nanos: Nanos, label: string }[]}
 */
export const WINDOWS = [
  { nanos: SECOND, label: '±1 s' },
  { nanos: 10n * SECOND, label: '±10 s' },
  { nanos: MINUTE, label: '±1 min' },
  { nanos: 5n * MINUTE, label: '±5 min' },
  { nanos: 30n * MINUTE, label: '±30 min' },
  { nanos: 2n * HOUR, label: '±2 h' },
  { nanos: 12n * HOUR, label: '±12 h' },
  { nanos: DAY, label: '±1 d' },
  { nanos: 7n * DAY, label: '±7 d' },
  { nanos: 30n * DAY, label: '±30 d' },
]

/** Those that the menu of a cell offers. */
export const USUAL_WINDOWS = WINDOWS.filter(({ nanos }) =>
  [MINUTE, 5n * MINUTE, 30n * MINUTE].includes(nanos),
)

/**
 * The next window of `WINDOWS`, by its place: narrower or wider than the one on screen.
 *
 * @param {-1 | 1} step
 * @param {number} at the window on screen; -1: it is none of these
 * @param {Nanos} span from the first to the last time on screen
 * @returns {number} -1: there is none
 */
export function nextWindow(step, at, span) {
  if (at >= 0) return at + step < WINDOWS.length ? at + step : -1
  const isOther = (/** @type {{ nanos: Nanos }} */ { nanos }) =>
    step < 0 ? 2n * nanos < span : 2n * nanos > span
  return step < 0 ? WINDOWS.findLastIndex(isOther) : WINDOWS.findIndex(isOther)
}
