/**
 * The engine, for the page and for programs: see `types.d.ts`. Files are read, and questions answered, by workers
 * that this module makes of its own text; where there are none (Node.js, a browser that refuses) all runs here.
 */
import { wasmBytes, wasmPackedBase64, workerText } from 'trailglass:assets'
import * as core from '../pkg/trailglass.js'
import { asking, throwIfAborted } from './asking.js'
import { hubHandlers } from './hub.js'
import { breathe, connect, toError, within } from './messages.js'
import { shardHandlers } from './shard.js'
import { unpacker } from './unpack.js'

/**
 * @typedef {import('../types.d.ts').Progress} Progress
 * @typedef {import('./asking.js').Hub} Hub
 * @typedef {import('./asking.js').AskHub} AskHub
 */

/**
 * What the hub's worker can ask of the page.
 *
 * @typedef {object} PageHandlers
 * @property {(id: number, progress: Progress) => void} onProgress
 * @property {(message: string) => void} onCrash
 * @property {(shard: number) => void} replaceShard
 */

const MAX_SHARDS = 8

/** The core is unpacked by so many bytes, until so much time has gone: then the page has its turn. */
const UNPACKED_BYTES = 4096
const UNPACK_FOR_MS = 5

/** The compiled core: once for all engines of a page. @type {Promise<WebAssembly.Module> | undefined} */
let compiled

function compileOnce() {
  compiled ??= (async () => {
    const packed = fromBase64(wasmPackedBase64.trim())
    const wasm = new Uint8Array(wasmBytes)
    const unpackTo = unpacker(packed, wasm)
    let started = performance.now()
    for (let n_bytes = 0; n_bytes < wasmBytes; n_bytes += UNPACKED_BYTES) {
      unpackTo(n_bytes + UNPACKED_BYTES)
      if (performance.now() - started < UNPACK_FOR_MS) continue
      await breathe()
      started = performance.now()
    }
    return WebAssembly.compile(wasm)
  })()
  return compiled
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function fromBase64(text) {
  // Node.js 20 has only the older way.
  const decode = Reflect.get(Uint8Array, 'fromBase64')
  return decode?.call(Uint8Array, text) ?? Uint8Array.from(atob(text), character => character.charCodeAt(0))
}

/** The way to the hub. @typedef {{ hub: Hub, end: () => void }} Link */

/** @type {{ createScriptURL: (url: string) => string } | undefined} */
let policy

/** A worker of our own text, which is all that the policy lets through. */
function makeWorker() {
  const url = URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }))
  const factory = Reflect.get(globalThis, 'trustedTypes')
  policy ??= factory?.createPolicy('trailglass-worker', {
    createScriptURL: (/** @type {string} */ asked) => {
      if (!asked.startsWith('blob:')) throw new TypeError('only our own worker may run')
      return asked
    },
  })
  const worker = new Worker(policy?.createScriptURL(url) ?? url)
  const ready = new Promise((done, failed) => {
    worker.onmessage = done
    worker.onerror = event => failed(new Error(event.message || 'a worker could not start'))
  }).finally(() => URL.revokeObjectURL(url))
  return { worker, ready }
}

/** Memory that workers have at hand before there is something to read: of each GiB that the machine has, and at most. */
const ROOM_OF_GIB = 32 << 20
const MOST_ROOM = 256 << 20

/** Memory of the machine, as far as the browser says; few have less than is taken where it does not. */
const gibibytes = () => Number(Reflect.get(navigator, 'deviceMemory') ?? 4)

/**
 * Hub and shards in workers.
 *
 * @param {WebAssembly.Module} module
 * @param {number} n_shards
 * @param {(id: number, progress: Progress) => void} onProgress
 * @returns {Promise<Link>}
 */
