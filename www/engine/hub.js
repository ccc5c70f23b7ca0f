/** Deals files out to the shards, carries questions to them and brings their partials to the core's hub. */
import { cancelled, fromThrown, later, toError } from './messages.js'
import { zoneChanges } from './zones.js'

/** Files of this size or more are dealt out in pieces; the same for any number of shards. */
const CUT_FROM_BYTES = 32 << 20

/** Bundles that a shard has at hand: one it reads, one it goes on with at once. */
const BUNDLES_AT_HAND = 2

/** For so long after the first rows nothing new is begun, unless they are asked for before: whoever looks comes first. */
const FIRST_LOOK = 60

/** While loading, new rows are brought into order no more often than this, and at most a quarter of the time. */
const MERGE_EVERY = 500
const MERGE_SHARE = 4
/** Fewer waiting events than this stay in their builder while loading: small segments answer slowly. */
const SEAL_FROM = 8192

const PROGRESS_EVERY = 200

/**
 * @typedef {import('../types.d.ts').Progress} Progress
 * @typedef {import('./shard.js').ShardHandlers} Shard
 * @typedef {import('./messages.js').Peer<Shard>} Peer
 * @typedef {import('./questions.d.ts').Questions} Questions
 * @typedef {import('./questions.d.ts').Ask} Ask
 * @typedef {import('./shard.js').Item} Item
 * @typedef {import('./shard.js').Piece} Piece
 * @typedef {import('./shard.js').Bundle & { isAlone?: boolean }} Bundle of which an `isAlone` one is to crash alone, if it does
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
 * @property {number} n_open sources that are not settled, those that are still to come among them
 * @property {number[]} sources
 * @property {number} started
 * @property {boolean} isCancelled
 * @property {'loading' | 'merging' | 'finished'} state
 * @property {(progress: import('../types.d.ts').Progress) => void} done
 */

/**
 * A source: where its bytes are, and how far it has come. It is settled when none of its parts is left: each was read or
 * given up.
 *
 * @typedef {object} Source
 * @property {Batch} batch
 * @property {Blob} blob
 * @property {number} first
 * @property {number} size
 * @property {import('../types.d.ts').SourceInfo['state']} state
 * @property {number} n_left parts that wait or are being read; of a file that is cut, the cut itself is one
 * @property {number} n_busy parts that shards have at hand
 * @property {boolean} isCut
 * @property {boolean} isOpen
 * @property {'none' | 'wanted' | 'known'} hash
 * @property {Pick<Item, 'path' | 'modified' | 'treatAs'>} named
 */

/** What a shard was given to read, and whether its report has come. @typedef {{ blob: Blob, items: Item[], isRead: boolean }} Dealt */

/** What the hub can be asked. @typedef {ReturnType<typeof hubHandlers>} HubHandlers */

/**
 * The handlers of the hub.
 *
 * @param {typeof import('../pkg/trailglass.js')} core
 * @param {Peer[]} shards
 * @param {object} page
 * @param {(id: number, progress: import('../types.d.ts').Progress) => void} page.onProgress
 * @param {(shard: number) => Promise<Peer>} page.replaceShard makes a new shard in the place of one that crashed
 * @param {(message: string) => void} page.onCrash hears of what cannot be mended here
 */
