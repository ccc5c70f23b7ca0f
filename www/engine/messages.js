/** Calls between the page, the hub and the shards, over ports or within one thread. */

/**
 * What a side can be asked. A handler's answer crosses as a copy; the buffer of a `Uint8Array` is handed over.
 *
 * @typedef {{ [method: string]: (...args: never[]) => unknown }} Handlers
 */

/**
 * The other side, to be called by the names of its handlers and with their parameters. A call by another name fails.
 *
 * @template {Handlers} H the other side's handlers
 * @typedef {object} Peer
 * @property {<M extends keyof H & string>(method: M, ...args: Parameters<H[M]>) => Promise<Awaited<ReturnType<H[M]>>>} call
 * @property {<M extends keyof H & string>(method: M, ...args: Parameters<H[M]>) => void} tell calls without an answer
 * @property {(error: import('../types.d.ts').TrailglassError) => void} fail gives up whatever waits, and what will be called
 */

/**
 * The handler of a name.
 *
 * @param {Handlers} handlers
 * @param {string} method
 * @returns {(...args: unknown[]) => unknown}
 */
function handlerOf(handlers, method) {
  if (!Object.hasOwn(handlers, method))
    throw new TypeError(`this side has no method ${JSON.stringify(method)}`)
  return /** @type {(...args: unknown[]) => unknown} */ (handlers[method])
}

/**
 * What crosses in place of an `Error`.
 *
 * @typedef {{ code: string, message: string, at?: { first: number, end: number }, expected?: string }} ErrorMessage
 */

/**
 * An `Error` of the library.
 *
 * @param {ErrorMessage} message
 * @returns {import('../types.d.ts').TrailglassError}
 */
export function toError({ code, message, at, expected }) {
  const error = Object.assign(new Error(message), { code, ...(at && { at }), ...(expected && { expected }) })
  error.name = 'TrailglassError'
  return /** @type {import('../types.d.ts').TrailglassError} */ (error)
}

/** The error of what was given up by who asked for it. */
export const cancelled = () => toError({ code: 'cancelled', message: 'the question was given up' })

/**
 * What was thrown, ready to cross: an error of the core as it is, anything else as a crash.
 *
 * @param {unknown} thrown
 * @returns {ErrorMessage}
 */
export function fromThrown(thrown) {
  const { code, message, at, expected } = /** @type {Partial<ErrorMessage>} */ (thrown ?? {})
  const text = typeof message === 'string' ? message : String(thrown)
  return typeof code === 'string'
    ? { code, message: text, ...(at && { at }), ...(expected && { expected }) }
    : { code: 'crashed', message: text }
}

/**
 * Connects to the other side of `port`, and answers it with `handlers`.
 *
 * @param {MessagePort} port
 * @param {Handlers} handlers
 * @returns {Peer<any>} of the handlers that the caller knows to be there
 */
export function connect(port, handlers) {
  /** @type {Map<number, { done: (value: any) => void, failed: (error: Error) => void }>} */
  const waiting = new Map()
  let lastId = 0
  /** @type {Error | undefined} */
  let failure

  /** @param {{ id?: number, method: string, args: unknown[] }} request */
  async function answer({ id, method, args }) {
    try {
      const value = await handlerOf(handlers, method)(...args)
      if (id === undefined) return
      port.postMessage({ id, value }, value instanceof Uint8Array ? [value.buffer] : [])
    } catch (thrown) {
      if (id !== undefined) port.postMessage({ id, error: fromThrown(thrown) })
      else throw thrown
    }
  }

  port.onmessage = ({ data }) => {
    if ('method' in data) {
      answer(data)
      return
    }
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if ('error' in data) call?.failed(toError(data.error))
    else call?.done(data.value)
  }

  return {
    call(method, ...args) {
      if (failure) return Promise.reject(failure)
      lastId += 1
      const id = lastId
      return new Promise((done, failed) => {
        waiting.set(id, { done, failed })
        port.postMessage({ id, method, args })
      })
    },
    tell(method, ...args) {
      port.postMessage({ method, args })
    },
    fail(error) {
      if (failure) return
      failure = error
      port.close()
      for (const { failed } of waiting.values()) failed(error)
      waiting.clear()
    },
  }
}

/**
 * Connects to `handlers` of this thread; their `end` is called when it is given up.
 *
 * @template {Handlers & { end: () => void }} H
 * @param {H} handlers
 * @returns {Peer<H>}
 */
export function within(handlers) {
  /** @type {Error | undefined} */
  let failure
  /** @type {Set<(error: Error) => void>} */
  const waiting = new Set()
  /** @param {string} method @param {unknown[]} args @returns {Promise<any>} what `Peer` says of the method */
  async function answer(method, args) {
    try {
      return await handlerOf(handlers, method)(...args)
    } catch (thrown) {
      throw toError(fromThrown(thrown))
    }
  }
  return {
    call(method, ...args) {
      if (failure) return Promise.reject(failure)
      return new Promise((done, failed) => {
        waiting.add(failed)
        answer(method, args)
          .then(done, failed)
          .finally(() => waiting.delete(failed))
      })
    },
    tell(method, ...args) {
      if (!failure) handlerOf(handlers, method)(...args)
    },
    fail(error) {
      if (failure) return
      failure = error
      for (const failed of waiting) failed(error)
      waiting.clear()
      handlers.end()
    },
  }
}

/**
 * A side that is still to come: what is asked of it waits.
 *
 * @template {Peer<any>} P
 * @param {Promise<P>} coming
 * @returns {P}
 */
export function later(coming) {
  // Who waits is told; who only tells is not.
  coming.catch(() => {})
  /** @type {Peer<any>} */
  const peer = {
    call: async (method, ...args) => (await coming).call(method, ...args),
    tell: (method, ...args) => void coming.then(peer => peer.tell(method, ...args)).catch(() => {}),
    fail: error => void coming.then(peer => peer.fail(error)).catch(() => {}),
  }
  return /** @type {P} */ (peer)
}

/** Lets waiting messages and, in a page, the screen have their turn. */
export function breathe() {
  const immediate = Reflect.get(globalThis, 'setImmediate')
  if (immediate) return new Promise(done => immediate(done))
  const { port1, port2 } = new MessageChannel()
  return new Promise(done => {
    port1.onmessage = () => {
      port1.close()
      done(undefined)
    }
    port2.postMessage(null)
  })
}
