/** Questions to the engine and their answers. A newer question cancels the older one. */

/** @import { RowIndex, Selection, SortKey, TrailglassError } from '../types.d.ts' */
/** @import { FilterBar } from '../elements/filter-bar.js' */
/** @import { FilterPills } from '../elements/filter-pills.js' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { SavedFilters } from '../elements/saved-filters.js' */
/** @import { GridModel } from '../lib/blocks.js' */
/** @import { State } from '../state/changes.js' */
/** @import { Asked, SavedFilter } from '../state/pills.js' */
/** @import { View } from '../state/view.js' */
/** @import { Case } from './case.js' */
/** @import { PageLayout } from './layout.js' */
/** @import { OpenedEvent } from './opening.js' */
/** @import { Steps } from './steps.js' */

import { on } from '../lib/dom.js'
import { countText, plural } from '../lib/format.js'
import { NewestOnly } from '../lib/latest.js'
import { withAdjusted, withAnswer, withProblem, withQuestion, withRefreshed } from '../state/changes.js'
import { usualColumns } from '../state/columns.js'
import { withSaved } from '../state/pills.js'

/** Text that is typed without a pause of this length is one step. */
const TYPING_PAUSE_MS = 3000

export class Questions {
  #case
  #steps
  #opened
  #asking = new NewestOnly()
  /** Questions are numbered in their order: the newest one, and the one whose answer is on screen. */
  #newest = 0
  #shown = 0
  #typedAt = Number.NEGATIVE_INFINITY
  /** How often the analyst has begun to type. */
  #typings = 0

  /**
   * @param {Case} theCase
   * @param {{ steps: Pick<Steps, 'take'>, opened: Pick<OpenedEvent, 'check'> }} parts
   */
  constructor(theCase, { steps, opened }) {
    this.#case = theCase
    this.#steps = steps
    this.#opened = opened
  }

  /**
   * Asks `query`. It is a step at once: whoever clicks again before the answer is here has taken two steps.
   *
   * @param {string} query
   * @param {{ off?: View['off'] }} [step] clauses that are switched off
   */
  async ask(query, { off = this.#case.store.get().off } = {}) {
    const answered = this.#answerTo(query, off)
    this.#record(query, off)
    await answered
  }

  /**
   * Asks what the analyst is typing. It is a step once it is answered, for half a word may be no question; what she
   * types without a pause is one step.
   *
   * @param {string} query
   */
  async askTyped(query) {
    const { clock, store } = this.#case
    const now = clock.now()
    if (now - this.#typedAt > TYPING_PAUSE_MS) this.#typings += 1
    this.#typedAt = now
    const kind = `typing ${this.#typings}`
    const { off } = store.get()
    if (await this.#answerTo(query, off)) this.#record(query, off, kind)
  }

  /** Whatever is typed next is a step of its own. */
  endTyping() {
    this.#typedAt = Number.NEGATIVE_INFINITY
  }

  /** Asks the view's query, unless it is answered already; this is no new step. */
  async askView() {
    const { answer, query, sort, problem } = this.#case.store.get()
    if (answer?.query !== query || answer.sort !== sort || problem) await this.#answerTo(query)
  }

  /**
   * Sorts the rows on screen; the text in the filter bar stays, right or wrong.
   *
   * @param {readonly SortKey[]} sort
   */
  async sortBy(sort) {
    const by = sort.map(({ field, descending }) => `${field}${descending ? ' descending' : ''}`)
    this.#steps.take({ sort }, by.length > 0 ? `Sort by ${by.join(', ')}` : 'Do not sort')
    this.#asking.cancel()
    const { isAsking, query } = this.#case.store.get()
    if (isAsking) await this.ask(query)
    else await this.refresh()
  }

  /**
   * Asks the last good question again. False: something else was asked meanwhile, and this answer is not shown.
   */
  async refresh() {
    const { engine, store, say } = this.#case
    const { answer, sort } = store.get()
    const number = this.#number()
    try {
      const next = await (await engine).filter(answer?.query ?? '', { sort: [...sort] })
      const now = store.get()
      // A question that the analyst has asked meanwhile is newer and answers for the new rows too. An older question
      // that was answered meanwhile knew fewer rows.
      const isSame = (now.answer?.query ?? '') === (answer?.query ?? '') && now.sort === sort
      if (!isSame || number < this.#shown) {
        next.close()
        return false
      }
      this.#show(next, number, state => withRefreshed(state, next))
    } catch (error) {
      say(error)
    }
    return true
  }

  /** Asks again for sources, rejects and, unless counting them can wait, fields. */
  async refreshLists({ withFields = true } = {}) {
    const { engine, store, say } = this.#case
    try {
      const ready = await engine
      const distinct = store.get().nLoads === 0
      const [sources, rejects, fields] = await Promise.all([
        ready.sources(),
        ready.rejects(0, 0),
        withFields ? ready.fields({ distinct }) : store.get().fields,
      ])
      store.change(state =>
        withAdjusted(
          { ...state, sources, nRejects: rejects.count, fields },
          { columns: usualColumns(state.columns, fields) },
        ),
      )
    } catch (error) {
      say(error)
    }
  }

  /** Asks again for all that is on screen: the rows have changed, or the fields. */
  async refreshAll() {
    while (!(await this.refresh()));
    await this.refreshLists()
  }

  /**
   * The rows of `answer` for a grid. Once sources are read again, the answer ends; its successor is then asked for.
   *
   * @param {Selection} answer
   * @returns {GridModel}
   */
  modelOf(answer) {
    return {
      count: answer.count,
      rows: async (...which) => {
        try {
          return await answer.rows(...which)
        } catch (error) {
          const { code } = /** @type {TrailglassError} */ (error)
          if (code === 'range' && this.#case.store.get().answer === answer) await this.refresh()
          throw error
        }
      },
    }
  }

  #number() {
    this.#newest += 1
    return this.#newest
  }

  /**
   * @param {string} query
   * @param {View['off']} off
   * @param {string} [kind] it becomes one step with steps of this kind
   */
  #record(query, off, kind) {
    const { history } = this.#case.store.get()
    const view = history.steps[history.at]?.view
    if (view?.query === query && view.off === off) return
    this.#steps.take({ query, off }, query === '' ? 'No filter' : `Filter ${query}`, kind)
  }

  /**
   * Whether `query` was answered, and nothing newer asked meanwhile.
   *
   * @param {string} query
   * @param {View['off']} [off]
   */
  async #answerTo(query, off = this.#case.store.get().off) {
    const { engine, store, say } = this.#case
    const signal = this.#asking.begin()
    const { sort } = store.get()
    const number = this.#number()
    store.change(state => ({ ...withQuestion(state, query), off }))
    try {
      const answer = await (await engine).filter(query, { sort: [...sort], signal })
      if (signal.aborted) {
        answer.close()
        return false
      }
      this.#show(answer, number, state => withAnswer(state, answer))
      say(`${countText(answer.count)} of ${plural(answer.total, 'row')}${answer.isLoading ? ' so far' : ''}`)
      return true
    } catch (error) {
      if (!signal.aborted) store.change(state => withProblem(state, problemOf(query, error)))
      return false
    }
  }

  /**
   * @param {Selection} answer
   * @param {number} number of its question
   * @param {(state: State) => State} change
   */
  #show(answer, number, change) {
    const { store } = this.#case
    this.#shown = number
    const old = store.get().answer
    store.change(change)
    old?.close()
    this.#findSpan(answer)
    this.#opened.check(answer)
  }

