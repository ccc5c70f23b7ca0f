/** What is done with a cell of the rows: by its menu, and by keys. */

/** @import { Nanos, RowIndex, Selection } from '../types.d.ts' */
/** @import { ActionMenu, MenuItem } from '../elements/action-menu.js' */
/** @import { CellTarget, LogGrid } from '../elements/log-grid.js' */
/** @import { AboutValue } from './about.js' */
/** @import { Case } from './case.js' */
/** @import { FilterEdits } from './clauses.js' */
/** @import { Facets } from './facets.js' */
/** @import { TextSearch } from './finding.js' */
/** @import { RowGroups } from './grouping.js' */
/** @import { RowTimes } from './timeline.js' */

import { hasModifier, on } from '../lib/dom.js'
import { nanosOf } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { nextWindow, USUAL_WINDOWS, WINDOWS } from '../state/clauses.js'
import { copyValue } from './copying.js'
import { rowAt, timeOf } from './times.js'

/** This much of a value shows in a menu. */
const LABEL_CHARS = 40
/** At most this many values of one cell have menu items of their own. */
const MENU_VALUES = 8

/** @param {string} text */
function shortText(text) {
  const shown = visibleText(text.slice(0, LABEL_CHARS + 1))
  return shown.length > LABEL_CHARS ? `${shown.slice(0, LABEL_CHARS)}…` : shown
}

export class CellActions {
  #case
  #filter
  #groups
  #about
  #grid
  #menu
  /** The middle of the newest window of time. @type {Nanos | null} */
  #centre = null

  /**
   * @param {Case} theCase
   * @param {{ filter: FilterEdits, groups: RowGroups, about: AboutValue, grid: LogGrid, menu: ActionMenu }} parts
   */
  constructor(theCase, { filter, groups, about, grid, menu }) {
    this.#case = theCase
    this.#filter = filter
    this.#groups = groups
    this.#about = about
    this.#grid = grid
    this.#menu = menu
  }

  /**
   * Keeps or excludes the value of `cell`. If there are several, the menu asks which.
   *
   * @param {CellTarget} cell
   * @param {'keep' | 'exclude'} how
   */
  async keepOrExclude(cell, how) {
    const { field, values } = await this.#contentOf(cell)
    if (values.length > 1) await this.openMenu(cell)
    else this.#filter.add({ field, value: values[0] ?? null, how })
  }

  /** @param {CellTarget} cell */
  async openMenu(cell) {
    const { row, target } = cell
    const isGroup = this.#grid.activeGroup !== null
    const { field, values } = await this.#contentOf(cell)
    const name = visibleText(field)
    const head = values.length > 0 ? `${name}: ${values.map(shortText).join(', ')}` : `${name}: no value`
    this.#menu.open({
      label: head,
      head,
      groups: [
        this.#clauseItems(field, values),
        values.slice(0, MENU_VALUES).map(value => ({
          label: `Everything about ${shortText(value)}`,
          keys: 'a',
          act: () => this.#about.show(value),
        })),
        values.slice(0, MENU_VALUES).map(value => ({
          label: `Same value in any field${values.length > 1 ? `: ${shortText(value)}` : ''}`,
          act: () => this.#filter.add({ field, value, how: 'anywhere' }),
        })),
        (isGroup ? [] : USUAL_WINDOWS).map(({ nanos, label }) => ({
          label: `Around this time ${label}`,
          act: () => this.#case.attempt(() => this.#showAround(row, nanos)),
        })),
        [{ label: `Group the rows by ${name}`, act: () => this.#groups.add(field) }],
        values.slice(0, 1).map(() => ({
          label: 'Copy value',
          keys: 'y',
          act: () => copyValue(this.#case, values.join('\n')),
        })),
      ],
      target,
      onClose: () => this.#grid.focus(),
    })
  }

  /**
   * Shows a narrower or wider window of time: around the middle of the window on screen, or else around the time of
   * `row`.
   *
   * @param {RowIndex} row
   * @param {-1 | 1} step
   */
  async changeWindow(row, step) {
    const { engine, say, store } = this.#case
    const { span } = store.get()
    const time = await this.#timeOf(row)
    if (time === null) return say('This row has no time')
    const ready = await engine
    const query = this.#filter.query
    const placeOf = async (/** @type {Nanos} */ time) => {
      const around = (/** @type {Nanos} */ nanos) => ({ around: { time, before: nanos, after: nanos } })
      const asked = await Promise.all(WINDOWS.map(({ nanos }) => ready.edit(query, around(nanos))))
      return asked.indexOf(query)
    }
    const centre = this.#centre
    const at = centre === null ? -1 : await placeOf(centre)
    const [first, last] = [nanosOf(span?.first ?? ''), nanosOf(span?.last ?? '')]
    const shown = first === null || last === null ? null : last - first
    const window = WINDOWS[nextWindow(step, at, shown)]
    if (!window) return say(step < 0 ? 'No window is narrower' : 'No window is wider')
    await this.#askAround(at >= 0 && centre !== null ? centre : time, window.nanos)
  }

  /** The field and values of a cell; of a group, its own. @param {CellTarget} cell */
  async #contentOf({ row, field }) {
    const group = this.#grid.activeGroup
    if (group) return { field: group.field, values: group.value === null ? [] : [group.value] }
    const at = this.#groups.rowOnScreen(row)
    return { field, values: at ? await this.#valuesOf(at.selection, { row: at.row, field }) : [] }
  }

  /**
   * The values of a cell, whole: the grid shows long values cut, and several values as one text.
   *
   * @param {Selection} answer
   * @param {Pick<CellTarget, 'row' | 'field'>} cell
   * @returns {Promise<string[]>}
   */
  async #valuesOf(answer, { row, field }) {
    const { columns, clipped } = await answer.rows(row, row + 1, [field])
    const text = columns[0]?.[0] ?? null
    if (text === null) return []
    const info = this.#case.store.get().fields.find(({ name }) => name === field)
    const isMultiple = info?.isMultiple ?? false
    if (!isMultiple && clipped.length === 0) return [text]
    const { fields } = await answer.event(row)
    return fields.find(({ name }) => name === field)?.values ?? [text]
  }

