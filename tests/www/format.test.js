import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesText, durationText, paceOf, plural, timeText } from '../../www/lib/format.js'

test('bytes keep three figures', () => {
  assert.deepEqual([0, 840, 999, 1000, 1500, 12_345, 123_456, 999_950, 1_470_000_000].map(bytesText), [
    '0 B',
    '840 B',
    '999 B',
    '1.00 kB',
    '1.50 kB',
    '12.3 kB',
    '123 kB',
    '1.00 MB',
    '1.47 GB',
  ])
})

test('durations', () => {
  assert.deepEqual([40, 420, 9949, 9950, 59_400, 185_000].map(durationText), [
    '0.0 s',
    '0.4 s',
    '9.9 s',
    '10 s',
    '59 s',
    '3 min 05 s',
  ])
})

test('one row, many rows', () => {
  assert.deepEqual(
    [0, 1, 3414].map(n => plural(n, 'row')),
    ['0 rows', '1 row', '3,414 rows'],
  )
})

test('pace is told once there is enough to tell from', () => {
  assert.deepEqual(paceOf({ bytesRead: 50, bytesTotal: 100, elapsed: 20 }), {
    percent: 50,
    bytesPerSecond: null,
    left: null,
  })
  assert.deepEqual(paceOf({ bytesRead: 50, bytesTotal: 100, elapsed: 500 }), {
    percent: 50,
    bytesPerSecond: 100,
    left: 500,
  })
  assert.equal(paceOf({ bytesRead: 0, bytesTotal: 0, elapsed: 500 }).percent, 0)
})

test('times are UTC', () => {
  assert.equal(timeText(1_647_964_082_000_000_000n), '2022-03-22 15:48:02')
  assert.equal(timeText(9_223_372_036_854_775_807n), '2262-04-11 23:47:16')
})
