/**
 * The pivot that the analyst has built, and its changes. Pure.
 */

/** @import { FieldInfo, Pivot, PivotGroup, PivotOptions, PivotValue } from '../types.d.ts' */
/** @import { PlotKind, PlotTable } from '../lib/plot.js' */

import { timeText } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'

/** @typedef {'value' | 'time' | 'hour' | 'weekday' | 'number'} Bucket */

/**
 * A field in a well.
 *
 * @typedef {object} WellField
 * @property {string} field
 * @property {Bucket} bucket
 * @property {number | null} interval of time, milliseconds; null: automatic
 * @property {number | null} width of a span of numbers
 * @property {number | null} limit how many groups are listed; null: all
 */

/** @typedef {'rows' | 'columns'} Side */

/**
 * @typedef {object} PivotView
 * @property {readonly WellField[]} rows
 * @property {readonly WellField[]} columns
 * @property {readonly PivotValue[]} values
 * @property {{ by: number | 'key', at: readonly (string | null)[], descending: boolean } | null} order of the rows; null: the default of the engine
 * @property {'table' | PlotKind} look
 * @property {boolean} isHeated the higher the value of a cell, the darker it is
 * @property {readonly string[]} closed paths of collapsed rows
 */

/** The type under which a drag carries a field. */
export const FIELD_TYPE = 'application/x-trailglass-field'

/** The default number of groups of a field; further values are in the group "others". */
export const USUAL_LIMIT = 25

/** @type {PivotView} */
export const FIRST_PIVOT = {
  rows: [],
  columns: [],
  values: [{ kind: 'count' }, { kind: 'first' }, { kind: 'last' }],
  order: null,
  look: 'table',
  isHeated: true,
  closed: [],
}

/** What values are called. @type {Record<PivotValue['kind'], string>} */
export const VALUE_NAMES = {
  count: 'Count',
  shareOfRow: 'Share of row',
  shareOfColumn: 'Share of column',
  shareOfTotal: 'Share of total',
  first: 'First seen',
  last: 'Last seen',
  distinct: 'Distinct',
  sum: 'Sum',
  min: 'Least',
  max: 'Greatest',
  mean: 'Mean',
  median: 'Median',
  quantile: '95th percentile',
  list: 'Values',
}

/** The kinds of values that need a field. */
export const FIELD_VALUES = /** @type {const} */ ([
  'distinct',
  'list',
  'sum',
  'min',
  'max',
  'mean',
  'median',
  'quantile',
])

/** @param {PivotValue} value */
export const valueName = ({ kind, field }) =>
  field ? `${VALUE_NAMES[kind]} of ${visibleText(field)}` : VALUE_NAMES[kind]

/** @param {string} field @returns {WellField} */
export const newWell = field => ({
  field,
  bucket: field === '@timestamp' ? 'time' : 'value',
  interval: null,
  width: null,
  limit: field === '@timestamp' ? null : USUAL_LIMIT,
})

/**
 * With a field in a well, moved there if it was in a well before.
 *
 * @param {PivotView} pivot
 * @param {Side} side
 * @param {WellField} well
 * @param {number} [at] by default the end
 * @returns {PivotView}
 */
export function withField(pivot, side, well, at) {
  const { rows, columns } = withoutField(pivot, well)
  const fields = side === 'rows' ? [...rows] : [...columns]
  fields.splice(at ?? fields.length, 0, well)
  return { ...pivot, rows, columns, [side]: fields, order: null }
}

/** @param {PivotView} pivot @param {WellField} well @returns {PivotView} */
export function withoutField(pivot, well) {
  const isOther = (/** @type {WellField} */ other) =>
    other !== well && !(other.field === well.field && other.bucket === well.bucket)
  return { ...pivot, rows: pivot.rows.filter(isOther), columns: pivot.columns.filter(isOther), order: null }
}

/**
 * With a field of a well changed in its place.
 *
 * @param {PivotView} pivot
 * @param {Side} side
 * @param {number} at
 * @param {Partial<WellField>} change
 * @returns {PivotView}
 */
export const withWell = (pivot, side, at, change) => ({
  ...pivot,
  [side]: pivot[side].map((well, i) => (i === at ? { ...well, ...change } : well)),
})

/** @param {PivotView} pivot @param {PivotValue} value @returns {PivotView} */
export const withValue = (pivot, value) => ({ ...pivot, values: [...pivot.values, value] })

/** @param {PivotView} pivot @param {number} at @returns {PivotView} */
export const withoutValue = (pivot, at) => ({
  ...pivot,
  values: pivot.values.length > 1 ? pivot.values.filter((_, i) => i !== at) : pivot.values,
  order: null,
})

/** The question to the engine. @param {PivotView} pivot @returns {PivotOptions} */
export function optionsOf({ rows, columns, values, order }) {
  const well = (/** @type {WellField} */ { field, bucket, interval, width, limit }) => ({
    field,
    bucket,
    ...(interval === null ? {} : { interval: BigInt(interval) * 1_000_000n }),
    ...(width === null ? {} : { width }),
    ...(limit === null ? {} : { limit }),
  })
  const by = order === null ? {} : { order: order.by, descending: order.descending }
  return {
    rows: rows.map(field => ({ ...well(field), ...by })),
    columns: columns.map(well),
    values: values.map(value => (value.kind === 'quantile' ? { quantile: 0.95, ...value } : value)),
    at: order?.at ?? [],
  }
}

