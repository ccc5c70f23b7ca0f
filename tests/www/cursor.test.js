import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeAfter } from '../../www/lib/cursor.js'

const EXTENT = { rows: 10_000_000, columns: 300, pageRows: 30 }

/** @param {string} keys names, `^` for Ctrl @param {[number, number]} from @param {[number, number] | null} expected */
const check = (keys, from, expected, extent = EXTENT) => {
  /** @type {{ row: number, column: number } | null} */
  let place = { row: from[0], column: from[1] }
  for (const key of keys.split(' ')) {
    place = place && placeAfter(place, key.replace('^', ''), key.startsWith('^'), extent)
  }
  assert.deepEqual(place, expected && { row: expected[0], column: expected[1] })
}

test('arrows and letters move by one', () => {
  check('ArrowDown ArrowRight', [5, 5], [6, 6])
  check('j l l k h', [5, 5], [5, 6])
})

test('the edges hold', () => {
  check('ArrowLeft', [5, 0], [5, 0])
  check('ArrowRight', [5, 299], [5, 299])
  check('ArrowDown', [9_999_999, 0], [9_999_999, 0])
  check('ArrowUp', [-1, 3], [-1, 3])
})

test('above the first row is the header', () => {
  check('ArrowUp', [0, 3], [-1, 3])
  check('ArrowDown', [-1, 3], [0, 3])
  check('PageUp', [12, 3], [0, 3])
  check('PageUp', [-1, 3], [-1, 3])
})

test('Ctrl goes to the true ends', () => {
  check('^End', [5, 5], [9_999_999, 299])
  check('^Home', [9_999_999, 299], [0, 0])
  check('^ArrowDown', [5, 5], [9_999_999, 5])
  check('^ArrowUp', [5, 5], [0, 5])
  check('G', [5, 5], [9_999_999, 5])
})

test('rows and pages', () => {
  check('End', [5, 5], [5, 299])
  check('Home', [5, 5], [5, 0])
  check('PageDown PageDown', [5, 5], [65, 5])
})

test('without rows only the header is there', () =>
  check('^End', [-1, 0], [-1, 2], { rows: 0, columns: 3, pageRows: 9 }))
test('other keys do not move', () => check('x', [5, 5], null))
