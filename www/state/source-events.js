/**
 * The events of one source: how to ask for them, and what is said of the first. Pure.
 */

/** @import { RowWindow, SourceInfo } from '../types.d.ts' */

import { quotedText, wordBeginning } from '../lib/query-text.js'

/** The question for the events of `source`, those of its members among them. @param {SourceInfo} source */
export const eventsQuery = ({ path, members }) =>
  members > 0 ? `log.file.path: ${wordBeginning(`${path}!/`)}` : `log.file.path = ${quotedText(path)}`

/** Of the first events these are asked for. */
export const EVENT_FIELDS = ['@timestamp', 'event.dataset', 'event.action', 'message']

/** Where an event has neither action nor message, so many of its other fields speak for it. */
const SPEAKING_FIELDS = 6

/** What is known without looking at the event. */
const SILENT_FIELDS = [...EVENT_FIELDS, 'timestamp', 'log.file.path']

/**
 * What is said of each event of `window`: its time, its action, and its message or else some other fields.
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