async function linkWorkers(module, n_shards, onProgress) {
  const room = Math.min(MOST_ROOM, ROOM_OF_GIB * gibibytes())
  const hubRoom = room / 4
  const hubWorker = makeWorker()
  /** @param {ReturnType<typeof makeWorker>} made @param {number} number @param {MessagePort} port */
  const start = ({ worker, ready }, number, port) => {
    worker.postMessage({ role: 'shard', number, module, room: (room - hubRoom) / n_shards, port }, [port])
    return ready
  }
  const workers = Array.from({ length: n_shards }, makeWorker)
  const channels = workers.map(() => new MessageChannel())
  const page = new MessageChannel()
  const shardPorts = channels.map(({ port2 }) => port2)
  hubWorker.worker.postMessage({ role: 'hub', module, room: hubRoom, page: page.port2, shards: shardPorts }, [
    page.port2,
    ...shardPorts,
  ])
  const started = workers.map((made, i) => start(made, i, /** @type {MessageChannel} */ (channels[i]).port1))
  try {
    await Promise.all([hubWorker.ready, ...started])
  } catch (error) {
    for (const { worker } of [hubWorker, ...workers]) worker.terminate()
    throw error
  }
  /** @param {string} message */
  const crashed = message => hub.fail(crash(message))
  /** @type {PageHandlers} */
  const handlers = {
    onProgress,
    onCrash: crashed,
    replaceShard(shard) {
      workers[shard]?.worker.terminate()
      const made = makeWorker()
      workers[shard] = made
      const { port1, port2 } = new MessageChannel()
      start(made, shard, port1).catch(error => crashed(error.message))
      hubWorker.worker.postMessage({ shard, port: port2 }, [port2])
    },
  }
  /** @type {Hub} */
  const hub = connect(page.port1, handlers)
  return {
    hub,
    end() {
      hub.fail(closed())
      for (const { worker } of [hubWorker, ...workers]) worker.terminate()
    },
  }
}

/**
 * Hub and shards in this thread, in one instance of the core.
 *
 * @param {WebAssembly.Module} module
 * @param {number} n_shards
 * @param {(id: number, progress: Progress) => void} onProgress
 * @returns {Link}
 */
function linkHere(module, n_shards, onProgress) {
  const { memory } = core.initSync({ module })
  /** @param {number} shard */
  const makeShard = shard =>
    within(
      shardHandlers(core, shard, {
        memory,
        onBytes: (source, n) => handlers.onBytes(shard, source, n),
      }),
    )
  const shards = Array.from({ length: n_shards }, (_, shard) => makeShard(shard))
  const handlers = hubHandlers(core, shards, {
    onProgress,
    replaceShard: async shard => makeShard(shard),
    onCrash: message => hub.fail(crash(message)),
  })
  const hub = within(handlers)
  return { hub, end: () => hub.fail(closed()) }
}

/** @param {string} message */
const crash = message => toError({ code: 'crashed', message: `the engine crashed: ${message}` })

const closed = () => toError({ code: 'closed', message: 'the engine was closed' })

/** @param {import('../types.d.ts').SourceInput} input @returns {import('../types.d.ts').NamedBlob} */
function named(input) {
  if ('blob' in input) return input
  // A dropped folder's files carry their path only where the page adds it.
  return { path: input.webkitRelativePath || input.name, blob: input }
}

/** Files and bytes of a bundle; of the first ones, whose rows are the first on the screen. */
const BUNDLE_FILES = 32
const BUNDLE_BYTES = 2 << 20
const FIRST_BUNDLES = 8
const FIRST_BUNDLE_FILES = 4

/** How long to work before the screen has its turn. */
const BURST = 8

/**
 * Puts many small files into one blob each: a browser takes as long to hand over a blob of many files as to hand
 * over one. Their sizes and dates, which it looks up one by one, are asked for as late as can be.
 *
 * @param {import('../types.d.ts').NamedBlob[]} files
 */
function* bundlesOf(files) {
  let first = 0
  for (let n = 0; first < files.length; n += 1) {
    const n_files = n < FIRST_BUNDLES ? FIRST_BUNDLE_FILES : BUNDLE_FILES
    /** @type {Blob[]} */
    const blobs = []
    /** @type {[path: string, size: number, modified: number | undefined][]} */
    const names = []
    let size = 0
    for (const { path, blob, modified } of files.slice(first, first + n_files)) {
      // A file that has gone has no bytes, either: only reading it by itself can tell.
      if (blobs.length > 0 && (blob.size === 0 || size + blob.size > BUNDLE_BYTES)) break
      size += blob.size
      blobs.push(blob)
      names.push([path, blob.size, modified ?? Reflect.get(blob, 'lastModified')])
      if (blob.size === 0) break
    }
    yield { blob: blobs[0] && blobs.length === 1 ? blobs[0] : new Blob(blobs), names }
    first += blobs.length
  }
}

