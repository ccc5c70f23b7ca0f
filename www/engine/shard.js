/** Feeds one shard of the core: reads files and hands their bytes on. */
import { breathe, cancelled, fromThrown } from './messages.js'

/**
 * A piece of a large file, as the core's `Cutter` finds it; only the core looks inside.
 *
 * @typedef {{ format: number, confidence: number, offset: number, length: number, line: number, context: number, isLast: boolean }} Piece
 */

/**
 * A source to read, whole or in one piece; it is `size` bytes from `first` on of the blob that it comes in.
 *
 * @typedef {object} Item
 * @property {number} source
 * @property {string} path
 * @property {number} first
 * @property {number} size
 * @property {number} [modified] milliseconds since the epoch
 * @property {Uint8Array} zone as the core says it
 * @property {import('../types.d.ts').TreatAs} [treatAs] what the analyst said of it
 * @property {number} [member] the only member of it that is to be read
 * @property {number[]} [skip] members that are not to be read
 * @property {Piece} [piece]
 * @property {Uint8Array} [head] how the source of the piece begins
 */

/**
 * Sources that stand one behind the other in one blob: it costs a browser far more to hand over many files, or to
 * read them, than one blob made of them.
 *
 * @typedef {{ blob: Blob, items: Item[] }} Bundle
 */

/** How much of a shard the hub knows: rows, fields, members. @typedef {[row: number, field: number, member: number]} Known */

/**
 * What came of some items: a report of the core for each that was begun, with its number.
 *
 * @typedef {object} ReadAnswer
 * @property {{ source: number, report: Uint8Array, end: 'read' | 'cancelled' | 'failed', sha256: string | null, n_bytes: number }[]} reports
 *   how it ended, with the bytes of which `onBytes` said nothing
 * @property {number} n_done how many items were read, or passed over because they were stopped; the rest did not fit
 * @property {boolean} isFull whether no further source fits
 * @property {Uint8Array | null} rows what `rowsSince` would answer now, if it was asked for
 * @property {{ at: number | null, message: string } | null} crash the item on which the core crashed, if it is known:
 *   all that the shard held is lost
 */

/**
 * What one step of cutting a file found.
 *
 * @typedef {object} CutAnswer
 * @property {Piece[]} pieces
 * @property {boolean} isWhole whether the file is to be read whole
 * @property {Uint8Array} head how the file begins, if its pieces are to know
 * @property {boolean} isDone
 * @property {{ code: 'unreadable' | 'crashed', why: string } | null} problem what ended it
 */

/** Up to this size a file is read at once. */
const WHOLE_BYTES = 16 << 20

/**
 * How long to work before messages have their turn, how much to read at a time at most, and after how much to tell of it:
 * in the page's own thread a frame must not be missed.
 */
const IN_WORKER = { burst: 12, chunk: 4 << 20, tell: 4 << 20 }
const IN_PAGE = { burst: 8, chunk: 128 << 10, tell: 128 << 10 }

/** Bytes that the core is handed at a time: it looks at them more than once, and these stay in the processor's cache. */
const PUSH_BYTES = 256 << 10

/** What a source is after a problem of its reading. @type {Record<string, 'read' | 'cancelled' | undefined>} */
const ENDS = { '': 'read', cancelled: 'cancelled' }

/**
 * Bytes that one step of a cut looks at, and pieces that end it; the first ends with the first piece, whose rows are the
 * first on the screen.
 */
const CUT_BYTES = 32 << 20
const CUT_PIECES = 16

/** Up to this size the browser hashes a file, which needs all of it at once and is many times as quick as the core. */
const DIGEST_BYTES = 128 << 20

/** Bytes that the core hashes at a time: questions come first. */
const HASH_CHUNK = 1 << 20

/** Only workers have it. @type {(new () => { readAsArrayBuffer: (blob: Blob) => ArrayBuffer }) | undefined} */
const SyncReader = Reflect.get(globalThis, 'FileReaderSync')

/**
 * @param {Blob} blob
 * @returns {Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>}
 */
