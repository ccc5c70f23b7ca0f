/** Finding a text in the rows on screen, which stay as they are. */

/** @import { Hits, Selection } from '../types.d.ts' */
/** @import { Finding } from '../state/changes.js' */

import { FindBar } from '../elements/find-bar.js'
import { LogGrid } from '../elements/log-grid.js'
import { part } from '../lib/dom.js'
import { NOTHING_SOUGHT } from '../state/changes.js'
import { soughtWords } from '../state/clauses.js'
import { engine, say, sayUnlessReplaced, store } from './case.js'

const grid = part(document, '#rows', LogGrid)
const findBar = part(document, 'find-bar', FindBar)

/** While files are read, what is sought is sought again no more often than this. */
const LOADING_MS = 1000

/** The hits in the rows of `answer`, once they are known; of the text sought last. @type {{ answer: Selection, hits: Promise<Hits> } | null} */
let last = null
let seeking = new AbortController()
let soughtAt = 0

/** @param {Partial<Finding>} change */
const changeFinding = change =>
  store.change(state => ({ ...state, finding: { ...state.finding, ...change } }))

/** @param {string} text */
function find(text) {
  if (text === store.get().finding.text) return
  grid.sought = text
  changeFinding({ ...NOTHING_SOUGHT, text })
  seek()
}

/** Looks for the text in the rows on screen. */
async function seek() {
  seeking.abort()
  seeking = new AbortController()
  const { signal } = seeking
  last?.hits.then(hits => hits.close()).catch(() => {})
  last = null
  const { answer, finding } = store.get()
  if (!answer || finding.text === '') return
  soughtAt = performance.now()
  try {
    const hits = answer.find(finding.text, { signal })
    last = { answer, hits }
    const { count } = await hits
    if (!signal.aborted) changeFinding({ count, isLoading: answer.isLoading })
  } catch (error) {
    if (!signal.aborted) sayUnlessReplaced(error)
  }
}

/** Goes to the next row in which the text is, or to the one before. @param {boolean} isBackwards */
export async function findNext(isBackwards) {
  if (store.get().finding.text === '') return findBar.focus()
  if (store.get().groups.length > 0)
    return say('Rows in groups are not walked: take them out of their groups')
  if (!last) return
  const { answer } = last
  try {
    const hits = await last.hits
    const options = { backwards: isBackwards }
    // At first the active row itself may be the one.
    const isFirst = store.get().finding.nth === null && !isBackwards
    const from = isFirst ? (grid.activeRow > 0 ? grid.activeRow - 1 : null) : grid.activeRow
    const found = (await hits.next(from, options)) ?? (await hits.next(null, options))
    if (store.get().answer !== answer) return
    if (!found) return say('It is in no row')
    changeFinding({ nth: found.nth })
    grid.goToHit(found.row)
  } catch (error) {
    sayUnlessReplaced(error)
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

store.subscribe(({ answer, finding }, before) => {
  if (!answer || answer === before?.answer || finding.text === '') return
  const isMore = answer.isLoading && answer.query === before?.answer?.query
  clearTimeout(timer)
  timer = setTimeout(seek, isMore ? Math.max(0, soughtAt + LOADING_MS - performance.now()) : 0)
  if (!isMore) changeFinding({ count: null, nth: null })
})

// What was asked for in any field shows where it is.
store.subscribe(async ({ answer }, before) => {
  if (!answer || answer.query === before?.answer?.query) return
  try {
    const { tokens } = await (await engine).parse(answer.query)
    if (store.get().answer?.query === answer.query) grid.words = soughtWords(answer.query, tokens)
  } catch (error) {
    sayUnlessReplaced(error)
  }
})

findBar.addEventListener('find-text', event => find(/** @type {CustomEvent<string>} */ (event).detail))
findBar.addEventListener('find-next', event => findNext(/** @type {CustomEvent<boolean>} */ (event).detail))
findBar.addEventListener('done', () => grid.focus())
findBar.connect(store)

/** The field that the text to find is typed in has the focus. */
export const showFind = () => findBar.focus()
