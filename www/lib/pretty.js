/**
 * JSON text laid out in lines, without reading its values: only white space between tokens changes. So numbers keep
 * their digits, and keys their order and repetitions. Pure.
 */

const INDENT = '  '

/** Deeper than this, the indent no longer grows. */
const DEEPEST = 40

/** A string (closed or cut off), a run of other text, or one mark. */
const TOKEN = /"(?:[^"\\]+|\\[\s\S])*"?|[^\s"{}[\],:]+|[{}[\],:]/gu

/**
 * `text` in lines. Text that is no JSON gets odd line breaks, but keeps every character.
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