  /** Finds the first and last time of `answer`. @param {Selection} answer */
  async #findSpan(answer) {
    const { engine, store } = this.#case
    const { span } = store.get()
    if (answer.count === 0 || (span && answer.sort.length > 0)) return
    try {
      const inTime = answer.sort.length === 0 ? answer : await (await engine).filter(answer.query)
      const first = await timeAt(inTime, 0)
      const last = (await timeAt(inTime, inTime.count - 1)) ?? (await this.#lastTime(answer.query))
      if (inTime !== answer) inTime.close()
      if (first && last && store.get().answer === answer) {
        store.change(state => ({ ...state, span: { first, last } }))
      }
    } catch {
      // The answer was replaced meanwhile: its successor finds its own span.
    }
  }

  /** The last time of all rows, where rows without a time follow it. @param {string} query */
  async #lastTime(query) {
    const sort = [{ field: '@timestamp', descending: true }]
    const latest = await (await this.#case.engine).filter(query, { sort })
    const time = await timeAt(latest, 0)
    latest.close()
    return time
  }
}

/**
 * @param {string} query
 * @param {unknown} error
 */
function problemOf(query, error) {
  const { message, at = null, expected = '' } = /** @type {TrailglassError} */ (error)
  return { query, message, at, expected }
}

/**
 * @param {Selection} answer
 * @param {RowIndex} row
 */
const timeAt = async (answer, row) =>
  (await answer.rows(row, row + 1, ['@timestamp'])).columns[0]?.[0] ?? null

/**
 * The filter bar, its pills, the saved filters, and the order of the grid.
 *
 * @param {Case} theCase
 * @param {{ steps: Steps, opened: OpenedEvent, layout: PageLayout, grid: LogGrid, filterBar: FilterBar,
 *   pills: FilterPills, savedFilters: SavedFilters }} parts
 */
export function wireAsking(theCase, { steps, opened, layout, grid, filterBar, pills, savedFilters }) {
  const { store, engine, say } = theCase
  const questions = new Questions(theCase, { steps, opened })
  const parse = async (/** @type {string} */ query) => (await engine).parse(query)
  const askAsked = (/** @type {Asked} */ { query, off }) => questions.ask(query, { off })

  on(filterBar, 'ask', (/** @type {string} */ query) => questions.askTyped(query))
  on(filterBar, 'typed', () => questions.endTyping())
  on(filterBar, 'toggle-side', (/** @type {import('../state/changes.js').Side} */ side) =>
    layout.toggleSide(side),
  )
  on(filterBar, 'notice', say)
  filterBar.connect(store, {
    parse,
    complete: async (query, cursor) => (await engine).complete(query, cursor),
  })

  on(pills, 'clauses', askAsked)
  on(pills, 'done', () => filterBar.focus())
  on(pills, 'notice', say)
  pills.connect(store, { parse, negate: async clause => (await engine).edit(clause, { negate: 0 }) })

  on(savedFilters, 'use-filter', askAsked)
  on(savedFilters, 'save-filter', (/** @type {string} */ name) =>
    store.change(state => {
      const { query, off } = state
      return { ...state, saved: withSaved(state.saved, { name, query, off }) }
    }),
  )
  on(savedFilters, 'forget-filter', (/** @type {SavedFilter} */ filter) =>
    store.change(state => ({ ...state, saved: state.saved.filter(other => other !== filter) })),
  )
  savedFilters.connect(store)

  on(grid, 'sort', (/** @type {readonly SortKey[]} */ sort) => questions.sortBy(sort))
  steps.onWalk(() => questions.askView())
  return questions
}
