/** Questions to the engine, and their answers. A newer question cancels the older one. */

/** @import { RowIndex, Selection, SortKey, TrailglassError } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { View } from '../state/view.js' */

import { countText, plural } from '../lib/format.js'
import { withAdjusted, withAnswer, withProblem, withQuestion, withRefreshed } from '../state/changes.js'
import { usualColumns } from '../state/columns.js'
import { engine, say, store } from './case.js'
import { checkOpened } from './opening.js'
import { onWalk, take } from './steps.js'

/** What is typed without such a pause is one step. */
const TYPING_PAUSE_MS = 3000

/** Questions are numbered in their order: the last one, and the one whose answer is on screen. */
let nAsked = 0
let nShown = 0

/** Asks the last good question again; whether that is over, or something else was asked meanwhile. */
export async function refresh() {
  const { answer, sort } = store.get()
  nAsked += 1
  const number = nAsked
  try {
    const next = await (await engine).filter(answer?.query ?? '', { sort: [...sort] })
    // A question of the analyst's own is newer, and answers for what is there as well. An older one that came in between
    // knew less.
    const now = store.get()
    const isSame = (now.answer?.query ?? '') === (answer?.query ?? '') && now.sort === sort
    if (!isSame || number < nShown) {
      next.close()
      return false
    }
    takeAnswer(next, number, state => withRefreshed(state, next))
  } catch (error) {
    say(error)
  }
  return true
}

/** Asks what there is anew: sources, rejects and, unless they are not to be counted now, fields. */
export async function refreshLists({ withFields = true } = {}) {
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

let asking = new AbortController()

/** The rows of `answer`; once it has ended, for sources are read anew, those of its successor show. @param {Selection} answer */
export const modelOf = answer => ({
  count: answer.count,
  /** @type {Selection['rows']} */
  async rows(...which) {
    try {
      return await answer.rows(...which)
    } catch (error) {
      const { code } = /** @type {TrailglassError} */ (error)
      if (code === 'range' && store.get().answer === answer) await refresh()
      throw error
    }
  },
})

/**
 * Asks `query`, which is a step at once: who clicks again before it is answered has taken two. A newer question cancels
 * the older one.
 *
 * @param {string} query
 * @param {{ off?: View['off'] }} [step] clauses that are switched off
 */
export async function ask(query, { off = store.get().off } = {}) {
  const answered = answerTo(query, off)
  record(query, off)
  await answered
}

let typedAt = 0
let typings = 0

/**
 * Asks what the analyst types, which is a step once it is answered, for half a word may be no question; what she types
 * in one go is one step.
 *
 * @param {string} query
 */
export async function askTyped(query) {
  const now = performance.now()
  if (now - typedAt > TYPING_PAUSE_MS) typings += 1
  typedAt = now
  const kind = `typing ${typings}`
  const { off } = store.get()
  if (await answerTo(query, off)) record(query, off, kind)
}

/** @param {string} query @param {View['off']} off @param {string} [kind] what it becomes one step with */
function record(query, off, kind) {
  const { view } = store.get().history.steps[store.get().history.at] ?? {}
  if (view?.query === query && view.off === off) return
  take({ query, off }, query === '' ? 'No filter' : `Filter ${query}`, kind)
}

/** What is typed from now on is another step. */
export function endTyping() {
  typedAt = Number.NEGATIVE_INFINITY
}

/**
 * Whether `query` was answered, and nothing newer asked meanwhile.
 *
 * @param {string} query
 * @param {View['off']} [off]
 */
async function answerTo(query, off = store.get().off) {
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  const { sort } = store.get()
  nAsked += 1
  const number = nAsked
  store.change(state => ({ ...withQuestion(state, query), off }))
  try {
    const answer = await (await engine).filter(query, { sort: [...sort], signal })
    if (signal.aborted) {
      answer.close()
      return false
    }
    takeAnswer(answer, number, state => withAnswer(state, answer))
    say(`${countText(answer.count)} of ${plural(answer.total, 'row')}${answer.isLoading ? ' so far' : ''}`)
    return true
  } catch (error) {
    if (!signal.aborted) store.change(state => withProblem(state, problemOf(query, error)))
    return false
  }
}

/**
 * The rows on screen in another order; what stands in the filter bar stays, right or wrong.
 *
 * @param {readonly SortKey[]} sort
 */
export async function sortBy(sort) {
  const by = sort.map(({ field, descending }) => `${field}${descending ? ' descending' : ''}`)
  take({ sort }, by.length > 0 ? `Sort by ${by.join(', ')}` : 'Do not sort')
  asking.abort()
  const { isAsking, query } = store.get()
  if (isAsking) await ask(query)
  else await refresh()
}

/** Asks what the view says, where that is not answered yet; it is no new step. */
export async function askView() {
  const { answer, query, sort, problem } = store.get()
  if (answer?.query !== query || answer.sort !== sort || problem) await answerTo(query)
}

onWalk(askView)

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
 * @param {number} number of its question
 * @param {(state: State) => State} change
 */
function takeAnswer(answer, number, change) {
  nShown = number
  const old = store.get().answer
  store.change(change)
  old?.close()
  tellSpan(answer)
  checkOpened(answer)
}

/** Finds the first and last time of `answer`. @param {Selection} answer */
async function tellSpan(answer) {
  const { span } = store.get()
  if (answer.count === 0 || (span && answer.sort.length > 0)) return
  try {
    const inTime = answer.sort.length === 0 ? answer : await (await engine).filter(answer.query)
    const first = await timeAt(inTime, 0)
    const last = (await timeAt(inTime, inTime.count - 1)) ?? (await lastTime(answer.query))
    if (inTime !== answer) inTime.close()
    if (first && last && store.get().answer === answer) {
      store.change(state => ({ ...state, span: { first, last } }))
    }
  } catch {
    // The answer was replaced meanwhile: the next one tells its own span.
  }
}

/** The last time of all, where rows without one stand behind it. @param {string} query */
async function lastTime(query) {
  const latest = await (await engine).filter(query, { sort: [{ field: '@timestamp', descending: true }] })
  const time = await timeAt(latest, 0)
  latest.close()
  return time
}

/**
 * @param {Selection} answer
 * @param {RowIndex} row
 */
const timeAt = async (answer, row) =>
  (await answer.rows(row, row + 1, ['@timestamp'])).columns[0]?.[0] ?? null
