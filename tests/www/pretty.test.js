import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prettyJson } from '../../www/lib/pretty.js'

const check = (/** @type {string} */ text, /** @type {string} */ expected) =>
  assert.equal(prettyJson(text), expected)

test('objects and arrays go into lines', () => {
  check('{"a":1,"b":[true,null]}', '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}')
})

test('empty ones stay on their line', () => check('{"a":{},"b":[ ]}', '{\n  "a": {},\n  "b": []\n}'))

test('numbers keep their digits and keys their repetitions', () => {
  check('{"a":1.000,"a":12345678901234567890}', '{\n  "a": 1.000,\n  "a": 12345678901234567890\n}')
})

test('marks inside strings are text', () => check('["{,:}\\"[", 1]', '[\n  "{,:}\\"[",\n  1\n]'))

test('a record cut in a string keeps all its characters', () => check('{"a":"x, y', '{\n  "a": "x, y'))

test('no JSON is no trouble', () => check('}}]', '\n}\n}\n]'))
