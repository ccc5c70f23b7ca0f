/** What is done with a cell of the rows: by its menu, and by keys. */

/** @import { Nanos, RowIndex, Selection } from '../types.d.ts' */
/** @import { MenuItem } from '../elements/action-menu.js' */
/** @import { CellTarget } from '../elements/log-grid.js' */

import { ActionMenu } from '../elements/action-menu.js'
import { LogGrid } from '../elements/log-grid.js'
import { part } from '../lib/dom.js'
import { nanosOf } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { nextWindow, USUAL_WINDOWS, WINDOWS } from '../state/clauses.js'
import { tellAbout } from './about.js'
import { engine, say, store } from './case.js'
import { addClause, editFilter, filterOnScreen } from './clauses.js'
import { copyValue } from './copying.js'
import { showFacet } from './facets.js'
import { findNext } from './finding.js'
import { groupBy, rowOnScreen } from './grouping.js'
import { showTimeline } from './timeline.js'
import { rowAt, timeOf } from './times.js'

const grid = part(document, '#rows', LogGrid)
const menu = part(document, '#cell-menu', ActionMenu)

/** Of a value so much shows in a menu. */
const LABEL_CHARS = 40
/** So many values of one cell have items of their own. */
const MENU_VALUES = 8

/** @param {string} text */
function shortText(text) {
  const shown = visibleText(text.slice(0, LABEL_CHARS + 1))
  return shown.length > LABEL_CHARS ? `${shown.slice(0, LABEL_CHARS)}…` : shown
}

/**
 * The values of a cell, whole: what the grid shows may be clipped, or several in one.
 *
 * @param {Selection} answer
 * @param {Pick<CellTarget, 'row' | 'field'>} cell
 * @returns {Promise<string[]>}
 */
async function valuesOf(answer, { row, field }) {
  const { columns, clipped } = await answer.rows(row, row + 1, [field])
  const text = columns[0]?.[0] ?? null
  if (text === null) return []
  const isMultiple = store.get().fields.find(({ name }) => name === field)?.isMultiple ?? false
  if (!isMultiple && clipped.length === 0) return [text]
  const { fields } = await answer.event(row)
  return fields.find(({ name }) => name === field)?.values ?? [text]
}

/**
 * Keeps or excludes the value of `cell`; of several the menu asks which.
 *
 * @param {CellTarget} cell
 * @param {'keep' | 'exclude'} how
 */
async function keepOrExclude(cell, how) {
  const { field, values } = await contentOf(cell)
  if (values.length > 1) openMenuOf(cell)
  else addClause({ field, value: values[0] ?? null, how })
}

/** What stands in a cell: the values of a field; of a group its own. @param {CellTarget} cell */
async function contentOf({ row, field }) {
  const group = grid.activeGroup
  if (group) return { field: group.field, values: group.value === null ? [] : [group.value] }
  const at = rowOnScreen(row)
  return { field, values: at ? await valuesOf(at.selection, { row: at.row, field }) : [] }
}

/** @param {CellTarget} cell */
async function openMenuOf(cell) {
  const { row, target } = cell
  const isGroup = grid.activeGroup !== null
  const { field, values } = await contentOf(cell)
  const name = visibleText(field)
  const head = values.length > 0 ? `${name}: ${values.map(shortText).join(', ')}` : `${name}: no value`
  menu.open({
    label: head,
    head,
    groups: [
      clauseItems(field, values),
      values.slice(0, MENU_VALUES).map(value => ({
        label: `Everything about ${shortText(value)}`,
        keys: 'a',
        act: () => tellAbout(value),
      })),
      values.slice(0, MENU_VALUES).map(value => ({
        label: `Same value in any field${values.length > 1 ? `: ${shortText(value)}` : ''}`,
        act: () => addClause({ field, value, how: 'anywhere' }),
      })),
      (isGroup ? [] : USUAL_WINDOWS).map(({ nanos, label }) => ({
        label: `Around this time ${label}`,
        act: () => showAround(row, nanos),
      })),
      [{ label: `Group the rows by ${name}`, act: () => groupBy(field) }],
      values
        .slice(0, 1)
        .map(() => ({ label: 'Copy value', keys: 'y', act: () => copyValue(values.join('\n')) })),
    ],
    target,
    onClose: () => grid.focus(),
  })
}

/**
 * @param {string} field
 * @param {readonly string[]} values
 * @returns {MenuItem[]}
 */