/**
 * A function of its own: one made beside the selection would hold on to it, for such share what they know.
 *
 * @param {Hub} hub @param {'closeSelection' | 'closeHits'} method @param {number} number
 */
const closing = (hub, method, number) => () => hub.tell(method, number)

/** Selections and hits that nobody holds any more are forgotten in the hub. @type {FinalizationRegistry<() => void>} */
const forgotten = new FinalizationRegistry(close => close())

/** What the core does not take is put right here: in the hub it would pass for a crash. @param {unknown} n */
const toCount = n => Math.min(Math.max(0, Math.trunc(Number(n)) || 0), 0xffff_ffff)

/** @param {Iterable<string>} fields @param {import('../types.d.ts').FacetOptions} options */
const toFacets = (fields, { limit = 10, order = 'count', search = '', ignoringOwn = false }) => ({
  fields: Array.from(fields, String),
  limit: toCount(limit),
  order: String(order),
  search: String(search),
  ignoringOwn: Boolean(ignoringOwn),
})

/** @param {bigint | undefined} nanos */
const toNanos = nanos => (nanos === undefined ? undefined : BigInt.asIntN(64, BigInt(nanos)))

/** @param {import('../types.d.ts').TimelineOptions} options */
const toTimeline = ({ by, limit = 6, buckets = 100, interval, first, end, ignoringOwn = false }) => ({
  by: by === undefined ? undefined : String(by),
  limit: toCount(limit),
  buckets: toCount(buckets),
  interval: toNanos(interval),
  first: toNanos(first),
  end: toNanos(end),
  ignoringOwn: Boolean(ignoringOwn),
})

/** @param {import('../types.d.ts').PivotOptions} options */
function toPivot({
  rows = [],
  columns = [],
  values = [{ kind: 'count' }],
  at = [],
  first,
  end,
  buckets = 24,
}) {
  return {
    rows: Array.from(rows, toWell),
    columns: Array.from(columns, toWell),
    values: Array.from(values, ({ kind, field = '', quantile, limit }) => ({
      kind: String(kind),
      field: String(field),
      quantile: quantile === undefined ? undefined : Number(quantile),
      limit: limit === undefined ? undefined : toCount(limit),
    })),
    at: Array.from(at, key => (key === null ? null : String(key))),
    first: first === undefined ? undefined : toCount(first),
    end: end === undefined ? undefined : toCount(end),
    buckets: toCount(buckets),
  }
}

/** @param {import('../types.d.ts').PivotField} well */
function toWell({ field, bucket, interval, width, order, descending, limit }) {
  const gathered = bucket ?? (field === '@timestamp' ? 'time' : 'value')
  // What has an order of its own is read in it; other values by how much there is of them.
  const by = order ?? (gathered === 'value' ? 0 : 'key')
  return {
    field: String(field),
    bucket: String(gathered),
    interval: toNanos(interval),
    width: width === undefined ? undefined : Number(width),
    by: by === 'key' ? undefined : toCount(by),
    descending: Boolean(descending ?? by !== 'key'),
    limit: limit === undefined ? undefined : toCount(limit),
  }
}

/**
 * @param {Hub} hub
 * @param {AskHub} ask
 * @param {string} query
 * @param {import('../types.d.ts').SortKey[]} sort
 * @param {import('./questions.d.ts').Filtered} answer
 * @returns {import('../types.d.ts').Selection}
 */
