/**
 * The sources as the panel shows them. Pure.
 */

/** @import { Problem, SortKey, SourceId, SourceInfo, TreatAs } from '../types.d.ts' */
/** @import { Column } from './columns.js' */

import { bytesText, plural } from '../lib/format.js'
import { confidenceText, countsText, timesText, yearText, zoneText } from './source-words.js'

/** @typedef {'all' | 'problems' | 'rejects'} SourceFilter */

/**
 * What the analyst sets for sources: the format, the zone or the year. A zone without sources is for all sources.
 *
 * @typedef {{ kind: 'format', sources: readonly SourceId[], treatAs: TreatAs | null }
 *   | { kind: 'zone', sources: readonly SourceId[] | null, zone: string }
 *   | { kind: 'year', sources: readonly SourceId[], year: number | null }} SourceChange
 */

/** Codes of remarks about files from which nothing is missing: these are no problems. */
const NOTES = ['set-aside', 'empty']

/** @param {readonly Problem[]} problems */
const messages = problems => problems.map(problem => problem.message).join('; ')

/** The problems of `source`; '': none. @param {SourceInfo} source */
export const problemText = ({ problems }) => messages(problems.filter(({ code }) => !NOTES.includes(code)))

/** The remarks on `source` that are no problems; '': none. @param {SourceInfo} source */
function noteText({ problems }) {
  const notes = messages(problems.filter(({ code }) => NOTES.includes(code)))
  return notes && `note: ${notes}`
}

/** Each remark on `source` in full, problems first. @param {SourceInfo} source */
export const remarks = ({ problems }) =>
  problems
    .map(({ code, message }) => ({ isWrong: !NOTES.includes(code), message }))
    .sort((a, b) => Number(b.isWrong) - Number(a.isWrong))

// Which sources

/**
 * The sources that are treated as `source` is: read as the same format, or like it as no format. Archives are left out,
 * for their members are read; so are sources that are being read, for these cannot be read again yet.
 *
 * @param {readonly SourceInfo[]} sources
 * @param {SourceInfo} source
 */
export const alikeSources = (sources, source) =>
  sources.filter(
    other =>
      other.id === source.id ||
      (other.format === source.format &&
        other.members === 0 &&
        source.members === 0 &&
        other.state !== 'waiting' &&
        other.state !== 'reading'),
  )

/**
 * Each file followed by its members; the engine lists all files first.
 *
 * @param {readonly SourceInfo[]} sources
 * @returns {SourceInfo[]}
 */
export function withMembersBehind(sources) {
  const files = new Set(sources.filter(({ parent }) => parent === null).map(({ id }) => id))
  const isMember = (/** @type {SourceInfo} */ { parent }) => parent !== null && files.has(parent)
  /** @type {Map<SourceId | null, SourceInfo[]>} */
  const byParent = new Map()
  for (const source of sources.filter(isMember)) {
    const siblings = byParent.get(source.parent)
    if (siblings) siblings.push(source)
    else byParent.set(source.parent, [source])
  }
  return sources
    .filter(source => !isMember(source))
    .flatMap(source => [source, ...(byParent.get(source.id) ?? [])])
}

/**
 * The chosen source, in a newer list: a member that was read again has another number.
 *
 * @param {readonly SourceInfo[]} sources
 * @param {SourceInfo | null} chosen
 */
export function foundAgain(sources, chosen) {
  if (!chosen) return null
  const isSame = (/** @type {SourceInfo} */ { id, path }) => id === chosen.id && path === chosen.path
  return sources.find(isSame) ?? sources.find(({ path }) => path === chosen.path) ?? null
}

// In the grid

const PATH_WIDTH_PX = 234

/** @type {readonly Column[]} */
const COLUMNS = [
  { field: 'path', label: 'Path', width: PATH_WIDTH_PX },
  { field: 'format', label: 'Format', width: 140 },
  { field: 'confidence', label: 'Confidence', width: 108 },
  { field: 'times', label: 'Times', width: 280 },
  { field: 'zone', label: 'Zone', width: 122 },
  { field: 'year', label: 'Year', width: 136 },
  { field: 'state', label: 'State', width: 72 },
  { field: 'problem', label: 'Problem or note', width: 122 },
  { field: 'records', label: 'Records', width: 84, isNumber: true },
  { field: 'events', label: 'Events', width: 80, isNumber: true },
  { field: 'duplicates', label: 'Duplicates', width: 106, isNumber: true },
  { field: 'rejects', label: 'Rejects', width: 80, isNumber: true },
  { field: 'bytes', label: 'Size', width: 90, isNumber: true },
  { field: 'sha256', label: 'SHA-256', width: 500 },
]

