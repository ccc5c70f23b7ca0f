/** The places of a text in another, ignoring case; and highlighting them without touching the page's elements. */

/**
 * Every place of `wanted` in `text`, from left to right, without overlaps.
 *
 * @param {string} text
 * @param {string} wanted
 * @returns {{ first: number, end: number }[]}
 */
export function placesOf(text, wanted) {
  const [lower, lowerWanted] = [text.toLowerCase(), wanted.toLowerCase()]
  // A letter whose lower case is longer would shift all places after it: then only the same case is found.
  const isSame = lower.length === text.length && lowerWanted.length === wanted.length
  const [within, sought] = isSame ? [lower, lowerWanted] : [text, wanted]
  /** @type {{ first: number, end: number }[]} */
  const places = []
  if (sought === '') return places
  for (let at = within.indexOf(sought); at >= 0; at = within.indexOf(sought, at + sought.length)) {
    places.push({ first: at, end: at + sought.length })
  }
  return places
}

/**
 * Marks `wanted` in `texts` under the name of a custom highlight. Earlier marks of that name go.
 *
 * @param {string} name
 * @param {Iterable<Text>} texts
 * @param {readonly string[]} wanted
 */
export function markFound(name, texts, wanted) {
  if (wanted.length === 0) return CSS.highlights.delete(name)
  /** @type {StaticRange[]} */
  const ranges = []
  for (const text of texts) {
    for (const one of wanted) {
      for (const { first, end } of placesOf(text.data, one)) {
        const range = { startContainer: text, startOffset: first, endContainer: text, endOffset: end }
        ranges.push(new StaticRange(range))
      }
    }
  }
  CSS.highlights.set(name, new Highlight(...ranges))
}
