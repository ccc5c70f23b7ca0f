/**
 * The events of one source: how to ask for them, and how the first are listed. Pure.
 */

/** @import { RowWindow, SourceInfo } from '../types.d.ts' */

import { quotedText, wordBeginning } from '../lib/query-text.js'

/** The query for the events of `source` and of its members. @param {SourceInfo} source */
export const eventsQuery = ({ path, members }) =>
  members > 0 ? `log.file.path: ${wordBeginning(`${path}!/`)}` : `log.file.path = ${quotedText(path)}`

/** The fields that are asked for of the first events. */
export const EVENT_FIELDS = ['@timestamp', 'event.dataset', 'event.action', 'message']

/** An event without action and message is listed by this many of its other fields. */
const SPEAKING_FIELDS = 6

/** Fields that tell nothing about one event: they are shown anyway, or the same for all events. */
const SILENT_FIELDS = [...EVENT_FIELDS, 'timestamp', 'log.file.path']

/**
 * The line of each event of `window`: its time, its action, and its message or else some other fields.
 *
 * @param {RowWindow} window
 */
export function eventLines({ first, end, fields, columns }) {
  return Array.from({ length: end - first }, (_, row) => {
    const cell = (/** @type {string} */ field) => columns[fields.indexOf(field)]?.[row] ?? ''
    const others = fields
      .filter(field => !SILENT_FIELDS.includes(field) && cell(field) !== '')
      .slice(0, SPEAKING_FIELDS)
      .map(field => `${field}: ${cell(field)}`)
    const action = cell('event.action')
    const text = cell('message') || (action === '' ? others.join(' · ') : '')
    return { time: cell('@timestamp'), action, text }
  })
}
