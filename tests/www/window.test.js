import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  columnAt,
  placeToShow,
  SPACER_LIMIT_PX,
  scaleOf,
  startsOf,
  visibleColumns,
  visibleRows,
  withExtra,
} from '../../www/lib/window.js'

/** @param {Partial<Parameters<typeof visibleRows>[0]>} view @param {number[]} expected */
const checkRows = (view, expected) =>
  assert.deepEqual(
    Object.values(visibleRows({ topPx: 0, height: 100, rowHeight: 20, rows: 50, ...view })),
    expected,
  )

test('a view on a row border shows whole rows only', () => checkRows({}, [0, 5]))
test('a half-scrolled row counts as visible', () => checkRows({ topPx: 30 }, [1, 7]))
test('the last page stops at the last row', () => checkRows({ topPx: 950 }, [47, 50]))
test('few rows do not fill the view', () => checkRows({ rows: 2 }, [0, 2]))
test('no rows, nothing to show', () => checkRows({ rows: 0 }, [0, 0]))
test('a place behind the last row shows nothing', () => checkRows({ topPx: 5000 }, [50, 50]))

test('a short table scrolls one to one', () => {
  assert.deepEqual(scaleOf({ rows: 50, rowHeight: 20, height: 100 }), {
    spacerPx: 1000,
    maxTopPx: 900,
    ratio: 1,
  })
})

test('a table that fits does not scroll', () => {
  assert.deepEqual(scaleOf({ rows: 3, rowHeight: 20, height: 100 }), { spacerPx: 60, maxTopPx: 0, ratio: 1 })
})

test('ten million rows stay below the limit, and the end of the bar is the end of the rows', () => {
  const height = 800
  const { spacerPx, maxTopPx, ratio } = scaleOf({ rows: 10_000_000, rowHeight: 24, height })
  assert.equal(spacerPx, SPACER_LIMIT_PX)
  assert.ok(Math.abs((spacerPx - height) * ratio - maxTopPx) < 1)
  assert.deepEqual(visibleRows({ topPx: maxTopPx, height, rowHeight: 24, rows: 10_000_000 }).end, 10_000_000)
})

test('one wheel notch moves as many rows in the middle of ten million as at the top', () => {
  const step = (/** @type {number} */ topPx) =>
    visibleRows({ topPx: topPx + 120, height: 800, rowHeight: 24, rows: 10_000_000 }).first -
    visibleRows({ topPx, height: 800, rowHeight: 24, rows: 10_000_000 }).first
  assert.equal(step(0), 5)
  assert.equal(step(24 * 7_654_321), 5)
})

test('columns are found by their left edge', () => {
  const starts = startsOf([100, 50, 200])
  assert.deepEqual(starts, [0, 100, 150, 350])
  assert.deepEqual(
    [-5, 0, 99, 100, 149, 150, 349, 9999].map(px => columnAt(starts, px)),
    [0, 0, 0, 1, 1, 2, 2, 2],
  )
})

test('visible columns are half-open, and none without columns', () => {
  const starts = startsOf([100, 50, 200])
  assert.deepEqual(visibleColumns({ leftPx: 0, width: 100, starts }), { first: 0, end: 1 })
  assert.deepEqual(visibleColumns({ leftPx: 99, width: 100, starts }), { first: 0, end: 3 })
  assert.deepEqual(visibleColumns({ leftPx: 0, width: 100, starts: startsOf([]) }), { first: 0, end: 0 })
})

test('the cell with the focus keeps its place in the order', () => {
  assert.deepEqual(withExtra({ first: 3, end: 6 }, 1), [1, 3, 4, 5])
  assert.deepEqual(withExtra({ first: 3, end: 6 }, 4), [3, 4, 5])
  assert.deepEqual(withExtra({ first: 3, end: 6 }, 9), [3, 4, 5, 9])
  assert.deepEqual(withExtra({ first: 3, end: 6 }, -1), [3, 4, 5])
})

test('scrolling to show moves as little as it can', () => {
  const view = { at: 100, size: 50 }
  assert.equal(placeToShow({ ...view, start: 110, end: 130 }), 100)
  assert.equal(placeToShow({ ...view, start: 80, end: 100 }), 80)
  assert.equal(placeToShow({ ...view, start: 160, end: 180 }), 130)
  assert.equal(placeToShow({ ...view, start: 120, end: 220 }), 120)
})
