/** Deals files out to the shards, carries questions to them and brings their partials to the core's hub. */
import { toError } from './messages.js'

/** Files of this size or more are dealt out in pieces; the same for any number of shards. */
const CUT_FROM_BYTES = 32 << 20

/** Bundles that a shard has at hand: one it reads, one it goes on with at once. */
const BUNDLES_AT_HAND = 2

/** For so long after the first rows nothing new is begun, unless they are asked for before: whoever looks comes first. */
const FIRST_LOOK = 60

/** While loading, new rows are brought into order no more often than this, and at most a quarter of the time. */
const MERGE_EVERY = 250
const MERGE_SHARE = 4
/** Fewer waiting events than this stay in their builder while loading: small segments answer slowly. */
const SEAL_FROM = 8192

const PROGRESS_EVERY = 100

/**
 * @typedef {import('../types.d.ts').Progress} Progress
 * @typedef {import('./messages.js').Peer} Peer
 * @typedef {import('./shard.js').Item} Item
 * @typedef {import('./shard.js').Piece} Piece
 * @typedef {import('./shard.js').Bundle} Bundle
 * @typedef {{ blob: Blob, item: Item, from: number }} Cut a large file, and from where on its pieces are new
 */

/**
 * One call of `add`.
 *
 * @typedef {object} Batch
 * @property {number} id
 * @property {number} n_bytes of the files that have come
 * @property {number} n_bytesRead
 * @property {number} n_come how many have come
 * @property {number} n_files
 * @property {number} n_open sources that are not read to their end, those that are still to come among them
 * @property {Set<number>} sources
 * @property {number} started
 * @property {boolean} isCancelled
 * @property {(progress: import('../types.d.ts').Progress) => void} done
 */

/**
 * The handlers of the hub.
 *
 * @param {typeof import('../pkg/trailglass.js')} core
 * @param {Peer[]} shards
 * @param {object} page
 * @param {(id: number, progress: import('../types.d.ts').Progress) => void} page.onProgress
 * @param {(shard: number) => Promise<Peer>} page.replaceShard makes a new shard in the place of one that crashed
 * @returns {import('./messages.js').Handlers & { onBytes: (source: number, n: number) => void }}
 */
