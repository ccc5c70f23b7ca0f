/** @import { FormatInfo, RejectInfo, RowWindow, SourceInfo } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Column } from '../state/columns.js' */
/** @import { SourceChange, SourceFilter } from '../state/sources.js' */
/** @import { Store } from '../state/store.js' */

import { part, setText } from '../lib/dom.js'
import { countText } from '../lib/format.js'
import {
  foundAgain,
  shownSources,
  sourceCell,
  sourceColumns,
  totalsOf,
  totalsText,
} from '../state/sources.js'
import { LogGrid } from './log-grid.js'
import { SourceDetails } from './source-details.js'

/** @type {readonly Column[]} */
const REJECT_COLUMNS = [
  { field: 'path', label: 'Path', width: 460 },
  { field: 'line', label: 'Line', width: 90, isNumber: true },
  { field: 'offset', label: 'Byte', width: 110, isNumber: true },
  { field: 'length', label: 'Length', width: 90, isNumber: true },
  { field: 'reason', label: 'Reason', width: 600 },
]

/**
 * What the panel asks of the page.
 *
 * @typedef {object} SourceDoor
 * @property {(first: number, end: number) => Promise<{ count: number, rejects: RejectInfo[] }>} rejects
 * @property {() => Promise<FormatInfo[]>} formats
 * @property {(source: SourceInfo) => Promise<{ count: number, window: RowWindow }>} firstEvents
 * @property {(change: SourceChange) => Promise<void>} change done when the state shows the result
 */

/**
 * What was added and the result: every source with its counts, format and times, details of the chosen source, and
 * every record that was not understood.
 *
 * Fires `show-events` (detail: a query; bubbles).
 */
export class SourcesPanel extends HTMLElement {
  /** @type {SourceInfo[]} */
  #shown = []
  /** @type {SourceInfo | null} */
  #chosen = null
  /** @type {State | null} */
  #state = null

  /**
   * @param {Store<State>} store
   * @param {SourceDoor} door
   */
  connect(store, door) {
    const sources = part(this, 'log-grid.sources', LogGrid)
    const rejects = part(this, 'log-grid.rejects', LogGrid)
    sources.emptyText = 'No sources match.'
    rejects.show({ columns: REJECT_COLUMNS })
    sources.addEventListener('sort', event => {
      sources.show({ sort: /** @type {CustomEvent} */ (event).detail })
      this.#renderSources(sources)
    })
    sources.addEventListener('active', () => {
      this.#chosen = this.#shown[sources.activeRow] ?? null
      this.#renderChosen(sources)
    })
    for (const control of this.querySelectorAll('.filter, .find')) {
      control.addEventListener('input', () => this.#renderSources(sources))
    }
    rejects.addEventListener('sort', () => rejects.show({ sort: [] }))
    part(this, 'source-details', SourceDetails).connect(door)
    store.subscribe((state, before) => {
      if (state.tab !== 'sources') return
      this.#state = state
      if (state.sources !== before?.sources || before.tab !== 'sources') {
        this.#renderSources(sources)
        this.#renderRejects(rejects, state.nRejects, door)
      }
    })
  }

  /** @param {LogGrid} grid */
  #renderSources(grid) {
    if (!this.#state) return
    const filter = /** @type {SourceFilter} */ (part(this, '.filter', HTMLSelectElement).value)
    const shown = shownSources(
      this.#state.sources,
      filter,
      part(this, '.find', HTMLInputElement).value,
      grid.sort,
    )
    this.#shown = shown
    const cells = (/** @type {number} */ row, /** @type {string} */ field) => {
      const source = shown[row]
      return source ? sourceCell(source, field) : null
    }
    this.#setColumns(grid, sourceColumns(this.#state.sources))
    grid.show({
      model: {
        count: shown.length,
        rows: async (first, end, fields) => windowOf(first, end, fields, cells),
      },
      isSame: true,
    })
    setText(part(this, '.totals', HTMLElement), totalsText(totalsOf(shown)))
    this.#chosen = foundAgain(shown, this.#chosen) ?? shown[grid.activeRow] ?? null
    this.#renderChosen(grid)
  }

  #columns = ''

  /**
   * Sets the columns if they are others now; else they stay as the analyst has arranged them.
   *
   * @param {LogGrid} grid
   * @param {readonly Column[]} columns
   */
  #setColumns(grid, columns) {
    const fields = columns.map(({ field }) => field).join()
    if (fields === this.#columns) return
    this.#columns = fields
    grid.show({ columns })
  }

  /** @param {LogGrid} grid */
  #renderChosen(grid) {
    const row = this.#chosen ? this.#shown.indexOf(this.#chosen) : -1
    grid.openRow = row
    grid.activeRow = row
    part(this, '.chosen', HTMLElement).hidden = row < 0
    part(this, 'source-details', SourceDetails).show(this.#chosen, this.#state?.sources ?? [])
  }

  /**
   * @param {LogGrid} grid
   * @param {number} count
   * @param {SourceDoor} door
   */
  #renderRejects(grid, count, door) {
    grid.hidden = count === 0
    setText(part(this, '.rejects-title .count', HTMLElement), countText(count))
    if (count === 0) return
    grid.show({
      model: {
        count,
        async rows(first, end, fields) {
          const { rejects } = await door.rejects(first, end)
          return windowOf(first, end, fields, (row, field) => {
            const reject = rejects[row - first]
            return reject ? String(Reflect.get(reject, field)) : null
          })
        },
      },
      isSame: true,
    })
  }
}

/**
 * @param {number} first
 * @param {number} end
 * @param {readonly string[]} fields
 * @param {(row: number, field: string) => string | null} cell
 * @returns {RowWindow}
 */
function windowOf(first, end, fields, cell) {
  const rows = Array.from({ length: end - first }, (_, i) => first + i)
  return { first, end, fields, columns: fields.map(field => rows.map(row => cell(row, field))), clipped: [] }
}

customElements.define('sources-panel', SourcesPanel)