/** @param {PivotGroup} group */
export function groupText({ kind, text, inside, span }) {
  if (kind === 'total') return 'Total'
  if (kind === 'missing') return '(no value)'
  if (kind === 'others') return `(${inside.toLocaleString('en-US')} others)`
  if (span) return timeText(span.first)
  return text === '' ? '(empty)' : visibleText(text)
}

/** The names from the outermost group to this one, as one text: the name by which a group is expanded and collapsed. @param {readonly PivotGroup[]} groups @param {number} at @returns {string} */
export function pathText(groups, at) {
  const names = []
  for (let i = at; i > 0; i = groups[i]?.parent ?? 0) {
    const group = groups[i]
    if (group) names.unshift(groupText(group))
  }
  return names.join(' › ')
}

/**
 * The rows that show, as numbers of groups: without those inside collapsed groups; the total comes last.
 *
 * @param {readonly PivotGroup[]} groups
 * @param {ReadonlySet<string>} closed
 * @returns {number[]}
 */
export function shownRows(groups, closed) {
  /** @type {Set<number>} */
  const hidden = new Set()
  const shown = []
  for (let i = 1; i < groups.length; i++) {
    const parent = groups[i]?.parent ?? 0
    const isHidden = hidden.has(parent) || (parent !== 0 && closed.has(pathText(groups, parent)))
    if (isHidden) hidden.add(i)
    else shown.push(i)
  }
  return [...shown, 0]
}

/** Whether group `at` contains groups. @param {readonly PivotGroup[]} groups @param {number} at */
export const hasInside = (groups, at) => at > 0 && groups[at + 1]?.parent === at && at + 1 < groups.length

/**
 * A column of the table: a group of columns, and the index of a value.
 *
 * @typedef {{ group: number, value: number }} TableColumn
 */

/**
 * The columns in their order; the total of all columns last.
 *
 * @param {Pivot} pivot
 * @returns {TableColumn[]}
 */
export function tableColumns({ columns, values }) {
  const groups = [...columns.keys()].slice(1)
  return [...groups, 0].flatMap(group => values.map((_, value) => ({ group, value })))
}

/**
 * The table for a chart: the innermost groups of rows and columns, and the first value that is a number.
 *
 * @param {Pivot} pivot
 * @returns {{ table: PlotTable, rows: number[], columns: number[] } | null} with the numbers of the groups drawn; null: there is nothing to draw
 */
export function plotTable({ rows, columns, values }) {
  const figures = values.find(figures => typeof figures[0] === 'number')
  if (!figures) return null
  const leaves = (/** @type {readonly PivotGroup[]} */ groups) =>
    [...groups.keys()].filter(i => !hasInside(groups, i) && (i > 0 || groups.length === 1))
  const [rowLeaves, columnLeaves] = [leaves(rows), leaves(columns)]
  const number = (/** @type {number} */ row, /** @type {number} */ column) => {
    const figure = figures[row * columns.length + column]
    return typeof figure === 'number' ? figure : null
  }
  return {
    table: {
      rows: rowLeaves.map(row => pathText(rows, row) || 'Total'),
      columns: columnLeaves.map(column => pathText(columns, column) || 'Total'),
      values: rowLeaves.map(row => columnLeaves.map(column => number(row, column))),
      times: rowLeaves.map(row => rows[row]?.span ?? null),
    },
    rows: rowLeaves,
    columns: columnLeaves,
  }
}

/**
 * The query for the rows of a cell; null: no query can express them.
 *
 * @param {Pivot} pivot
 * @param {number} row
 * @param {number} column
 */
export function cellQuery({ rows, columns }, row, column) {
  const queries = [rows[row]?.query, columns[column]?.query]
  if (queries.some(query => query === null)) return null
  return queries.filter(query => query).join(' and ')
}

/** Pivots to begin with: their names, and the fields in their wells. @type {readonly { label: string, rows: readonly WellField[], columns: readonly WellField[], look: PivotView['look'] }[]} */
export const PRESETS = [
  { label: 'Actions', rows: [newWell('event.action')], columns: [], look: 'table' },
  {
    label: 'Users by outcome',
    rows: [newWell('user.name')],
    columns: [newWell('event.outcome')],
    look: 'table',
  },
  {
    label: 'Hour by weekday',
    rows: [{ ...newWell('@timestamp'), bucket: 'weekday' }],
    columns: [{ ...newWell('@timestamp'), bucket: 'hour' }],
    look: 'heat',
  },
  {
    label: 'Sources over time',
    rows: [newWell('log.file.path')],
    columns: [newWell('@timestamp')],
    look: 'heat',
  },
]

/** Fields that a well can hold, the usual ones first. @param {readonly FieldInfo[]} fields @returns {string[]} */
export function wellFields(fields) {
  const usual = [
    '@timestamp',
    'event.action',
    'event.outcome',
    'event.dataset',
    'user.name',
    'source.ip',
    'host.name',
  ]
  const known = fields.map(({ name }) => name)
  const first = usual.filter(name => name === '@timestamp' || known.includes(name))
  return [...first, ...known.filter(name => !first.includes(name))]
}
