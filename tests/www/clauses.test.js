import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nanosOf } from '../../www/lib/format.js'
import { editOf, nextWindow, soughtWords, timesOf, WINDOWS, zoomedOut } from '../../www/state/clauses.js'

test('a click on a value asks for it, one on none for rows without', () => {
  const field = 'errorCode'
  assert.deepEqual(editOf({ field, value: 'x', how: 'keep' }), { add: { field, value: 'x', how: 'keep' } })
  assert.deepEqual(editOf({ field, value: 'x', how: 'anywhere' }), { add: { value: 'x', how: 'anywhere' } })
  assert.deepEqual(editOf({ field, value: null, how: 'keep' }), { add: { field, how: 'missing' } })
  assert.deepEqual(editOf({ field, value: null, how: 'exclude' }), { add: { field, how: 'exists' } })
})

test('a window is narrower or wider than what is on screen', () => {
  const label = (
    /** @type {-1 | 1} */ step,
    /** @type {number} */ at,
    /** @type {bigint | null} */ span = 0n,
  ) => WINDOWS[nextWindow(step, at, span)]?.label
  const at = WINDOWS.findIndex(window => window.label === '±5 min')
  assert.equal(label(-1, at), '±1 min')
  assert.equal(label(1, at), '±30 min')
  assert.equal(label(-1, 0), undefined)
  assert.equal(label(1, WINDOWS.length - 1), undefined)
  const hour = 3_600_000_000_000n
  assert.equal(label(-1, -1, hour), '±5 min')
  assert.equal(label(1, -1, hour), '±2 h')
  assert.equal(label(-1, -1, 0n), undefined)
  assert.equal(label(-1, -1, null), '±5 min')
})

test('a time is read as the engine writes it', () => {
  assert.equal(nanosOf('2022-03-22T15:48:02Z'), 1647964082000000000n)
  assert.equal(nanosOf('1969-12-31T23:59:59.000000001Z'), -999999999n)
  assert.equal(nanosOf('2022-03-22T15:48:02.5Z'), 1647964082500000000n)
  for (const text of ['', '2022-03-22', '2022-13-22T15:48:02Z', '2022-03-22T15:48:02+02:00']) {
    assert.equal(nanosOf(text), null)
  }
})

test('words of a query are marked as they stand in a value', () => {
  const query = 'failed "a \\"b\\"" Run* x: y'
  /** @type {[number, number][]} */
  const places = [
    [0, 6],
    [7, 16],
    [17, 21],
  ]
  const tokens = places.map(([first, end]) => ({ first, end, kind: /** @type {const} */ ('word') }))
  assert.deepEqual(soughtWords(query, tokens), ['failed', 'a "b"'])
})

test('the times that a filter leaves are read from its clauses', () => {
  const of = (/** @type {string[]} */ ...texts) =>
    timesOf(texts.map(text => ({ text, field: text.startsWith('@') ? '@timestamp' : null })))
  const first = nanosOf('2022-03-22T15:00:00Z')
  const end = nanosOf('2022-03-22T16:00:00.5Z')
  const clauses = ['x', '@timestamp >= "2022-03-22T15:00:00Z"', '@timestamp < "2022-03-22T16:00:00.5Z"']
  assert.deepEqual(of(...clauses), { first, end })
  assert.deepEqual(of('@timestamp <= "2022-03-22T16:00:00.5Z"'), { first: null, end })
  assert.deepEqual(of('@timestamp: "2022-03-22"', 'x > "2022-03-22T15:00:00Z"'), { first: null, end: null })
})

test('zooming out shows as much again to either side', () => {
  assert.deepEqual(zoomedOut({ first: 100n, end: 200n }), { first: 0n, end: 300n })
})
