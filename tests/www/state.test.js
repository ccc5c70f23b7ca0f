import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as changes from '../../www/state/changes.js'
import {
  arranged,
  CLOUDTRAIL_COLUMNS,
  COMMON_COLUMNS,
  moved,
  nextSort,
  toggled,
  usualColumns,
  withWidth,
} from '../../www/state/columns.js'
import { keepLayout, keptLayout } from '../../www/state/layout.js'
import { createStore } from '../../www/state/store.js'

const start = () => changes.initialState(changes.DEFAULT_LAYOUT)

/** A stand-in for an answer of the engine. @param {string} query @returns {any} */
const answer = query => ({ query, count: 7 })

/** A stand-in for an event. @param {number} row @param {number} offset @returns {any} */
const detail = (row, offset) => ({ row, path: 'a.json', offset })

test('a store tells of changes, and of nothing else', () => {
  const store = createStore({ n: 1 })
  /** @type {[number, number | undefined][]} */
  const seen = []
  const gone = new AbortController()
  store.subscribe((state, before) => seen.push([state.n, before?.n]), gone.signal)
  store.change(state => state)
  store.change(state => ({ ...state, n: 2 }))
  gone.abort()
  store.change(state => ({ ...state, n: 3 }))
  assert.deepEqual(seen, [
    [1, undefined],
    [2, 1],
  ])
  assert.ok(Object.isFrozen(store.get()))
})

test('a change made while telling is told once, last', () => {
  const store = createStore({ n: 1 })
  /** @type {number[]} */
  const seen = []
  store.subscribe(state => {
    if (state.n === 2) store.change(() => ({ n: 3 }))
  })
  store.subscribe(state => seen.push(state.n))
  store.change(() => ({ n: 2 }))
  assert.deepEqual(seen, [1, 3])
})

test('a problem leaves the last good answer', () => {
  let state = changes.withAnswer(start(), answer('a'))
  state = changes.withQuestion(state, 'a and')
  state = changes.withProblem(state, { query: 'a and', message: 'm', expected: 'a term', at: null })
  assert.equal(state.answer?.query, 'a')
  assert.equal(changes.withAnswer(state, answer('a and b')).problem, null)
})

test('the span of a query outlasts its sort order, not the query', () => {
  const asked = { ...changes.withAnswer(start(), answer('a')), span: { first: 'x', last: 'y' } }
  const state = changes.withAnswer(asked, answer('a'))
  assert.deepEqual(state.span, { first: 'x', last: 'y' })
  assert.equal(changes.withAnswer(state, answer('b')).span, null)
})

test('an opened event loses its row with a new answer, until it is found there again', () => {
  const first = changes.withAnswer(start(), answer('a'))
  let state = changes.withOpened(first, detail(3, 100), answer('older'))
  assert.equal(changes.openRow(state), -1)
  state = changes.withOpened(first, detail(3, 100), first.answer ?? answer(''))
  assert.equal(changes.openRow(state), 3)
  assert.ok(state.layout.sides.detail.isOpen)
  state = changes.withAnswer(state, answer('a'))
  assert.equal(changes.openRow(state), -1)
  assert.equal(changes.openRow(changes.withRowChecked(state, detail(3, 999))), -1)
  assert.equal(changes.openRow(changes.withRowChecked(state, detail(3, 100))), 3)
})

test('an opened event has its new time once sources are read in another way, or goes', () => {
  const first = changes.withAnswer(start(), answer('a'))
  const opened = { ...detail(3, 100), time: 1n, source: 0 }
  const told = {
    ...changes.withOpened(first, opened, first.answer ?? answer('')),
    span: { first: 'x', last: 'y' },
  }
  const state = changes.withRefreshed(changes.withTimesAnew(told), answer('a'))
  assert.equal(state.span, null)
  assert.equal(changes.withoutLostEvent(state).opened, null)
  const found = changes.withoutLostEvent(changes.withRowChecked(state, { ...opened, time: 2n }))
  assert.equal(found.opened?.detail.time, 2n)
  // What is as it was is shown as it is: the analyst may be reading it.
  assert.equal(changes.withRowChecked(state, { ...opened }).opened?.detail, opened)
})

test('panes keep within their limits', () => {
  assert.equal(changes.withSide(start(), 'fields', { width: 5 }).layout.sides.fields.width, 180)
  assert.equal(changes.withSide(start(), 'fields', { width: 9999 }).layout.sides.fields.width, 560)
})

/** @param {readonly { field: string }[]} columns */
const names = columns => columns.map(column => column.field).join()
const ABC = ['a', 'b', 'c'].map(field => ({ field, width: 100 }))

test('unlike logs are shown by what they have in common, until the analyst chooses', () => {
  const field = (/** @type {string} */ name, /** @type {number} */ rows) =>
    /** @type {import('../../www/types.d.ts').FieldInfo} */ ({ name, rows, kinds: ['text'] })
  const mixed = [field('event.dataset', 100), field('eventName', 30)]
  const cloud = [field('event.dataset', 100), field('eventName', 95)]
  assert.equal(usualColumns(CLOUDTRAIL_COLUMNS, mixed), COMMON_COLUMNS)
  assert.equal(usualColumns(COMMON_COLUMNS, cloud), CLOUDTRAIL_COLUMNS)
  assert.equal(usualColumns(CLOUDTRAIL_COLUMNS, []), CLOUDTRAIL_COLUMNS)
  const own = toggled(CLOUDTRAIL_COLUMNS, 'awsRegion', [])
  assert.equal(usualColumns(own, mixed), own)
})

