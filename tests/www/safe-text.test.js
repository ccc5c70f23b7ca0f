import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasHidden, visibleLines, visibleText } from '../../www/lib/safe-text.js'

const check = (/** @type {string} */ text, /** @type {string} */ expected) =>
  assert.equal(visibleText(text), expected)

test('ordinary text of any script stays', () => {
  for (const text of [
    '',
    'RunInstances',
    '203.0.113.7',
    'Žluťoučký kůň',
    '東京',
    'שלום',
    '😀',
    '<img src=x>',
  ]) {
    check(text, text)
  }
})

test('a right-to-left override cannot turn a name round', () => check('exe\u202Egnp', 'exe<U+202E>gnp'))

test('controls show', () =>
  check('a\u0000\u001b[2J\u007f\u0085\n\t', 'a<U+0000><U+001B>[2J<U+007F><U+0085><U+000A><U+0009>'))

test('every invisible character of the list shows', () => {
  /** @type {[number, number][]} */
  const ranges = [
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0x61c, 0x61c],
    [0x200b, 0x200f],
    [0x2028, 0x2029],
    [0x202a, 0x202e],
    [0x2060, 0x2064],
    [0x2066, 0x2069],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xe0000, 0xe007f],
    [0xe0100, 0xe01ef],
  ]
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code++) {
      check(String.fromCodePoint(code), `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`)
    }
  }
})

test('half a surrogate pair shows, a whole one stays', () => {
  check('\ud83d', '<U+D83D>')
  check('\ude00\ud83d', '<U+DE00><U+D83D>')
  check('\ud83d\ude00', '😀')
})

test('text in lines keeps its lines', () => {
  assert.equal(visibleLines('{\n\t"a": "\u200b"\r\n}'), '{\n\t"a": "<U+200B>"<U+000D>\n}')
})

test('a copy can be told to hold what does not show', () => {
  assert.equal(hasHidden('two\nlines'), false)
  assert.equal(hasHidden('zero\u200bwidth'), true)
})