function makeSelection(hub, ask, query, sort, { number, count, total, isLoading }) {
  /** @type {import('../types.d.ts').Selection} */
  const selection = {
    query,
    sort,
    count,
    total,
    isLoading,
    async rows(first, end, fields, { signal } = {}) {
      const names = fields.map(String)
      const range = { first: toCount(first), end: toCount(end) }
      const cells = await ask(signal, 'rows', { selection: number, ...range, fields: names })
      throwIfAborted(signal)
      return toWindow(first, fields, cells)
    },
    async event(row) {
      const asked = { selection: number, row: toCount(row) }
      const { file, member, isWrapped, copies, ...event } = await ask(undefined, 'event', asked)
      const { offset, length } = event
      const original = await hub.call('original', { file, member, isWrapped, offset, length })
      return { ...event, row, copies, ...original }
    },
    async facet(field, options) {
      const [facet] = await selection.facets([field], options)
      return /** @type {import('../types.d.ts').Facet} */ (facet)
    },
    async facets(fields, { signal, ...options } = {}) {
      const facets = await ask(signal, 'facets', { selection: number, ...toFacets(fields, options) })
      return facets.map(facet => ({ ...facet, isLoading }))
    },
    async timeline({ signal, ...options } = {}) {
      const timeline = await ask(signal, 'timeline', { selection: number, ...toTimeline(options) })
      return { ...timeline, isLoading }
    },
    fields: ({ distinct = false, signal } = {}) =>
      ask(signal, 'fields', { selection: number, distinct: Boolean(distinct) }),
    async explain({ signal } = {}) {
      return { clauses: await ask(signal, 'explain', { selection: number }), isLoading }
    },
    async find(text, { fields, signal } = {}) {
      const asked = { selection: number, text: String(text), fields: fields && Array.from(fields, String) }
      const found = await ask(signal, 'find', asked, ({ hits }) => hub.tell('closeHits', hits))
      return makeHits(hub, found)
    },
    async pivot({ signal, ...options } = {}) {
      return { ...(await ask(signal, 'pivot', { selection: number, ...toPivot(options) })), isLoading }
    },
    occurrences: (value, { signal } = {}) =>
      ask(signal, 'occurrences', { selection: number, value: String(value) }),
    close() {
      forgotten.unregister(selection)
      hub.tell('closeSelection', number)
    },
  }
  forgotten.register(selection, closing(hub, 'closeSelection', number), selection)
  return selection
}

/**
 * @param {Hub} hub
 * @param {import('./questions.d.ts').Found} found
 * @returns {import('../types.d.ts').Hits}
 */
function makeHits(hub, { hits, count }) {
  /** @type {import('../types.d.ts').Hits} */
  const made = {
    count,
    next: (row, { backwards = false } = {}) =>
      hub.call('nextHit', hits, row === null ? undefined : toCount(row), Boolean(backwards)),
    close() {
      forgotten.unregister(made)
      hub.tell('closeHits', hits)
    },
  }
  forgotten.register(made, closing(hub, 'closeHits', hits), made)
  return made
}

/**
 * @param {number} first
 * @param {readonly string[]} fields
 * @param {import('./questions.d.ts').Cells} cells
 * @returns {import('../types.d.ts').RowWindow}
 */
function toWindow(first, fields, { n_rows, text, ends, hasValue, clipped }) {
  let from = 0
  const columns = fields.map((_, column) =>
    Array.from({ length: n_rows }, (_, row) => {
      const cell = column * n_rows + row
      const start = from
      from = ends[cell] ?? from
      return hasValue[cell] === 1 ? text.slice(start, from) : null
    }),
  )
  const marks = []
  for (let i = 0; i + 2 < clipped.length; i += 3) {
    const [row = 0, column = 0, length = 0] = clipped.subarray(i, i + 3)
    marks.push({ row: first + row, column, length })
  }
  return { first, end: first + n_rows, fields, columns, clipped: marks }
}

/**
 * @param {import('../types.d.ts').EngineOptions} [options]
 * @returns {Promise<import('../types.d.ts').Engine>}
 */
