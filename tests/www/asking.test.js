/** Questions and answers, without a page. */

/** @import { Selection } from '../../www/types.d.ts' */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Questions } from '../../www/page/asking.js'
import { fakeCase, fakeSelection, later, settled } from './support/fakes.js'

/**
 * Questions to an engine whose answers the test gives, in any order.
 */
function asking() {
  /** @type {{ query: string, options: any, answer: ReturnType<typeof later<Selection>> }[]} */
  const asked = []
  const theCase = fakeCase({
    filter(query, options) {
      const answer = /** @type {ReturnType<typeof later<Selection>>} */ (later())
      asked.push({ query, options, answer })
      return answer.promise
    },
  })
  /** @type {[string, string | undefined][]} */
  const taken = []
  /** @type {string[]} */
  const checked = []
  const questions = new Questions(theCase, {
    steps: {
      take(change, label, kind) {
        theCase.store.change(state => ({ ...state, ...change }))
        taken.push([label, kind])
      },
    },
    opened: { check: async answer => void checked.push(answer.query) },
  })
  return {
    ...theCase,
    questions,
    asked,
    taken,
    checked,
    /** Answers the question `nth`. @param {number} nth @param {Parameters<typeof fakeSelection>[1]} [parts] */
    async answer(nth, parts) {
      await settled()
      const question = asked.at(nth)
      assert.ok(question, `there is no question ${nth}`)
      const selection = fakeSelection(question.query, { sort: question.options.sort, ...parts })
      question.answer.resolve(selection)
      await settled()
      return selection
    },
  }
}

test('a question is a step at once, and its answer is shown', async () => {
  const { questions, store, taken, checked, answer } = asking()
  questions.ask('a: 1')
  assert.deepEqual(taken, [['Filter a: 1', undefined]])
  assert.equal(store.get().isAsking, true)
  await answer(0, { count: 3 })
  assert.equal(store.get().answer?.query, 'a: 1')
  assert.equal(store.get().isAsking, false)
  assert.equal(store.get().notice, '3 of 9 rows')
  assert.deepEqual(checked, ['a: 1'])
  assert.deepEqual(store.get().span, { first: '2025-11-03T10:00:00Z', last: '2025-11-03T10:00:00Z' })
})

test('a newer question cancels the older one, whose late answer is closed and not shown', async () => {
  const { questions, store, asked, answer } = asking()
  questions.ask('old')
  questions.ask('new')
  await settled()
  assert.equal(asked[0]?.options.signal.aborted, true)
  const fresh = await answer(1)
  const late = await answer(0)
  assert.equal(store.get().answer, fresh)
  assert.deepEqual([fresh.isClosed, late.isClosed], [false, true])
})

test('the answer that is replaced is closed', async () => {
  const { questions, answer } = asking()
  questions.ask('a')
  const first = await answer(0)
  questions.ask('b')
  await answer(1)
  assert.equal(first.isClosed, true)
})

test('half a word that is no question leaves the answer, and is no step', async () => {
  const { questions, store, taken, asked, answer } = asking()
  questions.ask('a')
  await answer(0)
  questions.askTyped('a and')
  await settled()
  asked[1]?.answer.reject(
    Object.assign(new Error('a term is missing'), { at: { first: 5, end: 5 }, expected: 'a term' }),
  )
  await settled()
  assert.equal(store.get().answer?.query, 'a')
  assert.deepEqual(store.get().problem, {
    query: 'a and',
    message: 'a term is missing',
    at: { first: 5, end: 5 },
    expected: 'a term',
  })
  assert.equal(taken.length, 1)
})

test('what is typed without a pause is one step; after a pause, or when typing ends, it is another', async () => {
  const { questions, taken, clock, answer } = asking()
  const type = async (/** @type {string} */ query) => {
    questions.askTyped(query)
    await answer(-1)
  }
  await type('a')
  await clock.pass(2000)
  await type('ab')
  await clock.pass(4000)
  await type('abc')
  questions.endTyping()
  await type('abcd')
  assert.deepEqual(
    taken.map(([, kind]) => kind),
    ['typing 1', 'typing 1', 'typing 2', 'typing 3'],
  )
})

test('sorting keeps a query that is wrong, and asks the last good one', async () => {
  const { questions, store, asked, answer } = asking()
  questions.ask('good')
  await answer(0)
  questions.askTyped('bad and')
  await settled()
  asked[1]?.answer.reject(new Error('no'))
  await settled()
  questions.sortBy([{ field: 'x', descending: true }])
  await settled()
  assert.equal(asked[2]?.query, 'good')
  assert.deepEqual(asked[2]?.options.sort, [{ field: 'x', descending: true }])
  await answer(2)
  assert.equal(store.get().query, 'bad and')
  assert.equal(store.get().problem?.message, 'no')
})

test('a refresh that something newer overtook is dropped', async () => {
  const { questions, store, answer } = asking()
  questions.ask('a')
  await answer(0)
  const refreshed = questions.refresh()
  questions.ask('b')
  const shown = await answer(2)
  const stale = await answer(1)
  assert.equal(await refreshed, false)
  assert.equal(stale.isClosed, true)
  assert.equal(store.get().answer, shown)
})

test('rows of an answer that has ended bring its successor', async () => {
  const { questions, store, answer } = asking()
  const ended = Object.assign(new Error('the selection has ended'), { code: 'range' })
  questions.ask('a')
  const old = await answer(0, { rows: () => Promise.reject(ended) })
  const rows = questions.modelOf(old).rows(0, 1, [], { signal: new AbortController().signal })
  const rejected = assert.rejects(rows, /has ended/)
  const successor = await answer(1)
  await rejected
  assert.equal(store.get().answer, successor)
})

test('the view of another step is asked only where it is not answered', async () => {
  const { questions, store, asked, answer } = asking()
  questions.ask('a')
  await answer(0, { sort: store.get().sort })
  await questions.askView()
  assert.equal(asked.length, 1)
  store.change(state => ({ ...state, query: 'b' }))
  questions.askView()
  await answer(1)
  assert.equal(store.get().answer?.query, 'b')
})
