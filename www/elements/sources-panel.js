/** @import { RejectInfo, RowWindow, SourceInfo } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { Column } from '../state/columns.js' */
/** @import { SourceFilter } from '../state/sources.js' */
/** @import { Store } from '../state/store.js' */

import { part, setText } from '../lib/dom.js'
import { bytesText, countText, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { shownSources, sourceCell, totalsOf } from '../state/sources.js'
import { LogGrid } from './log-grid.js'

/** @type {readonly Column[]} */
const SOURCE_COLUMNS = [
  { field: 'path', label: 'Path', width: 560 },
  { field: 'format', label: 'Format', width: 200 },
  { field: 'state', label: 'State', width: 80 },
  { field: 'problem', label: 'Problem or note', width: 260 },
  { field: 'records', label: 'Records', width: 90, isNumber: true },
  { field: 'events', label: 'Events', width: 90, isNumber: true },
  { field: 'duplicates', label: 'Duplicates', width: 100, isNumber: true },
  { field: 'rejects', label: 'Rejects', width: 90, isNumber: true },
  { field: 'bytes', label: 'Size', width: 90, isNumber: true },
  { field: 'sha256', label: 'SHA-256', width: 500 },
]

/** @type {readonly Column[]} */
const REJECT_COLUMNS = [
  { field: 'path', label: 'Path', width: 460 },
  { field: 'line', label: 'Line', width: 90, isNumber: true },
  { field: 'offset', label: 'Byte', width: 110, isNumber: true },
  { field: 'length', label: 'Length', width: 90, isNumber: true },
  { field: 'reason', label: 'Reason', width: 600 },
]

/** @typedef {(first: number, end: number) => Promise<{ count: number, rejects: RejectInfo[] }>} AskRejects */

/**
 * What was dropped and what became of it: every source with its counts and its SHA-256, every record that was
 * not understood. Changes no state.
 */
export class SourcesPanel extends HTMLElement {
  /** @type {SourceInfo[]} */
  #shown = []
  /** @type {State | null} */
  #state = null

  /**
   * @param {Store<State>} store
   * @param {AskRejects} askRejects
   */
  connect(store, askRejects) {
    const sources = part(this, 'log-grid.sources', LogGrid)
    const rejects = part(this, 'log-grid.rejects', LogGrid)
    sources.emptyText = 'No source is like that.'
    sources.show({ columns: SOURCE_COLUMNS })
    rejects.show({ columns: REJECT_COLUMNS })
    sources.addEventListener('sort', event => {
      sources.show({ sort: /** @type {CustomEvent} */ (event).detail })
      this.#renderSources(sources)
    })
    sources.addEventListener('active', () => this.#renderChosen(sources))
    for (const control of this.querySelectorAll('.filter, .find')) {
      control.addEventListener('input', () => this.#renderSources(sources))
    }
    rejects.addEventListener('sort', () => rejects.show({ sort: [] }))
    store.subscribe((state, before) => {
      if (state.view !== 'sources') return
      this.#state = state
      if (state.sources !== before?.sources || before.view !== 'sources') {
        this.#renderSources(sources)
        this.#renderRejects(rejects, state.nRejects, askRejects)
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
    grid.show({
      model: {
        count: shown.length,
        rows: async (first, end, fields) => windowOf(first, end, fields, cells),
      },
      isSame: true,
    })
    const totals = totalsOf(shown)
    const parts = [
      `${plural(totals.sources, 'source')}, ${bytesText(totals.bytes)}`,
      `${plural(totals.records, 'record')} = ${plural(totals.events, 'event')} + ${plural(totals.duplicates, 'duplicate')} + ${plural(totals.rejects, 'reject')}`,
      plural(totals.problems, 'problem'),
    ]
    setText(part(this, '.totals', HTMLElement), parts.join(' · '))
    this.#renderChosen(grid)
  }

  /** What does not fit in the cells of the chosen source. @param {LogGrid} grid */
  #renderChosen(grid) {
    const source = this.#shown[grid.activeRow]
    const remark = source ? (sourceCell(source, 'problem') ?? '') : ''
    const text = source ? [source.path, remark, source.sha256 ? `SHA-256 ${source.sha256}` : ''] : []
    setText(part(this, '.chosen', HTMLElement), visibleText(text.filter(Boolean).join(' · ')))
  }

  /**
   * @param {LogGrid} grid
   * @param {number} count
   * @param {AskRejects} askRejects
   */
  #renderRejects(grid, count, askRejects) {
    grid.hidden = count === 0
    setText(part(this, '.rejects-title .count', HTMLElement), countText(count))
    if (count === 0) return
    grid.show({
      model: {
        count,
        async rows(first, end, fields) {
          const { rejects } = await askRejects(first, end)
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