function read(blob) {
  // In a worker the synchronous reader is the quickest way; elsewhere there is none.
  if (SyncReader) return new Uint8Array(new SyncReader().readAsArrayBuffer(blob))
  return blob.arrayBuffer().then(buffer => new Uint8Array(buffer))
}

/** Memory that was filled before: the next file or piece needs as much. @type {ArrayBuffer | null} */
let spare = null

/**
 * Reads a blob from its first byte to its last. What is yielded is good until more is asked for: where a stream fills the
 * memory that it is given, all of it is read into the same, which costs half of what new memory for each part does.
 *
 * @param {Blob} blob @param {number} n_most bytes to be read at a time
 */
async function* partsOf(blob, n_most) {
  const reader = filling(blob)
  if (!reader) {
    for (let at = 0; at < blob.size; at += n_most) yield await read(blob.slice(at, at + n_most))
    return
  }
  let buffer = spare?.byteLength === n_most ? spare : new ArrayBuffer(n_most)
  spare = null
  try {
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(buffer))
      if (value) buffer = value.buffer
      if (done) return
      yield value
    }
  } finally {
    // One that was handed over and has not come back has no bytes any more.
    if (buffer.byteLength > 0) spare = buffer
    await reader.cancel()
  }
}

/** A reader that fills memory; null where the browser's streams of blobs do not. @param {Blob} blob */
function filling(blob) {
  try {
    return blob.stream().getReader({ mode: 'byob' })
  } catch (thrown) {
    if (thrown instanceof TypeError) return null
    throw thrown
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256Of(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** What a shard can be asked. @typedef {ReturnType<typeof shardHandlers>} ShardHandlers */

/**
 * The handlers of one shard.
 *
 * @param {typeof import('../pkg/trailglass.js')} core
 * @param {number} number its place among the shards
 * @param {{ memory: WebAssembly.Memory, limitBytes?: number, onBytes: (source: number, n: number) => void }} options
 */
export function shardHandlers(core, number, { memory, limitBytes = core.limits().shardBytes, onBytes }) {
  const pace = SyncReader ? IN_WORKER : IN_PAGE
  // Absent in a page that was loaded over plain HTTP; the core hashes then.
  const canDigest = globalThis.crypto?.subtle !== undefined
  const shard = new core.Shard(number)
  const nothing = new Uint8Array()
  /** @type {Map<number, import('../pkg/trailglass.js').Cutter>} */
  const cuts = new Map()
  /** Reading takes turns: the core has one source open at a time. */
  let reading = Promise.resolve()
  /** Sources of which nothing more is wanted. @type {Set<number>} */
  const stopped = new Set()
  let hasEnded = false
  let lastBreath = performance.now()

  /** Whether it holds as much as it may, with what is still to be read of its events. */
  const isOverLimit = () => memory.buffer.byteLength + shard.deferredBytes() > limitBytes

  async function breatheIfDue() {
    if (performance.now() - lastBreath < pace.burst) return
    await breathe()
    lastBreath = performance.now()
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  function inTurn(work) {
    const turn = reading.then(work)
    reading = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  /** @param {number} source */
  const isStopped = source => hasEnded || stopped.has(source)

  /** @param {Item} item @param {boolean} hashes */
  function open({ source, path, modified, zone, treatAs, member, skip = [], piece, head = nothing }, hashes) {
    // The hash is that of the whole file, whatever of it is read.
    const isPart = piece !== undefined || member !== undefined
    shard.open(
      { source, path, modified, hashes: hashes && !isPart, treatAs, member, skip, piece },
      zone,
      head,
    )
  }

  /** A file or piece that is read in chunks. @param {Blob} blob @param {Item} item */
  async function readInChunks(blob, item) {
    const { source, first, size, piece } = item
    const start = first + (piece?.offset ?? 0)
    const end = piece ? start + piece.length : first + size
    open(item, false)
    let [code, why] = ['', '']
    let [n_read, n_told] = [0, 0]
    try {
      if (size === 0) await read(blob)
      for await (const bytes of partsOf(blob.slice(start, end), pace.chunk)) {
        for (let from = 0; from < bytes.length; from += PUSH_BYTES)
          shard.push(bytes.subarray(from, from + PUSH_BYTES))
        n_read += bytes.length
        const isMoreToCome = n_read < end - start
        await breatheIfDue()
        if (isMoreToCome && isStopped(source)) code = 'cancelled'
        if (n_read - n_told >= pace.tell && !hasEnded) {
          onBytes(source, n_read - n_told)
          n_told = n_read
          if (isMoreToCome && isOverLimit()) code = 'out-of-memory'
        }
        if (code !== '') break
      }
    } catch (thrown) {
      if (thrown instanceof WebAssembly.RuntimeError) throw thrown
      code = 'unreadable'
      why = fromThrown(thrown).message
    }
    const report = shard.close(code, why)
    const outcome = ENDS[code] ?? /** @type {const} */ ('failed')
    return { source, report, end: outcome, sha256: null, n_bytes: n_read - n_told }
  }

  /** A file whose bytes are there; its hash may come later. @param {Item} item @param {Uint8Array<ArrayBuffer>} bytes */
  async function readWhole(item, bytes) {
    const { source } = item
    const sha256 = canDigest ? sha256Of(bytes) : null
    open(item, !canDigest)
    let code = ''
    for (let at = 0; at < bytes.length && code === ''; at += pace.chunk) {
      shard.push(bytes.subarray(at, at + pace.chunk))
      await breatheIfDue()
      // A small file may unwrap to a large one.
      if (at + pace.chunk < bytes.length && isOverLimit()) code = 'out-of-memory'
    }
    const report = shard.close(code, '')
    const end = code === '' ? /** @type {const} */ ('read') : /** @type {const} */ ('failed')
    return { source, report, end, sha256: code === '' ? sha256 : null, n_bytes: bytes.length }
  }

  /**
   * The bytes of all items of a bundle, read at once; null where one of them cannot be read, or they are too many.
   *
   * @param {Bundle} bundle
   */
  async function readTogether({ blob, items }) {
    const [start, end] = [
      items[0]?.first ?? 0,
      items.reduce((last, { first, size }) => Math.max(last, first + size), 0),
    ]
    if (end - start > WHOLE_BYTES || items.some(item => item.piece)) return null
    try {
      // What has no bytes came by itself, and may have gone.
      const all = await read(end > start ? blob.slice(start, end) : blob)
      return items.map(({ first, size }) => all.subarray(first - start, first - start + size))
    } catch {
      return null
    }
  }

  /** @param {Bundle} bundle @param {Known | null} known @returns {Promise<ReadAnswer>} */
  async function readBundle({ blob, items }, known) {
    const together = await readTogether({ blob, items })
    /** @type {(Omit<ReadAnswer['reports'][number], 'sha256'> & { sha256: Promise<string> | null })[]} */
    const begun = []
    let isFull = false
    let at = 0
    for (; at < items.length && !isFull; at += 1) {
      const item = /** @type {Item} */ (items[at])
      if (isStopped(item.source)) continue
      try {
        const whole = together?.[at]
        begun.push(whole ? await readWhole(item, whole) : await readInChunks(blob, item))
      } catch (thrown) {
        return {
          reports: [],
          n_done: at,
          isFull,
          rows: null,
          crash: { at, message: fromThrown(thrown).message },
        }
      }
      isFull = isOverLimit()
    }
    const reports = begun.map(async report => ({ ...report, sha256: await report.sha256 }))
    if (known) shard.seal()
    const rows = known && shard.rowsSince(...known)
    return { reports: await Promise.all(reports), n_done: at, isFull, rows, crash: null }
  }

  /** @param {Blob} blob */
  async function hashOf(blob) {
    if (canDigest && blob.size <= DIGEST_BYTES) return sha256Of(await read(blob))
    const hasher = new core.Hasher()
    for await (const bytes of partsOf(blob, HASH_CHUNK)) {
      hasher.push(bytes)
      await breatheIfDue()
      if (hasEnded) break
    }
    return hasEnded ? null : hasher.finish()
  }

  /** @param {number} source @param {Blob} blob @param {string} [format] @returns {Promise<CutAnswer>} */
  async function cutOn(source, blob, format) {
    const isFirst = !cuts.has(source)
    const cutter = cuts.get(source) ?? new core.Cutter(blob.size, format)
    cuts.set(source, cutter)
    /** @type {Piece[]} */
    const pieces = []
    let [first = 0, end = 0] = cutter.wanted()
    for (let n_bytes = 0; first < Math.min(end, blob.size) && n_bytes < CUT_BYTES; ) {
      if (isStopped(source) || pieces.length >= (isFirst ? 1 : CUT_PIECES)) break
      /** @type {Uint8Array<ArrayBuffer>} */
      let bytes
      try {
        bytes = await read(blob.slice(first, Math.min(end, first + pace.chunk, blob.size)))
      } catch (thrown) {
        cuts.delete(source)
        const problem = { code: /** @type {const} */ ('unreadable'), why: fromThrown(thrown).message }
        return { pieces, isWhole: false, head: nothing, isDone: false, problem }
      }
      n_bytes += bytes.length
      pieces.push(...cutter.push(bytes).pieces)
      ;[first = 0, end = 0] = cutter.wanted()
      await breatheIfDue()
    }
    const head = cutter.head()
    const isDone = first >= Math.min(end, blob.size) || isStopped(source)
    if (!isDone) return { pieces, isWhole: false, head, isDone, problem: null }
    cuts.delete(source)
    if (isStopped(source)) return { pieces, isWhole: false, head, isDone, problem: null }
    const last = cutter.finish()
    return { pieces: pieces.concat(last.pieces), isWhole: last.isWhole, head, isDone, problem: null }
  }

  /** Questions that are being answered and were not given up. @type {Set<number>} */
  const asked = new Set()

  /**
   * Answers what the hub puts, with a breath between segments: a newer question may give up this one.
   *
   * @param {number} question @param {Uint8Array} ask
   */
  async function answer(question, ask) {
    const asking = shard.begin(ask)
    asked.add(question)
    // What came with the question has had its turn.
    lastBreath = performance.now()
    while (shard.step(asking)) {
      await breatheIfDue()
      if (!asked.has(question)) {
        asking.free()
        throw cancelled()
      }
    }
    asked.delete(question)
    return shard.finish(asking)
  }

  return {
    /**
     * Reads a bundle; `known`, what the hub knows of this shard, asks for the new rows at once.
     *
     * @param {Bundle} bundle @param {Known | null} known
     */
    read: (bundle, known) => inTurn(() => readBundle(bundle, known)),

    /**
     * One step of looking for the pieces of a large file.
     *
     * @param {number} source @param {Blob} blob its own @param {string} [format] what the analyst said it is
     */
    cut: (source, blob, format) => inTurn(() => cutOn(source, blob, format)),

    /**
     * The hash of a file; null where it ended before, and why if it could not be read.
     *
     * @param {Blob} blob
     */
    async hash(blob) {
      try {
        return { sha256: await hashOf(blob), why: '' }
      } catch (thrown) {
        if (thrown instanceof WebAssembly.RuntimeError) throw thrown
        return { sha256: null, why: fromThrown(thrown).message }
      }
    },

    /** Reads no more of these where it can be stopped. @param {number[]} sources */
    stop(sources) {
      for (const source of sources) stopped.add(source)
    },

    /** Reads no more at all. */
    end() {
      hasEnded = true
    },

    /**
     * The rows that the hub does not know; events that wait become rows if there are at least `n_least`.
     *
     * @param {number} first @param {number} firstField @param {number} firstMember @param {number} n_least
     */
    rowsSince(first, firstField, firstMember, n_least) {
      if (shard.unsealedCount() >= n_least) shard.seal()
      return shard.rowsSince(first, firstField, firstMember)
    },

    setClock: (/** @type {number} */ source, /** @type {Uint8Array} */ clock) =>
      shard.setClock(source, clock),
    forget: (/** @type {Uint32Array} */ sources) => shard.forget(sources),

    excludeDuplicates: (/** @type {Uint32Array} */ rows) => shard.excludeDuplicates(rows),
    includeDuplicates: () => shard.includeDuplicates(),
    answer,
    giveUp: (/** @type {number} */ question) => asked.delete(question),
    setSteps: (/** @type {string} */ list) => shard.setSteps(list),
  }
}
