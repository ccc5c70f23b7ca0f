import assert from 'node:assert/strict'
import test from 'node:test'
import { cellAt, legendOf, placesOf, plotOf, svgOf, withHead } from '../../www/lib/plot.js'

const table = {
  rows: ['a', 'b <x>'],
  columns: ['one', 'two'],
  values: [
    [1, 3],
    [null, 2],
  ],
  times: [null, null],
}

const marks = (/** @type {import('../../www/lib/plot.js').PlotKind} */ kind) =>
  plotOf(kind, table, 600, 200).flatMap(shape => ('cell' in shape && shape.cell ? [shape] : []))

test('every figure above zero is a mark, whatever the chart', () => {
  for (const kind of /** @type {const} */ (['bars', 'stack', 'strip'])) {
    const cells = marks(kind).map(({ cell }) => `${cell?.row},${cell?.column}`)
    assert.deepEqual(cells.sort(), ['0,0', '0,1', '1,1'], kind)
  }
  assert.equal(marks('heat').length, 4)
  assert.equal(marks('lines').length, 4)
})

test('marks stay within the chart', () => {
  for (const kind of /** @type {const} */ (['bars', 'stack', 'strip', 'heat', 'lines'])) {
    for (const mark of marks(kind)) {
      const [width, height] = mark.kind === 'rect' ? [mark.width, mark.height] : [0, 0]
      assert.ok(mark.x >= 0 && mark.x + width <= 601 && mark.y >= -1 && mark.y + height <= 201, kind)
    }
  }
})

test('parts of a bar are as long as what they count', () => {
  const long = marks('bars').map(mark => (mark.kind === 'rect' ? Math.round(mark.width) : 0))
  assert.deepEqual(long, [85, 255, 170])
})

test('a mark is found where it is drawn', () => {
  for (const kind of /** @type {const} */ (['bars', 'stack', 'heat', 'strip'])) {
    const shapes = plotOf(kind, table, 600, 200)
    for (const mark of marks(kind)) {
      const [dx, dy] = mark.kind === 'rect' ? [mark.width / 2, mark.height / 2] : [0, 0]
      assert.deepEqual(cellAt(shapes, mark.x + dx, mark.y + dy), mark.cell, kind)
    }
  }
  assert.equal(cellAt(plotOf('bars', table, 600, 200), 599, 199), null)
})

test('intervals stand to scale: a gap is a gap', () => {
  const time = (/** @type {bigint} */ first) => ({ first, end: first + 10n })
  const places = placesOf(
    { ...table, times: [time(1_647_964_082_000_000_000n), time(1_647_964_082_000_000_030n)] },
    0,
    400,
  )
  assert.deepEqual(places, [
    { x: 0, width: 100 },
    { x: 300, width: 100 },
  ])
})

test('what has no time stands right of the times, which stay to scale', () => {
  const time = (/** @type {bigint} */ first) => ({ first, end: first + 10n })
  const places = placesOf({ ...table, rows: ['a', 'b', 'c'], times: [time(30n), time(0n), null] }, 0, 490)
  assert.deepEqual(places, [
    { x: 300, width: 100 },
    { x: 0, width: 100 },
    { x: 400, width: 90 },
  ])
})

test('no line leads over times in which nothing was', () => {
  const times = [0n, 10n, 30n, 40n].map(first => ({ first, end: first + 10n }))
  const values = [[1], [2], [3], [4]]
  const lines = plotOf('lines', { rows: ['a', 'b', 'c', 'd'], columns: ['n'], values, times }, 600, 200)
  assert.deepEqual(
    lines.flatMap(shape => (shape.kind === 'line' ? [shape.points.length] : [])),
    [2, 2],
  )
})

test('what is exported says what it shows and what its colours mean', () => {
  const bare = plotOf('stack', table, 600, 200)
  const { shapes, headPx } = withHead(bare, { title: 'Count', columns: legendOf('stack', table), width: 600 })
  const words = shapes.flatMap(shape => (shape.kind === 'words' && shape.y < headPx ? [shape.text] : []))
  assert.deepEqual(words, ['Count', 'one', 'two'])
  assert.deepEqual(
    shapes.slice(-bare.length).map(shape => ('y' in shape ? shape.y - headPx : 0)),
    bare.map(shape => ('y' in shape ? shape.y : 0)),
  )
  assert.deepEqual(legendOf('heat', table), [])
})

test('an SVG holds words as text, whatever they are', () => {
  const hostile = { ...table, rows: ['<script>alert(1)</script>', '"\u0000&'] }
  const svg = svgOf(plotOf('bars', hostile, 600, 200), {
    width: 600,
    height: 200,
    title: '<x>&',
    colours: ['red"><script>', 'blue'],
    text: 'black',
    background: 'white',
  })
  assert.ok(!/<script|<x>|red"/u.test(svg))
  assert.ok(svg.includes('&#60;script') && !svg.includes('\u0000'))
})
