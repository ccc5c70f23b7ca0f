/** One event, in full. */

/** @import { RowIndex, Selection } from '../types.d.ts' */
/** @import { DetailPane } from '../elements/detail-pane.js' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { Case } from './case.js' */
/** @import { RowGroups } from './grouping.js' */
/** @import { PageLayout } from './layout.js' */

import { on } from '../lib/dom.js'
import { withOpened, withRowChecked } from '../state/changes.js'
import { copyValue } from './copying.js'

export class OpenedEvent {
  #case
  #groups
  #layout
  /** The row that is asked for next; -1: none. */
  #wanted = -1
  #isOpening = false

  /**
   * @param {Case} theCase
   * @param {{ groups: RowGroups, layout: PageLayout }} parts
   */
  constructor(theCase, { groups, layout }) {
    this.#case = theCase
    this.#groups = groups
    this.#layout = layout
  }

  /** Opens the record of `row`; of several rows asked for in quick succession, the last. @param {RowIndex} row */
  async open(row) {
    this.#wanted = row
    if (this.#isOpening) return
    this.#isOpening = true
    while (this.#wanted >= 0) {
      const next = this.#wanted
      this.#wanted = -1
      await this.#openNow(next)
    }
    this.#isOpening = false
  }

  /** @param {RowIndex} row */
  async #openNow(row) {
    const { store, say } = this.#case
    const { answer } = store.get()
    const at = this.#groups.rowOnScreen(row)
    try {
      const detail = await at?.selection.event(at.row)
      if (!detail || !at) return
      if (this.#layout.isNarrow) this.#layout.changeSide('fields', { isOpen: false })
      store.change(state => withOpened(state, detail, at.selection))
    } catch (error) {
      if (store.get().answer === answer) say(error)
      // The answer was replaced meanwhile: the row is looked up in the new one.
      else this.#wanted = row
    }
  }

  /** Finds the opened event again, if it is in the same row of `answer`. @param {Selection} answer */
  async check(answer) {
    const { store } = this.#case
    const row = store.get().opened?.detail.row ?? -1
    if (row < 0 || row >= answer.count) return
    try {
      const found = await answer.event(row)
      if (store.get().answer === answer) store.change(state => withRowChecked(state, found))
    } catch {
      // Then the row of the opened event is not known, and no row is marked as open.
    }
  }
}

/**
 * The grid's active row, and the pane that shows its record.
 *
 * @param {Case} theCase
 * @param {{ groups: RowGroups, layout: PageLayout, grid: LogGrid, detailPane: DetailPane }} parts
 */
export function wireOpening(theCase, { groups, layout, grid, detailPane }) {
  const { store } = theCase
  const opened = new OpenedEvent(theCase, { groups, layout })
  on(grid, 'open', (/** @type {RowIndex} */ row) => opened.open(row))
  on(grid, 'active', (/** @type {RowIndex} */ row) => {
    if (store.get().layout.sides.detail.isOpen) opened.open(row)
  })
  on(detailPane, 'copy-text', (/** @type {string} */ text) => copyValue(theCase, text))
  on(detailPane, 'close-side', () => {
    layout.changeSide('detail', { isOpen: false })
    grid.focus()
  })
  detailPane.connect(store)
  return opened
}
