/** A worker: the hub or one shard, as its first message says. A classic script once bundled. */
import * as core from '../pkg/trailglass.js'
import { hubHandlers } from './hub.js'
import { breathe, connect, fromThrown } from './messages.js'
import { shardHandlers } from './shard.js'

/**
 * @typedef {import('./messages.js').Peer<import('./shard.js').ShardHandlers>} ShardPeer
 * @typedef {{ onBytes: (source: number, n: number) => void }} ShardsHub what a shard can ask of the hub
 * @typedef {{ role: 'shard', number: number, module: WebAssembly.Module, room: number, port: MessagePort }} BeShard
 * @typedef {{ role: 'hub', module: WebAssembly.Module, room: number, page: MessagePort, shards: MessagePort[] }} BeHub
 */

/** How often, and how long at most, everything is run once before there is something to do. */
const WARM_UPS = 60
const WARM_UP_FOR = 300

/** Memory that is made at a time: questions come first. */
const ROOM_STEP = 8 << 20

/**
 * A browser compiles a function when it is first called, and well when it was called often: that is done while the
 * analyst still looks for the files.
 */
async function warmUp() {
  const started = performance.now()
  for (let n = 0; n < WARM_UPS && performance.now() - started < WARM_UP_FOR && !isBusy; n += 1) {
    core.warmUp()
    await breathe()
  }
}

/**
 * The system gives memory page by page, when each is first touched, and that takes as long as reading what comes to lie
 * on it: that, too, is done while the analyst still looks for the files.
 *
 * @param {number} n_bytes
 */
async function makeRoom(n_bytes) {
  for (let n = ROOM_STEP; n <= n_bytes && !isBusy; n += ROOM_STEP) {
    core.touchMemory(n)
    await breathe()
  }
}

let isBusy = false

/** @param {BeShard} message */
function beShard({ number, module, room, port }) {
  const { memory } = core.initSync({ module })
  warmUp().then(() => makeRoom(room))
  const handlers = shardHandlers(core, number, {
    memory,
    onBytes: (source, n) => hub.tell('onBytes', source, n),
  })
  const { read } = handlers
  handlers.read = (...args) => {
    isBusy = true
    return read(...args)
  }
  /** @type {import('./messages.js').Peer<ShardsHub>} */
  const hub = connect(port, handlers)
}

/** @param {BeHub} message */
function beHub({ module, room, page: pagePort, shards: shardPorts }) {
  core.initSync({ module })
  makeRoom(room)
  /** @param {MessagePort} port @param {number} shard @returns {ShardPeer} */
  const toShard = (port, shard) =>
    connect(port, {
      onBytes: (/** @type {number} */ source, /** @type {number} */ n) => handlers.onBytes(shard, source, n),
    })
  /** @param {string} message */
  const onCrash = message => page.tell('onCrash', message)
  /** @type {Map<number, (peer: ShardPeer) => void>} */
  const awaited = new Map()
  const handlers = hubHandlers(core, shardPorts.map(toShard), {
    onCrash,
    onProgress: (id, progress) => page.tell('onProgress', id, progress),
    replaceShard: shard =>
      new Promise(done => {
        awaited.set(shard, done)
        page.tell('replaceShard', shard)
      }),
  })
  /** @type {import('./messages.js').Peer<import('./client.js').PageHandlers>} */
  const page = connect(pagePort, handlers)
  // What nobody waits for has no other way to be told.
  self.addEventListener('unhandledrejection', ({ reason }) => onCrash(fromThrown(reason).message))
  self.addEventListener('message', ({ data: { shard, port } }) => {
    awaited.get(shard)?.(toShard(port, shard))
    awaited.delete(shard)
  })
}

self.addEventListener(
  'message',
  ({ data }) => {
    if (data.role === 'hub') beHub(data)
    else beShard(data)
    postMessage('ready')
  },
  { once: true },
)
