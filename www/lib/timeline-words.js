/** What the timeline says of its series and buckets. Pure. */

/** @import { Milliseconds, Timeline } from '../types.d.ts' */

import { axisText } from './chart.js'
import { countText, spanText } from './format.js'
import { visibleText } from './safe-text.js'

/** This much of a value names a series. */
export const SERIES_CHARS = 60

/** Buckets `first..end`. @typedef {{ first: number, end: number }} Buckets */

/**
 * @param {Pick<Timeline['series'][number], 'value' | 'isOthers'>} series
 * @param {string} by the field that the timeline is stacked by; '' for none
 */
export function seriesName({ value, isOthers }, by) {
  if (isOthers) return 'others'
  if (value === null) return by === '' ? 'rows' : 'no value'
  return visibleText(value.slice(0, SERIES_CHARS)) || '(empty)'
}

/**
 * The times that buckets cover, half-open.
 *
 * @param {Pick<Timeline, 'first' | 'interval'>} times
 * @param {Buckets} buckets
 */
export const rangeOfBuckets = ({ first, interval }, buckets) => ({
  first: first + BigInt(buckets.first) * interval,
  end: first + BigInt(buckets.end) * interval,
})

/**
 * The times that buckets cover, in words; to the millisecond where buckets are shorter than a second.
 *
 * @param {Pick<Timeline, 'first' | 'interval'>} times
 * @param {Buckets} buckets
 */
export function rangeText(times, buckets) {
  const { first, end } = rangeOfBuckets(times, buckets)
  if (times.interval >= 1_000_000_000n) return spanText(first, end)
  const millis = /** @type {Milliseconds} */ (1)
  return `${axisText(first, millis)} – ${axisText(end, millis)}`
}

/**
 * The counts of one bucket, in words.
 *
 * @param {Pick<Timeline, 'first' | 'interval' | 'series'>} times
 * @param {number} bucket
 * @param {string} by as in `seriesName`
 */
export function bucketText(times, bucket, by) {
  const counts = times.series
    .filter(({ counts }) => (counts[bucket] ?? 0) > 0)
    .map(series => `${seriesName(series, by)} ${countText(series.counts[bucket] ?? 0)}`)
  const range = rangeText(times, { first: bucket, end: bucket + 1 })
  return `${range}: ${counts.length > 0 ? counts.join(', ') : 'nothing'}`
}