export async function createEngine({ shards } = {}) {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1
  const hasWorkers = typeof Worker === 'function' && typeof URL.createObjectURL === 'function' && !isNode()
  const n_shards = Math.min(MAX_SHARDS, Math.max(1, Math.floor(shards ?? (hasWorkers ? cores : 1))))
  const module = await compileOnce()
  /** @type {Map<number, (progress: Progress) => void>} */
  const listeners = new Map()
  /** @param {number} id @param {Progress} progress */
  const onProgress = (id, progress) => listeners.get(id)?.(progress)
  // A browser may refuse workers; then all runs in this thread, more slowly and with the same answers.
  const { hub, end } = hasWorkers
    ? await linkWorkers(module, n_shards, onProgress).catch(() => linkHere(module, 1, onProgress))
    : linkHere(module, n_shards, onProgress)
  const ask = asking(hub)
  let lastId = 0
  /** @returns {Promise<import('../types.d.ts').StepInfo[]>} */
  const steps = () => hub.call('steps')
  /** @param {unknown[]} list */
  const setSteps = list => ask(undefined, 'setSteps', { steps: stepText(list) })

  /** @type {import('../types.d.ts').Engine} */
  const engine = {
    async add(files, { onProgress: listener, signal } = {}) {
      lastId += 1
      const id = lastId
      if (listener) listeners.set(id, listener)
      const cancel = () => hub.tell('cancel', id)
      const all = Array.from(files, named)
      const done = hub.call('add', id, all.length)
      // If it ends before all files were handed over, nobody waits for it yet.
      done.catch(() => {})
      if (signal?.aborted) cancel()
      signal?.addEventListener('abort', cancel, { once: true })
      let lastBreath = performance.now()
      for (const { blob, names } of bundlesOf(all)) {
        hub.tell('addBundle', id, blob, names)
        if (performance.now() - lastBreath > BURST) {
          await breathe()
          lastBreath = performance.now()
        }
      }
      return done.finally(() => {
        listeners.delete(id)
        signal?.removeEventListener('abort', cancel)
      })
    },
    sources: () => hub.call('sources'),
    hashed: () => hub.call('hashed'),
    formats: () => hub.call('formats'),
    treatAs: (sources, treatAs, { signal } = {}) => {
      throwIfAborted(signal)
      return hub.call('treatAs', Array.from(sources, Number), treatAs)
    },
    setZone: (zone, sources) =>
      hub.call('setZone', String(zone), sources ? Array.from(sources, Number) : null),
    setYear: (year, sources) => hub.call('setYear', year, Array.from(sources, Number)),
    rejects: (first, end) => ask(undefined, 'rejects', { first: toCount(first), end: toCount(end) }),
    fields: ({ distinct = false, signal } = {}) => ask(signal, 'fields', { distinct: Boolean(distinct) }),
    derive: step => ask(undefined, 'derive', { step: stepText(step) }),
    split: step => engine.derive({ kind: 'split', ...step }),
    steps,
    setSteps: steps => setSteps(Array.from(steps)),
    async changeStep(id, change) {
      const list = stepsOf(await steps())
      const index = indexOf(list, id)
      const changed = list.map((step, i) => (i === index ? { ...step, ...change, id } : step))
      return /** @type {import('../types.d.ts').StepInfo} */ ((await setSteps(changed))[index])
    },
    async removeStep(id) {
      const list = stepsOf(await steps())
      list.splice(indexOf(list, id), 1)
      return setSteps(list)
    },
    async moveStep(id, to) {
      const list = stepsOf(await steps())
      list.splice(to, 0, ...list.splice(indexOf(list, id), 1))
      return setSteps(list)
    },
    async preview(step, { query = '', rows = 20, misfits = false, signal } = {}) {
      const n_rows = Math.min(PREVIEW_ROWS, toCount(rows))
      const asked = { step: stepText(step), query: String(query), rows: n_rows, misfits: Boolean(misfits) }
      const preview = await ask(signal, 'preview', asked)
      const names = preview.step.columns.map(({ name }) => name)
      return { ...preview, cells: toWindow(0, [...preview.from, ...names], preview.cells) }
    },
    suggest: (field, { query = '', signal } = {}) =>
      ask(signal, 'suggest', { field: String(field), query: String(query) }),
    grokPatterns: () => hub.call('grokPatterns'),
    recipe: ({ view } = {}) => hub.call('recipe', view === undefined ? undefined : stepText(view)),
    replay: recipe => hub.call('replay', typeof recipe === 'string' ? recipe : stepText(recipe)),
    parse: query => hub.call('parse', String(query)),
    edit: async (query, edit) => ask(undefined, 'edit', { query: String(query), edit: plainEdit(edit) }),
    complete: (query, cursor) =>
      ask(undefined, 'complete', { query: String(query), cursor: toCount(cursor) }),
    async filter(query, { sort = [], signal } = {}) {
      // What the core does not take is put right here: in a shard it would pass for a crash.
      const keys = sort.map(({ field, descending = false }) => ({
        field: String(field),
        descending: Boolean(descending),
      }))
      const asked = { query: String(query), sort: keys }
      const answer = await ask(signal, 'filter', asked, ({ number }) => hub.tell('closeSelection', number))
      return makeSelection(hub, ask, query, sort, answer)
    },
    about: (value, options) => about(engine, hub, String(value), options ?? {}),
    close: end,
  }
  return engine
}

