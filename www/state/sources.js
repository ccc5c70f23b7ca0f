/**
 * The sources as the panel shows them. Pure.
 */

/** @import { Problem, SortKey, SourceInfo } from '../types.d.ts' */

import { bytesText } from '../lib/format.js'

/** @typedef {'all' | 'problems' | 'rejects'} SourceFilter */

/** What the engine says of files that are as they should be: nothing of a log is missing. */
const NOTES = ['set-aside', 'empty']

/** @param {readonly Problem[]} problems */
const messages = problems => problems.map(problem => problem.message).join('; ')

/** What is wrong with `source`; empty: nothing. @param {SourceInfo} source */
export const problemText = ({ problems }) => messages(problems.filter(({ code }) => !NOTES.includes(code)))

/** What is to be known of `source`, and is not wrong. @param {SourceInfo} source */
function noteText({ problems }) {
  const notes = messages(problems.filter(({ code }) => NOTES.includes(code)))
  return notes && `note: ${notes}`
}

/**
 * @param {SourceInfo} source
 * @param {SourceFilter} filter
 * @param {string} text part of the path, any case
 */
function isShown(source, filter, text) {
  if (filter === 'problems' && problemText(source) === '') return false
  if (filter === 'rejects' && source.rejects === 0) return false
  return source.path.toLowerCase().includes(text)
}

/**
 * @param {readonly SourceInfo[]} sources
 * @param {SourceFilter} filter
 * @param {string} text
 * @param {readonly SortKey[]} sort
 * @returns {SourceInfo[]}
 */
export function shownSources(sources, filter, text, sort) {
  const part = text.toLowerCase()
  const shown = sources.filter(source => isShown(source, filter, part))
  if (sort.length === 0) return shown
  return shown.sort((a, b) => {
    for (const { field, descending } of sort) {
      const order = compare(sortValue(a, field), sortValue(b, field))
      if (order !== 0) return descending ? -order : order
    }
    return a.id - b.id
  })
}

/**
 * What a cell of the panel says.
 *
 * @param {SourceInfo} source
 * @param {string} field
 * @returns {string | null}
 */
export function sourceCell(source, field) {
  switch (field) {
    case 'bytes':
      return bytesText(source.bytes)
    case 'format':
      return source.format && [source.format, ...source.containers.toReversed()].join(', in ')
    default: {
      const value = sortValue(source, field)
      return value === '' ? null : String(value)
    }
  }
}

/**
 * @param {SourceInfo} source
 * @param {string} field
 * @returns {string | number}
 */
function sortValue(source, field) {
  switch (field) {
    case 'path':
    case 'state':
      return source[field]
    case 'format':
      return source.format ?? ''
    case 'sha256':
      return source.sha256 ?? ''
    case 'bytes':
    case 'records':
    case 'events':
    case 'duplicates':
    case 'rejects':
      return source[field]
    case 'problem':
      return [problemText(source), noteText(source)].filter(Boolean).join('; ')
    default:
      return ''
  }
}

/**
 * @param {string | number} a
 * @param {string | number} b
 */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * The counts of all of them: `records = events + duplicates + rejects` holds for the sums as for each.
 *
 * @param {readonly SourceInfo[]} sources
 */
export function totalsOf(sources) {
  const totals = {
    sources: sources.length,
    bytes: 0,
    records: 0,
    events: 0,
    duplicates: 0,
    rejects: 0,
    problems: 0,
  }
  for (const source of sources) {
    totals.bytes += source.bytes
    totals.records += source.records
    totals.events += source.events
    totals.duplicates += source.duplicates
    totals.rejects += source.rejects
    if (problemText(source) !== '') totals.problems += 1
  }
  return totals
}
