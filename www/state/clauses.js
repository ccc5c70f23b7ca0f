/**
 * What a click on a value asks, and how wide a window around a row is. Pure.
 */

/** @import { Nanos, QueryClause, QueryEdit, QueryToken } from '../types.d.ts' */

import { nanosOf } from '../lib/format.js'

/**
 * A value of a field, and what its clause does; null: rows without a value.
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

/** The engine cuts values at this length: longer values cannot be asked for. */
export const ASKABLE_CHARS = 65_536

const SECOND = 1_000_000_000n
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE
const DAY = 24n * HOUR

/**
 * How far a window reaches to either side of its row, with its label; narrow to wide.
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

const USUAL_NANOS = 5n * MINUTE

/** The windows that the menu of a cell offers. */
export const USUAL_WINDOWS = WINDOWS.filter(({ nanos }) =>
  [MINUTE, 5n * MINUTE, 30n * MINUTE].includes(nanos),
)

/**
 * The index in `WINDOWS` of the next narrower or wider window than the one on screen.
 *
 * @param {-1 | 1} step
 * @param {number} at the window on screen; -1: it is not among `WINDOWS`
 * @param {Nanos | null} span from the first to the last time on screen; null: not known yet
 * @returns {number} -1: there is no such window
 */
export function nextWindow(step, at, span) {
  if (at < 0 && span === null) return WINDOWS.findIndex(({ nanos }) => nanos === USUAL_NANOS)
  if (at >= 0) return at + step < WINDOWS.length ? at + step : -1
  const isOther = (/** @type {{ nanos: Nanos }} */ { nanos }) =>
    step < 0 ? 2n * nanos < (span ?? 0n) : 2n * nanos > (span ?? 0n)
  return step < 0 ? WINDOWS.findLastIndex(isOther) : WINDOWS.findIndex(isOther)
}

/** Zooming out widens the range by this factor. */
const ZOOM = 3n

/** Whether a clause is about the time. @param {Pick<QueryClause, 'field'>} clause */
export const isOfTime = ({ field }) => field?.toLowerCase() === '@timestamp'

/**
 * The times that clauses leave, as clicks write them: `@timestamp >= "2022-03-22T15:00:00Z"`.
 *
 * @param {readonly Pick<QueryClause, 'text' | 'field'>[]} clauses
 * @returns {{ first: Nanos | null, end: Nanos | null }} null: there is no such bound
 */
export function timesOf(clauses) {
  const bound = (/** @type {RegExp} */ operator) => {
    const texts = clauses.filter(isOfTime).map(({ text }) => operator.exec(text)?.[1])
    return texts.map(text => nanosOf(text ?? '')).find(nanos => nanos !== null) ?? null
  }
  return { first: bound(/>=? *"([^"]*)"$/), end: bound(/<=? *"([^"]*)"$/) }
}

/**
 * A range of time, widened equally at both ends.
 *
 * @param {{ first: Nanos, end: Nanos }} range
 */
export function zoomedOut({ first, end }) {
  const more = ((end - first) * (ZOOM - 1n)) / 2n
  return { first: first - more, end: end + more }
}

/**
 * The words of a query that are searched in all fields, as values have them. Words with `*` are left out.
 *
 * @param {string} query
 * @param {readonly QueryToken[]} tokens
 */
export function soughtWords(query, tokens) {
  const words = tokens
    .filter(({ kind }) => kind === 'word')
    .map(({ first, end }) => query.slice(first, end))
    .filter(word => !/(^|[^\\])\*/.test(word))
    .map(word => word.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/gs, '$1'))
  return [...new Set(words)].filter(word => word !== '')
}
