/**
 * JSON text laid out in lines without being read as values: every character stays, only white space between
 * tokens changes. So numbers keep their digits, keys their order and their repetitions. Pure.
 */

const INDENT = '  '

/** Deeper than this, the indent no longer grows. */
const DEEPEST = 40

/** A string (closed or cut off), a run of other text, or one mark. */
const TOKEN = /"(?:[^"\\]+|\\[\s\S])*"?|[^\s"{}[\],:]+|[{}[\],:]/gu

/**
 * `text` in lines; text that is no JSON comes back with odd breaks, never with other characters.
 *
 * @param {string} text
 * @returns {string}
 */
export function prettyJson(text) {
  const tokens = text.match(TOKEN) ?? []
  let lines = ''
  let depth = 0
  const newLine = () => `\n${INDENT.repeat(Math.min(Math.max(depth, 0), DEEPEST))}`
  for (const [i, token] of tokens.entries()) {
    if (token === '{' || token === '[') {
      depth += 1
      const isEmpty = tokens[i + 1] === '}' || tokens[i + 1] === ']'
      lines += isEmpty ? token : token + newLine()
    } else if (token === '}' || token === ']') {
      depth -= 1
      const isEmpty = tokens[i - 1] === '{' || tokens[i - 1] === '['
      lines += isEmpty ? token : newLine() + token
    } else if (token === ',') lines += token + newLine()
    else if (token === ':') lines += ': '
    else lines += token
  }
  return lines
}
