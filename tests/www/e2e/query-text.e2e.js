/** The text side of asking, through the library: parse, edit, complete. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createEngine } from '../../../dist/lib/trailglass.js'
import { madeEvent } from '../support/made.js'

/** @type {import('../../../www/types.d.ts').Engine} */
let engine

before(async () => {
  engine = await createEngine({ shards: 2 })
  const names = ['RunInstances', 'RunInstances', 'ListBuckets', 'listbuckets', '😀 "x"']
  const events = names.map((eventName, i) => madeEvent(i, { eventName, errorMessage: `no ${eventName}` }))
  const half = (/** @type {unknown[]} */ part) => new Blob([part.map(e => JSON.stringify(e)).join('\n')])
  await engine.add([
    { path: 'a.jsonl', blob: half(events.slice(0, 2)) },
    { path: 'b.jsonl', blob: half(events.slice(2)) },
  ])
})
after(() => engine.close())

/** @param {string} query */
async function count(query) {
  const answer = await engine.filter(query)
  answer.close()
  return answer.count
}

test('a text is taken apart, its places in UTF-16 units', async () => {
  const { tokens, clauses, problem } = await engine.parse('"😀" eventName: "😀 x" ')
  assert.deepEqual(tokens, [
    { first: 0, end: 4, kind: 'word' },
    { first: 5, end: 14, kind: 'field' },
    { first: 14, end: 15, kind: 'operator' },
    { first: 16, end: 22, kind: 'value' },
  ])
  assert.equal(problem, null)
  assert.deepEqual(clauses[1], {
    text: 'eventName: "😀 x"',
    first: 5,
    end: 22,
    field: 'eventName',
    isNegated: false,
    isSimple: true,
  })
})

test('what is wrong is marked and never rejected', async () => {
  const wrong = await engine.parse('eventName: ')
  assert.deepEqual(wrong.clauses, [])
  assert.deepEqual(wrong.problem, {
    message: 'expected a value, found the end',
    expected: 'a value',
    at: { first: 11, end: 11 },
  })
  const unknown = await engine.parse('😀 eventNme: x')
  assert.equal(unknown.clauses.length, 2)
  assert.deepEqual(unknown.problem?.at, { first: 3, end: 11 })
  await assert.rejects(engine.edit('eventName: ', { remove: 0 }), { code: 'query' })
  await assert.rejects(engine.edit('a', { remove: 1 }), { code: 'range' })
  const odd = /** @type {any} */ ({ add: { field: 'eventName', value: 'x', how: 'perhaps' } })
  await assert.rejects(engine.edit('a', odd), { code: 'range' })
})

test('a kept value accepts its own rows only', async () => {
  /** @param {string} query @param {string} value */
  const keep = (query, value) => engine.edit(query, { add: { field: 'eventName', value, how: 'keep' } })
  const run = await keep('', 'RunInstances')
  assert.equal(run, 'eventName: RunInstances')
  assert.equal(await count(run), 2)
  const list = await keep('', 'ListBuckets')
  assert.equal(list, 'eventName = ListBuckets')
  assert.equal(await count(list), 1)
  assert.equal(await count(await keep(run, '😀 "x"')), 3)
})

test('time clauses are made and replaced', async () => {
  const time = BigInt(Date.UTC(2022, 2, 22, 12)) * 1_000_000n
  const second = 1_000_000_000n
  const around = await engine.edit('', { around: { time, before: 0n, after: second } })
  assert.equal(await count(around), 2)
  const between = await engine.edit(`x ${around}`, { between: { first: time, end: time + second } })
  assert.equal(between, 'x and @timestamp >= "2022-03-22T12:00:00Z" and @timestamp < "2022-03-22T12:00:01Z"')
})

test('fields, operators, values and keywords are offered', async () => {
  const labels = async (/** @type {string} */ query) => {
    const { kind, options } = await engine.complete(query, query.length)
    return [kind, ...options.map(({ label }) => label)]
  }
  assert.deepEqual((await labels('😀 eventN')).slice(0, 2), ['field', 'eventName'])
  assert.deepEqual((await labels('eventName ')).slice(0, 3), ['operator', ':', '='])
  assert.deepEqual(await labels('eventName: Bu'), ['value', 'ListBuckets', 'listbuckets'])
  assert.deepEqual(await labels('eventName: x '), ['keyword', 'and', 'or'])
  const { first, end, options } = await engine.complete('😀 eventName: 😀 x', 15)
  assert.deepEqual([first, end, options[0]?.insert], [14, 16, '"😀 \\"x\\""'])
})
