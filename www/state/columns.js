/**
 * The columns of a grid and the order of its rows. Pure.
 */

/** @import { CssPixels, FieldInfo, SortKey } from '../types.d.ts' */
/** @import { ColumnCommand } from '../lib/grid-keys.js' */

import { clamp } from '../lib/window.js'

/**
 * @typedef {object} Column
 * @property {string} field
 * @property {CssPixels} width
 * @property {string} [label] what the header says; default: the field's name
 * @property {boolean} [isNumber] its values are aligned to the right
 */

export const MIN_WIDTH_PX = 60
export const MAX_WIDTH_PX = 1200
const DEFAULT_WIDTH_PX = 180
const RESIZE_STEP_PX = 16

/** What a responder looks at first in CloudTrail. @type {readonly Column[]} */
export const CLOUDTRAIL_COLUMNS = [
  { field: '@timestamp', width: 170 },
  { field: 'eventName', width: 160 },
  { field: 'eventSource', width: 200 },
  { field: 'errorCode', width: 180 },
  { field: 'sourceIPAddress', width: 150 },
  { field: 'userIdentity.arn', width: 320 },
  { field: 'awsRegion', width: 110 },
  { field: 'userAgent', width: 320 },
]

/** What every log has under one name. @type {readonly Column[]} */
export const COMMON_COLUMNS = [
  // With microseconds, as the journal and rsyslog write them.
  { field: '@timestamp', width: 214 },
  { field: 'event.dataset', width: 140 },
  { field: 'event.action', width: 150 },
  { field: 'event.outcome', width: 136 },
  { field: 'user.name', width: 140 },
  { field: 'source.ip', width: 140 },
  { field: 'host.name', width: 120 },
  { field: 'message', width: 620 },
]

/** From this share of CloudTrail events on, in percent, their own columns show more than the common columns. */
const MOSTLY_CLOUDTRAIL = 75

/**
 * The columns that show most of the loaded logs; columns that the analyst has chosen stay.
 *
 * @param {readonly Column[]} columns
 * @param {readonly FieldInfo[]} fields
 * @returns {readonly Column[]}
 */
export function usualColumns(columns, fields) {
  if (columns !== CLOUDTRAIL_COLUMNS && columns !== COMMON_COLUMNS) return columns
  const rowsOf = (/** @type {string} */ name) => fields.find(field => field.name === name)?.rows ?? 0
  const isMostly = rowsOf('eventName') * 100 >= rowsOf('event.dataset') * MOSTLY_CLOUDTRAIL
  return isMostly ? CLOUDTRAIL_COLUMNS : COMMON_COLUMNS
}

/**
 * With a column of `field` at the right end; if there is one, without it.
 *
 * @param {readonly Column[]} columns
 * @param {string} field
 * @param {readonly FieldInfo[]} fields with the kinds of their values
 * @returns {readonly Column[]}
 */
export function toggled(columns, field, fields) {
  if (columns.some(column => column.field === field)) return withoutColumn(columns, field)
  const preset = [...CLOUDTRAIL_COLUMNS, ...COMMON_COLUMNS].find(column => column.field === field)
  const kinds = fields.find(info => info.name === field)?.kinds ?? []
  const isNumber = kinds.length > 0 && kinds.every(kind => kind === 'number')
  return [...columns, { field, width: preset?.width ?? DEFAULT_WIDTH_PX, isNumber }]
}

/**
 * With columns of `fields`, placed before the column of `before`, which may be wide, or else at the right end. Columns
 * that exist stay in place.
 *
 * @param {readonly Column[]} columns
 * @param {readonly string[]} fields
 * @param {string} before
 * @returns {readonly Column[]}
 */
export function withColumns(columns, fields, before) {
  const fresh = fields.filter(field => !columns.some(column => column.field === field))
  const at = columns.findIndex(column => column.field === before)
  const made = fresh.map(field => ({ field, width: DEFAULT_WIDTH_PX }))
  return made.length === 0 ? columns : columns.toSpliced(at < 0 ? columns.length : at, 0, ...made)
}

/**
 * @param {readonly Column[]} columns
 * @param {string} field
 * @returns {readonly Column[]}
 */
export const withoutColumn = (columns, field) => columns.filter(column => column.field !== field)

/**
 * @param {readonly Column[]} columns
 * @param {string} field
 * @param {CssPixels} width held within the limits
 * @returns {readonly Column[]}
 */
export const withWidth = (columns, field, width) =>
  columns.map(column =>
    column.field === field
      ? { ...column, width: Math.round(clamp(width, MIN_WIDTH_PX, MAX_WIDTH_PX)) }
      : column,
  )

/**
 * The column of `field` moved by `step` places; the edges hold.
 *
 * @param {readonly Column[]} columns
 * @param {string} field
 * @param {number} step below 0: to the left
 * @returns {readonly Column[]}
 */
export function moved(columns, field, step) {
  const from = columns.findIndex(column => column.field === field)
  const column = columns[from]
  if (!column) return columns
  const others = columns.filter((_, i) => i !== from)
  return others.toSpliced(clamp(from + step, 0, others.length), 0, column)
}

/**
 * The order after a click on the header of `field`: ascending, descending, as it was.
 *
 * @param {readonly SortKey[]} sort
 * @param {string} field
 * @param {boolean} isAdded the other sort keys stay; else they go
 * @returns {readonly SortKey[]}
 */
export function nextSort(sort, field, isAdded) {
  const key = sort.find(key => key.field === field)
  const next = !key ? { field } : key.descending ? null : { field, descending: true }
  if (!isAdded) return next ? [next] : []
  if (!next) return sort.filter(key => key.field !== field)
  return key ? sort.map(other => (other === key ? next : other)) : [...sort, next]
}

/**
 * The columns or the order after a command on the column of `field`.
 *
 * @param {{ columns: readonly Column[], sort: readonly SortKey[] }} grid
 * @param {Exclude<ColumnCommand, 'fit' | 'split'>} command
 * @param {string} field
 * @returns {{ columns?: readonly Column[], sort?: readonly SortKey[] }} what has changed; neither: the command cannot be done
 */
export function arranged({ columns, sort }, command, field) {
  const width = columns.find(column => column.field === field)?.width ?? DEFAULT_WIDTH_PX
  switch (command) {
    case 'ascending':
      return { sort: [{ field }] }
    case 'descending':
      return { sort: [{ field, descending: true }] }
    case 'unsorted':
      return { sort: sort.filter(key => key.field !== field) }
    case 'sortNext':
    case 'sortNextToo':
      return { sort: nextSort(sort, field, command === 'sortNextToo') }
    case 'left':
    case 'right':
      return { columns: moved(columns, field, command === 'left' ? -1 : 1) }
    case 'narrower':
    case 'wider':
      return {
        columns: withWidth(columns, field, width + (command === 'wider' ? RESIZE_STEP_PX : -RESIZE_STEP_PX)),
      }
    case 'hide':
      return columns.length > 1 ? { columns: withoutColumn(columns, field) } : {}
  }
}
