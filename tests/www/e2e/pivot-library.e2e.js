/** Pivots and everything about a value, asked of the library as another page or Node asks. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createEngine } from '../../../dist/lib/trailglass.js'

/** Of 60 calls every third is refused, every second is of bob, and every call has two ports. */
const lines = Array.from({ length: 60 }, (_, i) =>
  JSON.stringify({
    eventVersion: '1.08',
    eventID: `e${i}`,
    eventTime: new Date(Date.UTC(2022, 2, 22, 12, i)).toISOString().replace('.000', ''),
    eventName: `Call${i % 4}`,
    awsRegion: i % 2 ? 'us-east-1' : 'eu-central-1',
    sourceIPAddress: i < 10 ? '10.0.0.1' : '10.0.0.10',
    userIdentity: { type: 'IAMUser', userName: i % 2 ? 'bob' : 'alice' },
    requestParameters: { note: `from 10.0.0.1, take ${i}`, ports: [22, 22, i] },
    ...(i % 3 === 0 && { errorCode: 'AccessDenied' }),
  }),
)

/** @type {import('../../../www/types.d.ts').Engine} */
let engine

before(async () => {
  engine = await createEngine()
  const half = (/** @type {number} */ part) => lines.filter((_, i) => i % 2 === part).join('\n')
  await engine.add([0, 1].map(part => ({ path: `${part}.jsonl`, blob: new Blob([half(part)]) })))
})
after(() => engine?.close())

test('figures by rows and columns, with totals and the queries of cells', async () => {
  const all = await engine.filter('')
  const pivot = await all.pivot({
    rows: [{ field: 'eventName', limit: 2 }],
    columns: [{ field: 'awsRegion' }],
    values: [
      { kind: 'count' },
      { kind: 'shareOfTotal' },
      { kind: 'last' },
      { kind: 'sum', field: 'requestParameters.ports[]' },
      { kind: 'median', field: 'requestParameters.ports[]' },
      { kind: 'list', field: 'userIdentity.userName' },
    ],
  })
  assert.deepEqual(
    pivot.rows.map(({ kind, text, inside }) => [kind, text, inside]),
    [
      ['total', '', 4],
      ['value', 'Call0', 0],
      ['value', 'Call1', 0],
      ['others', '', 2],
    ],
  )
  assert.deepEqual(
    pivot.columns.map(({ text }) => text),
    ['', 'eu-central-1', 'us-east-1'],
  )
  const [count, share, last, sum, median, list] = pivot.values
  assert.deepEqual(count, [60, 30, 30, 15, 15, 0, 15, 0, 15, 30, 15, 15])
  assert.equal(share?.[1], 0.5)
  assert.equal(last?.[0], BigInt(Date.UTC(2022, 2, 22, 12, 59)) * 1_000_000n)
  assert.equal(last?.[5], null)
  // 22 twice counts once; the 60 numbers from 0 to 59, of which one is 22.
  assert.equal(sum?.[0], 59 * 22 + 1770)
  assert.equal(median?.[0], 22)
  assert.deepEqual(list?.[3], [{ value: 'alice', count: 15 }])
  for (const [r, row] of pivot.rows.entries()) {
    for (const [c, column] of pivot.columns.entries()) {
      const query = [row.query, column.query].filter(Boolean).join(' and ')
      const cell = await engine.filter(query)
      assert.equal(cell.count, count?.[r * pivot.columns.length + c], query)
      cell.close()
    }
  }
})

test('time is gathered by itself, and by the hour', async () => {
  const all = await engine.filter('')
  const { rows, values } = await all.pivot({ rows: [{ field: '@timestamp' }], buckets: 4 })
  assert.equal(rows.length, 5)
  assert.deepEqual(values[0], [60, 15, 15, 15, 15])
  const span = rows[1]?.span
  assert.ok(span && span.end - span.first === 900_000_000_000n)
  const hours = await all.pivot({ rows: [{ field: '@timestamp', bucket: 'hour' }] })
  assert.deepEqual(
    hours.rows.map(({ text }) => text),
    ['', '12'],
  )
})

test('what cannot be answered is refused with a code', async () => {
  const all = await engine.filter('')
  const refused = async (/** @type {import('../../../www/types.d.ts').PivotOptions} */ options) => {
    try {
      await all.pivot(options)
      return 'answered'
    } catch (error) {
      return /** @type {import('../../../www/types.d.ts').TrailglassError} */ (error).code
    }
  }
  assert.equal(await refused({ rows: [{ field: 'nowhere' }] }), 'query')
  assert.equal(await refused({ rows: [{ field: '@timestamp', interval: -1n }] }), 'query')
  assert.equal(await refused({ values: [{ kind: /** @type {'sum'} */ ('nothing') }] }), 'range')
  const wide = { field: 'requestParameters.ports[]' }
  assert.equal(
    await refused({ rows: [{ field: 'eventID' }, wide], columns: [{ field: 'eventID' }] }),
    'limit',
  )
  const gone = new AbortController()
  gone.abort()
  assert.equal(await refused({ rows: [wide], signal: gone.signal }), 'cancelled')
  assert.equal(await refused({ rows: [wide] }), 'answered')
})

test('everything about an address, and of no longer one', async () => {
  const about = await engine.about('10.0.0.1', {
    around: BigInt(Date.UTC(2022, 2, 22, 12, 30)) * 1_000_000n,
    window: 60_000_000_000n,
  })
  assert.equal(about.count, 60, 'the note of every call names it')
  const of = (/** @type {string} */ field) => {
    const found = about.fields.find(found => found.field === field)
    return found && [found.whole, found.part]
  }
  assert.deepEqual(of('sourceIPAddress'), [10, 0])
  assert.deepEqual(of('requestParameters.note'), [0, 60])
  const users = about.facets.find(({ field }) => field === 'user.name')
  assert.deepEqual(
    users?.values.map(({ value, count }) => [value, count]),
    [
      ['alice', 30],
      ['bob', 30],
    ],
  )
  assert.equal(
    about.timeline.series.reduce((sum, { total }) => sum + total, 0),
    60,
  )
  assert.equal(about.around?.count, 3)
  const nobody = await engine.about('10.0.0.2')
  assert.equal(nobody.count, 0)
  assert.deepEqual(nobody.fields, [])
  assert.equal((await engine.about('(none) "at" all/*\\')).count, 0)
})
