/**
 * A source in words, as the panel shows it. Pure.
 */

/** @import { ClockInfo, SourceInfo } from '../types.d.ts' */

import { countText, plural, timeText } from '../lib/format.js'

/** The beginning of a time: a day, or a year. */
const DAY = /^\d{4}-\d\d-\d\d /
const YEAR = /^\d{4}-/

/** How sure the format is, in a cell; null without a format. @param {SourceInfo} source */
export function confidenceText({ format, confidence, isFormatSet }) {
  if (format === null || confidence === null) return null
  if (isFormatSet) return 'set by you'
  return confidence === 100 ? 'certain' : `${confidence} %`
}

/** The format and how sure it is, in a sentence. @param {SourceInfo} source */
export function formatWords({ format, confidence, isFormatSet, members }) {
  if (format === null || confidence === null) {
    return members > 0 ? 'its members have formats of their own' : 'not recognised'
  }
  if (isFormatSet) return `${format}, set by you`
  if (confidence === 100) return `${format}, certain: it can be no other`
  const sure = confidence >= 80 ? 'very likely' : confidence >= 50 ? 'likely' : 'no better one was found'
  return `${format}, ${confidence} %: ${sure}`
}

/** The containers around `source`, outermost first; '' without. @param {SourceInfo} source */
export const containersText = ({ containers }) => containers.join(', in it ')

/** First and last time; the last without the day or year that both share. Null: no times. @param {SourceInfo} source */
export function timesText({ firstTime, lastTime }) {
  if (firstTime === null || lastTime === null) return null
  const [first, last] = [timeText(firstTime), timeText(lastTime)]
  if (first === last) return first
  const shared = [DAY, YEAR]
    .map(pattern => pattern.exec(first)?.[0])
    .find(start => start && last.startsWith(start))
  return `${first} – ${last.slice(shared?.length ?? 0)}`
}

/** The zone that its times are read in, in a cell; null without times. @param {SourceInfo} source */
export function zoneText({ clock, firstTime }) {
  if (clock.zoneless > 0) return clock.zone
  return firstTime === null ? null : 'in the records'
}

/** Why the times of `source` are read in their zone. @param {SourceInfo} source */
export function zoneWords({ clock, firstTime }) {
  const { zone, zoneless, isZoneSet } = clock
  if (zoneless === 0) return firstTime === null ? 'it has no times' : 'its records have a zone'
  const none = `no zone in ${countText(zoneless)} of its records; read as ${zone}`
  if (isZoneSet) return `${none}, set by you for this source`
  return zone === 'UTC' ? `${none} unless you say otherwise` : `${none}, set by you for all sources`
}

/** @type {Record<NonNullable<ClockInfo['yearReason']>, { short: string, words: string }>} */
const YEAR_REASONS = {
  set: { short: 'set by you', words: 'set by you' },
  name: { short: 'its name', words: 'from the date in its name' },
  sibling: { short: 'a sibling', words: 'from the date in the name of a sibling' },
  records: { short: 'its records', words: 'from other records of it, which say theirs' },
  modified: { short: 'modified', words: 'the file was modified when its last record was written' },
  case: { short: 'the others', words: 'nearest to the other sources' },
  'modified-later': { short: 'modified later', words: 'the last one before the file was modified' },
  unknown: { short: 'unknown', words: 'nothing indicates it' },
}

/** The year of its newest record without a year, in a cell; null: all records have years. @param {SourceInfo} source */
export function yearText({ clock: { yearless, year, yearReason } }) {
  if (yearless === 0 || year === null || yearReason === null) return null
  return yearReason === 'unknown' ? 'unknown' : `${year}, ${YEAR_REASONS[yearReason].short}`
}

/** Why the records of `source` have their year. @param {SourceInfo} source */
export function yearWords({ clock: { yearless, yearReason } }) {
  if (yearless === 0 || yearReason === null) return 'its records have a year'
  return `no year in ${countText(yearless)} of its records; ${YEAR_REASONS[yearReason].words}`
}

/** The records in sum: events, duplicates and rejects. @param {Pick<SourceInfo, 'records' | 'events' | 'duplicates' | 'rejects'>} counts */
export const countsText = ({ records, events, duplicates, rejects }) =>
  `${plural(records, 'record')} = ${plural(events, 'event')} + ${plural(duplicates, 'duplicate')} + ${plural(rejects, 'reject')}`

/** Why no event of `source` shows. @param {SourceInfo} source */
export const noEventsWords = ({ duplicates }) =>
  duplicates > 0 ? 'None of its own: each is a duplicate of another event' : 'None'
