/** What the analyst takes to other programs. */

/** @import { CellsToCopy } from '../lib/blocks.js' */
/** @import { Case } from './case.js' */

import { copyText, on } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { hasHidden } from '../lib/safe-text.js'
import { COPY_CELLS_LIMIT, cellsAsTsv } from '../lib/tsv.js'

/**
 * @param {Case} theCase
 * @param {CellsToCopy} cells
 */
async function copyCells({ store, say, attempt }, cells) {
  const nRows = cells.end - cells.first
  const nCells = nRows * cells.fields.length
  if (nCells <= 0) return
  if (nCells > COPY_CELLS_LIMIT) {
    return say(
      `${plural(nCells, 'cell')} are too many to copy: the limit is ${plural(COPY_CELLS_LIMIT, 'cell')}`,
    )
  }
  // A single cell is pasted into a sentence or a search: without a header, without a line end.
  const isAlone = nCells === 1
  const copied = cellsAsTsv(cells, store.get().layout.isHeaderCopied && !isAlone)
  await attempt(async () => {
    await copyText(copied.then(({ text }) => (isAlone ? text.slice(0, -1) : text)))
    const { nClipped } = await copied
    const clipped = nClipped > 0 ? `; ${plural(nClipped, 'cell')} only to 512 characters` : ''
    say(`Copied ${plural(nRows, 'row')}, ${plural(nCells, 'cell')}${clipped}`)
  })
}

/**
 * @param {Case} theCase
 * @param {string} text
 */
export const copyValue = ({ say, attempt }, text) =>
  attempt(async () => {
    await copyText(text)
    say(hasHidden(text) ? 'Copied, with characters in it that do not show' : 'Copied')
  })

/**
 * @param {Case} theCase
 * @param {{ page: EventTarget }} parts cells to copy bubble up to `page`
 */
export function wireCopying(theCase, { page }) {
  on(page, 'copy-cells', (/** @type {CellsToCopy} */ cells) => copyCells(theCase, cells))
}
