import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS, optionText, optionValue, stepWords } from '../../www/lib/step-words.js'

/** @import { Step } from '../../www/types.d.ts' */

test('a step is told in plain words', () => {
  /** @type {[Step, string][]} */
  const steps = [
    [{ kind: 'split', from: 'message' }, 'Split message at white space'],
    [
      { kind: 'split', from: 'm', delimiter: '\t', atMost: 2, side: 'right', columns: ['a', null, 'b'] },
      'Split m at tab from the right, at most 2 parts into a, b',
    ],
    [{ kind: 'arn', from: 'userIdentity.arn' }, 'Take userIdentity.arn apart as ARN'],
    [{ kind: 'combine', template: '{a}@{b}', columns: [{ name: 'who' }] }, 'Combine as {a}@{b} into who'],
    [{ kind: 'difference', from: ['a', 'b'] }, 'Time from a to b'],
    [
      { kind: 'split', from: 'm', columns: ['1', '2', '3', '4', '5', '6', '7', '8'] },
      'Split m at white space into 1, 2, 3, 4, 5, 6 and 2 more',
    ],
  ]
  for (const [step, words] of steps) assert.equal(stepWords(step), words)
})

test('what is entered for an option is what a step says, and reads back', () => {
  const options = KINDS.flatMap(({ options }) => options)
  const entered = { text: 'x\\ty', number: '7', widths: '8 4 0', pair: 'a b', table: 'a\tb\nc\td' }
  for (const option of options) {
    const last = option.choices?.at(-1)?.[0] ?? ''
    const text =
      option.entry === 'choice'
        ? last
        : option.entry === 'flag'
          ? String(!option.isOn)
          : entered[option.entry ?? 'text']
    assert.equal(optionText(option, optionValue(option, text)), text, option.key)
    const nothing = optionText(option, undefined)
    if (!['widths', 'pair', 'table'].includes(option.entry ?? '')) {
      assert.equal(optionValue(option, nothing), undefined, `${option.key} says nothing`)
    }
  }
})

test('a pasted table has a line a value, whatever stands between its columns', () => {
  const table = /** @type {const} */ ({ key: 'table', label: '', entry: 'table' })
  assert.deepEqual(optionValue(table, 'a, b\r\n10.0.0.1\tthe web server\n\nalone\nc;d;e'), [
    ['a', 'b'],
    ['10.0.0.1', 'the web server'],
    ['c', 'd;e'],
  ])
})