  /**
   * @param {string} field
   * @param {readonly string[]} values
   * @returns {MenuItem[]}
   */
  #clauseItems(field, values) {
    const item = (
      /** @type {string} */ label,
      /** @type {string | null} */ value,
      /** @type {'keep' | 'exclude'} */ how,
    ) => ({ label, act: () => this.#filter.add({ field, value, how }) })
    const has = item('Keep rows with a value', null, 'exclude')
    const lacks = item('Keep rows without a value', null, 'keep')
    const [value = '', ...others] = values
    if (values.length === 0)
      return [
        { ...lacks, keys: '+' },
        { ...has, keys: '−' },
      ]
    if (others.length === 0) {
      return [
        { ...item('Keep only', value, 'keep'), keys: '+' },
        { ...item('Exclude', value, 'exclude'), keys: '−' },
        has,
        lacks,
      ]
    }
    const each = values
      .slice(0, MENU_VALUES)
      .flatMap(value => [
        item(`Keep only ${shortText(value)}`, value, 'keep'),
        item(`Exclude ${shortText(value)}`, value, 'exclude'),
      ])
    return [...each, has, lacks]
  }

  /** @param {RowIndex} row @returns {Promise<Nanos | null>} null: the row has no time */
  async #timeOf(row) {
    const at = this.#groups.rowOnScreen(row)
    return at ? timeOf(at.selection, at.row) : null
  }

  /**
   * Keeps only rows within `nanos` of the time of `row`.
   *
   * @param {RowIndex} row
   * @param {Nanos} nanos
   */
  async #showAround(row, nanos) {
    const time = await this.#timeOf(row)
    if (time === null) return this.#case.say('This row has no time')
    await this.#askAround(time, nanos)
  }

  /**
   * Asks for rows within `nanos` of `time`; the active cell stays at that time.
   *
   * @param {Nanos} time
   * @param {Nanos} nanos
   */
  async #askAround(time, nanos) {
    const { store } = this.#case
    this.#centre = time
    await this.#filter.edit({ around: { time, before: nanos, after: nanos } })
    const { answer, groups } = store.get()
    if (!answer || answer.sort.length > 0 || groups.length > 0) return
    const row = await rowAt(answer, time)
    if (store.get().answer === answer) this.#grid.activeRow = row
  }
}

/**
 * @param {Case} theCase
 * @param {{ filter: FilterEdits, groups: RowGroups, about: AboutValue, facets: Facets, times: RowTimes,
 *   search: TextSearch, grid: LogGrid, menu: ActionMenu }} parts
 */
export function wireCells(theCase, { filter, groups, about, facets, times, search, grid, menu }) {
  const { attempt } = theCase
  const actions = new CellActions(theCase, { filter, groups, about, grid, menu })

  /** Keys on a cell. @type {Record<string, (cell: CellTarget) => Promise<void>>} */
  const cellKeys = {
    '+': cell => actions.keepOrExclude(cell, 'keep'),
    '=': cell => actions.keepOrExclude(cell, 'keep'),
    '-': cell => actions.keepOrExclude(cell, 'exclude'),
    w: ({ row }) => actions.changeWindow(row, -1),
    W: ({ row }) => actions.changeWindow(row, 1),
  }

  grid.addEventListener('cell-menu', event => event.preventDefault())
  on(grid, 'cell-menu', (/** @type {CellTarget} */ cell) => attempt(() => actions.openMenu(cell)))

  grid.addEventListener('keydown', event => {
    const act = cellKeys[event.key]
    const cell = grid.activeCell
    const field = grid.activeField
    if (hasModifier(event)) return
    if (act && cell) attempt(() => act(cell))
    else if (event.key === 'f' && field !== undefined) facets.show(field)
    else if (event.key === 'b') times.show()
    else if (event.key === 'n' || event.key === 'N') search.next(event.key === 'N')
    else return
    event.preventDefault()
  })
}
