import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DrawTurns } from '../../www/lib/draw-turns.js'

/** A grid that notes what it does, and the turns of an event loop that a test takes one by one. */
function setUp() {
  const grid = { isHere: true, isStale: false, done: /** @type {string[]} */ ([]) }
  /** @type {(() => void)[]} */
  let frames = []
  /** @type {(() => void)[]} */
  let soon = []
  let now = 0
  const draw = (/** @type {string} */ name) => () => {
    grid.done.push(name)
    turns.begin()
    turns.drawn(grid.isHere)
  }
  const turns = new DrawTurns(
    {
      ask: () => grid.isHere,
      hasStale: () => grid.isStale,
      draw: draw('draw'),
      drawArrived: draw('draw at once'),
      askAhead: () => void grid.done.push('ask ahead'),
    },
    {
      now: () => now,
      withFrame: act => void frames.push(act),
      soon: act => void soon.push(act),
    },
  )
  /** Paints a frame, and does what follows it. @param {number} [milliseconds] */
  const frame = (milliseconds = 16) => {
    now += milliseconds
    const [due, acts] = [frames, soon]
    frames = []
    soon = []
    for (const act of [...acts, ...due]) act()
  }
  return { grid, turns, frame }
}

test('however often it is requested, one frame draws once', () => {
  const { grid, turns, frame } = setUp()
  turns.request()
  turns.request()
  frame()
  assert.deepEqual(grid.done, ['draw'])
})

test('what comes next is asked for after what is in sight is painted', () => {
  const { grid, turns, frame } = setUp()
  turns.request()
  frame()
  frame()
  frame()
  assert.deepEqual(grid.done, ['draw', 'ask ahead'])
})

test('cells that arrive soon are drawn at once, and only then', () => {
  const { grid, turns, frame } = setUp()
  grid.isHere = false
  turns.request()
  frame()
  assert.equal(grid.done.length, 0)
  grid.isHere = true
  turns.arrived()
  frame()
  assert.deepEqual(grid.done.slice(0, 1), ['draw at once'])
  assert.equal(grid.done.filter(what => what.startsWith('draw')).length, 1)
})

test('cells that do not arrive are not waited for', () => {
  const { grid, turns, frame } = setUp()
  grid.isHere = false
  turns.request()
  frame()
  frame()
  assert.deepEqual(grid.done, ['draw'])
  turns.arrived()
  frame(0)
  frame(30)
  assert.deepEqual(grid.done, ['draw', 'draw'])
})

test('with cells of the model before to show, nothing is held back', () => {
  const { grid, turns, frame } = setUp()
  grid.isHere = false
  grid.isStale = true
  turns.request()
  frame(1)
  assert.deepEqual(grid.done, ['draw'])
})

test('cells that arrive while all in sight is drawn were asked for ahead: more are', () => {
  const { grid, turns } = setUp()
  turns.arrived()
  assert.deepEqual(grid.done, ['ask ahead'])
})
