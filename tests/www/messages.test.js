import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, later, within } from '../../www/engine/messages.js'

const handlers = {
  /** @param {number} n */
  double: n => n * 2,
  end() {},
}

/** Both ways to a side that has `handlers`. */
function peers() {
  const { port1, port2 } = new MessageChannel()
  const near = connect(port1, {})
  const far = connect(port2, handlers)
  const close = () => {
    for (const side of [near, far])
      side.fail(Object.assign(new Error('closed'), { code: /** @type {const} */ ('closed') }))
  }
  return { peers: [near, within(handlers), later(Promise.resolve(within(handlers)))], close }
}

test('a call by the name of a handler is answered, by any other name it fails', async () => {
  const { peers: all, close } = peers()
  for (const peer of all) {
    assert.equal(await peer.call('double', 21), 42)
    for (const name of ['halve', 'toString', '__proto__']) {
      const called = peer.call(name, 21)
      await assert.rejects(called, { code: 'crashed', message: `this side has no method "${name}"` })
    }
  }
  close()
})

test('what is told to a name without a handler is not lost silently', () => {
  // @ts-expect-error: no handler has this name
  assert.throws(() => within(handlers).tell('halve', 21), TypeError)
})
