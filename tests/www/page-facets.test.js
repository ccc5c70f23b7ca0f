/** Counts of fields and values, without a page. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Facets } from '../../www/page/facets.js'
import { fakeCase, fakeSelection, later, settled } from './support/fakes.js'

function facets() {
  const theCase = fakeCase({})
  /** @type {string[]} */
  const revealed = []
  const all = new Facets(theCase, {
    fieldList: { reveal: field => void revealed.push(field) },
    layout: {
      changeSide: (side, change) =>
        theCase.store.change(state => {
          const sides = { ...state.layout.sides, [side]: { ...state.layout.sides[side], ...change } }
          return { ...state, layout: { ...state.layout, sides } }
        }),
    },
  })
  theCase.store.subscribe((state, before) => all.follow(state, before))
  /** What was asked of the engine, in order. @type {string[]} */
  const asked = []
  /** An answer that notes what it is asked. @param {string} query @param {object} [parts] */
  const answer = (query, parts) =>
    fakeSelection(query, {
      fields: async (/** @type {any} */ { distinct }) => {
        asked.push(`fields of ${query}${distinct ? ', distinct' : ''}`)
        return [{ name: 'a', rows: 1 }]
      },
      facet: async (/** @type {string} */ field, /** @type {any} */ { limit, search }) => {
        asked.push(`${limit} of ${field}${search ? ` with ${search}` : ''} in ${query}`)
        return { field, values: [], distinct: 0, missing: 0 }
      },
      ...parts,
    })
  const show = (/** @type {any} */ next) => theCase.store.change(state => ({ ...state, answer: next }))
  return { ...theCase, facets: all, asked, revealed, answer, show }
}

test('a field that is opened is revealed, and its values are asked for', async () => {
  const { facets: all, asked, revealed, answer, show, store } = facets()
  show(answer('q'))
  all.show('a')
  await settled()
  assert.deepEqual(revealed, ['a'])
  assert.deepEqual(asked, ['10 of a in q'])
  assert.equal(store.get().facets[0]?.facet?.field, 'a')
})

test('another answer asks the open fields first, then counts all fields', async () => {
  const { facets: all, asked, answer, show, clock, store } = facets()
  show(answer('q'))
  await clock.pass(0)
  all.setOpen('a', true)
  await settled()
  asked.length = 0
  show(answer('r'))
  await clock.pass(100)
  assert.deepEqual(asked, ['10 of a in r'])
  await clock.pass(100)
  assert.deepEqual(asked, ['10 of a in r', 'fields of r, distinct'])
  assert.equal(store.get().counted?.answer.query, 'r')
})

test('while files are read, counts are at least five seconds apart', async () => {
  const { asked, answer, show, clock } = facets()
  const loading = () => answer('q', { isLoading: true })
  show(loading())
  await clock.pass(1000)
  for (let i = 0; i < 8; i++) {
    show(loading())
    await clock.pass(500)
  }
  assert.deepEqual(asked, ['fields of q'])
  await clock.pass(2000)
  assert.deepEqual(asked, ['fields of q', 'fields of q'])
})

test('a question that was changed is asked again, the same one is not', async () => {
  const { facets: all, asked, answer, show } = facets()
  show(answer('q'))
  all.setOpen('a', true)
  all.setOpen('b', true)
  await settled()
  all.askField('a', { search: 'x' })
  await settled()
  assert.deepEqual(asked, ['10 of a in q', '10 of b in q', '10 of a with x in q'])
})

test('the late answer to an older question is dropped', async () => {
  const { facets: all, answer, show, store } = facets()
  const late = later()
  let n = 0
  const slow = { field: 'a', values: [], distinct: 111, missing: 0 }
  const quick = { field: 'a', values: [], distinct: 7, missing: 0 }
  show(answer('q', { facet: () => (n++ === 0 ? late.promise : Promise.resolve(quick)) }))
  all.setOpen('a', true)
  all.askField('a', { search: 'x' })
  await settled()
  late.resolve(slow)
  await settled()
  assert.equal(store.get().facets[0]?.facet?.distinct, 7)
})