export function hubHandlers(core, shards, { onProgress, replaceShard, onCrash }) {
  const hub = new core.Hub(shards.length)
  const { originalBytes } = core.limits()
  /** @type {Source[]} */
  const sources = []
  /** @type {Map<number, Batch>} */
  const batches = new Map()
  /** Work that is not dealt out yet. Pieces go first: their file is half read. @type {Bundle[]} */
  const bundles = []
  /** @type {Bundle[]} */
  const pieces = []
  /** @type {Cut[]} */
  const cuts = []
  /** By shard: what it was given, whether it is full, how often it was replaced. */
  const hands = shards.map(() => ({
    n_at_hand: 0,
    isFull: false,
    epoch: 0,
    dealt: /** @type {Dealt[]} */ ([]),
    cuts: /** @type {Cut[]} */ ([]),
    bytes: /** @type {Map<Batch, number>} */ (new Map()),
  }))
  /** How many shards were replaced, and how many sources of finished batches are read again for it. */
  let n_replaced = 0
  let n_again = 0
  /** Whether rows were forgotten that are still to be told again. */
  let isAnyMissing = false
  let hasEnded = false
  let lastProgress = 0
  /** What the analyst said of sources and of all: for the recipe. */
  const saidFormats = /** @type {Map<string, [format: string, settings: string]>} */ (new Map())
  let saidZone = /** @type {string | undefined} */ (undefined)

  // ── Loading ──

  /** Work that nobody waits for. @param {Promise<unknown>} work */
  function inBackground(work) {
    work.catch(error => onCrash(error.message))
  }

  /** Files are to come; answers once they are read. @param {number} id @param {number} n_files */
  function add(id, n_files) {
    return new Promise(done => {
      /** @type {Batch} */
      const batch = {
        id,
        n_bytes: 0,
        n_bytesRead: 0,
        n_come: 0,
        n_files,
        n_open: n_files,
        sources: [],
        started: performance.now(),
        isCancelled: false,
        state: 'loading',
        done,
      }
      batches.set(id, batch)
      finishIfDone(batch)
    })
  }

  /**
   * Some of the files, one behind the other in `blob`.
   *
   * @param {number} id @param {Blob} blob @param {[path: string, size: number, modified?: number][]} files
   */
  function addBundle(id, blob, files) {
    const batch = batches.get(id)
    if (!batch) return
    let end = 0
    /** @type {Item[]} */
    const items = []
    for (const [path, size, modified] of files) {
      const source = hub.addSource(path, size, modified)
      const named = { path, modified }
      const first = end
      end += size
      sources.push({
        batch,
        blob,
        first,
        size,
        state: 'waiting',
        n_left: 1,
        n_busy: 0,
        isCut: false,
        isOpen: true,
        hash: 'none',
        named,
      })
      batch.sources.push(source)
      batch.n_bytes += size
      batch.n_come += 1
      if (batch.isCancelled) giveUp(source, 'cancelled')
      else if (size >= CUT_FROM_BYTES) cuts.push(cutOf(source))
      else items.push(itemOf(source))
    }
    if (items.length > 0) bundles.push({ blob, items })
    finishIfDone(batch)
    deal()
  }

  /** The whole of a file. @param {number} source @returns {Item} */
  function itemOf(source) {
    const { first, size, named } = sourceOf(source)
    return { ...named, source, first, size, zone: hub.zoneToRead(source) }
  }

  /** A file that is to be cut. @param {number} source @returns {Cut} */
  function cutOf(source) {
    const { blob, first, size } = sourceOf(source)
    return { blob: blob.slice(first, first + size), item: { ...itemOf(source), first: 0 }, from: 0 }
  }

  /** @param {number} id */
  function cancel(id) {
    const batch = batches.get(id)
    if (!batch) return
    batch.isCancelled = true
    dropQueued(batch)
    // What a shard is busy with it gives up itself, and says so.
    tell(
      'stop',
      batch.sources.filter(source => sourceOf(source).n_busy > 0),
    )
    finishIfDone(batch)
  }

  /** Gives up what no shard has at hand yet. @param {Batch} batch */
  function dropQueued(batch) {
    /** @param {Item} item */
    const isMine = item => sourceOf(item.source).batch === batch
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
  }

  /**
   * One part of a source will not be read. Of several reasons the first one stays.
   *
   * @param {number} number @param {'cancelled' | 'out-of-memory' | 'crashed' | 'unreadable'} code @param {string} [why]
   */
  function giveUp(number, code, why = '') {
    const source = sourceOf(number)
    source.n_left -= 1
    if (!isOver(source)) {
      source.state = code === 'cancelled' ? 'cancelled' : 'failed'
      hub.addProblem(number, code, why)
    }
    settle(number)
  }

  /** @param {Source} source */
  const isOver = ({ state }) => state === 'cancelled' || state === 'failed'

  /** @param {number} number */
  const sourceOf = number => /** @type {Source} */ (sources[number])
  /** @param {number} shard */
  const handOf = shard => /** @type {(typeof hands)[number]} */ (hands[shard])
  /** @param {number} shard */
  const peerOf = shard => /** @type {Peer} */ (shards[shard])

  /** @param {number} shard @param {number} source @param {number} n */
  function countBytes(shard, source, n) {
    const { batch } = sourceOf(source)
    const { bytes } = handOf(shard)
    batch.n_bytesRead += n
    bytes.set(batch, (bytes.get(batch) ?? 0) + n)
  }

  /** Closes a source of which nothing is left. @param {number} number */
  function settle(number) {
    const source = sourceOf(number)
    if (source.n_left > 0 || !source.isOpen) return
    if (!isOver(source)) {
      source.state = 'read'
      wantHash(number)
    }
    source.isOpen = false
    if (source.batch.state === 'finished') n_again -= 1
    else source.batch.n_open -= 1
  }

  /** Some of what was read of a source is lost, and will be read again. @param {number} number */
  function reopen(number) {
    const source = sourceOf(number)
    source.n_left += 1
    if (source.state === 'read') source.state = 'reading'
    if (source.isOpen) return
    source.isOpen = true
    if (source.batch.state === 'finished') n_again += 1
    else source.batch.n_open += 1
  }

  /** @param {Batch} batch */
  function finishIfDone(batch) {
    if (batch.state === 'loading' && batch.n_open === 0 && n_again === 0) inBackground(finish(batch))
  }

  /** @param {Batch} batch */
  async function finish(batch) {
    batch.state = 'merging'
    for (let n = -1; n !== n_replaced; ) {
      n = n_replaced
      await merge(true)
      if (resetClocks()) await merge(true)
      // A shard was lost meanwhile: what it had read is read again first.
      if (batch.n_open > 0 || n_again > 0) {
        batch.state = 'loading'
        return
      }
    }
    batch.state = 'finished'
    batches.delete(batch.id)
    isAnyMissing &&= batches.size > 0
    if (!isAnyMissing) for (const done of waiting.splice(0)) done()
    const progress = { ...progressOf(batch), isLoading: false }
    onProgress(batch.id, progress)
    batch.done(progress)
    hashNext()
  }

  // ── Hashes, which come once the rows are there ──

  /** Files that are to be hashed, and the shards that hash one. @type {number[]} */
  const unhashed = []
  /** @type {Set<number>} */
  const hashing = new Set()
  /** Who waits for all hashes. @type {(() => void)[]} */
  const hashWaiting = []

  /** @param {number} number */
  function wantHash(number) {
    const source = sourceOf(number)
    if (source.hash !== 'none') return
    source.hash = 'wanted'
    unhashed.push(number)
  }

  /** @param {number} number @param {string} sha256 */
  function setHash(number, sha256) {
    sourceOf(number).hash = 'known'
    hub.setSha256(number, sha256)
  }

  /** Has files hashed while nothing is read. */
  function hashNext() {
    if (batches.size > 0 || n_again > 0 || hasEnded) return
    shards.forEach((_, shard) => {
      const number = hashing.has(shard) ? undefined : unhashed.shift()
      if (number !== undefined) inBackground(hashOn(shard, number))
    })
    if (hashing.size > 0) return
    for (const done of hashWaiting.splice(0)) done()
  }

  /** @param {number} shard @param {number} number */
  async function hashOn(shard, number) {
    const { blob, first, size } = sourceOf(number)
    hashing.add(shard)
    try {
      const { sha256, why } = await ask(shard, 'hash', blob.slice(first, first + size))
      if (sha256 !== null) setHash(number, sha256)
      else if (why !== '') hub.addProblem(number, 'unreadable', why)
    } catch (thrown) {
      const { code, message } = /** @type {import('../types.d.ts').TrailglassError} */ (thrown)
      // With a shard that was lost only the work is.
      if (code === 'range') unhashed.push(number)
      else hub.addProblem(number, 'crashed', message)
    }
    hashing.delete(shard)
    hashNext()
  }

  /** Answers once all hashes are known. */
  function hashed() {
    return new Promise(done => {
      hashWaiting.push(() => done(undefined))
      hashNext()
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

  /** @type {Peer['tell']} */
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
    for (let isMore = true; isMore; ) {
      isMore = false
      hands.forEach((hand, shard) => {
        if (hand.n_at_hand >= (look === 'done' ? BUNDLES_AT_HAND : 1)) return
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
    const { isFull } = handOf(shard)
    // A cut that is begun keeps the others busy with its pieces: it goes on as soon as they run short, and on a shard
    // that is full, for it keeps nothing. A new one comes last.
    const isShort = isFull || (look !== 'none' && pieces.length < BUNDLES_AT_HAND * shards.length)
    const first = isShort ? takeCut(shard) : undefined
    // To look for pieces leaves the machine to who looks at the first rows; to read them does not.
    if (look === 'due') {
      if (first) inBackground(cutOn(shard, first))
      return first !== undefined
    }
    const piece = first || isFull ? undefined : pieces.shift()
    const cut = first ?? (piece ? undefined : takeCut(shard))
    const bundle = piece ?? (cut || isFull ? undefined : bundles.shift())
    const fresh = bundle || cut || isFull ? undefined : takeCut(undefined)
    if (bundle) inBackground(readOn(shard, bundle))
    else if (cut ?? fresh) inBackground(cutOn(shard, /** @type {Cut} */ (cut ?? fresh)))
    return bundle !== undefined || cut !== undefined || fresh !== undefined
  }

  /** @param {number} shard @param {Bundle} bundle */
  async function readOn(shard, { blob, items, isAlone = false }) {
    const hand = handOf(shard)
    const { epoch } = hand
    hand.n_at_hand += 1
    for (const { source } of items) setBusy(source)
    const dealt = { blob, items, isRead: false }
    hand.dealt.push(dealt)
    // The first rows of a shard come with the answer: nothing to show is worth a second question.
    const known = /** @type {import('./shard.js').Known} */ (/** @type {unknown} */ (hub.knownOf(shard)))
    const asked = known[0] === 0 || isAlone ? known : null
    const version = versionOf(shard)
    const answer = /** @type {import('./shard.js').ReadAnswer} */ (
      await peerOf(shard)
        .call('read', { blob, items }, asked)
        .catch(({ message }) => ({ crash: { at: items.length === 1 ? 0 : null, message } }))
    )
    if (hand.epoch !== epoch) return
    if (answer.crash) {
      replace(shard, dealt, answer.crash)
      return
    }
    hand.n_at_hand -= 1
    hand.isFull = answer.isFull
    dealt.isRead = true
    dealt.items = []
    const began = new Map(answer.reports.map(report => [report.source, report]))
    for (const item of items.slice(0, answer.n_done)) {
      const begun = began.get(item.source)
      sourceOf(item.source).n_busy -= 1
      if (begun) {
        dealt.items.push(item)
        sourceOf(item.source).n_left -= 1
        hub.report(shard, begun.report)
        countBytes(shard, item.source, begun.n_bytes)
        if (begun.sha256) setHash(item.source, begun.sha256)
        // The report says why.
        if (begun.end !== 'read' && !isOver(sourceOf(item.source))) sourceOf(item.source).state = begun.end
        settle(item.source)
      } else giveUp(item.source, 'cancelled')
    }
    if (answer.rows && isCurrent(shard, known, version)) {
      const { rows } = answer
      mergeNow(shards.map((_, other) => (other === shard ? rows : new Uint8Array())))
      if (look === 'none') {
        look = 'due'
        setTimeout(endLook, FIRST_LOOK)
      }
      reportProgress(true)
    }
    // Not read: the shard is full.
    const left = items.slice(answer.n_done)
    for (const { source } of left) sourceOf(source).n_busy -= 1
    queueAgain({ blob, items: left, isAlone })
    await afterWork()
  }

  /** Puts what was not read, or is to be read again, in front; a cancelled batch reads nothing more. @param {Bundle} bundle */
  function queueAgain({ blob, items, isAlone }) {
    const isCancelled = (/** @type {Item} */ { source }) => sourceOf(source).batch.isCancelled
    for (const { source } of items.filter(isCancelled)) giveUp(source, 'cancelled')
    queueFirst({ blob, items: items.filter(item => !isCancelled(item)), isAlone })
  }

  /** @param {Bundle} bundle */
  function queueFirst(bundle) {
    if (bundle.items.length > 0) (bundle.items[0]?.piece ? pieces : bundles).unshift(bundle)
  }

  async function afterWork() {
    deal()
    await merge(false)
    reportProgress()
    for (const batch of [...batches.values()]) finishIfDone(batch)
    hashNext()
    // Rows that were forgotten with a shard come back where no batch waits for them, too.
    if (batches.size > 0 || n_again > 0 || !isAnyMissing) return
    await mergeAnew()
  }

  /** Brings back the rows that were forgotten, where no batch does. */
  async function mergeAnew() {
    for (let n = -1; n !== n_replaced; ) {
      n = n_replaced
      await merge(true)
      if (resetClocks()) await merge(true)
      if (batches.size > 0 || n_again > 0) return
    }
    isAnyMissing = false
    for (const done of waiting.splice(0)) done()
  }

  /** Who waits until no row is missing. @type {(() => void)[]} */
  const waiting = []

  /** Answers once all that was forgotten has been read and told again. */
  function whenWhole() {
    return new Promise(done => {
      waiting.push(() => done(undefined))
      inBackground(afterWork())
    })
  }

  /** How often it was begun anew: what a shard was asked for before is out of date. */
  let n_anew = 0

  /** All shards tell their rows again, in the order that they now have. */
  function beginAnew() {
    isAnyMissing = true
    n_anew += 1
    hub.beginAnew()
    tell('includeDuplicates')
  }

  /** Has times read anew of which more is known by now; whether there are any. */
  function resetClocks() {
    const clocks = hub.settleClocks()
    if (clocks.length === 0) return false
    for (const [source, clock] of clocks) tell('setClock', source, clock)
    beginAnew()
    return true
  }

  /** @param {number} number */
  function setBusy(number) {
    const source = sourceOf(number)
    source.n_busy += 1
    if (source.state === 'waiting') source.state = 'reading'
  }

  /** @param {number} shard @param {Cut} cut */
  async function cutOn(shard, cut) {
    const { blob, item, from } = cut
    const hand = handOf(shard)
    const { epoch } = hand
    hand.n_at_hand += 1
    setBusy(item.source)
    cutters.set(item.source, shard)
    hand.cuts.push(cut)
    const answer = /** @type {import('./shard.js').CutAnswer} */ (
      await peerOf(shard)
        .call('cut', item.source, blob, item.treatAs?.format)
        .catch(({ message }) => ({ problem: { code: 'crashed', why: message } }))
    )
    if (hand.epoch !== epoch) return
    hand.n_at_hand -= 1
    hand.cuts.splice(hand.cuts.indexOf(cut), 1)
    const source = sourceOf(item.source)
    source.n_busy -= 1
    if (source.batch.isCancelled) {
      giveUp(item.source, 'cancelled')
    } else if (answer.problem && source.isCut) {
      giveUp(item.source, answer.problem.code, answer.problem.why)
    } else if (answer.problem || (answer.isWhole && !source.isCut)) {
      // Whatever keeps a file from being cut shows itself, and is reported, when it is read whole.
      bundles.push({ blob, items: [item] })
    } else {
      source.isCut = true
      const { head } = answer
      const fresh = answer.pieces.filter(piece => piece.offset >= from)
      source.n_left += fresh.length
      for (const piece of fresh) pieces.push({ blob, items: [{ ...item, piece, head }] })
      if (answer.isDone) {
        source.n_left -= 1
        settle(item.source)
      } else {
        const last = fresh.at(-1)
        cuts.push({ blob, item, from: last ? last.offset + last.length : from })
      }
    }
    if (answer.isDone || answer.problem || source.batch.isCancelled) cutters.delete(item.source)
    await afterWork()
  }

  /**
   * A shard crashed: another takes its place and reads again what was in it, but for the item that it crashed on.
   * Where that is not known, but for none: what was in hand is read item by item, which will tell.
   *
   * @param {number} shard @param {Dealt | null} inHand @param {{ at: number | null, message: string }} crash
   * @param {boolean} [isUnknown] whether anything it held may be what it crashed on
   */
  function replace(shard, inHand, { at, message }, isUnknown = false) {
    if (hasEnded) return
    const hand = handOf(shard)
    hand.epoch += 1
    n_replaced += 1
    isAnyMissing = true
    peerOf(shard).fail(toError({ code: 'crashed', message }))
    // Whatever is asked of the new one from now on waits until it is there.
    const coming = replaceShard(shard)
    inBackground(coming)
    shards[shard] = later(coming)
    peerOf(shard).tell('setSteps', hub.stepsText())
    hub.forgetShard(shard)
    n_anew += 1
    shards.forEach((peer, other) => {
      if (other !== shard) peer.tell('includeDuplicates')
    })
    for (const [batch, n] of hand.bytes) batch.n_bytesRead -= n
    hand.bytes.clear()
    const culprit = at === null ? undefined : inHand?.items[at]
    for (const dealt of hand.dealt.splice(0).reverse()) {
      const { blob, items, isRead } = dealt
      for (const { source } of items) {
        if (isRead) reopen(source)
        else sourceOf(source).n_busy -= 1
      }
      const again = items.filter(item => item !== culprit)
      const isAlone = isUnknown || (dealt === inHand && at === null)
      const parts = isAlone ? again.map(item => [item]) : [again]
      // What was read of a cancelled batch is read again, too: it was to stay.
      for (const items of parts) {
        if (isRead) queueFirst({ blob, items, isAlone })
        else queueAgain({ blob, items, isAlone })
      }
    }
    for (const cut of hand.cuts.splice(0)) {
      sourceOf(cut.item.source).n_busy -= 1
      cuts.push(cut)
    }
    for (const [source, owner] of cutters) if (owner === shard) cutters.delete(source)
    hand.n_at_hand = 0
    hand.isFull = false
    if (culprit) giveUp(culprit.source, 'crashed', message)
    for (const batch of batches.values()) if (batch.isCancelled) dropCuts(batch)
    inBackground(afterWork())
  }

  /** @param {Batch} batch */
  function dropCuts(batch) {
    for (const cut of cuts.splice(0)) {
      if (sourceOf(cut.item.source).batch === batch) giveUp(cut.item.source, 'cancelled')
      else cuts.push(cut)
    }
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
      const known = shards.map(
        (_, shard) => /** @type {import('./shard.js').Known} */ (/** @type {unknown} */ (hub.knownOf(shard))),
      )
      const versions = hands.map((_, shard) => versionOf(shard))
      // With nothing left to deal out, no more events will come to those that wait.
      const isLastDealt = bundles.length + pieces.length + cuts.length === 0
      const n_least = isLast || isLastDealt ? 1 : SEAL_FROM
      const none = new Uint8Array()
      const partials = await Promise.all(
        known.map((of, shard) => ask(shard, 'rowsSince', ...of, n_least).catch(() => none)),
      )
      // What was asked of a shard that was replaced, or told its rows meanwhile, is out of date: the next merge asks again.
      mergeNow(
        partials.map((partial, shard) => (isCurrent(shard, known[shard], versions[shard]) ? partial : none)),
      )
      mergeCost = performance.now() - started
      isMerging = false
      reportProgress()
    })
    return merging
  }

  /** Grows when what a shard was asked for before is out of date. @param {number} shard */
  const versionOf = shard => handOf(shard).epoch + n_anew

  /**
   * Whether what a shard was asked for is still what the hub lacks: rows; of fields and members it may know more by now.
   *
   * @param {number} shard @param {import('./shard.js').Known | undefined} known @param {number | undefined} version
   */
  const isCurrent = (shard, known, version) =>
    versionOf(shard) === version && known?.[0] === hub.knownOf(shard)[0]

  /** @param {Uint8Array[]} partials of all shards; an empty one brings nothing */
  function mergeNow(partials) {
    hub.mergeRows(partials)
    shards.forEach((peer, shard) => {
      const rows = hub.takeDuplicates(shard)
      if (rows.length > 0) peer.tell('excludeDuplicates', rows)
    })
    mergedAt = performance.now()
  }

  /**
   * Asks one shard; a question on which it crashes costs the answer and not what it holds.
   *
   * @template {keyof Shard & string} M
   * @param {number} shard @param {M} method @param {Parameters<Shard[M]>} args
   */
  async function ask(shard, method, ...args) {
    const { epoch } = handOf(shard)
    try {
      return await peerOf(shard).call(method, ...args)
    } catch (thrown) {
      const { code, message } = /** @type {import('../types.d.ts').TrailglassError} */ (thrown)
      if (handOf(shard).epoch !== epoch)
        throw toError({ code: 'range', message: 'a shard was lost: ask again' })
      if (code === 'crashed') replace(shard, null, { at: null, message }, method === 'rowsSince')
      throw thrown
    }
  }

  // ── Questions ──

  /** Puts something to every shard; to the one in the place of one that was lost, too. @param {number} question @param {Uint8Array} message */
  function putToAll(question, message) {
    /** @param {number} shard @returns {Promise<Uint8Array>} */
    const putTo = async shard => {
      try {
        return await ask(shard, 'answer', question, message)
      } catch (thrown) {
        if (/** @type {import('../types.d.ts').TrailglassError} */ (thrown).code !== 'range') throw thrown
        return putTo(shard)
      }
    }
    return Promise.all(shards.map((_, shard) => putTo(shard)))
  }

  /** Puts something to the shards that have rows which it is about. @param {number} question @param {Uint8Array[]} messages by shard */
  const putToOwners = (question, messages) =>
    Promise.all(
      messages.map((message, shard) =>
        message.length > 0 ? ask(shard, 'answer', question, message) : message,
      ),
    )

  /** Questions that are being answered and were not given up. @type {Set<number>} */
  const asked = new Set()

  /**
   * Answers a question: what the core puts to the shards, round by round.
   *
   * @template {keyof Questions} Q
   * @param {number} question its number, which gives it up
   * @param {Q} kind
   * @param {Questions[Q]['request']} request
   * @returns {Promise<Questions[Q]['reply']>}
   */
  async function answer(question, kind, request) {
    asked.add(question)
    try {
      let turn = hub.begin(question, { [kind]: request })
      while (!('reply' in turn)) {
        const { toAll, toOwners } = turn
        const partials = await (toAll ? putToAll(question, toAll) : putToOwners(question, toOwners))
        if (!asked.has(question)) throw cancelled()
        turn = hub.next(question, partials)
      }
      return turn.reply
    } finally {
      asked.delete(question)
      hub.cancel(question)
    }
  }

  /** @param {number} question */
  function giveUpQuestion(question) {
    if (asked.delete(question)) tell('giveUp', question)
  }

  /** The number of the last question that the hub itself asked; those of the page are positive. */
  let lastOwn = 0

  /** A record as it stands in its file. @param {import('./questions.d.ts').Place} place */
  async function originalOf({ file, member, isWrapped, offset, length }) {
    const { blob, first, size } = sourceOf(file)
    const own = blob.slice(first, first + size)
    const original = await core
      .readOriginal(own, isWrapped, member ?? undefined, offset, length, undefined)
      .catch((/** @type {unknown} */ thrown) => {
        if (thrown instanceof WebAssembly.RuntimeError) throw thrown
        const why = thrown instanceof Error ? thrown.message : String(thrown)
        throw toError({ code: 'unreadable', message: `the file could not be read again: ${why}` })
      })
    return { original, isOriginalClipped: length > originalBytes }
  }

  // ── What the analyst says of sources ──

  /** @param {number[]} numbers @param {import('../types.d.ts').TreatAs | null} treatAs */
  async function treatAsFormat(numbers, treatAs) {
    if (
      treatAs &&
      !core.formats().some((/** @type {{ name: string }} */ { name }) => name === treatAs.format)
    )
      throw toError({ code: 'range', message: `unknown format ${JSON.stringify(treatAs.format)}` })
    // A file is read as a whole: its members are part of it.
    const wanted = new Map(numbers.map(number => [number, fileOf(number)]))
    for (const [number, { member, file }] of wanted)
      if (member !== undefined && wanted.has(file)) wanted.delete(number)
    for (const { file } of wanted.values())
      if (sourceOf(file).isOpen)
        throw toError({ code: 'range', message: 'a source that is still being read cannot be read again' })
    for (const number of wanted.keys()) {
      const path = hub.pathOf(number) ?? ''
      if (treatAs) saidFormats.set(path, [treatAs.format, treatAs.settings ?? ''])
      else saidFormats.delete(path)
    }
    const forgotten = [...wanted.keys()].flatMap(number => [...hub.forgetSource(number)])
    tell('forget', Uint32Array.from(forgotten))
    beginAnew()
    for (const [, { file, member }] of wanted) readAgain(file, member, treatAs ?? undefined)
    deal()
    await whenWhole()
  }

  /** @param {number} number */
  function fileOf(number) {
    const [file, member] = hub.fileOf(number) ?? []
    if (file === undefined) throw toError({ code: 'range', message: `there is no source ${number}` })
    return { file, member }
  }

  /**
   * Reads a file again, or one member of it. What is read again should a shard be lost must not hold it twice.
   *
   * @param {number} file @param {number | undefined} member @param {import('../types.d.ts').TreatAs | undefined} treatAs
   */
  function readAgain(file, member, treatAs) {
    for (const { dealt } of hands) {
      for (const given of dealt) {
        given.items = given.items.flatMap(item => {
          if (item.source !== file) return [item]
          if (member === undefined || item.member === member) return []
          return item.member === undefined ? [{ ...item, skip: [...(item.skip ?? []), member] }] : [item]
        })
      }
    }
    const source = sourceOf(file)
    reopen(file)
    if (member !== undefined) {
      bundles.unshift({ blob: source.blob, items: [{ ...itemOf(file), treatAs, member }] })
      return
    }
    source.isCut = false
    source.state = 'waiting'
    source.named = { ...source.named, treatAs }
    if (source.size >= CUT_FROM_BYTES) cuts.push(cutOf(file))
    else bundles.unshift({ blob: source.blob, items: [itemOf(file)] })
  }

  /** @param {string} zone @param {number[] | null} numbers */
  async function setZone(zone, numbers) {
    const { name, seconds, offsets } = zoneChanges(zone)
    numbers?.forEach(fileOf)
    if (!numbers) saidZone = name
    for (const number of numbers ?? [undefined]) hub.setZone(number, name, seconds, offsets)
    if (resetClocks()) await whenWhole()
  }

  /** @param {number | null} year @param {number[]} numbers */
  async function setYear(year, numbers) {
    if (year !== null && !(Number.isInteger(year) && year >= 1970 && year <= 2200))
      throw toError({ code: 'range', message: `expected a year from 1970 to 2200, found ${String(year)}` })
    numbers.forEach(fileOf)
    for (const number of numbers) hub.setYear(number, year ?? undefined)
    if (resetClocks()) await whenWhole()
  }

  // ── Recipes ──

  /** @param {string | undefined} view an object of the page's own, as JSON */
  const recipe = view =>
    JSON.parse(
      hub.recipe(
        JSON.stringify([...saidFormats].map(([path, [format, settings]]) => [path, format, settings])),
        saidZone,
        view,
      ),
    )

  /** @param {string} text */
  async function replay(text) {
    const { zone, sources: rules, steps, view = null } = JSON.parse(hub.readRecipe(text))
    /** @type {import('../types.d.ts').Replayed['notApplied']} */
    const notApplied = []
    /** @param {string} what @param {() => Promise<void> | void} apply */
    const attempt = async (what, apply) => {
      try {
        await apply()
      } catch (thrown) {
        if (thrown instanceof WebAssembly.RuntimeError) throw thrown
        notApplied.push({ what, why: fromThrown(thrown).message })
      }
    }
    for (const rule of rules) {
      const like = () => [...hub.sourcesLike(rule.path)]
      const what = `sources like ${rule.path}`
      if (like().length === 0) {
        notApplied.push({ what, why: 'there is no such source' })
        continue
      }
      const treatAs = { format: rule.format, settings: rule.settings ?? '' }
      if (rule.format) await attempt(what, () => treatAsFormat(like(), treatAs))
      if (rule.zone) await attempt(what, () => setZone(rule.zone, like()))
      if (rule.year) await attempt(what, () => setYear(rule.year, like()))
    }
    if (zone) await attempt('the zone', () => setZone(zone, null))
    lastOwn -= 1
    for (const { step, problem } of await answer(lastOwn, 'setSteps', { steps: JSON.stringify(steps) }))
      if (problem) notApplied.push({ what: `step ${step.id}`, step: step.id, why: problem })
    return { steps: steps.length, notApplied, view }
  }

  return {
    add,
    addBundle,
    cancel,
    formats: () => core.formats(),
    treatAs: treatAsFormat,
    setZone,
    setYear,
    /** Reads no more. */
    end() {
      hasEnded = true
      for (const batch of batches.values()) {
        batch.isCancelled = true
        dropQueued(batch)
      }
      tell('end')
    },
    parse: (/** @type {string} */ query) => hub.parse(query),
    queryAbout: (/** @type {string} */ value, /** @type {string} */ query) => hub.queryAbout(value, query),
    /** @type {Ask} */
    async ask(question, kind, request) {
      const reply = await answer(question, kind, request)
      if (kind === 'rows') endLook()
      if (kind === 'filter')
        Object.assign(reply, { isLoading: batches.size > 0 || n_again > 0 || isAnyMissing })
      return reply
    },
    giveUp: giveUpQuestion,
    original: originalOf,
    steps: () => hub.stepStates(),
    recipe,
    replay,
    grokPatterns: () => core.grokPatterns(),
    closeSelection: (/** @type {number} */ selection) => hub.closeSelection(selection),
    hashed,
    sources: () =>
      hub.sources().map((/** @type {{ id: number, parent: number | null }} */ source) => ({
        state: sources[source.parent ?? source.id]?.state,
        ...source,
      })),
    nextHit: (
      /** @type {number} */ hits,
      /** @type {number | undefined} */ row,
      /** @type {boolean} */ backwards,
    ) => {
      const [found, nth = 0] = hub.nextHit(hits, row, backwards)
      return found === undefined ? null : { row: found, nth }
    },
    closeHits: (/** @type {number} */ hits) => hub.closeHits(hits),
    /** @param {number} shard @param {number} source @param {number} n */
    onBytes(shard, source, n) {
      countBytes(shard, source, n)
      // One long file may keep every report waiting: what was read meanwhile is shown all the same.
      inBackground(merge(false))
      reportProgress()
    },
  }
}