/** Of a moment, to either side: five minutes. */
const WINDOW = 300_000_000_000n

/** What is told of a value: who, from where, what, how it ended, and where it is written. */
const COUNTERPARTS = [
  'event.dataset',
  'event.action',
  'event.outcome',
  'user.name',
  'source.ip',
  'destination.ip',
  'host.name',
  'error.code',
  'user_agent.original',
  'log.file.path',
]

/**
 * @param {import('../types.d.ts').Engine} engine
 * @param {Hub} hub
 * @param {string} value
 * @param {import('../types.d.ts').AboutOptions} options
 * @returns {Promise<import('../types.d.ts').About>}
 */
async function about(engine, hub, value, { query = '', around, window = WINDOW, limit = 10, signal }) {
  const asked = signal ? { signal } : {}
  const own = await hub.call('queryAbout', value, String(query))
  const selection = await engine.filter(own, asked)
  try {
    const [fields, facets, timeline, near] = await Promise.all([
      selection.occurrences(value, asked),
      selection.facets(COUNTERPARTS, { limit, ...asked }),
      selection.timeline({ by: 'event.dataset', limit: 12, ...asked }),
      around === undefined ? null : nearOf(engine, around, window, asked),
    ])
    const { count, isLoading } = selection
    return {
      value,
      query: own,
      count,
      span: timeline.span,
      fields,
      facets,
      timeline,
      around: near,
      isLoading,
    }
  } finally {
    selection.close()
  }
}

/**
 * The events around a moment, whatever they hold.
 *
 * @param {import('../types.d.ts').Engine} engine
 * @param {bigint} time @param {bigint} window
 * @param {{ signal?: AbortSignal }} asked
 */
async function nearOf(engine, time, window, asked) {
  const query = await engine.edit('', { around: { time, before: window, after: window } })
  const selection = await engine.filter(query, asked)
  selection.close()
  return { query, count: selection.count }
}

/** Rows of a preview. */
const PREVIEW_ROWS = 1000

/** Whatever a program calls a step, as the core reads it. @param {unknown} step */
const stepText = step => JSON.stringify(step) ?? 'null'

/** @param {import('../types.d.ts').StepInfo[]} infos */
const stepsOf = infos => infos.map(({ step }) => step)

/** @param {{ id: string }[]} steps @param {string} id */
function indexOf(steps, id) {
  const index = steps.findIndex(step => step.id === id)
  if (index < 0) throw toError({ code: 'range', message: `there is no step ${JSON.stringify(id)}` })
  return index
}

/**
 * What the core does not take is put right here: in the hub it would pass for a crash.
 *
 * @param {import('../types.d.ts').QueryEdit} edit
 * @returns {import('../types.d.ts').QueryEdit}
 */
function plainEdit(edit) {
  if ('add' in edit) {
    const { how } = edit.add
    const field = 'field' in edit.add ? String(edit.add.field) : ''
    const value = 'value' in edit.add ? String(edit.add.value) : ''
    return { add: { field, value, how: /** @type {'keep'} */ (String(how)) } }
  }
  if ('around' in edit) {
    const { time, before, after } = edit.around
    return { around: { time: BigInt(time), before: BigInt(before), after: BigInt(after) } }
  }
  if ('between' in edit) {
    const { first, end } = edit.between
    return { between: { first: BigInt(first), end: BigInt(end) } }
  }
  /** @param {number} clause */
  const index = clause => Math.max(0, Math.trunc(Number(clause)))
  if ('remove' in edit) return { remove: index(edit.remove) }
  if ('negate' in edit) return { negate: index(edit.negate) }
  return { replace: index(edit.replace), text: String(edit.text) }
}

function isNode() {
  return typeof Reflect.get(globalThis, 'process')?.versions?.node === 'string'
}
