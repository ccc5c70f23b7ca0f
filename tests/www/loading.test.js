/** Files go in, and the screen keeps up: without a page, by a clock that is set by hand. */

/** @import { Progress } from '../../www/types.d.ts' */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Loads } from '../../www/page/loading.js'
import { fakeCase, fakeSelection, later, settled } from './support/fakes.js'

/** @param {Partial<Progress>} [parts] @returns {Progress} */
const progress = parts =>
  /** @type {any} */ ({ events: 5, sourcesTotal: 1, elapsed: 1500, isCancelled: false, ...parts })

function loading() {
  /** @type {{ options: any, end: ReturnType<typeof later<Progress>> }[]} */
  const added = []
  /** What was asked of the questions, and when. @type {string[]} */
  const asked = []
  const theCase = fakeCase({
    add(_files, options) {
      const end = /** @type {ReturnType<typeof later<Progress>>} */ (later())
      added.push({ options, end })
      return end.promise
    },
    hashed: async () => {},
    sources: async () => [{ id: 0, sha256: 'abc' }],
  })
  const { clock, store } = theCase
  const loads = new Loads(theCase, {
    questions: {
      async refresh() {
        asked.push(`${clock.now()} rows`)
        return true
      },
      async refreshLists({ withFields = true } = {}) {
        asked.push(`${clock.now()} lists${withFields ? ' and fields' : ''}`)
      },
    },
  })
  const showRows = () => store.change(state => ({ ...state, answer: fakeSelection('') }))
  return { ...theCase, loads, added, asked, showRows }
}

const file = /** @type {any} */ ({ name: 'a.json' })

test('until the first rows are here they are looked for often, and at once when there are events', async () => {
  const { loads, added, asked, clock } = loading()
  loads.load([file])
  await clock.pass(60)
  assert.deepEqual(asked, ['0 rows', '30 rows', '60 rows'])
  await clock.pass(10)
  added[0]?.options.onProgress(progress())
  await settled()
  assert.deepEqual(asked.slice(3), ['70 rows'])
})

test('with rows on screen, rows come twice a second, lists every second, fields every five', async () => {
  const { loads, asked, clock, showRows } = loading()
  showRows()
  loads.load([file])
  await clock.pass(6500)
  assert.equal(asked.filter(what => what.endsWith('rows')).length, 14)
  assert.deepEqual(
    asked.filter(what => !what.endsWith('rows')),
    ['0 lists and fields', '1500 lists', '3000 lists', '4500 lists', '6000 lists and fields'],
  )
})

test('the end of a load ends the pause, asks once more, and is said', async () => {
  const { loads, added, asked, clock, store, showRows } = loading()
  showRows()
  const done = loads.load([file])
  assert.equal(store.get().nLoads, 1)
  await clock.pass(100)
  added[0]?.end.resolve(progress())
  await done
  assert.equal(store.get().nLoads, 0)
  assert.equal(store.get().notice, 'Loaded 5 events from 1 file in 1.5 s')
  assert.deepEqual(asked.slice(-2), ['100 rows', '100 lists and fields'])
  await settled()
  assert.equal(store.get().sources[0]?.sha256, 'abc')
})

test('what is read while another load runs is watched to its end', async () => {
  const { loads, added, asked, clock, store, showRows } = loading()
  showRows()
  const first = loads.load([file])
  const second = loads.load([file])
  await clock.pass(0)
  added[0]?.end.resolve(progress())
  await clock.pass(2000)
  assert.equal(store.get().nLoads, 1)
  added[1]?.end.resolve(progress())
  await Promise.all([first, second])
  assert.equal(store.get().nLoads, 0)
  assert.match(asked.at(-1) ?? '', /lists and fields$/)
})

test('cancelling ends all loads, and says what was kept', async () => {
  const { loads, added, clock, store } = loading()
  store.change(state => ({ ...state, sources: [/** @type {any} */ ({ state: 'cancelled' })] }))
  const done = loads.load([file])
  await clock.pass(0)
  loads.cancel()
  assert.equal(added[0]?.options.signal.aborted, true)
  added[0]?.end.resolve(progress({ isCancelled: true }))
  await done
  assert.equal(store.get().notice, 'Cancelled; kept 5 events in 1.5 s, 1 file not read to the end')
})

test('a load that fails is over, and says why', async () => {
  const { loads, added, clock, store } = loading()
  const done = loads.load([file])
  await clock.pass(0)
  added[0]?.end.reject(new Error('the engine is closed'))
  await done
  assert.equal(store.get().nLoads, 0)
  assert.equal(store.get().notice, 'the engine is closed')
})

test('no file is no load', async () => {
  const { loads, added, store } = loading()
  await loads.load([])
  assert.equal(added.length + store.get().nLoads, 0)
})
