import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketText, rangeOfBuckets, rangeText, seriesName } from '../../www/lib/timeline-words.js'

const SECOND = 1_000_000_000n
/** From 2025-11-03 10:00:00 on. */
const times = { first: 1_762_164_000n * SECOND, interval: 60n * SECOND }

/** @param {string | null} value @param {number[]} counts @returns {any} */
const series = (value, counts, isOthers = false) => ({ value, isOthers, counts })

test('a series is named by its value, made visible and short', () => {
  assert.equal(seriesName(series('success', []), 'event.outcome'), 'success')
  assert.equal(seriesName(series('', []), 'event.outcome'), '(empty)')
  assert.equal(seriesName(series('x'.repeat(99), []), 'a').length, 60)
  assert.equal(seriesName(series('a\u202eb', []), 'a').includes('\u202e'), false)
})

test('rows without a value, and all others, have names of their own', () => {
  assert.equal(seriesName(series(null, []), 'event.outcome'), 'no value')
  assert.equal(seriesName(series(null, []), ''), 'rows')
  assert.equal(seriesName(series(null, [], true), 'a'), 'others')
})

test('buckets cover times, half-open', () => {
  const range = rangeOfBuckets(times, { first: 1, end: 3 })
  assert.deepEqual(range, { first: times.first + 60n * SECOND, end: times.first + 180n * SECOND })
})

test('buckets shorter than a second are told apart by milliseconds', () => {
  const short = { ...times, interval: SECOND / 4n }
  assert.match(rangeText(short, { first: 1, end: 2 }), /10:00:00\.250 – .*10:00:00\.500/)
  assert.doesNotMatch(rangeText(times, { first: 1, end: 2 }), /\./)
})

test('a bucket lists the series that have rows in it', () => {
  const stacked = {
    ...times,
    series: [series('ok', [0, 1200]), series('failed', [0, 3]), series(null, [0, 0])],
  }
  assert.match(bucketText(stacked, 1, 'a'), /: ok 1,200, failed 3$/)
  assert.match(bucketText(stacked, 0, 'a'), /: nothing$/)
})
