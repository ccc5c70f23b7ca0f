/**
 * Text as the query language writes it, so that it means itself: see `src/query/parse.rs`. Pure.
 */

import { isHidden } from './safe-text.js'

/**
 * What cannot be seen, or what an input would drop, is written by its number.
 *
 * @param {string} text
 * @param {(character: string) => string} show what else stands for a character
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
 * A bare word that accepts whatever begins with `text`. Before a letter or a digit a backslash would be one.
 *
 * @param {string} text
 */
export const wordBeginning = text =>
  `${escaped(text, character => (/[ -~]/.test(character) && /[^0-9A-Za-z]/.test(character) ? `\\${character}` : character))}*`
