/** What the analyst takes to other programs. */

/** @import { CellsToCopy } from '../lib/blocks.js' */

import { copyText } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { hasHidden } from '../lib/safe-text.js'
import { COPY_CELLS_LIMIT, cellsAsTsv } from '../lib/tsv.js'
import { say, store } from './case.js'

/** @param {CellsToCopy} cells */
export async function copyCells(cells) {
  const nRows = cells.end - cells.first
  const nCells = nRows * cells.fields.length
  if (nCells <= 0) return
  if (nCells > COPY_CELLS_LIMIT) {
    return say(
      `${plural(nCells, 'cell')} are too many to copy: the limit is ${plural(COPY_CELLS_LIMIT, 'cell')}`,
    )
  }
  // One cell alone is pasted into a sentence or a search.
  const isAlone = nCells === 1
  const copied = cellsAsTsv(cells, store.get().layout.isHeaderCopied && !isAlone)
  try {
    await copyText(copied.then(({ text }) => (isAlone ? text.slice(0, -1) : text)))
    const { nClipped } = await copied
    const clipped = nClipped > 0 ? `; ${plural(nClipped, 'cell')} only to 512 characters` : ''
    say(`Copied ${plural(nRows, 'row')}, ${plural(nCells, 'cell')}${clipped}`)
  } catch (error) {
    say(error)
  }
}

/** @param {string} text */
export async function copyValue(text) {
  try {
    await copyText(text)
    say(hasHidden(text) ? 'Copied, with characters in it that do not show' : 'Copied')
  } catch (error) {
    say(error)
  }
}