export function hubHandlers(core, shards, { onProgress, replaceShard }) {
  const hub = new core.Hub(shards.length)
  /** By source: where its bytes are, how it stands, and how many pieces of it are still to be read. */
  /** @type {{ blob: Blob, first: number, size: number, state: import('../types.d.ts').SourceInfo['state'], n_pieces: number, isCut: boolean }[]} */
  const sources = []
  /** @type {Map<number, Batch>} */
  const batches = new Map()
  /** Work that is not dealt out yet. Pieces go first: their file is half read. @type {Bundle[]} */
  const bundles = []
  /** @type {Bundle[]} */
  const pieces = []
  /** @type {Cut[]} */
  const cuts = []
  /** By shard: how many bundles it has at hand, all that it has read, whether it is full. */
  const hands = shards.map(() => ({
    n_at_hand: 0,
    isFull: false,
    epoch: 0,
    read: /** @type {Bundle[]} */ ([]),
  }))
  let lastProgress = 0

  // ── Loading ──

  /** Files are to come; answers once they are read. @param {number} id @param {number} n_files */
  function add(id, n_files) {
    return new Promise(done => {
      const started = performance.now()
      const batch = {
        id,
        n_bytes: 0,
        n_bytesRead: 0,
        n_come: 0,
        n_files,
        n_open: n_files,
        sources: new Set(),
        started,
        isCancelled: false,
        done,
      }
      batches.set(id, batch)
      finishIfDone(batch)
    })
  }

  /**
   * Some of the files, one behind the other in `blob`.
   *
   * @param {number} id @param {Blob} blob @param {[path: string, size: number][]} files
   */
  function addBundle(id, blob, files) {
    const batch = batches.get(id)
    if (!batch) return
    let end = 0
    /** @type {Item[]} */
    const items = []
    for (const [path, size] of files) {
      const source = hub.addSource(path, size)
      const first = end
      end += size
      sources.push({ blob, first, size, state: 'waiting', n_pieces: 1, isCut: false })
      batch.sources.add(source)
      batch.n_bytes += size
      batch.n_come += 1
      if (batch.isCancelled) giveUp(source, 'cancelled')
      else if (size >= CUT_FROM_BYTES) {
        cuts.push({ blob: blob.slice(first, end), item: { source, path, first: 0, size }, from: 0 })
      } else items.push({ source, path, first, size })
    }
    if (items.length > 0) bundles.push({ blob, items })
    finishIfDone(batch)
    deal()
  }

  /** @param {number} id */
  function cancel(id) {
    const batch = batches.get(id)
    if (!batch) return
    batch.isCancelled = true
    /** @param {Item} item */
    const isMine = item => batch.sources.has(item.source)
    for (const queue of [bundles, pieces]) {
      for (const { blob, items } of queue.splice(0)) {
        const others = items.filter(item => !isMine(item))
        if (others.length > 0) queue.push({ blob, items: others })
        for (const { source } of items.filter(isMine)) giveUp(source, 'cancelled')
      }
    }
    for (const cut of cuts.splice(0)) {
      if (isMine(cut.item)) giveUp(cut.item.source, 'cancelled')
      else cuts.push(cut)
    }
    tell('stop', true)
    finishIfDone(batch)
  }

  /** A source of which no more will be read. @param {number} number @param {'cancelled' | 'out-of-memory'} code */
  function giveUp(number, code) {
    const source = sourceOf(number)
    if (source.state === 'cancelled' || source.state === 'failed') return
    source.state = code === 'cancelled' ? 'cancelled' : 'failed'
    hub.addProblem(number, code, '')
    closeSource(number)
  }

  /** @param {number} number */
  const sourceOf = number => /** @type {(typeof sources)[number]} */ (sources[number])
  /** @param {number} shard */
  const handOf = shard => /** @type {(typeof hands)[number]} */ (hands[shard])
  /** @param {number} shard */
  const peerOf = shard => /** @type {Peer} */ (shards[shard])

  /** @param {number} source @param {number} n */
  function countBytes(source, n) {
    for (const batch of batches.values()) if (batch.sources.has(source)) batch.n_bytesRead += n
  }

  /** @param {number} number */
  function closeSource(number) {
    for (const batch of batches.values()) if (batch.sources.has(number)) batch.n_open -= 1
  }

  /** @param {Batch} batch */
  function finishIfDone(batch) {
    if (batch.n_open > 0) return
    batches.delete(batch.id)
    if (batches.size === 0) tell('stop', false)
    merge(true).then(() => {
      const progress = { ...progressOf(batch), isLoading: false }
      onProgress(batch.id, progress)
      batch.done(progress)
    })
  }

  /** @param {Batch} batch @returns {Progress} */
  function progressOf(batch) {
    const { events, duplicates, rejects } = hub.totals()
    // The sizes of files that have not come are not known yet: they are taken to be as large as the others.
    const share = batch.n_come > 0 ? batch.n_files / batch.n_come : 1
    return {
      bytesRead: batch.n_bytesRead,
      bytesTotal: Math.round(batch.n_bytes * share),
      sourcesRead: batch.n_files - batch.n_open,
      sourcesTotal: batch.n_files,
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

  /** Whether the first rows have been looked at: not there yet, there, or seen. @type {'none' | 'due' | 'done'} */
  let look = 'none'

  function endLook() {
    if (look !== 'due') return
    look = 'done'
    deal()
  }

  /** Hands work to every shard that has a hand free. */
  function deal() {
    if (look === 'due') return
    for (let isMore = true; isMore; ) {
      isMore = false
      hands.forEach((hand, shard) => {
        if (hand.n_at_hand >= (look === 'done' ? BUNDLES_AT_HAND : 1) || hand.isFull) return
        isMore = dealTo(shard) || isMore
      })
    }
    if (hands.some(hand => !hand.isFull)) return
    for (const { items } of [...pieces.splice(0), ...bundles.splice(0)])
      for (const { source } of items) giveUp(source, 'out-of-memory')
    for (const { item } of cuts.splice(0)) giveUp(item.source, 'out-of-memory')
    for (const batch of [...batches.values()]) finishIfDone(batch)
  }

  /** Which shard has begun to cut a file: only that one can go on. @type {Map<number, number>} */
  const cutters = new Map()

  /** @param {number} shard whether there was something for it */
  function dealTo(shard) {
    const takeCut = (/** @type {number | undefined} */ owner) => {
      const i = cuts.findIndex(({ item }) => cutters.get(item.source) === owner)
      return i < 0 ? undefined : cuts.splice(i, 1)[0]
    }
    // A cut that is begun keeps the others busy with its pieces: it goes on as soon as they run short. A new one
    // comes last.
    const isShort = look !== 'none' && pieces.length < BUNDLES_AT_HAND * shards.length
    const first = isShort ? takeCut(shard) : undefined
    const piece = first ? undefined : pieces.shift()
    const cut = first ?? (piece ? undefined : takeCut(shard))
    const bundle = piece ?? (cut ? undefined : bundles.shift())
    const fresh = bundle || cut ? undefined : takeCut(undefined)
    if (bundle) readOn(shard, bundle)
    else if (cut ?? fresh) cutOn(shard, /** @type {Cut} */ (cut ?? fresh))
    return bundle !== undefined || cut !== undefined || fresh !== undefined
  }

  /** @param {number} shard @param {Bundle} bundle */
  async function readOn(shard, bundle) {
    const hand = handOf(shard)
    const { epoch } = hand
    hand.n_at_hand += 1
    const { blob, items } = bundle
    for (const { source } of items) setReading(source)
    const dealt = { blob, items }
    hand.read.push(dealt)
    // The first rows of a shard come with the answer: nothing to show is worth a second question.
    const known = hub.knownOf(shard)
    const isFirst = known[0] === 0
    const answer = /** @type {import('./shard.js').ReadAnswer} */ (
      await peerOf(shard).call('read', bundle, isFirst ? known : null)
    )
    if (hand.epoch !== epoch) return
    if (answer.crash) {
      await replace(shard, /** @type {Item} */ (items[answer.crash.at]), answer.crash.message)
      return
    }
    hand.n_at_hand -= 1
    hand.isFull = answer.isFull
    dealt.items = items.slice(0, answer.n_done)
    for (const { source, report, sha256, n_bytes } of answer.reports) {
      hub.report(shard, report)
      countBytes(source, n_bytes)
      if (sha256) hub.setSha256(source, sha256)
      pieceDone(source)
    }
    if (answer.rows && isCurrent(shard, known)) {
      mergeNow(
        shards.map((_, other) =>
          other === shard ? /** @type {Uint8Array} */ (answer.rows) : new Uint8Array(),
        ),
      )
      if (look === 'none') {
        look = 'due'
        setTimeout(endLook, FIRST_LOOK)
      }
      reportProgress(true)
    }
    // Not read: the shard is full, or reading was stopped for some of them.
    const left = items.slice(answer.n_done)
    const isCancelled = (/** @type {Item} */ item) =>
      [...batches.values()].some(batch => batch.isCancelled && batch.sources.has(item.source))
    for (const { source } of left.filter(isCancelled)) giveUp(source, 'cancelled')
    const others = left.filter(item => !isCancelled(item))
    if (others.length > 0) (others[0]?.piece ? pieces : bundles).unshift({ blob, items: others })
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
    const source = sourceOf(number)
    if (source.state === 'waiting') source.state = 'reading'
  }

  /** @param {number} number */
  function pieceDone(number) {
    const source = sourceOf(number)
    source.n_pieces -= 1
    if (source.n_pieces === 0 && source.state === 'reading') {
      source.state = 'read'
      closeSource(number)
    }
  }

  /** @param {number} shard @param {Cut} cut */
  async function cutOn(shard, { blob, item, from }) {
    const hand = handOf(shard)
    const { epoch } = hand
    hand.n_at_hand += 1
    setReading(item.source)
    cutters.set(item.source, shard)
    // Whatever keeps a file from being cut shows itself, and is reported, when it is read whole.
    const uncut = { pieces: [], isWhole: true, sha256: null, isDone: true }
    const answer = await peerOf(shard)
      .call('cut', item.source, blob)
      .catch(() => uncut)
    if (hand.epoch !== epoch) return
    hand.n_at_hand -= 1
    const source = sourceOf(item.source)
    if (source.state === 'cancelled') {
      await afterWork()
      return
    }
    const fresh = /** @type {Piece[]} */ (answer.pieces).filter(piece => piece.offset >= from)
    if (answer.isWhole && !source.isCut) {
      bundles.push({ blob, items: [item] })
      await afterWork()
      return
    }
    source.isCut = true
    source.n_pieces += fresh.length
    for (const piece of fresh) pieces.push({ blob, items: [{ ...item, piece }] })
    if (answer.isDone) {
      if (answer.sha256) hub.setSha256(item.source, answer.sha256)
      pieceDone(item.source)
    } else {
      const last = fresh.at(-1)
      cuts.push({ blob, item, from: last ? last.offset + last.length : from })
    }
    await afterWork()
  }

  /**
   * A shard crashed: another takes its place and reads again what was in it, but for the item that it crashed on.
   *
   * @param {number} shard @param {Item} culprit @param {string} message
   */
  async function replace(shard, culprit, message) {
    const hand = handOf(shard)
    hand.epoch += 1
    const lost = hand.read.splice(0)
    shards[shard] = await replaceShard(shard)
    hub.forgetShard(shard)
    hub.addProblem(culprit.source, 'crashed', message)
    shards.forEach((peer, other) => {
      if (other !== shard) peer.tell('unbury')
    })
    for (const { blob, items } of lost) {
      const again = items.filter(item => item !== culprit)
      for (const { source: number } of again) reopen(number)
      if (again.length > 0) (again[0]?.piece ? pieces : bundles).push({ blob, items: again })
    }
    sourceOf(culprit.source).state = 'failed'
    closeSource(culprit.source)
    for (const [source, owner] of cutters) if (owner === shard) cutters.delete(source)
    hand.n_at_hand = 0
    hand.isFull = false
    await afterWork()
  }

  /** What was read of a source is lost: it, or a piece of it, is to be read again. @param {number} number */
  function reopen(number) {
    const source = sourceOf(number)
    if (source.state !== 'read') {
      return
    }
    source.state = 'reading'
    for (const batch of batches.values()) if (batch.sources.has(number)) batch.n_open += 1
  }

  let merging = Promise.resolve()
  let isMerging = false
  let mergedAt = performance.now()
  let mergeCost = 0

  /** Brings new rows into order; while loading not too often. @param {boolean} isLast */
  function merge(isLast) {
    const isDue = performance.now() - mergedAt >= Math.max(MERGE_EVERY, MERGE_SHARE * mergeCost)
    if (!isLast && (isMerging || !isDue)) return Promise.resolve()
    isMerging = true
    merging = merging.then(async () => {
      const started = performance.now()
      const known = shards.map((_, shard) => hub.knownOf(shard))
      const n_least = isLast ? 1 : SEAL_FROM
      const partials = await Promise.all(
        shards.map((peer, shard) => peer.call('rowsSince', known[shard]?.[0], known[shard]?.[1], n_least)),
      )
      // What was asked of a shard that was replaced, or told its rows meanwhile, is out of date: the next merge asks again.
      mergeNow(
        partials.map((partial, shard) => (isCurrent(shard, known[shard]) ? partial : new Uint8Array())),
      )
      mergeCost = performance.now() - started
      isMerging = false
      reportProgress()
    })
    return merging
  }

  /** Whether what a shard was asked for is still what the hub lacks. @param {number} shard @param {Uint32Array | undefined} known */
  function isCurrent(shard, known) {
    const [row, field] = hub.knownOf(shard)
    return known?.[0] === row && known?.[1] === field
  }

  /** @param {Uint8Array[]} partials of all shards; an empty one brings nothing */
  function mergeNow(partials) {
    hub.mergeRows(partials)
    shards.forEach((peer, shard) => {
      const rows = hub.takeToBury(shard)
      if (rows.length > 0) peer.tell('bury', rows)
    })
    mergedAt = performance.now()
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
    endLook()
    return { n_rows: rows.length, text, ends, hasValue, clipped }
  }

  /** @param {number} selection @param {number} row */
  async function eventOf(selection, row) {
    const rows = hub.rows(selection, row, row + 1)
    if (rows.length === 0) throw toError({ code: 'range', message: `row ${row} is not there` })
    const [partial] = (await askOwners('event', rows)).filter(bytes => bytes.length > 0)
    const { copies, isWrapped, ...event } = hub.finishEvent(partial, Number(rows[0]))
    const places = await Promise.all(
      [...copies].map(async copy => {
        const [bytes] = (await askOwners('places', Uint32Array.of(copy))).filter(bytes => bytes.length > 0)
        return hub.finishCopies(bytes)[0]
      }),
    )
    const { blob, first, size } = sourceOf(event.source)
    const own = blob.slice(first, first + size)
    const original = await core.readOriginal(own, isWrapped, event.offset, event.length, undefined)
    return { ...event, row, copies: places, original, isOriginalClipped: event.length > ORIGINAL_BYTES }
  }

  return {
    add,
    addBundle,
    cancel,
    filter,
    rows: rowsOf,
    event: eventOf,
    closeSelection: (/** @type {number} */ selection) => hub.closeSelection(selection),
    sources: () =>
      hub.sources().map((/** @type {object} */ source, /** @type {number} */ id) => ({
        id,
        state: sources[id]?.state,
        ...source,
      })),
    fields: async (/** @type {boolean} */ distinct) =>
      hub.finishFields(await askAll('fields', distinct), distinct),
    rejects: async (/** @type {number} */ first, /** @type {number} */ end) =>
      hub.finishRejects(await askAll('rejects'), first, end),
    memory: () => Promise.all(shards.map(peer => peer.call('memory'))),
    onBytes(source, n) {
      countBytes(source, n)
      reportProgress()
    },
  }
}

/** Bytes of an original that are read again: the core's limit. */
const ORIGINAL_BYTES = 1 << 20
