import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  axisText,
  bucketAt,
  edgesOf,
  gapsOf,
  heightOf,
  intervalText,
  LOOK_OTHERS,
  looksOf,
  stackedBlocks,
  timeTicks,
  totalsOf,
} from '../../www/lib/chart.js'

const nanos = (/** @type {string} */ text) => BigInt(Date.parse(text)) * 1_000_000n

test('buckets share the width, on whole pixels', () => {
  assert.deepEqual(edgesOf(4, 10), [0, 3, 5, 8, 10])
  assert.deepEqual(edgesOf(0, 10), [0])
  for (const [x, bucket] of [
    [-5, 0],
    [0, 0],
    [99, 3],
    [100, 3],
    [26, 1],
  ]) {
    assert.equal(bucketAt(x ?? 0, 100, 4), bucket)
  }
})

test('bars stand on each other and reach the height', () => {
  const series = [{ counts: [6, 0, 2] }, { counts: [2, 0, 2] }]
  const blocks = stackedBlocks({ series, buckets: 3, width: 30, height: 80, isLog: false })
  assert.deepEqual(
    blocks.map(({ series, bucket, x, y, height }) => [series, bucket, x, y, height]),
    [
      [0, 0, 0, 20, 60],
      [1, 0, 0, 0, 20],
      [0, 2, 20, 60, 20],
      [1, 2, 20, 40, 20],
    ],
  )
})

test('one in a million still shows', () => {
  const series = [{ counts: [1_000_000, 0] }, { counts: [1, 1] }]
  const blocks = stackedBlocks({ series, buckets: 2, width: 20, height: 50, isLog: false })
  assert.ok(blocks.every(({ height, width }) => height >= 2 && width >= 1))
  assert.equal(blocks.length, 3)
})

test('a logarithmic scale starts at nothing and ends at the most', () => {
  assert.equal(heightOf(0, 1000, true), 0)
  assert.equal(heightOf(1000, 1000, true), 1)
  assert.ok(heightOf(1, 1000, true) > 0.09)
  assert.equal(heightOf(250, 1000, false), 0.25)
  assert.equal(heightOf(0, 0, false), 0)
})

test('gaps are runs of empty buckets', () => {
  const totals = totalsOf([{ counts: [1, 0, 0, 0, 2, 0] }, { counts: [0, 0, 0, 3, 0, 0] }], 6)
  assert.deepEqual(gapsOf(totals), [
    { first: 1, end: 3 },
    { first: 5, end: 6 },
  ])
})

test('a value keeps its look while others come and go', () => {
  const first = looksOf(['success', 'failure'], new Map())
  assert.deepEqual(
    [...first],
    [
      ['success', 0],
      ['failure', 1],
    ],
  )
  const narrowed = looksOf(['failure', 'unknown'], first)
  assert.equal(narrowed.get('failure'), 1)
  assert.equal(narrowed.get('unknown'), 0)
  const back = looksOf(['success', 'unknown', 'failure'], narrowed)
  assert.equal(new Set(back.values()).size, 3)
  const many = looksOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'], new Map())
  assert.equal(many.get('g'), LOOK_OTHERS)
})

test('an axis is marked at round times, the day where it begins', () => {
  const minute = 60_000_000_000n
  const timeline = { first: nanos('2022-03-21T23:30:00Z'), interval: 15n * minute, buckets: 6 }
  const texts = timeTicks(timeline, 400, 90).map(({ x, text }) => [Math.round(x), text])
  assert.deepEqual(texts, [
    [0, '03-21 23:30'],
    [133, '03-22 00:00'],
    [267, '00:30'],
    [400, '01:00'],
  ])
})

test('an axis of far times ends', () => {
  const timeline = { first: -9223372036854775808n, interval: 365n * 86_400_000_000_000n, buckets: 580 }
  const ticks = timeTicks(timeline, 800, 90)
  assert.ok(ticks.length <= 600)
})

test('times and intervals as an axis says them', () => {
  const time = nanos('2022-03-22T15:48:02.250Z')
  assert.deepEqual(
    [86_400_000, 60_000, 1000, 1].map(interval => axisText(time, interval)),
    ['2022-03-22', '15:48', '15:48:02', '15:48:02.250'],
  )
  assert.deepEqual([1, 500, 15_000, 900_000, 10_800_000, 86_400_000, 604_800_000].map(intervalText), [
    '1 ms',
    '500 ms',
    '15 s',
    '15 min',
    '3 h',
    '1 d',
    '7 d',
  ])
})
