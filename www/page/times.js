/** Times of rows. */

/** @import { Nanos, RowIndex, Selection } from '../types.d.ts' */

import { nanosOf } from '../lib/format.js'

/**
 * @param {Selection} answer
 * @param {RowIndex} row
 * @returns {Promise<Nanos | null>} null: it has none
 */
export async function timeOf(answer, row) {
  const { columns } = await answer.rows(row, row + 1, ['@timestamp'])
  return nanosOf(columns[0]?.[0] ?? '')
}

/**
 * The first row that is not before `time`; rows without a time are behind all. The answer is in the order of time.
 *
 * @param {Selection} answer
 * @param {Nanos} time
 * @returns {Promise<RowIndex>}
 */
export async function rowAt(answer, time) {
  let low = 0
  let high = answer.count
  while (low < high) {
    const middle = (low + high) >> 1
    const found = await timeOf(answer, middle)
    if (found !== null && found < time) low = middle + 1
    else high = middle
  }
  return low
}
