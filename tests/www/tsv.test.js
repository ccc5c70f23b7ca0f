import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tsvCell, tsvLine } from '../../www/lib/tsv.js'

test('plain values stay as they are', () => {
  for (const value of ['RunInstances', '203.0.113.7', 'a=b', '-5', '+1.5e9', ''])
    assert.equal(tsvCell(value), value)
})

test('what could be a formula is guarded', () => {
  for (const value of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '  =x', "'=x", '\uff1dx']) {
    assert.equal(tsvCell(value), `'${value}`)
  }
  assert.equal(tsvCell('\t=x'), `"'\t=x"`)
  assert.equal(tsvCell('\nx'), `"'\nx"`)
  assert.equal(tsvCell('"=x'), `"'""=x"`)
})

test('tabs, line breaks and quotes do not leave their cell', () => {
  assert.equal(tsvCell('a\tb'), '"a\tb"')
  assert.equal(tsvCell('say "hi"'), '"say ""hi"""')
})

test('no value is an empty cell', () => assert.equal(tsvLine(['a', null, 'b']), 'a\t\tb'))
