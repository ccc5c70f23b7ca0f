/**
 * The clauses of a filter as pills: clauses of the query, and between them clauses that are switched off. Pure.
 */

/** @import { QueryClause } from '../types.d.ts' */
/** @import { History, OffClause, View } from './view.js' */

/**
 * @typedef {object} Pill
 * @property {string} text
 * @property {boolean} isOff
 * @property {boolean} isNegated
 */

/** The question of pills. @typedef {Pick<View, 'query' | 'off'>} Asked */

/** @param {string} text */
const isNegated = text => /^not[\s(]/iu.test(text)

/**
 * The pills of a query's clauses and of the clauses that are switched off.
 *
 * @param {readonly Pick<QueryClause, 'text'>[]} clauses
 * @param {readonly OffClause[]} off
 * @returns {Pill[]}
 */
export function pillsOf(clauses, off) {
  const pills = clauses.map(({ text }) => pillOf(text, false))
  for (const { text, at } of off) pills.splice(at, 0, pillOf(text, true))
  return pills
}

/** @param {string} text @param {boolean} isOff @returns {Pill} */
export const pillOf = (text, isOff) => ({ text, isOff, isNegated: isNegated(text) })

/**
 * The query of the pills that are on, and the clauses that are off, with their places. The reverse of `pillsOf`.
 *
 * @param {readonly Pill[]} pills
 * @returns {Asked}
 */
export function asked(pills) {
  const on = pills.filter(({ isOff }) => !isOff)
  const off = pills.flatMap(({ text, isOff }, at) => (isOff ? [{ text, at }] : []))
  return { query: on.map(({ text }) => text).join(' and '), off }
}

/**
 * With the pill at `at` switched: on if it was off, off if it was on.
 *
 * @param {readonly Pill[]} pills
 * @param {number} at
 */
export const toggled = (pills, at) =>
  pills.map((pill, i) => (i === at ? { ...pill, isOff: !pill.isOff } : pill))

/**
 * With these clauses in place of the pill at `at`; no clauses remove it.
 *
 * @param {readonly Pill[]} pills
 * @param {number} at
 * @param {readonly string[]} texts the clauses
 */
export function replaced(pills, at, texts) {
  const isOff = pills[at]?.isOff ?? false
  return pills.toSpliced(at, 1, ...texts.map(text => pillOf(text, isOff)))
}

/**
 * All pills on, or all off.
 *
 * @param {readonly Pill[]} pills
 * @param {boolean} isOff
 */
export const allSet = (pills, isOff) => pills.map(pill => ({ ...pill, isOff }))

/** At most this many earlier questions are offered. */
export const ASKED_LIMIT = 30

/**
 * The queries asked so far, the latest first, each once.
 *
 * @param {History} history
 * @returns {string[]}
 */
export function askedBefore({ steps }) {
  const queries = steps.map(({ view }) => view.query).filter(query => query.trim() !== '')
  return [...new Set(queries.reverse())].slice(0, ASKED_LIMIT)
}

/** A filter that the analyst has named. @typedef {Asked & { name: string }} SavedFilter */

/**
 * With the question saved under `name`, in place of an earlier one of that name; sorted by name.
 *
 * @param {readonly SavedFilter[]} saved
 * @param {SavedFilter} filter
 * @returns {SavedFilter[]}
 */
export const withSaved = (saved, filter) =>
  [...saved.filter(({ name }) => name !== filter.name), filter].sort((a, b) => (a.name < b.name ? -1 : 1))