function clauseItems(field, values) {
  const has = {
    label: 'Keep rows with a value',
    act: () => addClause({ field, value: null, how: 'exclude' }),
  }
  const lacks = { label: 'Keep rows without one', act: () => addClause({ field, value: null, how: 'keep' }) }
  const [value = '', ...others] = values
  if (values.length === 0)
    return [
      { ...lacks, keys: '+' },
      { ...has, keys: '−' },
    ]
  if (others.length === 0) {
    return [
      { label: 'Keep only', keys: '+', act: () => addClause({ field, value, how: 'keep' }) },
      { label: 'Exclude', keys: '−', act: () => addClause({ field, value, how: 'exclude' }) },
      has,
      lacks,
    ]
  }
  const each = values.slice(0, MENU_VALUES).flatMap(value => [
    { label: `Keep only ${shortText(value)}`, act: () => addClause({ field, value, how: 'keep' }) },
    { label: `Exclude ${shortText(value)}`, act: () => addClause({ field, value, how: 'exclude' }) },
  ])
  return [...each, has, lacks]
}

/**
 * Only rows within `nanos` of the time of `row`.
 *
 * @param {RowIndex} row
 * @param {Nanos} nanos
 */
async function showAround(row, nanos) {
  const at = rowOnScreen(row)
  const time = at ? await timeOf(at.selection, at.row) : null
  if (time === null) return say('This row has no time')
  await askAround(time, nanos)
}

/** What the last window is round. @type {Nanos | null} */
let centre = null

/**
 * Asks for rows within `nanos` of `time`; the active cell stays at that time.
 *
 * @param {Nanos} time
 * @param {Nanos} nanos
 */
async function askAround(time, nanos) {
  centre = time
  await editFilter({ around: { time, before: nanos, after: nanos } })
  const { answer, groups } = store.get()
  if (!answer || answer.sort.length > 0 || groups.length > 0) return
  const row = await rowAt(answer, time)
  if (store.get().answer === answer) grid.activeRow = row
}

/**
 * A narrower or wider window of time: round the time that the one on screen is round, or round `row`.
 *
 * @param {RowIndex} row
 * @param {-1 | 1} step
 */
async function changeWindow(row, step) {
  const { span } = store.get()
  const of = rowOnScreen(row)
  const time = of ? await timeOf(of.selection, of.row) : null
  if (time === null) return say('This row has no time')
  const ready = await engine
  const query = filterOnScreen()
  const placeOf = async (/** @type {Nanos} */ time) => {
    const around = (/** @type {Nanos} */ nanos) => ({ around: { time, before: nanos, after: nanos } })
    const asked = await Promise.all(WINDOWS.map(({ nanos }) => ready.edit(query, around(nanos))))
    return asked.indexOf(query)
  }
  const at = centre === null ? -1 : await placeOf(centre)
  const [first, last] = [nanosOf(span?.first ?? ''), nanosOf(span?.last ?? '')]
  const shown = first === null || last === null ? null : last - first
  const window = WINDOWS[nextWindow(step, at, shown)]
  if (!window) return say(step < 0 ? 'No window is narrower' : 'No window is wider')
  await askAround(at >= 0 && centre !== null ? centre : time, window.nanos)
}

/** @param {() => Promise<void> | void} act what it fails with is said */
const acting = act => Promise.resolve().then(act).catch(say)

/** Single keys, on a cell. @type {Record<string, (cell: CellTarget) => Promise<void> | void>} */
const CELL_KEYS = {
  '+': cell => keepOrExclude(cell, 'keep'),
  '=': cell => keepOrExclude(cell, 'keep'),
  '-': cell => keepOrExclude(cell, 'exclude'),
  w: ({ row }) => changeWindow(row, -1),
  W: ({ row }) => changeWindow(row, 1),
}

grid.addEventListener('cell-menu', event => {
  event.preventDefault()
  acting(() => openMenuOf(/** @type {CustomEvent<CellTarget>} */ (event).detail))
})

grid.addEventListener('keydown', event => {
  const act = CELL_KEYS[event.key]
  const cell = grid.activeCell
  const field = grid.activeField
  if (event.ctrlKey || event.altKey || event.metaKey) return
  if (act && cell) acting(() => act(cell))
  else if (event.key === 'f' && field !== undefined) showFacet(field)
  else if (event.key === 'b') showTimeline()
  else if (event.key === 'n' || event.key === 'N') findNext(event.key === 'N')
  else return
  event.preventDefault()
})
