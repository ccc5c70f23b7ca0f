/**
 * Log text made safe to look at: characters that do not show, or that change how others show, become visible
 * tokens such as `<U+202E>`. The result is still text, never markup. Pure.
 */

/** Plain text, as most log text is: it has nothing to hide. */
const PLAIN = /^[ -~]*$/u

/** First and last of each range, in order. @type {readonly [number, number][]} */
const HIDDEN = [
  [0x0000, 0x001f], // controls
  [0x007f, 0x009f],
  [0x00ad, 0x00ad], // soft hyphen
  [0x034f, 0x034f], // grapheme joiner
  [0x061c, 0x061c], // Arabic letter mark
  [0x115f, 0x1160], // fillers
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f], // zero width, direction marks
  [0x2028, 0x202e], // line and paragraph separators, embeddings and overrides
  [0x2060, 0x206f], // joiners, isolates
  [0x3164, 0x3164],
  [0xd800, 0xdfff], // lone surrogates: a pair is one code point
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe007f], // tags
  [0xe0100, 0xe01ef],
]

/**
 * Whether a character does not show, or changes how others show.
 *
 * @param {number} code
 */
export function isHidden(code) {
  if (code >= 0x20 && code < 0x7f) return false
  return HIDDEN.some(([first, last]) => code >= first && code <= last)
}

/** @param {number} code */
const token = code => `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`

/**
 * `text` with a token for every hidden character.
 *
 * @param {string} text
 * @returns {string}
 */
export function visibleText(text) {
  if (PLAIN.test(text)) return text
  let shown = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    shown += isHidden(code) ? token(code) : character
  }
  return shown
}

/**
 * As `visibleText`, but line feeds and tabs stay: for text that is shown in lines.
 *
 * @param {string} text
 * @returns {string}
 */
export const visibleLines = text =>
  text
    .split('\n')
    .map(line => line.split('\t').map(visibleText).join('\t'))
    .join('\n')

/**
 * Whether `text` has characters that do not show, or that change how others show.
 *
 * @param {string} text
 * @returns {boolean}
 */
export const hasHidden = text => visibleLines(text) !== text
