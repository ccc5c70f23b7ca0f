import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GridView } from '../../www/lib/grid-view.js'
import { startsOf } from '../../www/lib/window.js'

/** A view of 100 by 250 pixels, with rows of 20 and columns of 100 pixels. @param {{ rows?: number }} [what] */
function view({ rows = 50 } = {}) {
  const made = new GridView()
  made.rowHeight = 20
  made.numberWidth = 50
  made.nRows = rows
  made.starts = startsOf([100, 100, 100, 100])
  made.measure({ width: 250, height: 100 })
  return made
}

test('scrolling stays within the rows and columns', () => {
  const grid = view()
  assert.deepEqual(grid.scrollTo(5000, 5000), { top: 900, left: 200 })
  assert.deepEqual([grid.topPx, grid.leftPx, grid.direction], [900, 200, 1])
  grid.scrollTo(-10, -10)
  assert.deepEqual([grid.topPx, grid.leftPx, grid.direction], [0, 0, -1])
})

test('what is in sight follows', () => {
  const grid = view()
  assert.deepEqual(grid.inSight, { rows: { first: 0, end: 5 }, columns: { first: 0, end: 2 } })
  grid.scrollTo(30, 150)
  assert.deepEqual(grid.inSight, { rows: { first: 1, end: 7 }, columns: { first: 1, end: 4 } })
})

test('the bar moves the view only where the analyst has moved it', () => {
  const grid = view({ rows: 10_000_000 })
  const { top } = grid.scrollTo(123_456_789, 0)
  // The browser rounds the place of the bar; the view keeps the exact one.
  grid.barIsAt(Math.round(top), 0)
  grid.barMoved(Math.round(top), 0)
  assert.equal(grid.topPx, 123_456_789)
  grid.barMoved(Math.round(top) + 100, 0)
  assert.ok(grid.topPx > 123_456_789)
  grid.barMoved(1e9, 0)
  assert.equal(grid.topPx, 10_000_000 * 20 - 100)
})

test('a row or column is shown whole by the shortest way', () => {
  const grid = view()
  assert.deepEqual([grid.topToShow(4), grid.topToShow(5), grid.shows(4), grid.shows(5)], [0, 20, true, false])
  assert.deepEqual([grid.leftToShow(1), grid.leftToShow(2)], [0, 100])
  assert.equal(grid.shows(-1), false)
})

test('a page is what is in sight, less a row to go by', () => {
  assert.equal(view().pageRows, 4)
  const low = view()
  low.measure({ width: 250, height: 10 })
  assert.equal(low.pageRows, 1)
})

test('the bar is as long as the rows, up to what browsers bear', () => {
  assert.deepEqual(view().spacer, { height: 1000, width: 450 })
  assert.ok(view({ rows: 10_000_000 }).spacer.height < 10_000_000)
})
