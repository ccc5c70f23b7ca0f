import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockCache } from '../../www/lib/blocks.js'

/** Lets everything that is ready happen. */
const settled = () => new Promise(resolve => setImmediate(resolve))

/** A cache over 200 rows that notes what it was asked for; answers are held back until `answer` is called. */
function setUp() {
  /** @type {string[]} */
  const asked = []
  /** @type {(() => void)[]} */
  const held = []
  /** @type {unknown[]} */
  const failures = []
  let arrivals = 0
  let shows = 0
  /** @type {import('../../www/lib/blocks.js').GridModel} */
  const model = {
    count: 200,
    async rows(first, end, fields) {
      asked.push(`${first}..${end} ${fields.join()}`)
      await /** @type {Promise<void>} */ (new Promise(resolve => held.push(resolve)))
      if (fields.includes('broken')) throw new Error('broken')
      const rows = Array.from({ length: end - first }, (_, i) => first + i)
      const columns = fields.map(field => rows.map(row => (field === 'none' ? null : `${field} ${row}`)))
      return { first, end, fields, columns, clipped: [{ row: first, column: 0, length: 9000 }] }
    },
  }
  const cache = new BlockCache(
    model,
    (value, clippedTo) => {
      shows += 1
      return clippedTo > 0 ? `${value} … ${clippedTo}` : value
    },
    () => (arrivals += 1),
    error => failures.push(error),
  )
  const answer = async () => {
    for (const release of held.splice(0)) release()
    await settled()
  }
  return { cache, asked, failures, answer, arrivals: () => arrivals, shows: () => shows }
}

test('rows arrive in blocks, once', async () => {
  const { cache, asked, answer, arrivals } = setUp()
  cache.need(60, 70, ['a', 'none'])
  cache.need(60, 70, ['a', 'none'])
  assert.deepEqual(asked, ['32..96 a,none'])
  assert.equal(cache.text(63, 'a'), undefined)
  await answer()
  assert.equal(arrivals(), 1)
  assert.equal(cache.text(63, 'a'), 'a 63')
  assert.equal(cache.text(63, 'none'), null)
  cache.need(60, 70, ['a', 'none'])
  assert.equal(asked.length, 1)
})

test('a column that comes in later is asked for alone', async () => {
  const { cache, asked, answer } = setUp()
  cache.need(0, 10, ['a'])
  await answer()
  cache.need(0, 10, ['a', 'b'])
  assert.deepEqual(asked, ['0..32 a', '0..32 b'])
})

test('blocks side by side are asked for together where they lack the same', async () => {
  const { cache, asked, answer } = setUp()
  cache.need(64, 128, ['a'])
  await answer()
  cache.need(0, 200, ['a', 'b'])
  assert.deepEqual(asked, ['64..128 a', '0..64 a,b', '64..128 b', '128..200 a,b'])
  assert.equal(cache.hasAll(0, 200, ['a']), false)
  await answer()
  assert.equal(cache.hasAll(0, 200, ['a', 'b']), true)
  assert.equal(cache.text(199, 'b'), 'b 199')
})

test('the last block ends with the rows', async () => {
  const { cache, asked } = setUp()
  cache.need(190, 500, ['a'])
  assert.deepEqual(asked, ['160..200 a'])
})

test('clipped cells say how long they were', async () => {
  const { cache, answer } = setUp()
  cache.need(0, 10, ['a'])
  await answer()
  assert.equal(cache.text(0, 'a'), 'a 0 … 9000')
  assert.equal(cache.text(1, 'a'), 'a 1')
})

test('a value is made fit to be seen when it is, and once', async () => {
  const { cache, answer, shows } = setUp()
  cache.need(0, 10, ['a', 'none'])
  await answer()
  assert.equal(shows(), 0)
  for (let frame = 0; frame < 3; frame++) assert.equal(cache.text(1, 'a'), 'a 1')
  cache.text(1, 'none')
  assert.equal(shows(), 1)
})

test('a failure is told once and not asked for again', async () => {
  const { cache, asked, answer, failures } = setUp()
  cache.need(0, 10, ['broken'])
  await answer()
  cache.need(0, 10, ['broken'])
  assert.equal(failures.length, 1)
  assert.equal(asked.length, 1)
})

test('a closed cache takes nothing in', async () => {
  const { cache, answer, arrivals } = setUp()
  cache.need(0, 10, ['a'])
  cache.close()
  await answer()
  assert.equal(arrivals(), 0)
  assert.equal(cache.text(0, 'a'), undefined)
})
