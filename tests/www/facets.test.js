import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanText } from '../../www/lib/format.js'
import {
  entriesOf,
  hasMore,
  moreValues,
  nUnlisted,
  withFacet,
  withFacetAnswer,
  withFacetChange,
  withOldFacets,
  withoutFacet,
} from '../../www/state/facets.js'

/** @param {string} name @returns {import('../../www/types.d.ts').FieldInfo} */
const info = name => ({ name, kinds: ['text'], rows: 5, distinct: 2, isMultiple: false, description: '' })

/** @param {Record<string, number>} counts @param {number} missing @returns {import('../../www/types.d.ts').Facet} */
const facet = (counts, missing) => ({
  field: 'b',
  values: Object.entries(counts).map(([value, count]) => ({ value, count, first: null, last: null })),
  distinct: 12,
  rows: 5,
  missing,
  others: 0,
  isLoading: false,
})

test('an open field is followed by its values, those without one last', () => {
  const open = withFacetAnswer(withFacet([], 'b'), facet({ x: 4, y: 1 }, 2))
  const entries = entriesOf([info('a'), info('b'), info('c')], open)
  assert.deepEqual(
    entries.map(({ key }) => key),
    ['field a', 'field b', 'tools b', 'value b x', 'value b y', 'none b', 'end b', 'field c'],
  )
  assert.deepEqual(
    entries.flatMap(entry => ('share' in entry ? [entry.share] : [])),
    [1, 0.25, 0.5],
  )
  const searched = withFacetChange(open, 'b', { search: 'x' })
  assert.ok(entriesOf([info('b')], searched).every(({ kind }) => kind !== 'none'))
})

test('before the values are here there is a place for them', () => {
  const entries = entriesOf([info('b')], withFacet([], 'b'))
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['field', 'tools', 'end'],
  )
})

test('what is listed is old until it is answered', () => {
  const open = withFacet([], 'b')
  assert.equal(withOldFacets(open)[0]?.isOld, false)
  const answered = withFacetAnswer(open, facet({ x: 4 }, 0))
  assert.equal(withOldFacets(answered)[0]?.isOld, true)
  const changed = withFacetChange(answered, 'b', { order: 'rare' })
  assert.deepEqual([changed[0]?.order, changed[0]?.isOld], ['rare', true])
  assert.equal(withFacetAnswer(changed, facet({ x: 4 }, 0))[0]?.isOld, false)
  assert.equal(withFacet(changed, 'b'), changed)
  assert.deepEqual(withoutFacet(changed, 'b'), [])
})

test('more values come in tens, hundreds and thousands, and end', () => {
  let [open] = withFacetAnswer(withFacet([], 'b'), facet({ x: 4, y: 1 }, 2))
  assert.ok(open)
  assert.equal(nUnlisted(open), 10)
  for (const limit of [100, 1000, 10_000]) {
    assert.ok(hasMore(open))
    open = { ...open, limit: moreValues(open) }
    assert.equal(open.limit, limit)
  }
  assert.equal(hasMore(open), false)
})

test('a span says its day once', () => {
  const at = (/** @type {string} */ text) => BigInt(Date.parse(text)) * 1_000_000n
  const first = at('2022-03-22T15:41:07Z')
  assert.equal(spanText(first, at('2022-03-22T15:49:10Z')), '2022-03-22 15:41:07 – 15:49:10')
  assert.equal(spanText(first, at('2022-03-23T15:41:07Z')), '2022-03-22 15:41:07 – 2022-03-23 15:41:07')
  assert.equal(spanText(first, first + 5n), '2022-03-22 15:41:07')
})