test('columns come at the end, go, move and keep a width that can be used', () => {
  assert.equal(names(toggled(ABC, 'd', [])), 'a,b,c,d')
  assert.equal(names(toggled(ABC, 'b', [])), 'a,c')
  assert.equal(names(moved(ABC, 'a', 1)), 'b,a,c')
  assert.equal(names(moved(ABC, 'a', -1)), 'a,b,c')
  assert.equal(names(moved(ABC, 'a', 9)), 'b,c,a')
  assert.deepEqual(withWidth(ABC, 'a', 3)[0], { field: 'a', width: 60 })
  assert.equal(toggled([], 'userAgent', [])[0]?.width, CLOUDTRAIL_COLUMNS.at(-1)?.width)
})

test('numbers stand at the right', () => {
  /** @type {any} only the two that matter */
  const fields = [
    { name: 'bytes', kinds: ['number'] },
    { name: 'mixed', kinds: ['number', 'text'] },
  ]
  assert.equal(toggled([], 'bytes', fields)[0]?.isNumber, true)
  assert.equal(toggled([], 'mixed', fields)[0]?.isNumber, false)
})

test('a header goes through ascending, descending, none', () => {
  const up = nextSort([], 'a', false)
  const down = nextSort(up, 'a', false)
  assert.deepEqual(
    [up, down, nextSort(down, 'a', false)],
    [[{ field: 'a' }], [{ field: 'a', descending: true }], []],
  )
})

test('a second key joins the first with Shift, and replaces it without', () => {
  const two = nextSort([{ field: 'a' }], 'b', true)
  assert.deepEqual(two, [{ field: 'a' }, { field: 'b' }])
  assert.deepEqual(nextSort(two, 'a', true), [{ field: 'a', descending: true }, { field: 'b' }])
  assert.deepEqual(nextSort(two, 'c', false), [{ field: 'c' }])
})

test('the layout survives a store that is refused, and one that lies', () => {
  const refused = () => {
    throw new Error('denied')
  }
  assert.equal(keptLayout(refused), changes.DEFAULT_LAYOUT)
  keepLayout(refused, changes.DEFAULT_LAYOUT)
  const lies = '{"theme":"<b>","sides":{"fields":{"width":1e9,"isOpen":"yes"}},"isHeaderCopied":false}'
  const layout = keptLayout(() => ({ getItem: () => lies, setItem: () => {} }))
  assert.deepEqual(layout, {
    theme: 'system',
    sides: { fields: { width: 560, isOpen: true }, detail: changes.DEFAULT_LAYOUT.sides.detail },
    isHeaderCopied: false,
    isTimelineOpen: true,
  })
})

test('what is kept comes back', () => {
  let text = ''
  const shelf = () => ({
    getItem: () => text,
    setItem: (/** @type {string} */ _key, /** @type {string} */ value) => {
      text = value
    },
  })
  const layout = { ...changes.DEFAULT_LAYOUT, theme: /** @type {const} */ ('dark') }
  keepLayout(shelf, layout)
  assert.deepEqual(keptLayout(shelf), layout)
})

test('a refresh leaves the mistake that the analyst is at', () => {
  let state = changes.withAnswer(start(), answer('a'))
  state = changes.withProblem(state, { query: 'a and', message: 'm', expected: '', at: null })
  const next = answer('a')
  state = changes.withRefreshed(state, next)
  assert.equal(state.answer, next)
  assert.equal(state.problem?.query, 'a and')
})

test('a command on a column changes the columns or the order, never both', () => {
  const columns = ['a', 'b', 'c'].map(field => ({ field, width: 100 }))
  const grid = { columns, sort: [{ field: 'a' }, { field: 'b', descending: true }] }
  /** @param {Parameters<typeof arranged>[1]} command @param {string} field */
  const shown = (command, field) => {
    const { columns, sort } = arranged(grid, command, field)
    const order = sort?.map(key => `${key.descending ? '-' : '+'}${key.field}`)
    return [columns?.map(({ field, width }) => (width === 100 ? field : `${field} ${width}`)), order]
  }
  assert.deepEqual(shown('ascending', 'c'), [undefined, ['+c']])
  assert.deepEqual(shown('descending', 'c'), [undefined, ['-c']])
  assert.deepEqual(shown('unsorted', 'a'), [undefined, ['-b']])
  assert.deepEqual(shown('sortNext', 'a'), [undefined, ['-a']])
  assert.deepEqual(shown('sortNextToo', 'a'), [undefined, ['-a', '-b']])
  assert.deepEqual(shown('left', 'b'), [['b', 'a', 'c'], undefined])
  assert.deepEqual(shown('right', 'b'), [['a', 'c', 'b'], undefined])
  assert.deepEqual(shown('wider', 'b'), [['a', 'b 116', 'c'], undefined])
  assert.deepEqual(shown('narrower', 'b'), [['a', 'b 84', 'c'], undefined])
  assert.deepEqual(shown('hide', 'b'), [['a', 'c'], undefined])
})

test('the last column cannot be hidden', () =>
  assert.deepEqual(arranged({ columns: [{ field: 'a', width: 100 }], sort: [] }, 'hide', 'a'), {}))
