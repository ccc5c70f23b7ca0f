import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellsAsTsv, tsvCell, tsvLine } from '../../www/lib/tsv.js'

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

/** 5,000 rows of two fields, one of them never there. */
const model = {
  count: 5000,
  rows: async (
    /** @type {number} */ first,
    /** @type {number} */ end,
    /** @type {readonly string[]} */ fields,
  ) => {
    const rows = Array.from({ length: end - first }, (_, i) => first + i)
    const columns = fields.map(field => rows.map(row => (field === 'none' ? null : `=${row}`)))
    const clipped = first === 0 ? [{ row: 0, column: 0, length: 9000 }] : []
    return { first, end, fields, columns, clipped }
  },
}

test('a range is copied a line a row, with or without the names', async () => {
  const cells = { model, first: 3, end: 5, fields: ['a', 'none'] }
  assert.deepEqual(await cellsAsTsv(cells, true), { text: "a\tnone\n'=3\t\n'=4\t\n", nClipped: 0 })
  assert.equal((await cellsAsTsv(cells, false)).text, "'=3\t\n'=4\t\n")
})

test('a long range comes in several windows, and clipped cells are counted', async () => {
  const { text, nClipped } = await cellsAsTsv({ model, first: 0, end: 5000, fields: ['a'] }, false)
  assert.equal(text.split('\n').length, 5001)
  assert.equal(nClipped, 1)
})
