/**
 * Cells as tab-separated text for a spreadsheet, in which no text that an attacker wrote into a log may run. Pure.
 */

/** @import { CellsToCopy } from './blocks.js' */

/** A clipboard is no export: more than this is refused. */
export const COPY_CELLS_LIMIT = 500_000

/** The number of rows asked for at a time. */
const WINDOW_ROWS = 2048

/** Text that a spreadsheet may take for a formula: also after spaces or quotes, and in full-width forms. */
const FORMULA = /^[\s"'\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u

/** A plain number, with or without a sign, is no formula. */
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/u

/**
 * One cell: after a `'` if it could be a formula, in quotes if it has a tab, a line break or a quote.
 *
 * @param {string | null} value null: no value
 * @returns {string}
 */
export function tsvCell(value) {
  if (value === null) return ''
  const guarded = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value
  return /[\t\r\n"]/u.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

/**
 * One line.
 *
 * @param {readonly (string | null)[]} cells
 * @returns {string}
 */
export const tsvLine = cells => cells.map(tsvCell).join('\t')

/**
 * One line of a CSV file (RFC 4180), with the same guard; without the line end.
 *
 * @param {readonly (string | null)[]} cells
 * @returns {string}
 */
export const csvLine = cells =>
  cells
    .map(value => {
      if (value === null) return ''
      const guarded = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value
      return /[",\r\n]/u.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
    })
    .join(',')

/**
 * The cells as text, one line for each row.
 *
 * @param {CellsToCopy} cells
 * @param {boolean} isHeaderCopied the names of the fields come first
 * @returns {Promise<{ text: string, nClipped: number }>} how many cells were cut
 */
export async function cellsAsTsv({ model, first, end, fields }, isHeaderCopied) {
  const lines = isHeaderCopied ? [tsvLine(fields)] : []
  const { signal } = new AbortController()
  let nClipped = 0
  for (let from = first; from < end; from += WINDOW_ROWS) {
    const window = await model.rows(from, Math.min(end, from + WINDOW_ROWS), fields, { signal })
    nClipped += window.clipped.length
    for (let row = window.first; row < window.end; row++) {
      lines.push(tsvLine(window.columns.map(column => column[row - window.first] ?? null)))
    }
  }
  return { text: `${lines.join('\n')}\n`, nClipped }
}
