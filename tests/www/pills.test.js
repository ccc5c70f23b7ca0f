import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latestOnly } from '../../www/lib/latest.js'
import { movedTokens, stretches } from '../../www/lib/tokens.js'
import * as pills from '../../www/state/pills.js'

/** @param {string} text `a -b c`: clauses, of which `-` ones are off */
const list = text =>
  text
    .split(' ')
    .filter(word => word !== '')
    .map(word => pills.pillOf(word.replace('-', ''), word.startsWith('-')))

/** @param {readonly pills.Pill[]} all */
const written = all => all.map(({ text, isOff }) => (isOff ? `-${text}` : text)).join(' ')

test('pills become a query and clauses that are off, and come back', () => {
  for (const text of ['', 'a', '-a', 'a -b c', '-a -b c', 'a b -c -d', '-a b -c d -e']) {
    const { query, off } = pills.asked(list(text))
    const clauses = query === '' ? [] : query.split(' and ').map(text => ({ text }))
    assert.equal(written(pills.pillsOf(clauses, off)), text)
  }
})

test('a clause that is off stays at its place, and behind all where that is gone', () => {
  const { off } = pills.asked(list('a -b c -d'))
  assert.equal(written(pills.pillsOf([{ text: 'x' }, { text: 'y' }], off)), 'x -b y -d')
  assert.equal(written(pills.pillsOf([], off)), '-b -d')
})

test('pills are toggled, replaced and removed', () => {
  assert.equal(written(pills.toggled(list('a -b'), 1)), 'a b')
  assert.equal(written(pills.toggled(list('a -b'), 0)), '-a -b')
  assert.equal(written(pills.replaced(list('a -b c'), 1, ['x', 'y'])), 'a -x -y c')
  assert.equal(written(pills.replaced(list('a -b c'), 0, [])), '-b c')
  assert.equal(written(pills.allSet(list('a -b'), true)), '-a -b')
})

test('what is negated is known by its text', () => {
  const is = (/** @type {string} */ text) => pills.pillOf(text, false).isNegated
  assert.deepEqual(['not a: 1', 'NOT(a)', 'nota: 1', 'a', '"not a"'].map(is), [
    true,
    true,
    false,
    false,
    false,
  ])
})

test('what was asked comes once, the latest first', () => {
  const step = (/** @type {string} */ query) => ({
    view: /** @type {any} */ ({ query }),
    label: '',
    kind: '',
  })
  const steps = ['', 'a', 'b', 'a', ' '].map(step)
  assert.deepEqual(pills.askedBefore({ steps, at: 0 }), ['a', 'b'])
})

test('a name stands for one filter', () => {
  const filter = (/** @type {string} */ name, /** @type {string} */ query) => ({ name, query, off: [] })
  const saved = pills.withSaved([filter('a', 'x'), filter('c', 'y')], filter('b', 'z'))
  assert.deepEqual(
    saved.map(({ name }) => name),
    ['a', 'b', 'c'],
  )
  assert.deepEqual(
    pills.withSaved(saved, filter('a', 'w')).map(({ query }) => query),
    ['w', 'z', 'y'],
  )
})

/** @param {string} text @param {...[string, 'field' | 'value' | 'word']} words */
const tokensIn = (text, ...words) =>
  words.map(([word, kind]) => ({ first: text.indexOf(word), end: text.indexOf(word) + word.length, kind }))

/** @param {string} text @param {import('../../www/types.d.ts').QueryToken[]} tokens */
const shown = (text, tokens) => tokens.map(({ first, end }) => text.slice(first, end))

test('tokens stay where the text around them is typed in', () => {
  const before = 'ab: cd ef'
  const tokens = tokensIn(before, ['ab', 'field'], ['cd', 'value'], ['ef', 'word'])
  const check = (/** @type {string} */ after, /** @type {string[]} */ expected) =>
    assert.deepEqual(shown(after, movedTokens(tokens, before, after)), expected, after)
  check('ab: cd efg', ['ab', 'cd', 'efg'])
  check('ab: xcd ef', ['ab', 'cd', 'ef'])
  check('ab: c ef', ['ab', 'c', 'ef'])
  check('ab:  ef', ['ab', 'ef'])
  check('', [])
  check('zz', [])
  check('ab: cd x ef', ['ab', 'cd', 'ef'])
})

test('moved tokens lie in the text, in order', () => {
  const before = 'aa: aa aa'
  const tokens = tokensIn(before, ['aa', 'field'])
  tokens.push({ first: 4, end: 6, kind: 'value' }, { first: 7, end: 9, kind: 'word' })
  for (const after of ['a', 'aa', 'aaa', 'aa:', 'aa: aa', 'aa aa', ': aa aa', 'aa: aaaa aa aa']) {
    let end = 0
    for (const token of movedTokens(tokens, before, after)) {
      assert.ok(token.first >= end && token.end > token.first && token.end <= after.length, after)
      end = token.end
    }
  }
})

test('a text is cut at its tokens and at what is wrong', () => {
  const text = 'ab: cd'
  const tokens = tokensIn(text, ['ab', 'field'], ['cd', 'value'])
  const cut = (/** @type {{ first: number, end: number } | null} */ wrong) =>
    stretches(text, tokens, wrong).map(
      ({ text, kind, isWrong }) => `${text}|${kind ?? ''}${isWrong ? '!' : ''}`,
    )
  assert.deepEqual(cut(null), ['ab|field', ': |', 'cd|value'])
  assert.deepEqual(cut({ first: 1, end: 3 }), ['a|field', 'b|field!', ':|!', ' |', 'cd|value'])
  assert.deepEqual(cut({ first: 6, end: 7 }), ['ab|field', ': |', 'cd|value'])
  assert.deepEqual(stretches('', [], null), [])
})

test('of questions that come while one is asked, the latest is asked', async () => {
  /** @type {number[]} */
  const asked = []
  /** @type {(() => void)[]} */
  const answers = []
  const ask = latestOnly(async (/** @type {number} */ n) => {
    asked.push(n)
    await new Promise(done => answers.push(() => done(undefined)))
  })
  const all = [ask(1), ask(2), ask(3)]
  answers[0]?.()
  await new Promise(done => setImmediate(done))
  answers[1]?.()
  await Promise.all(all)
  assert.deepEqual(asked, [1, 3])
  const again = ask(4)
  answers[2]?.()
  await again
  assert.deepEqual(asked, [1, 3, 4])
})
