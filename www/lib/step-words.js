/** Steps in plain words, and the options of each kind. Pure. */

/** @import { Step } from '../types.d.ts' */

import { plural } from './format.js'

/**
 * An option of a kind of step: its key, its name, and how it is entered. A `choice` lists its values; `widths`, `pair`
 * and `table` are lists, entered as text.
 *
 * @typedef {object} Option
 * @property {string} key
 * @property {string} label
 * @property {'text' | 'number' | 'flag' | 'choice' | 'widths' | 'pair' | 'table'} [entry] default: a text
 * @property {readonly [value: string, label: string][]} [choices] the first is the default
 * @property {string} [placeholder]
 * @property {boolean} [isOn] of a flag: its default
 */

/** @type {Option} */
const PATTERN = { key: 'pattern', label: 'Pattern', placeholder: 'user=(?<user>\\S+)' }
/** @type {Option} */
const IGNORE_CASE = { key: 'ignoreCase', label: 'Upper and lower case are the same', entry: 'flag' }
/** @type {Option} */
const ZONE = { key: 'zone', label: 'Zone', placeholder: 'UTC or +02:00' }

/**
 * Every kind of step, with its name and its options. Similar kinds are in one `group`.
 *
 * @type {readonly { kind: Step['kind'], label: string, group: string, options: readonly Option[] }[]}
 */
export const KINDS = [
  {
    kind: 'split',
    label: 'Split',
    group: 'Take apart',
    options: [
      { key: 'delimiter', label: 'At', placeholder: 'white space' },
      { key: 'atMost', label: 'At most parts', entry: 'number' },
      {
        key: 'side',
        label: 'Counted from',
        entry: 'choice',
        choices: [
          ['left', 'the left'],
          ['right', 'the right'],
        ],
      },
      { key: 'quotes', label: 'Quotes hold together', entry: 'flag', isOn: true },
    ],
  },
  { kind: 'regex', label: 'Regular expression', group: 'Take apart', options: [PATTERN, IGNORE_CASE] },
  {
    kind: 'grok',
    label: 'Grok pattern',
    group: 'Take apart',
    options: [{ ...PATTERN, placeholder: 'from %{IP:source.ip} port %{INT:source.port}' }, IGNORE_CASE],
  },
  {
    kind: 'keyValue',
    label: 'key=value pairs',
    group: 'Take apart',
    options: [
      { key: 'delimiter', label: 'Between pairs', placeholder: 'white space' },
      { key: 'assign', label: 'Between key and value', placeholder: '=' },
    ],
  },
  { kind: 'json', label: 'JSON', group: 'Take apart', options: [] },
  {
    kind: 'fixed',
    label: 'Fixed widths',
    group: 'Take apart',
    options: [{ key: 'widths', label: 'Characters of each part', entry: 'widths', placeholder: '8 4 0' }],
  },
  { kind: 'url', label: 'URL', group: 'Take apart', options: [] },
  { kind: 'query', label: 'Query string', group: 'Take apart', options: [] },
  { kind: 'email', label: 'E-mail address', group: 'Take apart', options: [] },
  { kind: 'arn', label: 'ARN', group: 'Take apart', options: [] },
  { kind: 'ipPort', label: 'Address and port', group: 'Take apart', options: [] },
  { kind: 'path', label: 'Path', group: 'Take apart', options: [] },
  { kind: 'userAgent', label: 'User agent', group: 'Take apart', options: [] },
  { kind: 'rename', label: 'Rename', group: 'Change', options: [] },
  {
    kind: 'cast',
    label: 'Read as',
    group: 'Change',
    options: [
      {
        key: 'to',
        label: 'As',
        entry: 'choice',
        choices: [
          ['number', 'number'],
          ['time', 'time'],
          ['address', 'address'],
          ['duration', 'duration in seconds'],
        ],
      },
      { key: 'format', label: 'Format of times', placeholder: '%d/%m/%Y %H:%M:%S' },
      ZONE,
      { key: 'year', label: 'Year', entry: 'number' },
    ],
  },
  {
    kind: 'trim',
    label: 'Trim',
    group: 'Change',
    options: [{ key: 'characters', label: 'Characters', placeholder: 'white space' }],
  },
  {
    kind: 'case',
    label: 'Upper or lower case',
    group: 'Change',
    options: [
      {
        key: 'to',
        label: 'To',
        entry: 'choice',
        choices: [
          ['lower', 'lower'],
          ['upper', 'UPPER'],
        ],
      },
    ],
  },
  {
    kind: 'replace',
    label: 'Replace',
    group: 'Change',
    options: [
      { key: 'find', label: 'Text' },
      { ...PATTERN, label: 'or pattern', placeholder: '\\d+' },
      { key: 'with', label: 'By', placeholder: 'nothing' },
      IGNORE_CASE,
    ],
  },
  {
    kind: 'extract',
    label: 'Extract',
    group: 'Change',
    options: [{ ...PATTERN, placeholder: 'port (\\d+)' }, IGNORE_CASE],
  },
  {
    kind: 'map',
    label: 'Map through a table',
    group: 'Change',
    options: [
      { key: 'table', label: 'Two columns, as a spreadsheet copies them', entry: 'table' },
      {
        key: 'otherwise',
        label: 'Other values',
        entry: 'choice',
        choices: [
          ['keep', 'stay'],
          ['none', 'become no value'],
        ],
      },
      IGNORE_CASE,
    ],
  },
  {
    kind: 'bucket',
    label: 'Time bucket',
    group: 'Of times',
    options: [{ key: 'every', label: 'Every', placeholder: '5m, 1h, 1d, 1w' }, ZONE],
  },
  { kind: 'hour', label: 'Hour of day', group: 'Of times', options: [ZONE] },
  { kind: 'weekday', label: 'Weekday', group: 'Of times', options: [ZONE] },
  {
    kind: 'difference',
    label: 'Difference of times',
    group: 'Of times',
    options: [
      { key: 'from', label: 'From and to', entry: 'pair', placeholder: 'start end' },
      {
        key: 'unit',
        label: 'In',
        entry: 'choice',
        choices: [
          ['s', 'seconds'],
          ['ms', 'milliseconds'],
          ['m', 'minutes'],
          ['h', 'hours'],
          ['d', 'days'],
        ],
      },
      ZONE,
    ],
  },
  {
    kind: 'combine',
    label: 'Combine',
    group: 'Of several columns',
    options: [
      { key: 'template', label: 'Template', placeholder: '{user.name}@{source.ip}' },
      { key: 'missing', label: 'Where one is missing', placeholder: 'no value' },
    ],
  },
]

