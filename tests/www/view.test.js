import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as changes from '../../www/state/changes.js'
import { recorded, redoable, STEPS_LIMIT, undoable, viewOf } from '../../www/state/view.js'

const start = () => changes.initialState(changes.DEFAULT_LAYOUT)

test('a step is undone and done again, with all that it changed', () => {
  let state = changes.withStep(start(), { query: 'a' }, 'Filter a')
  state = changes.withStep(state, { sort: [{ field: 'x' }], tab: 'sources' }, 'Sort by x')
  assert.equal(undoable(state.history)?.label, 'Sort by x')
  const back = changes.withStepAt(state, 1)
  assert.deepEqual([back.query, back.sort, back.tab], ['a', [], 'rows'])
  assert.equal(redoable(back.history)?.label, 'Sort by x')
  assert.deepEqual(viewOf(changes.withStepAt(back, 2)), viewOf(state))
  assert.equal(undoable(changes.withStepAt(back, -7).history), undefined)
})

test('what was undone is gone with the next step', () => {
  let state = changes.withStep(start(), { query: 'a' }, 'a')
  state = changes.withStep(changes.withStepAt(state, 0), { query: 'b' }, 'b')
  assert.deepEqual(
    state.history.steps.map(step => step.label),
    ['Start', 'b'],
  )
})

test('steps of one kind are one, unless another came between or they were undone', () => {
  let state = changes.withStep(start(), { query: 'a' }, 'a', 'typing')
  state = changes.withStep(state, { query: 'ab' }, 'ab', 'typing')
  assert.equal(state.history.steps.length, 2)
  assert.equal(changes.withStepAt(state, 0).query, '')
  const other = changes.withStep(state, { sort: [{ field: 'x' }] }, 'sort')
  assert.equal(changes.withStep(other, { query: 'abc' }, 'abc', 'typing').history.steps.length, 4)
  const typing = changes.withStepAt(changes.withStep(state, { query: 'c' }, 'c'), 1)
  const after = changes.withStep(typing, { query: 'd' }, 'd', 'typing')
  assert.deepEqual(
    after.history.steps.map(step => step.view.query),
    ['', 'ab', 'd'],
  )
})

test('what the page changes by itself is no step, and is there after undo', () => {
  const columns = [{ field: 'x', width: 100 }]
  let state = changes.withAdjusted(start(), { columns })
  assert.equal(undoable(state.history), undefined)
  state = changes.withStep(state, { columns: [] }, 'hide')
  assert.equal(changes.withStepAt(state, 0).columns, columns)
})

test('the oldest steps go where there are too many', () => {
  let { history } = start()
  for (let i = 0; i < STEPS_LIMIT + 5; i++) {
    history = recorded(history, { view: { ...viewOf(start()), query: String(i) }, label: '', kind: '' })
  }
  assert.equal(history.steps.length, STEPS_LIMIT)
  assert.equal(history.steps[history.at]?.view.query, String(STEPS_LIMIT + 4))
})
