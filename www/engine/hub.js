/** Deals files out to the shards, carries questions to them and brings their partials to the core's hub. */
import { fromThrown, toError } from './messages.js'

/** Files of this size or more are dealt out in pieces; the same for any number of shards. */
const CUT_FROM_BYTES = 32 << 20

/** Bytes and files of a batch: many small files cost one message. The first batches are small, for the first rows. */
const BATCH_BYTES = 2 << 20
const BATCH_FILES = 512
const FIRST_BATCH_BYTES = 128 << 10
const FIRST_BATCH_FILES = 8

/** Batches that a shard has at hand: one it reads, one it goes on with at once. */
const BATCHES_AT_HAND = 2

/** While loading, new rows are brought into order no more often than this, and at most a quarter of the time. */
const MERGE_EVERY = 250
const MERGE_SHARE = 4
/** Fewer waiting events than this stay in their builder while loading: small segments answer slowly. */
const SEAL_FROM = 8192

const PROGRESS_EVERY = 100

/**
 * @typedef {import('./messages.js').Peer} Peer
 * @typedef {import('./shard.js').Item} Item
 * @typedef {import('./shard.js').Piece} Piece
 * @typedef {{ kind: 'items', items: Item[] } | { kind: 'cut', item: Item, from: number }} Work
 */

/**
 * One call of `add`.
 *
 * @typedef {object} Batch
 * @property {number} id
 * @property {number} n_bytes
 * @property {number} n_open sources that are not read to their end
 * @property {Set<number>} sources
 * @property {number} started
 * @property {boolean} isCancelled
 * @property {(progress: import('../types').Progress) => void} done
 */

/**
 * The handlers of the hub.
 *
 * @param {typeof import('../pkg/trailglass.js')} core
 * @param {Peer[]} shards
 * @param {object} page
 * @param {(id: number, progress: import('../types').Progress) => void} page.onProgress
 * @param {(shard: number) => Promise<Peer>} page.replaceShard makes a new shard in the place of one that crashed
 * @returns {import('./messages.js').Handlers & { onBytes: (n: number) => void }}
 */
