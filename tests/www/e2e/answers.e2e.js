/** Facets, timelines, explanations and hits through the library: their shapes, and giving them up. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createEngine } from '../../../dist/lib/trailglass.js'

const NAMES = ['RunInstances', 'ListBuckets', 'RunInstances', 'GetObject', 'RunInstances', 'ListBuckets']

/** Six events, a minute each but for the last one, which has no time. */
const lines = NAMES.map((eventName, i) =>
  JSON.stringify({
    eventVersion: '1.08',
    eventID: `e${i}`,
    eventName,
    ...(i < 5 && { eventTime: `2022-03-22T15:4${i}:00Z` }),
    ...(i % 2 === 0 && { sourceIPAddress: '203.0.113.7' }),
  }),
)

/** @param {string} text */
const nanos = text => BigInt(Date.parse(text)) * 1_000_000n

/** @type {import('../../../www/types.d.ts').Engine} */
let engine

before(async () => {
  engine = await createEngine({ shards: 3 })
  await engine.add(lines.map((line, i) => ({ path: `${i}.jsonl`, blob: new Blob([line]) })))
})

after(() => engine.close())

test('a facet counts values, with when they were seen', async () => {
  const selection = await engine.filter('')
  const facet = await selection.facet('eventName', { limit: 2 })
  assert.deepEqual(facet, {
    field: 'eventName',
    values: [
      {
        value: 'RunInstances',
        count: 3,
        first: nanos('2022-03-22T15:40:00Z'),
        last: nanos('2022-03-22T15:44:00Z'),
      },
      {
        value: 'ListBuckets',
        count: 2,
        first: nanos('2022-03-22T15:41:00Z'),
        last: nanos('2022-03-22T15:41:00Z'),
      },
    ],
    distinct: 3,
    rows: 6,
    missing: 0,
    others: 1,
    isLoading: false,
  })
  const [rare, source] = await selection.facets(['eventName', 'sourceIPAddress'], { order: 'rare', limit: 1 })
  assert.equal(rare?.values[0]?.value, 'GetObject')
  assert.deepEqual([source?.rows, source?.missing, source?.distinct], [3, 3, 1])
  const sought = await selection.facet('eventName', { search: 'BUCK' })
  assert.deepEqual([sought.distinct, sought.values.map(({ value }) => value)], [1, ['ListBuckets']])
})

test('its own clause does not narrow a facet that asks so', async () => {
  const selection = await engine.filter('eventName: RunInstances and sourceIPAddress: *')
  const own = await selection.facet('eventName', { ignoringOwn: true })
  assert.deepEqual(
    own.values.map(({ value, count }) => [value, count]),
    [['RunInstances', 3]],
  )
  const other = await selection.facet('sourceIPAddress', { ignoringOwn: true })
  assert.deepEqual([other.rows, other.missing], [3, 0])
})

test('a timeline has series of one length', async () => {
  const selection = await engine.filter('')
  const timeline = await selection.timeline({ by: 'eventName', limit: 1, buckets: 10 })
  assert.equal(timeline.interval, 30_000_000_000n)
  assert.equal(timeline.first, nanos('2022-03-22T15:40:00Z'))
  assert.deepEqual([timeline.buckets, timeline.timeless], [9, 1])
  assert.deepEqual(timeline.span, {
    first: nanos('2022-03-22T15:40:00Z'),
    last: nanos('2022-03-22T15:44:00Z'),
  })
  assert.deepEqual(
    timeline.series.map(({ value, isOthers, total, counts }) => [value, isOthers, total, [...counts]]),
    [
      ['RunInstances', false, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1]],
      [null, true, 2, [0, 0, 1, 0, 0, 0, 1, 0, 0]],
    ],
  )
  const none = await (await engine.filter('eventID: e5')).timeline()
  assert.deepEqual([none.buckets, none.timeless, none.series, none.span], [0, 1, [], null])
  await assert.rejects(selection.timeline({ interval: 1n }), { code: 'limit' })
})

test('an explanation says what each clause does', async () => {
  const query = '"é" or eventName: ListBuckets'
  const selection = await engine.filter(`(${query}) and sourceIPAddress: *`)
  assert.equal(selection.count, 0)
  assert.deepEqual(await selection.explain(), {
    clauses: [
      { text: `(${query})`, first: 0, end: 31, alone: 2, without: 3 },
      { text: 'sourceIPAddress: *', first: 36, end: 54, alone: 3, without: 2 },
    ],
    isLoading: false,
  })
})

test('hits are gone through both ways', async () => {
  const selection = await engine.filter('', { sort: [{ field: 'eventName' }] })
  const hits = await selection.find('buckets', { fields: ['eventName'] })
  assert.equal(hits.count, 2)
  assert.deepEqual(await hits.next(null), { row: 1, nth: 0 })
  assert.deepEqual(await hits.next(1), { row: 2, nth: 1 })
  assert.equal(await hits.next(2), null)
  assert.deepEqual(await hits.next(null, { backwards: true }), { row: 2, nth: 1 })
  assert.equal((await selection.find('203.0')).count, 3)
  assert.equal((await selection.find('')).count, 0)
  hits.close()
  await assert.rejects(hits.next(null), { code: 'range' })
})

test('the fields of a selection are those of its rows', async () => {
  const selection = await engine.filter('eventName: ListBuckets')
  const fields = await selection.fields({ distinct: true })
  const of = (/** @type {string} */ name) => fields.find(field => field.name === name)
  assert.deepEqual([of('eventName')?.rows, of('eventName')?.distinct], [2, 1])
  assert.equal(of('sourceIPAddress'), undefined)
  assert.equal(of('@timestamp')?.rows, 1)
})

test('what is given up is cancelled, and what is closed is out of range', async () => {
  const selection = await engine.filter('')
  const giving = new AbortController()
  const asked = selection.facet('eventName', { signal: giving.signal })
  giving.abort()
  await assert.rejects(asked, { code: 'cancelled' })
  await assert.rejects(selection.timeline({ signal: giving.signal }), { code: 'cancelled' })
  await assert.rejects(engine.filter('x', { signal: giving.signal }), { code: 'cancelled' })
  await assert.rejects(selection.facet('eventName', { order: /** @type {any} */ ('size') }), {
    code: 'range',
  })
  selection.close()
  await assert.rejects(selection.facet('eventName'), { code: 'range' })
})
