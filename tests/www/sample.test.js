import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { sampleFiles } from '../../www/sample.js'

/** Every file as text. */
async function texts() {
  const files = await sampleFiles()
  return Promise.all(
    files.map(async ({ path, blob }) => ({ path, text: gunzipSync(await blob.arrayBuffer()).toString() })),
  )
}

/** The records of the whole files, each once. */
async function records() {
  const byId = new Map()
  for (const { text } of await texts()) {
    if (!text.endsWith(']}')) continue
    for (const record of JSON.parse(text).Records) byId.set(record.eventID, record)
  }
  return [...byId.values()]
}

test('the case tells its story', async () => {
  const all = await records()
  const launches = all.filter(record => record.eventName === 'RunInstances')
  const count = (/** @type {any[]} */ some, /** @type {(record: any) => boolean} */ is) =>
    some.filter(is).length
  assert.ok(all.length > 250 && all.length < 350, `${all.length} events`)
  assert.equal(launches.length, 7)
  assert.equal(
    count(launches, record => record.errorMessage),
    4,
  )
  assert.equal(
    count(launches, record => record.sourceIPAddress === 'AWS Internal'),
    2,
  )
  assert.equal(
    count(launches, record => record.sourceIPAddress === '203.0.113.77'),
    5,
  )
  assert.equal(
    count(all, record => record.sourceIPAddress === '203.0.113.77'),
    12,
  )
})

test('one file comes twice, one is cut, all have names of their own', async () => {
  const all = await texts()
  assert.equal(all.length, 12)
  assert.equal(new Set(all.map(file => file.path)).size, 12)
  assert.equal(new Set(all.map(file => file.text)).size, 11)
  assert.equal(all.filter(file => !file.text.endsWith(']}')).length, 1)
})

test('it is the same each time', async () => assert.deepEqual(await texts(), await texts()))
