import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShownCells } from '../../www/lib/shown-cells.js'
import { settled } from './support/fakes.js'

const fail = (/** @type {unknown} */ error) => assert.fail(String(error))
const IN_SIGHT = { rows: { first: 0, end: 3 }, columns: { first: 0, end: 1 } }

/** A model that names its cells, and notes the fields it was asked for. @param {string} name @param {string[]} [asked] */
const model = (name, asked = []) => ({
  count: 500,
  /** @type {import('../../www/lib/blocks.js').GridModel['rows']} */
  async rows(first, end, fields) {
    asked.push(`${first}..${end} ${fields.join()}`)
    const rows = Array.from({ length: end - first }, (_, i) => first + i)
    return {
      first,
      end,
      fields,
      columns: fields.map(field => rows.map(row => `${name} ${field} ${row}`)),
      clipped: [],
    }
  },
})

/** Cells of the model `old`, all in sight here. */
async function setUp() {
  const cells = new ShownCells(model('old'), () => {}, fail)
  cells.fields = ['a', 'b']
  cells.need(IN_SIGHT)
  await settled()
  return cells
}

test('cells in sight are here once they have arrived', async () => {
  const cells = new ShownCells(model('m'), () => {}, fail)
  cells.fields = ['a']
  assert.equal(cells.need(IN_SIGHT), false)
  assert.equal(cells.text(0, 'a'), undefined)
  await settled()
  assert.equal(cells.need(IN_SIGHT), true)
  assert.equal(cells.text(0, 'a'), 'm a 0')
})

test('cells of the model before show until those of the new one are here', async () => {
  const cells = await setUp()
  cells.replace(model('new'))
  assert.equal(cells.hasStale, true)
  assert.equal(cells.text(1, 'a'), 'old a 1')
  assert.equal(cells.freshText(1, 'a'), '')
  cells.need(IN_SIGHT)
  await settled()
  assert.equal(cells.text(1, 'a'), 'new a 1')
})

test('the cells of the model before can be dropped, once, and not after another model has come', async () => {
  const cells = await setUp()
  const drop = cells.replace(model('new'))
  assert.equal(drop(), true)
  assert.equal(cells.text(1, 'a'), undefined)
  assert.equal(drop(), false)
  const late = cells.replace(model('newer'))
  cells.replace(model('newest'))
  assert.equal(late(), false)
  assert.equal(cells.hasStale, true)
})

test('neighbouring columns are asked for, and rows in the direction of scrolling', async () => {
  /** @type {string[]} */
  const asked = []
  const cells = new ShownCells(model('m', asked), () => {}, fail)
  cells.fields = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  cells.need({ rows: { first: 200, end: 203 }, columns: { first: 0, end: 1 } })
  assert.deepEqual(asked.splice(0), ['192..224 a,b,c,d,e'])
  const inSight = { rows: { first: 200, end: 203 }, columns: { first: 0, end: 1 } }
  cells.needAhead({ inSight, direction: 1 })
  assert.deepEqual(asked.splice(0), ['224..288 a,b,c,d,e'])
  cells.needAhead({ inSight, direction: -1 })
  assert.deepEqual(asked.splice(0), ['128..192 a,b,c,d,e'])
})