export function hubHandlers(core, shards, { onProgress, replaceShard }) {
  const hub = new core.Hub(shards.length)
  /** By source: its file, how it stands, and how many pieces of it are still to be read. */
  /** @type {{ blob: Blob, path: string, state: import('../types').SourceInfo['state'], n_pieces: number, isCut: boolean }[]} */
  const sources = []
  /** @type {Map<number, Batch>} */
  const batches = new Map()
  /** Work that is not dealt out yet, in order; pieces go first. @type {Item[]} */
  const files = []
  /** @type {Item[]} */
  const pieces = []
  /** @type {Work[]} */
  const cuts = []
  /** By shard: how many batches it has, all that it has read, whether it is full. */
  const hands = shards.map(() => ({ n_at_hand: 0, n_dealt: 0, isFull: false, epoch: 0, items: /** @type {Item[]} */ ([]) }))
  let n_bytesRead = 0
  let lastProgress = 0

  // ── Loading ──

  /** @param {number} id @param {{ path: string, blob: Blob }[]} added */
  function add(id, added) {
    return new Promise(done => {
      const batch = { id, n_bytes: 0, n_open: added.length, sources: new Set(), started: performance.now(), isCancelled: false, done }
      batches.set(id, batch)
      for (const { path, blob } of added) {
        const source = hub.addSource(path, blob.size)
        sources.push({ blob, path, state: 'waiting', n_pieces: 1, isCut: false })
        batch.sources.add(source)
        batch.n_bytes += blob.size
        const item = { source, path, blob }
        if (blob.size >= CUT_FROM_BYTES) cuts.push({ kind: 'cut', item, from: 0 })
        else files.push(item)
      }
      if (shards.length > 0) for (const hand of hands) hand.n_dealt = 0
      tell('stop', false)
      finishIfDone(batch)
      deal()
    })
  }

  /** @param {number} id */
  function cancel(id) {
    const batch = batches.get(id)
    if (!batch) return
    batch.isCancelled = true
    /** @param {Item} item */
    const isOther = item => !batch.sources.has(item.source)
    for (const queue of [files, pieces]) {
      const kept = queue.filter(isOther)
      for (const { source } of queue.filter(item => !isOther(item))) giveUp(source, 'cancelled')
      queue.splice(0, queue.length, ...kept)
    }
    for (const work of cuts.splice(0)) {
      const { item } = /** @type {{ item: Item }} */ (work)
      if (isOther(item)) cuts.push(work)
      else giveUp(item.source, 'cancelled')
    }
    tell('stop', true)
    finishIfDone(batch)
  }

  /** A source of which no more will be read. @param {number} number @param {'cancelled' | 'out-of-memory'} code */
  function giveUp(number, code) {
    const source = /** @type {(typeof sources)[number]} */ (sources[number])
    if (source.state === 'cancelled' || source.state === 'failed') return
    source.state = code === 'cancelled' ? 'cancelled' : 'failed'
    hub.addProblem(number, code, '')
    closeSource(number)
  }

  /** @param {number} number */
  function closeSource(number) {
    for (const batch of batches.values()) if (batch.sources.has(number)) batch.n_open -= 1
  }

  /** @param {Batch} batch */
  function finishIfDone(batch) {
    const isIdle = hands.every(hand => hand.n_at_hand === 0) && files.length + pieces.length + cuts.length === 0
    if (batch.n_open > 0 && !(batch.isCancelled && isIdle)) return
    batches.delete(batch.id)
    if (batches.size === 0) tell('stop', false)
    merge(true).then(() => {
      const progress = { ...progressOf(batch), isLoading: false }
      onProgress(batch.id, progress)
      batch.done(progress)
    })
  }

  /** @param {Batch} batch @returns {import('../types').Progress} */
  function progressOf(batch) {
    const { events, duplicates, rejects } = hub.totals()
    return {
      bytesRead: Math.min(n_bytesRead, sources.reduce((sum, { blob }) => sum + blob.size, 0)),
      bytesTotal: sources.reduce((sum, { blob }) => sum + blob.size, 0),
      sourcesRead: sources.filter(({ state }) => state === 'read' || state === 'failed').length,
      sourcesTotal: sources.length,
      events,
      duplicates,
      rejects,
      elapsed: performance.now() - batch.started,
      isLoading: true,
      isCancelled: batch.isCancelled,
    }
  }

  function reportProgress(isForced = false) {
    const now = performance.now()
    if (!isForced && now - lastProgress < PROGRESS_EVERY) return
    lastProgress = now
    for (const batch of batches.values()) onProgress(batch.id, progressOf(batch))
  }

  /** @param {string} method @param {any[]} args */
  function tell(method, ...args) {
    for (const shard of shards) shard.tell(method, ...args)
  }

  /** Hands work to every shard that has a hand free. */
  function deal() {
    for (let more = true; more; ) {
      more = false
      hands.forEach((hand, shard) => {
        if (hand.n_at_hand >= BATCHES_AT_HAND || hand.isFull) return
        const work = nextWork(shard)
        if (!work) return
        more = true
        hand.n_at_hand += 1
        hand.n_dealt += 1
        if (work.kind === 'cut') cutOn(shard, work)
        else readOn(shard, work.items)
      })
    }
    if (hands.every(hand => hand.isFull)) {
      for (const queue of [files, pieces]) for (const { source } of queue.splice(0)) giveUp(source, 'out-of-memory')
      for (const work of cuts.splice(0)) if (work.kind === 'cut') giveUp(work.item.source, 'out-of-memory')
      for (const batch of [...batches.values()]) finishIfDone(batch)
    }
  }

  /** @param {number} shard @returns {Work | null} */
  function nextWork(shard) {
    const hand = /** @type {(typeof hands)[number]} */ (hands[shard])
    const piece = pieces.shift()
    if (piece) return { kind: 'items', items: [piece] }
    // A cut stays with the shard that began it; the others begin theirs only when nothing else is to do.
    const own = cuts.findIndex(work => work.kind === 'cut' && ownerOf(work) === shard)
    if (own >= 0) return /** @type {Work} */ (cuts.splice(own, 1)[0])
    const items = nextFiles(hand.n_dealt === 0)
    if (items.length > 0) return { kind: 'items', items }
    const fresh = cuts.findIndex(work => work.kind === 'cut' && ownerOf(work) === null)
    return fresh >= 0 ? /** @type {Work} */ (cuts.splice(fresh, 1)[0]) : null
  }

  /** @type {Map<number, number>} */
  const cutters = new Map()
  /** @param {Work} work */
  function ownerOf(work) {
    return work.kind === 'cut' ? (cutters.get(work.item.source) ?? null) : null
  }

  /** @param {boolean} isFirst */
  function nextFiles(isFirst) {
    const [n_bytes, n_files] = isFirst ? [FIRST_BATCH_BYTES, FIRST_BATCH_FILES] : [BATCH_BYTES, BATCH_FILES]
    let sum = 0
    let n = 0
    while (n < files.length && n < n_files && (n === 0 || sum + /** @type {Item} */ (files[n]).blob.size <= n_bytes)) {
      sum += /** @type {Item} */ (files[n]).blob.size
      n += 1
    }
    return files.splice(0, n)
  }

  /** @param {number} shard @param {Item[]} items */
  async function readOn(shard, items) {
    const hand = /** @type {(typeof hands)[number]} */ (hands[shard])
    const { epoch } = hand
    for (const { source } of items) setReading(source)
    hand.items.push(...items)
    const answer = /** @type {import('./shard.js').ReadAnswer} */ (await /** @type {Peer} */ (shards[shard]).call('read', items))
    if (hand.epoch !== epoch) return
    if (answer.crash) {
      await replace(shard, /** @type {Item} */ (items[answer.crash.at]), answer.crash.message)
      return
    }
    hand.n_at_hand -= 1
    hand.isFull = answer.isFull
    for (const { source, report, sha256 } of answer.reports) {
      hub.report(shard, report)
      if (sha256) hub.setSha256(source, sha256)
      pieceDone(source)
    }
    const left = items.slice(answer.n_done)
    hand.items.splice(hand.items.length - left.length, left.length)
    // Not read: the shard is full, or everything was stopped.
    for (const item of left) {
      const isCancelled = [...batches.values()].some(batch => batch.isCancelled && batch.sources.has(item.source))
      if (isCancelled) giveUp(item.source, 'cancelled')
      else (item.piece ? pieces : files).unshift(item)
    }
    await afterWork()
  }

  async function afterWork() {
    deal()
    await merge(false)
    reportProgress()
    for (const batch of [...batches.values()]) finishIfDone(batch)
  }

  /** @param {number} number */
  function setReading(number) {
    const source = /** @type {(typeof sources)[number]} */ (sources[number])
    if (source.state === 'waiting') source.state = 'reading'
  }

  /** @param {number} number */
  function pieceDone(number) {
    const source = /** @type {(typeof sources)[number]} */ (sources[number])
    source.n_pieces -= 1
    if (source.n_pieces === 0 && source.state === 'reading') {
      source.state = 'read'
      closeSource(number)
    }
  }

  /** @param {number} shard @param {{ kind: 'cut', item: Item, from: number }} work */
  async function cutOn(shard, work) {
    const hand = /** @type {(typeof hands)[number]} */ (hands[shard])
    const { epoch } = hand
    const { item } = work
    setReading(item.source)
    cutters.set(item.source, shard)
    let answer
    try {
      answer = await /** @type {Peer} */ (shards[shard]).call('cut', item)
    } catch (thrown) {
      // Whatever keeps it from being cut shows itself, and is reported, when it is read whole.
      fromThrown(thrown)
      answer = { pieces: [], isWhole: true, sha256: null, isDone: true }
    }
    if (hand.epoch !== epoch) return
    hand.n_at_hand -= 1
    const source = /** @type {(typeof sources)[number]} */ (sources[item.source])
    if (source.state === 'cancelled') {
      await afterWork()
      return
    }
    const fresh = /** @type {Piece[]} */ (answer.pieces).filter(piece => piece.offset >= work.from)
    if (answer.isWhole && fresh.length === 0 && !source.isCut) {
      files.push(item)
    } else {
      source.isCut = true
      source.n_pieces += fresh.length
      for (const piece of fresh) pieces.push({ ...item, piece })
      if (answer.isDone) {
        if (answer.sha256) hub.setSha256(item.source, answer.sha256)
        pieceDone(item.source)
      } else {
        const last = fresh.at(-1)
        cuts.push({ kind: 'cut', item, from: last ? last.offset + last.length : work.from })
      }
    }
    await afterWork()
  }

  /**
   * A shard crashed: another takes its place and reads again what was in it, but for the item that it crashed on.
   *
   * @param {number} shard @param {Item} culprit @param {string} message
   */
  async function replace(shard, culprit, message) {
    const hand = /** @type {(typeof hands)[number]} */ (hands[shard])
    hand.epoch += 1
    hub.addProblem(culprit.source, 'crashed', message)
    const lost = hand.items.splice(0)
    shards[shard] = await replaceShard(shard)
    hub.forgetShard(shard)
    shards.forEach((peer, other) => {
      if (other !== shard) peer.tell('unbury')
    })
    for (const item of lost) {
      const source = /** @type {(typeof sources)[number]} */ (sources[item.source])
      if (item === culprit) {
        source.state = 'failed'
        closeSource(item.source)
        continue
      }
      if (source.state === 'read') {
        source.state = 'reading'
        source.n_pieces += 1
        for (const batch of batches.values()) if (batch.sources.has(item.source)) batch.n_open += 1
      }
      ;(item.piece ? pieces : files).push(item)
    }
    for (const [source, owner] of cutters) if (owner === shard) cutters.delete(source)
    hand.n_at_hand = 0
    hand.isFull = false
    await afterWork()
  }

  let merging = Promise.resolve()
  let mergedAt = Number.NEGATIVE_INFINITY
  let mergeCost = 0

  /** Brings new rows into order; while loading not too often. @param {boolean} isLast */
  function merge(isLast) {
    const isDue = performance.now() - mergedAt >= Math.max(MERGE_EVERY, MERGE_SHARE * mergeCost)
    if (!isLast && !isDue) return Promise.resolve()
    const isFirst = mergedAt === Number.NEGATIVE_INFINITY
    mergedAt = Number.POSITIVE_INFINITY
    merging = merging.then(async () => {
      const started = performance.now()
      const known = shards.map((_, shard) => hub.knownOf(shard))
      const n_least = isLast || isFirst ? 1 : SEAL_FROM
      const partials = await Promise.all(shards.map((peer, shard) => peer.call('rowsSince', known[shard]?.[0], known[shard]?.[1], n_least)))
      // A shard that was replaced meanwhile begins anew; its partial belongs to rows that are gone.
      const isSame = shards.every((_, shard) => hub.knownOf(shard)[0] === known[shard]?.[0])
      if (isSame) {
        hub.mergeRows(partials)
        shards.forEach((peer, shard) => {
          const rows = hub.takeToBury(shard)
          if (rows.length > 0) peer.tell('bury', rows)
        })
      }
      mergedAt = performance.now()
      mergeCost = mergedAt - started
      reportProgress(isFirst)
    })
    return merging
  }

  // ── Questions ──

  /** Asks every shard. @param {string} method @param {any[]} args @returns {Promise<Uint8Array[]>} */
  const askAll = (method, ...args) => Promise.all(shards.map(peer => peer.call(method, ...args)))

  /** Asks every shard that has some of `rows` about its own. @param {string} method @param {Uint32Array} rows @param {any[]} args */
  function askOwners(method, rows, ...args) {
    return Promise.all(
      shards.map((peer, shard) => {
        const own = hub.rowsOf(rows, shard)
        return own.length > 0 ? peer.call(method, own, ...args) : new Uint8Array()
      }),
    )
  }

  /** @param {string} query @param {{ field: string, descending?: boolean }[]} sort */
  async function filter(query, sort) {
    hub.check(query)
    const isLoading = batches.size > 0
    const ranked = sort.map(({ field }) => field).filter(field => field !== '@timestamp')
    const partials = await askAll('filter', query, ranked)
    return { ...hub.finishFilter(partials, sort), isLoading }
  }

  /** @param {number} selection @param {number} first @param {number} end @param {string[]} fields */
  async function rowsOf(selection, first, end, fields) {
    const rows = hub.rows(selection, first, end)
    const partials = await askOwners('cells', rows, fields)
    const window = hub.finishRows(rows, fields.length, partials)
    const { text, ends, hasValue, clipped } = window
    window.free()
    return { n_rows: rows.length, text, ends, hasValue, clipped }
  }

  /** @param {number} selection @param {number} row */
  async function eventOf(selection, row) {
    const rows = hub.rows(selection, row, row + 1)
    if (rows.length === 0) throw toError({ code: 'range', message: `row ${row} is not there` })
    const [partial] = (await askOwners('event', rows)).filter(bytes => bytes.length > 0)
    const { copies, isWrapped, ...event } = hub.finishEvent(partial, rows[0])
    const places = await Promise.all(
      [...copies].map(async copy => {
        const [bytes] = (await askOwners('places', Uint32Array.of(copy))).filter(bytes => bytes.length > 0)
        return hub.finishCopies(bytes)[0]
      }),
    )
    const { blob } = /** @type {(typeof sources)[number]} */ (sources[event.source])
    const original = await core.readOriginal(blob, isWrapped, event.offset, event.length, undefined)
    return { ...event, row, copies: places, original, isOriginalClipped: event.length > ORIGINAL_BYTES }
  }

  return {
    add,
    cancel,
    filter,
    rows: rowsOf,
    event: eventOf,
    closeSelection: (/** @type {number} */ selection) => hub.closeSelection(selection),
    sources: () => hub.sources().map((/** @type {object} */ source, /** @type {number} */ id) => ({ id, state: sources[id]?.state, ...source })),
    fields: async (/** @type {boolean} */ distinct) => hub.finishFields(await askAll('fields', distinct), distinct),
    rejects: async (/** @type {number} */ first, /** @type {number} */ end) => hub.finishRejects(await askAll('rejects'), first, end),
    memory: () => Promise.all(shards.map(peer => peer.call('memory'))),
    onBytes(n) {
      n_bytesRead += n
      reportProgress()
    },
  }
}

/** Bytes of an original that are read again: the core's limit. */
const ORIGINAL_BYTES = 1 << 20
