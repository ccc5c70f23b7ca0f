import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from '../../www/lib/clock.js'
import { NewestOnly } from '../../www/lib/latest.js'
import { FakeClock } from './support/fakes.js'

/** A pace of one second, and when its work ran. */
function paced() {
  const clock = new FakeClock()
  const pace = new Pace(clock, 1000)
  /** @type {string[]} */
  const done = []
  const work = (/** @type {string} */ name) => () => void done.push(`${name} at ${clock.now()}`)
  return { clock, pace, done, work }
}

test('the first repeated work runs at once, the next after the pace', async () => {
  const { clock, pace, done, work } = paced()
  pace.again(work('a'))
  await clock.pass(400)
  pace.again(work('b'))
  await clock.pass(2000)
  assert.deepEqual(done, ['a at 0', 'b at 1000'])
})

test('what is asked for last replaces what waits', async () => {
  const { clock, pace, done, work } = paced()
  pace.again(work('a'))
  await clock.pass(0)
  pace.again(work('b'))
  pace.soon(work('c'), 200)
  await clock.pass(5000)
  assert.deepEqual(done, ['a at 0', 'c at 200'])
})

test('work that is done now counts for the pace, and replaces what waits', async () => {
  const { clock, pace, done, work } = paced()
  pace.soon(work('a'), 10)
  assert.equal(
    pace.now(() => 7),
    7,
  )
  pace.again(work('b'))
  await clock.pass(5000)
  assert.deepEqual(done, ['b at 1000'])
})

test('a new question cancels the one before', () => {
  const questions = new NewestOnly()
  const first = questions.begin()
  const second = questions.begin()
  assert.deepEqual([first.aborted, second.aborted, questions.signal === second], [true, false, true])
  questions.cancel()
  assert.equal(second.aborted, true)
})
