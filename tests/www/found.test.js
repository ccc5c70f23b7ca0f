import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOf } from '../../www/lib/found.js'

/** @param {string} text @param {string} wanted */
const found = (text, wanted) => placesOf(text, wanted).map(({ first, end }) => text.slice(first, end))

test('every place is found, whatever the case', () => {
  assert.deepEqual(found('Failed password, FAILED again', 'failed'), ['Failed', 'FAILED'])
  assert.deepEqual(found('aaaa', 'aa'), ['aa', 'aa'])
  assert.deepEqual(found('abc', 'x'), [])
  assert.deepEqual(found('abc', ''), [])
})

test('a letter that grows when small shifts nothing', () => {
  assert.deepEqual(found('İİ root', 'root'), ['root'])
  assert.deepEqual(found('İ Root', 'root'), [])
})
