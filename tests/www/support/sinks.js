/** What could turn log text into markup or code, and so is banned from the page. */

const inScripts = [
  /\b(inner|outer)HTML\b/,
  /\binsertAdjacentHTML\b/,
  /\b(setHTML|setHTMLUnsafe|parseHTMLUnsafe|createContextualFragment)\b/,
  /\bdocument\.write/,
  /\bDOMParser\b/,
  /\beval\(/,
  /\bnew Function\b/,
  /\bset(Timeout|Interval)\(\s*['"`]/,
  /\bjavascript:/i,
  // The analyst's and the data's patterns go to the core, whose expressions run in linear time.
  /\bnew RegExp\(/,
  // The policy refuses inline handlers and styles, so they would only fail later.
  /\bsetAttribute\(\s*['"`](on|style)/,
]
const inMarkup = [/<[^>]*\s(on[a-z]+|style)\s*=/i, /\bjavascript:/i]

/**
 * Each banned thing in `text`, with its line and what stands around it.
 *
 * @param {string} text
 * @param {RegExp[]} banned
 */
const findings = (text, banned) =>
  banned.flatMap(pattern => {
    const found = pattern.exec(text)
    if (!found) return []
    const line = text.slice(0, found.index).split('\n').length
    return [`line ${line}: ${text.slice(Math.max(0, found.index - 20), found.index + 60)}`]
  })

/** @param {string} text */
export const sinksInScript = text => findings(text, inScripts)

/** @param {string} text */
export const sinksInMarkup = text => findings(text, inMarkup)