/** A delimiter in words. @param {unknown} delimiter */
const delimiterWords = delimiter =>
  delimiter === undefined
    ? 'white space'
    : (Reflect.get({ '\t': 'tab', ',': 'comma', ';': 'semicolon', ' ': 'space' }, String(delimiter)) ??
      `“${delimiter}”`)

/**
 * What a step does, without its columns: `Split message at white space`.
 *
 * @param {Step} step
 */
export function actionWords(step) {
  switch (step.kind) {
    case 'split': {
      const most = step.atMost ? `, at most ${plural(step.atMost, 'part')}` : ''
      const side = step.side === 'right' ? ' from the right' : ''
      return `Split ${step.from} at ${delimiterWords(step.delimiter)}${side}${most}`
    }
    case 'regex':
      return `Take ${step.from} apart by /${step.pattern}/`
    case 'grok':
      return `Take ${step.from} apart by the grok pattern ${step.pattern}`
    case 'keyValue':
      return `Take the pairs of ${step.from} apart at ${delimiterWords(step.delimiter)}`
    case 'fixed':
      return `Cut ${step.from} after ${step.widths.join(', ')} characters`
    case 'rename':
      return `Rename ${step.from}`
    case 'cast':
      return `Read ${step.from} as ${step.to}${step.format ? ` written ${step.format}` : ''}`
    case 'trim':
      return `Trim ${step.characters ? `“${step.characters}”` : 'white space'} off ${step.from}`
    case 'case':
      return `Write ${step.from} in ${step.to ?? 'lower'} case`
    case 'replace':
      return `Replace ${step.pattern ? `/${step.pattern}/` : `“${step.find}”`} in ${step.from} by “${step.with ?? ''}”`
    case 'extract':
      return `Extract /${step.pattern}/ from ${step.from}`
    case 'map':
      return `Map ${step.from} through a table of ${plural(step.table.length, 'line')}`
    case 'bucket':
      return `Round ${step.from} down to ${step.every}`
    case 'hour':
      return `Hour of day of ${step.from}`
    case 'weekday':
      return `Weekday of ${step.from}`
    case 'combine':
      return `Combine as ${step.template}`
    case 'difference':
      return `Time from ${step.from[0]} to ${step.from[1]}`
    default: {
      const label = KINDS.find(({ kind }) => kind === step.kind)?.label ?? step.kind
      return `Take ${step.from} apart as ${label}`
    }
  }
}

/**
 * A step in plain words: `Split message at white space into month, day, time`.
 *
 * @param {Step} step
 */
export function stepWords(step) {
  const names = (step.columns ?? []).flatMap(column =>
    column === null ? [] : [typeof column === 'string' ? column : column.name],
  )
  const shown = names.slice(0, 6).join(', ')
  const others = names.length > 6 ? ` and ${names.length - 6} more` : ''
  return names.length > 0 ? `${actionWords(step)} into ${shown}${others}` : actionWords(step)
}

/**
 * The value of an option, from what was entered; undefined: nothing was entered.
 *
 * @param {Option} option
 * @param {string} text or whether a flag is on
 * @returns {unknown}
 */
export function optionValue({ entry, choices, isOn = false }, text) {
  switch (entry) {
    case 'flag':
      return (text === 'true') === isOn ? undefined : text === 'true'
    case 'number':
      return text.trim() === '' ? undefined : Number(text)
    case 'choice':
      return text === choices?.[0]?.[0] ? undefined : text
    case 'widths':
      return text.split(/[\s,;]+/).flatMap(width => (width === '' ? [] : [Number(width)]))
    case 'pair':
      return text.trim().split(/[\s,]+/)
    case 'table':
      return text.split(/\r?\n/).flatMap(line => {
        const at = line.search(/[\t,;]/)
        return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
      })
    default:
      // A tab cannot be typed into a field.
      return text === '' ? undefined : text.replaceAll('\\t', '\t')
  }
}

/**
 * The reverse of `optionValue`.
 *
 * @param {Option} option
 * @param {unknown} value
 * @returns {string}
 */
export function optionText({ entry, choices, isOn = false }, value) {
  if (entry === 'flag') return String(value ?? isOn)
  if (value === undefined || value === null) return choices?.[0]?.[0] ?? ''
  if (entry === 'table' && Array.isArray(value)) return value.map(pair => pair.join('\t')).join('\n')
  if (Array.isArray(value)) return value.join(' ')
  return String(value).replaceAll('\t', '\\t')
}
