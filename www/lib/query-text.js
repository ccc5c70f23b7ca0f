/**
 * Text written so that the query language takes it literally: see `src/query/parse.rs`. Pure.
 */

import { isHidden } from './safe-text.js'

/**
 * Characters that do not show, or that an input would drop, are written by their numbers.
 *
 * @param {string} text
 * @param {(character: string) => string} show the text for any other character
 */
function escaped(text, show) {
  let written = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const isNumbered = isHidden(code) || (character !== ' ' && /\s/.test(character))
    written += isNumbered ? `\\u{${code.toString(16)}}` : show(character)
  }
  return written
}

/**
 * `text` in quotes: `"C:\\logs\\a \"b\".log"`.
 *
 * @param {string} text
 */
export const quotedText = text =>
  `"${escaped(text, character => (character === '"' || character === '\\' ? `\\${character}` : character))}"`

/**
 * A bare word that accepts every value that begins with `text`. A backslash before a letter or a digit would itself be
 * part of the text.
 *
 * @param {string} text
 */
export const wordBeginning = text =>
  `${escaped(text, character => (/[ -~]/.test(character) && /[^0-9A-Za-z]/.test(character) ? `\\${character}` : character))}*`
