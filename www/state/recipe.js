/**
 * The page's part of a recipe: what was asked, and how the answer is shown. A recipe is read from a file, which may hold
 * anything: each part is used if it has the right shape, and reported if it has not. Pure.
 */

/** @import { PivotValue, SortKey } from '../types.d.ts' */
/** @import { State } from './changes.js' */
/** @import { Column } from './columns.js' */
/** @import { PivotView, WellField } from './pivot.js' */
/** @import { SavedFilter } from './pills.js' */
/** @import { OffClause, TimelineView, View } from './view.js' */

import { clamp } from '../lib/window.js'
import { MAX_WIDTH_PX, MIN_WIDTH_PX } from './columns.js'
import { FIRST_PIVOT, VALUE_NAMES } from './pivot.js'

/**
 * Left out: steps that make columns, which are the engine's part of a recipe; and the value of the view "About", which
 * belongs to one case.
 *
 * @typedef {Omit<View, 'tab' | 'derived' | 'about'> & { saved: readonly SavedFilter[] }} KeptView
 */

const TEXT_CHARS = 20_000
const LIST_LENGTH = 1000
const LOOKS = ['table', 'bars', 'stack', 'lines', 'heat', 'strip']
const BUCKETS = ['value', 'time', 'hour', 'weekday', 'number']

/** A part with the wrong shape. Thrown and caught in this file only. */
class Unfit extends Error {}

/**
 * The page's part of a recipe.
 *
 * @param {State} state
 * @returns {KeptView}
 */
export const keptView = ({ query, off, sort, columns, groups, timeline, pivot, saved }) => ({
  query,
  off,
  sort,
  columns,
  groups,
  timeline,
  pivot,
  saved,
})

/**
 * The parts of `found` that can be used, and the names of those with the wrong shape.
 *
 * @param {unknown} found any JSON
 * @returns {{ view: Partial<KeptView>, unfit: string[] }}
 */
export function viewFrom(found) {
  const parts = /** @type {Record<string, unknown>} */ (isObject(found) ? found : {})
  /** @type {Record<string, unknown>} */
  const view = {}
  /** @type {string[]} */
  const unfit = []
  for (const [name, read] of Object.entries(READERS)) {
    if (!Object.hasOwn(parts, name)) continue
    try {
      view[name] = read(parts[name])
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      unfit.push(name)
    }
  }
  return { view, unfit }
}

/** @type {{ [K in keyof KeptView]: (found: unknown) => KeptView[K] }} */
const READERS = {
  query: text,
  off: found => listOf(found, offClause),
  sort: found => listOf(found, sortKey),
  columns: found => listOf(found, column),
  groups: found => listOf(found, text),
  timeline,
  pivot,
  saved: found => listOf(found, savedFilter),
}

/** @param {unknown} found @returns {found is Record<string, unknown>} */
const isObject = found => typeof found === 'object' && found !== null && !Array.isArray(found)

/** @param {unknown} found @returns {Record<string, any>} */
function object(found) {
  if (!isObject(found)) throw new Unfit()
  return found
}

/** @param {unknown} found */
function text(found) {
  if (typeof found !== 'string' || found.length > TEXT_CHARS) throw new Unfit()
  return found
}

/** @param {unknown} found @param {number} least @param {number} most */
function number(found, least, most) {
  if (typeof found !== 'number' || !Number.isFinite(found)) throw new Unfit()
  return clamp(found, least, most)
}

/** @template T @param {unknown} found @param {(found: unknown) => T} read @returns {T[]} */
function listOf(found, read) {
  if (!Array.isArray(found) || found.length > LIST_LENGTH) throw new Unfit()
  return found.map(read)
}

/** @template T @param {unknown} found @param {(found: unknown) => T} read @returns {T | null} */
const orNull = (found, read) => (found === null || found === undefined ? null : read(found))

/** @param {unknown} found @param {readonly string[]} known */
function oneOf(found, known) {
  if (typeof found !== 'string' || !known.includes(found)) throw new Unfit()
  return found
}

/** @param {unknown} found @returns {OffClause} */
function offClause(found) {
  const { text: clause, at } = object(found)
  return { text: text(clause), at: Math.round(number(at, 0, LIST_LENGTH)) }
}

/** @param {unknown} found @returns {SortKey} */
function sortKey(found) {
  const { field, descending } = object(found)
  return descending === true ? { field: text(field), descending } : { field: text(field) }
}

/** @param {unknown} found @returns {Column} */
function column(found) {
  const { field, width, isNumber } = object(found)
  return {
    field: text(field),
    width: Math.round(number(width, MIN_WIDTH_PX, MAX_WIDTH_PX)),
    ...(isNumber === true && { isNumber }),
  }
}

/** @param {unknown} found @returns {TimelineView} */
function timeline(found) {
  const { by, interval, isLog } = object(found)
  return { by: text(by), interval: orNull(interval, milliseconds), isLog: isLog === true }
}

/** A whole number, as intervals must be. @param {unknown} found */
const milliseconds = found => Math.round(number(found, 1, Number.MAX_SAFE_INTEGER / 1e6))

/** @param {unknown} found @returns {SavedFilter} */
function savedFilter(found) {
  const { name, query, off } = object(found)
  return { name: text(name), query: text(query), off: listOf(off, offClause) }
}

/** @param {unknown} found @returns {WellField} */
function well(found) {
  const { field, bucket, interval, width, limit } = object(found)
  return {
    field: text(field),
    bucket: /** @type {WellField['bucket']} */ (oneOf(bucket, BUCKETS)),
    interval: orNull(interval, milliseconds),
    width: orNull(width, found => number(found, Number.MIN_VALUE, Number.MAX_VALUE)),
    limit: orNull(limit, found => Math.round(number(found, 1, 100_000))),
  }
}

/** @param {unknown} found @returns {PivotValue} */
function value(found) {
  const { kind, field, quantile, limit } = object(found)
  return {
    kind: /** @type {PivotValue['kind']} */ (oneOf(kind, Object.keys(VALUE_NAMES))),
    ...(field !== undefined && { field: text(field) }),
    ...(quantile !== undefined && { quantile: number(quantile, 0, 1) }),
    ...(limit !== undefined && { limit: Math.round(number(limit, 1, LIST_LENGTH)) }),
  }
}

/** @param {unknown} found @returns {PivotView} */
function pivot(found) {
  const { rows, columns, values, order, look, isHeated, closed } = object(found)
  const read = listOf(values, value)
  return {
    rows: listOf(rows, well),
    columns: listOf(columns, well),
    values: read.length > 0 ? read : FIRST_PIVOT.values,
    order: orNull(order, pivotOrder),
    look: /** @type {PivotView['look']} */ (oneOf(look, LOOKS)),
    isHeated: isHeated === true,
    closed: listOf(closed, text),
  }
}

/** @param {unknown} found @returns {NonNullable<PivotView['order']>} */
function pivotOrder(found) {
  const { by, at, descending } = object(found)
  return {
    by: by === 'key' ? by : Math.round(number(by, 0, LIST_LENGTH)),
    at: listOf(at, key => orNull(key, text)),
    descending: descending === true,
  }
}
