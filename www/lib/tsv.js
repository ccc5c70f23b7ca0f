/**
 * Cells as tab-separated text for a spreadsheet, which must not run what an attacker wrote into a log. Pure.
 */

/** What a spreadsheet may take for a formula, also behind spaces or quotes, and in full-width forms. */
const FORMULA = /^[\s"'\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u

/** A plain number is what it says, with a sign too. */
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/u

/**
 * One cell: a leading `'` where it could be a formula, quotes where it holds a tab, a line break or a quote.
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
