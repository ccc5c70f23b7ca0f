/** One event, in full. */

/** @import { RowIndex, Selection } from '../types.d.ts' */

import { withOpened, withRowChecked } from '../state/changes.js'
import { say, store } from './case.js'
import { rowOnScreen } from './grouping.js'
import { changeSide, narrow } from './layout.js'

let wantedRow = -1
let isOpening = false

/** Opens the record of `row`; of many in a row the last. @param {RowIndex} row */
export async function open(row) {
  wantedRow = row
  if (isOpening) return
  isOpening = true
  while (wantedRow >= 0) {
    const { answer } = store.get()
    const next = wantedRow
    const at = rowOnScreen(next)
    wantedRow = -1
    try {
      const detail = await at?.selection.event(at.row)
      if (detail && at) {
        if (narrow.matches) changeSide('fields', { isOpen: false })
        store.change(state => withOpened(state, detail, at.selection))
      }
    } catch (error) {
      if (store.get().answer === answer) say(error)
      else wantedRow = next
    }
  }
  isOpening = false
}

/** Finds the opened event again, where it stands at the same row. @param {Selection} answer */
export async function checkOpened(answer) {
  const row = store.get().opened?.detail.row ?? -1
  if (row < 0 || row >= answer.count) return
  try {
    const found = await answer.event(row)
    if (store.get().answer === answer) store.change(state => withRowChecked(state, found))
  } catch {
    // Without it, the row is not known: it stays unmarked.
  }
}
