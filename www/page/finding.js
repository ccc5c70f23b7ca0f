/** Finding a text in the rows on screen, which stay as they are. */

/** @import { Hits, Selection } from '../types.d.ts' */
/** @import { FindBar } from '../elements/find-bar.js' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { Finding } from '../state/changes.js' */
/** @import { Case } from './case.js' */

import { Pace } from '../lib/clock.js'
import { on } from '../lib/dom.js'
import { NewestOnly } from '../lib/latest.js'
import { NOTHING_SOUGHT } from '../state/changes.js'
import { soughtWords } from '../state/clauses.js'

/** While files are read, the text is sought again at most this often. */
const LOADING_MS = 1000

export class TextSearch {
  #case
  #grid
  #findBar
  #pace
  #seeking = new NewestOnly()
  /** The hits of the text sought last, and the answer whose rows they are in. @type {{ answer: Selection, hits: Promise<Hits> } | null} */
  #last = null

  /**
   * @param {Case} theCase
   * @param {{ grid: LogGrid, findBar: FindBar }} parts
   */
  constructor(theCase, { grid, findBar }) {
    this.#case = theCase
    this.#grid = grid
    this.#findBar = findBar
    this.#pace = new Pace(theCase.clock, LOADING_MS)
  }

  /** Takes the focus to the field for the text. */
  show() {
    this.#findBar.focus()
  }

  /** @param {string} text */
  find(text) {
    if (text === this.#case.store.get().finding.text) return
    this.#grid.sought = text
    this.#change({ ...NOTHING_SOUGHT, text })
    this.#pace.now(() => this.#seek())
  }

  /** Goes to the next row with the text, or to the one before. @param {boolean} isBackwards */
  async next(isBackwards) {
    const { store, say, sayUnlessReplaced } = this.#case
    if (store.get().finding.text === '') return this.show()
    if (store.get().groups.length > 0)
      return say('Rows in groups cannot be searched one by one: ungroup them first')
    if (!this.#last) return
    const { answer, hits: promised } = this.#last
    try {
      const hits = await promised
      const options = { backwards: isBackwards }
      const { activeRow } = this.#grid
      // The first time, the active row itself may be the hit.
      const isFirst = store.get().finding.nth === null && !isBackwards
      const from = isFirst ? (activeRow > 0 ? activeRow - 1 : null) : activeRow
      const found = (await hits.next(from, options)) ?? (await hits.next(null, options))
      if (store.get().answer !== answer) return
      if (!found) return say('No row has this text')
      this.#change({ nth: found.nth })
      this.#grid.goToHit(found.row)
    } catch (error) {
      sayUnlessReplaced(error)
    }
  }

  /**
   * The rows on screen are others: the text is sought in them.
   *
   * @param {boolean} isMore more rows of the same question
   */
  seekAgain(isMore) {
    if (isMore) this.#pace.again(() => this.#seek())
    else {
      this.#pace.soon(() => this.#seek())
      this.#change({ count: null, nth: null })
    }
  }

  /** Marks in the grid what `query` asks for in any field. @param {string} query */
  async markWords(query) {
    const { engine, store, sayUnlessReplaced } = this.#case
    try {
      const { tokens } = await (await engine).parse(query)
      if (store.get().answer?.query === query) this.#grid.words = soughtWords(query, tokens)
    } catch (error) {
      sayUnlessReplaced(error)
    }
  }

  /** @param {Partial<Finding>} change */
  #change(change) {
    this.#case.store.change(state => ({ ...state, finding: { ...state.finding, ...change } }))
  }

  async #seek() {
    const { store, sayUnlessReplaced } = this.#case
    const signal = this.#seeking.begin()
    this.#last?.hits.then(hits => hits.close()).catch(() => {})
    this.#last = null
    const { answer, finding } = store.get()
    if (!answer || finding.text === '') return
    try {
      const hits = answer.find(finding.text, { signal })
      this.#last = { answer, hits }
      const { count } = await hits
      if (!signal.aborted) this.#change({ count, isLoading: answer.isLoading })
    } catch (error) {
      if (!signal.aborted) sayUnlessReplaced(error)
    }
  }
}

/**
 * @param {Case} theCase
 * @param {{ grid: LogGrid, findBar: FindBar }} parts
 */
export function wireFinding(theCase, { grid, findBar }) {
  const { store } = theCase
  const search = new TextSearch(theCase, { grid, findBar })
  store.subscribe(({ answer, finding }, before) => {
    if (!answer || answer === before?.answer || finding.text === '') return
    search.seekAgain(answer.isLoading && answer.query === before?.answer?.query)
  })
  store.subscribe(({ answer }, before) => {
    if (answer && answer.query !== before?.answer?.query) search.markWords(answer.query)
  })

  on(findBar, 'find-text', (/** @type {string} */ text) => search.find(text))
  on(findBar, 'find-next', (/** @type {boolean} */ isBackwards) => search.next(isBackwards))
  on(findBar, 'done', () => grid.focus())
  findBar.connect(store)
  return search
}