/**
 * The columns of the panel. Zone and year are there if some source's records lack them; else the path is wider.
 *
 * @param {readonly SourceInfo[]} sources
 * @returns {readonly Column[]}
 */
export function sourceColumns(sources) {
  const isLacking = { zone: false, year: false }
  for (const { clock } of sources) {
    if (clock.zoneless > 0) isLacking.zone = true
    if (clock.yearless > 0) isLacking.year = true
  }
  const isGone = (/** @type {Column} */ { field }) =>
    (field === 'zone' && !isLacking.zone) || (field === 'year' && !isLacking.year)
  const room = COLUMNS.filter(isGone).reduce((sum, { width }) => sum + width, 0)
  return COLUMNS.filter(column => !isGone(column)).map(column =>
    column.field === 'path' ? { ...column, width: PATH_WIDTH_PX + room } : column,
  )
}

/**
 * @param {SourceInfo} source
 * @param {SourceFilter} filter
 * @param {string} text part of the path, ignoring case
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
  const shown = withMembersBehind(sources).filter(source => isShown(source, filter, part))
  if (sort.length === 0) return shown
  // Equal sources keep their order.
  return shown.sort((a, b) => {
    for (const { field, descending = false } of sort) {
      const order = compare(sortValue(a, field), sortValue(b, field), descending)
      if (order !== 0) return order
    }
    return 0
  })
}

/**
 * The text of a cell of the panel.
 *
 * @param {SourceInfo} source
 * @param {string} field
 * @returns {string | null}
 */
export function sourceCell(source, field) {
  switch (field) {
    case 'bytes':
      return source.parent === null ? bytesText(source.bytes) : null
    case 'format':
      return formatText(source)
    case 'confidence':
      return confidenceText(source)
    case 'times':
      return timesText(source)
    default: {
      const value = sortValue(source, field)
      return value === null ? null : String(value)
    }
  }
}

/** The format or the number of members, and the containers around. @param {SourceInfo} source */
function formatText({ format, members, containers }) {
  const what = [format, members > 0 ? plural(members, 'member') : null].filter(Boolean).join(', ')
  return what === '' ? null : [what, ...containers.toReversed()].join(', in ')
}

/**
 * @param {SourceInfo} source
 * @param {string} field
 * @returns {string | number | bigint | null}
 */
function sortValue(source, field) {
  switch (field) {
    case 'path':
    case 'state':
    case 'sha256':
    case 'confidence':
    case 'bytes':
    case 'records':
    case 'events':
    case 'duplicates':
    case 'rejects':
      return source[field]
    case 'format':
      return formatText(source)
    case 'times':
      return source.firstTime
    case 'zone':
      return zoneText(source)
    case 'year':
      return yearText(source)
    case 'problem':
      return [problemText(source), noteText(source)].filter(Boolean).join('; ') || null
    default:
      return null
  }
}

/**
 * Sources without a value come last in either direction.
 *
 * @param {string | number | bigint | null} a
 * @param {string | number | bigint | null} b
 * @param {boolean} descending
 */
function compare(a, b, descending) {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1)
}

/**
 * The sums over all sources: `records = events + duplicates + rejects` holds for the sums as for each source. Members do
 * not count as files, and their bytes are those of their files.
 *
 * @param {readonly SourceInfo[]} sources
 */
export function totalsOf(sources) {
  const totals = {
    sources: 0,
    members: 0,
    bytes: 0,
    records: 0,
    events: 0,
    duplicates: 0,
    rejects: 0,
    problems: 0,
  }
  for (const source of sources) {
    totals[source.parent === null ? 'sources' : 'members'] += 1
    totals.bytes += source.parent === null ? source.bytes : 0
    totals.records += source.records
    totals.events += source.events
    totals.duplicates += source.duplicates
    totals.rejects += source.rejects
    if (problemText(source) !== '') totals.problems += 1
  }
  return totals
}

/** The totals in words. @param {ReturnType<typeof totalsOf>} totals */
export function totalsText(totals) {
  const { sources, members, bytes, records, events, duplicates, rejects, problems } = totals
  const kinds = [
    sources > 0 || members === 0 ? plural(sources, 'source') : '',
    members > 0 ? plural(members, 'member') : '',
  ]
  return [
    `${kinds.filter(Boolean).join(' and ')}, ${bytesText(bytes)}`,
    countsText({ records, events, duplicates, rejects }),
    plural(problems, 'problem'),
  ].join(' · ')
}
