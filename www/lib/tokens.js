/**
 * The colours of a query's text, also before the engine has read the newest typing. Pure.
 */

/** @import { QueryToken } from '../types.d.ts' */

/**
 * A stretch of the text: the kind of its token (null between tokens), and whether it is marked as wrong.
 *
 * @typedef {{ text: string, kind: QueryToken['kind'] | null, isWrong: boolean }} Stretch
 */

/**
 * The tokens of `before` that are still in `after`, moved to their places there.
 *
 * @param {readonly QueryToken[]} tokens
 * @param {string} before
 * @param {string} after
 * @returns {QueryToken[]}
 */
export function movedTokens(tokens, before, after) {
  const most = Math.min(before.length, after.length)
  let nSameBefore = 0
  while (nSameBefore < most && before[nSameBefore] === after[nSameBefore]) nSameBefore += 1
  let nSameBehind = 0
  while (nSameBehind < most - nSameBefore && before.at(-1 - nSameBehind) === after.at(-1 - nSameBehind))
    nSameBehind += 1
  const by = after.length - before.length
  // A character typed at the end of a word belongs to that word.
  const added = after.slice(nSameBefore, after.length - nSameBehind).match(/^\S*/)?.[0] ?? ''
  return tokens.flatMap(token => {
    if (token.end === nSameBefore) return [{ ...token, end: token.end + added.length }]
    if (token.end < nSameBefore) return [token]
    if (token.first >= before.length - nSameBehind)
      return [{ ...token, first: token.first + by, end: token.end + by }]
    if (token.first <= nSameBefore && token.end + by > token.first) return [{ ...token, end: token.end + by }]
    return []
  })
}

/**
 * `text` cut at its tokens and around the mistake.
 *
 * @param {string} text
 * @param {readonly QueryToken[]} tokens in order
 * @param {{ first: number, end: number } | null} wrong
 * @returns {Stretch[]}
 */
export function stretches(text, tokens, wrong) {
  const edges = new Set([0, text.length])
  for (const { first, end } of wrong ? [...tokens, wrong] : tokens) {
    edges.add(Math.min(first, text.length))
    edges.add(Math.min(end, text.length))
  }
  const sorted = [...edges].sort((a, b) => a - b)
  let token = 0
  return sorted.slice(0, -1).map((first, i) => {
    while ((tokens[token]?.end ?? Number.POSITIVE_INFINITY) <= first) token += 1
    const { first: begins = Number.POSITIVE_INFINITY, kind = null } = tokens[token] ?? {}
    return {
      text: text.slice(first, sorted[i + 1]),
      kind: begins <= first ? kind : null,
      isWrong: wrong !== null && wrong.first <= first && first < wrong.end,
    }
  })
}
