import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as changes from '../../www/state/changes.js'
import { keptView, viewFrom } from '../../www/state/recipe.js'

const state = {
  ...changes.initialState(changes.DEFAULT_LAYOUT),
  query: 'eventName: RunInstances',
  off: [{ text: 'not x: y', at: 1 }],
  sort: [{ field: 'a' }, { field: 'b', descending: true }],
  groups: ['source.ip'],
  saved: [{ name: 'mine', query: 'x', off: [] }],
}

test('what is saved comes back, through JSON', () => {
  const kept = keptView(state)
  const { view, unfit } = viewFrom(JSON.parse(JSON.stringify(kept)))
  assert.deepEqual(unfit, [])
  assert.deepEqual(view, JSON.parse(JSON.stringify(kept)))
})

test('a part that is not what it should be is named and left out; the others are taken', () => {
  const kept = JSON.parse(JSON.stringify(keptView(state)))
  for (const [part, wrong] of /** @type {[string, unknown][]} */ ([
    ['query', 7],
    ['query', 'x'.repeat(20_001)],
    ['off', [{ text: 'a' }]],
    ['sort', 'a'],
    ['sort', [null]],
    ['columns', [{ field: 'a', width: '100' }]],
    ['groups', Array(1001).fill('a')],
    ['timeline', []],
    ['timeline', { by: 'a', interval: -Infinity }],
    ['pivot', { ...kept.pivot, look: 'javascript:' }],
    ['pivot', { ...kept.pivot, values: [{ kind: 'constructor' }] }],
    ['pivot', { ...kept.pivot, rows: [{ field: 'a', bucket: '__proto__' }] }],
    ['saved', [{ name: 'a', query: 'b' }]],
  ])) {
    const { view, unfit } = viewFrom({ ...kept, [part]: wrong })
    assert.deepEqual(unfit, [part], JSON.stringify(wrong).slice(0, 80))
    assert.equal(Object.keys(view).length, Object.keys(kept).length - 1)
  }
})

test('figures are held within what the page can show, and what is unknown is left out', () => {
  const { view, unfit } = viewFrom({
    columns: [{ field: '<b>', width: 1e9, look: 'x', isNumber: true }],
    tab: 'sources',
    __proto__: { query: 'inherited' },
    other: 1,
  })
  assert.deepEqual(unfit, [])
  assert.deepEqual(view, { columns: [{ field: '<b>', width: 1200, isNumber: true }] })
  for (const nothing of [null, undefined, 7, 'view', []]) {
    assert.deepEqual(viewFrom(nothing), { view: {}, unfit: [] })
  }
})
