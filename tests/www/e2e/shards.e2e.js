/**
 * However many shards there are, wherever they run and whatever becomes of them: the answers are the same.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { createEngine } from '../../../dist/lib/trailglass.js'
import { asking } from '../../../www/engine/asking.js'
import { hubHandlers } from '../../../www/engine/hub.js'
import { breathe, within } from '../../../www/engine/messages.js'
import { shardHandlers } from '../../../www/engine/shard.js'
import * as core from '../../../www/pkg/trailglass.js'

/** @typedef {import('../../../www/types.d.ts').Engine} Engine */
/** @typedef {import('../../../www/types.d.ts').SourceInput} SourceInput */
/** @typedef {import('../../../www/types.d.ts').NamedBlob} NamedBlob */

const root = fileURLToPath(new URL('../../..', import.meta.url))
const COUNTS = [1, 2, 5]

/** Files of this size are cut. */
const CUT_BYTES = 32 << 20
const N_BIG = 34_000

/** Every so many-th record is none, or a copy of the one before. */
const BROKEN_EVERY = 5000
const COPY_EVERY = 100
const N_BROKEN = Math.ceil(N_BIG / BROKEN_EVERY)
const N_COPIES = N_BIG / COPY_EVERY

/** Records in an order that is not theirs. */
function bigRecords() {
  const padding = 'x'.repeat(800)
  /** @type {string[]} */
  const records = []
  for (let i = 1; i <= N_BIG; i += 1) {
    const n = (i * 7919) % N_BIG
    const event = {
      eventVersion: '1.08',
      eventID: `big-${n}`,
      eventTime: new Date(1.6e12 + (n % 9000) * 1000).toISOString().replace('.000', ''),
      eventName: `Name${n % 37}`,
      sourceIPAddress: `10.${n % 7}.${n % 11}.${n % 200}`,
      ...(n % 10 === 0 && { errorCode: `Code${n % 3}` }),
      requestParameters: { padding, n },
      [`rare${n % 501}`]: { ü: n },
    }
    if (i % BROKEN_EVERY === 1) records.push(`{"eventVersion":"1.08","eventID":"broken-${i}","eventName":}`)
    else if (i % COPY_EVERY === 0) records.push(records.at(-1) ?? '')
    else records.push(JSON.stringify(event))
  }
  return records
}

const big = bigRecords()
const nameSevens = new Set(big.filter(record => record.includes('"Name7"'))).size

/** What was made for the tests. @type {string} */
let made
/** A folder with the incident, and the large file plain and gzipped. @type {string} */
let folder
/** Its files. @type {NamedBlob[]} */
let files

before(async () => {
  made = await mkdtemp(join(tmpdir(), 'trailglass-'))
  folder = join(made, 'case')
  await cp(join(root, 'tests/data/incident'), join(folder, 'incident'), { recursive: true })
  const text = `{"Records":[\n${big.join(',\n')}\n]}\n`
  assert.ok(text.length > CUT_BYTES)
  await writeFile(join(folder, 'big.json'), text)
  // Some of it again, so that the incident has its fields.
  const few = big.filter(record => record.includes('"rare7"')).slice(0, 9)
  await writeFile(join(folder, 'incident/few.jsonl'), few.join('\n'))
  await writeFile(join(folder, 'big.json.gz'), gzipSync(text, { level: 1 }))
  // Gzip that does not get smaller, so that it is looked at as something to be cut, and is not.
  await writeFile(join(folder, 'stored.json.gz'), gzipSync(text, { level: 0 }))
  files = await filesBelow(folder)
})
after(() => rm(made, { recursive: true }))

/** When every file was last modified: 2023-01-01. */
const MODIFIED = Date.UTC(2023, 0, 1)

/** @param {string} below */
async function filesBelow(below) {
  const names = (await readdir(below, { recursive: true })).sort()
  /** @type {NamedBlob[]} */
  const found = []
  for (const name of names) {
    const path = join(below, name)
    if (!(await stat(path)).isFile()) continue
    found.push({ path: `case/${name}`, blob: await openAsBlob(path), modified: MODIFIED })
  }
  return found
}

/**
 * Everything an analyst can ask, as text. Runs here and in the browser, so it knows nothing of this file.
 *
 * @param {Engine} engine
 */
async function answersOf(engine) {
  const fields = ['@timestamp', 'eventName', 'source.ip', 'errorCode', 'log.file.path', 'eventID']
  /** @type {[string, import('../../../www/types.d.ts').SortKey[]][]} */
  const questions = [
    ['', []],
    ['', [{ field: 'eventName', descending: true }]],
    ['', [{ field: 'errorCode' }, { field: '@timestamp', descending: true }]],
    ['eventName: (RunInstances or Name7)', [{ field: 'source.ip' }]],
    ['not errorCode: * and source.ip: 10.3.0.0/16', []],
    ['requestParameters.n >= 33000 or rare7.*: *', [{ field: 'requestParameters.n' }]],
    ['internal', [{ field: 'log.file.path' }, { field: 'eventName' }]],
    ['eventName: nothing', []],
  ]
  /** @param {unknown} value */
  const toText = value => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part))
  /** @param {unknown} value */
  async function digestOf(value) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(toText(value)))
    return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
  }
  const answers = []
  for (const [query, sort] of questions) {
    const selection = await engine.filter(query, { sort })
    const { count, total, isLoading } = selection
    const { columns, clipped } = await selection.rows(0, count, fields)
    const places = [0, 1, 7, count >> 1, count - 1].filter(row => row >= 0 && row < count)
    const events = []
    for (const row of new Set(places)) events.push(await selection.event(row))
    const head = columns.map(column => column.slice(0, 20))
    answers.push({
      query,
      sort,
      count,
      total,
      isLoading,
      head,
      all: await digestOf([columns, clipped]),
      events,
    })
    selection.close()
  }
  await engine.hashed()
  return toText({
    sources: await engine.sources(),
    rejects: await engine.rejects(0, 1e6),
    fields: await engine.fields({ distinct: true }),
    answers,
  })
}

/** @param {Engine} engine */
const askAll = async engine => JSON.parse(await answersOf(engine))

/**
 * @param {readonly SourceInput[]} input
 * @param {number} shards
 */
async function answersHere(input, shards) {
  const engine = await createEngine({ shards })
  await engine.add(input)
  const answers = await askAll(engine)
  engine.close()
  return answers
}

/**
 * `records = events + duplicates + rejects`, and what is said of all is said of each.
 *
 * @param {Engine} engine
 * @param {{ events: number, duplicates: number, rejects: number }} totals
 */
async function assertSums(engine, totals) {
  await engine.hashed()
  const sources = await engine.sources()
  const sum = { events: 0, duplicates: 0, rejects: 0 }
  for (const { path, records, events, duplicates, rejects } of sources) {
    assert.equal(records, events + duplicates + rejects, path)
    sum.events += events
    sum.duplicates += duplicates
    sum.rejects += rejects
  }
  const { events, duplicates, rejects } = totals
  assert.deepEqual({ events, duplicates, rejects }, sum)
  assert.equal((await engine.rejects(0, 1)).count, rejects)
  const { count, total, isLoading } = await engine.filter('')
  assert.deepEqual({ count, total, isLoading }, { count: events, total: events, isLoading: false })
  return sources
}

describe('in Node', () => {
  test('any number of shards gives the same answers, and the right ones', async () => {
    const [first, ...others] = await Promise.all(COUNTS.map(shards => answersHere(files, shards)))
    for (const other of others) assert.deepEqual(other, first)
    for (const { path, sha256, bytes, state } of first.sources) {
      const content = await readFile(join(made, path))
      assert.deepEqual(
        { path, sha256, bytes, state },
        {
          path,
          sha256: createHash('sha256').update(content).digest('hex'),
          bytes: content.length,
          state: 'read',
        },
      )
    }
    /** @param {string} name */
    const countsOf = name => {
      const source = first.sources.find((/** @type {{ path: string }} */ { path }) => path === `case/${name}`)
      return [source.events, source.duplicates, source.rejects]
    }
    // The same records three times: of copies the first by path is the event.
    const n_records = N_BIG - N_BROKEN
    assert.deepEqual(countsOf('big.json'), [n_records - N_COPIES, N_COPIES, N_BROKEN])
    assert.deepEqual(countsOf('big.json.gz'), [0, n_records, N_BROKEN])
    assert.deepEqual(countsOf('stored.json.gz'), [0, n_records, N_BROKEN])
    const [all, , , launches] = first.answers
    const sum = first.sources.reduce(
      (/** @type {number} */ n, /** @type {{ events: number }} */ s) => n + s.events,
      0,
    )
    assert.equal(all.count, sum)
    assert.equal(launches.count, 7 + nameSevens)
    assert.ok(launches.events.some((/** @type {{ copies: [] }} */ { copies }) => copies.length >= 2))
    for (const { original, eventName } of launches.events)
      assert.match(original, /"(RunInstances|Name7)"/, eventName)
  })

  test('the same files twice are all duplicates', async () => {
    // Only CloudTrail's events have a name that makes them copies.
    const events = files.filter(({ path }) => !path.endsWith('.log'))
    const once = await answersHere(events, 2)
    const engine = await createEngine({ shards: 2 })
    const first = await engine.add(events)
    const second = await engine.add(events)
    assert.equal(second.events, first.events)
    assert.equal(second.duplicates, 2 * first.duplicates + first.events)
    const sources = await assertSums(engine, second)
    for (const { path, events: n } of sources.slice(events.length)) assert.equal(n, 0, path)
    const twice = await askAll(engine)
    assert.deepEqual(
      twice.answers.map((/** @type {{ all: string }} */ { all }) => all),
      once.answers.map((/** @type {{ all: string }} */ { all }) => all),
    )
    engine.close()
  })

  test('nothing added is nothing read', async () => {
    const engine = await createEngine({ shards: 2 })
    const { events, sourcesTotal, isLoading, isCancelled } = await engine.add([])
    assert.deepEqual([events, sourcesTotal, isLoading, isCancelled], [0, 0, false, false])
    assert.deepEqual(await engine.sources(), [])
    assert.equal((await engine.filter('')).count, 0)
    engine.close()
  })

  for (const shards of COUNTS) {
    test(`cancelled, it keeps what it has read, with ${shards} shards`, async () => {
      const engine = await createEngine({ shards })
      const abort = new AbortController()
      const progress = await engine.add(files, {
        signal: abort.signal,
        onProgress: ({ events }) => events > 0 && abort.abort(),
      })
      assert.equal(progress.isCancelled, true)
      const sources = await assertSums(engine, progress)
      assert.ok(sources.some(({ state }) => state === 'cancelled'))
      for (const { path, state, problems, sha256 } of sources) {
        const isNamed = problems.some(({ code }) => code === 'cancelled')
        assert.ok(state === 'read' || state === 'cancelled', `${path}: ${state}`)
        assert.equal(isNamed, state === 'cancelled', path)
        if (state === 'read') assert.ok(sha256, path)
      }
      engine.close()
    })

    test(`a second add() goes on when the first is cancelled, with ${shards} shards`, async () => {
      const engine = await createEngine({ shards })
      const abort = new AbortController()
      const large = files.filter(({ blob }) => blob.size > 1 << 20)
      const first = engine.add(large, { signal: abort.signal })
      const second = engine.add(files.map(({ path, blob }) => ({ path: `again/${path}`, blob })))
      abort.abort()
      assert.equal((await first).isCancelled, true)
      const progress = await second
      assert.equal(progress.isCancelled, false)
      const sources = await assertSums(engine, progress)
      assert.ok(sources.slice(0, large.length).some(({ state }) => state === 'cancelled'))
      for (const { path, state } of sources.slice(large.length)) assert.equal(state, 'read', path)
      engine.close()
    })
  }

  test('aborted before it begins, it reads nothing and names everything', async () => {
    const engine = await createEngine({ shards: 2 })
    const progress = await engine.add(files, { signal: AbortSignal.abort() })
    assert.deepEqual([progress.isCancelled, progress.events], [true, 0])
    for (const { path, state } of await assertSums(engine, progress)) assert.equal(state, 'cancelled', path)
    engine.close()
  })

  for (const size of [100, CUT_BYTES + (1 << 20)]) {
    test(`a file of ${size} bytes that has gone is named, and the rest goes on`, async () => {
      const path = join(made, 'gone.json')
      await writeFile(path, Buffer.alloc(size, ' '))
      const blob = await openAsBlob(path)
      await rm(path)
      const incident = files.filter(file => file.path.includes('incident'))
      const engine = await createEngine({ shards: 2 })
      const progress = await engine.add([...incident, { path: 'gone.json', blob }])
      const sources = await assertSums(engine, progress)
      const gone = sources.at(-1)
      assert.deepEqual([gone?.path, gone?.state, gone?.sha256], ['gone.json', 'failed', null])
      assert.deepEqual(
        gone?.problems.map(({ code }) => code),
        ['unreadable'],
      )
      const expected = await answersHere(incident, 2)
      assert.deepEqual(JSON.parse(JSON.stringify(sources.slice(0, -1), bigints)), expected.sources)
      engine.close()
    })
  }
})

/** @param {string} _ @param {unknown} part */
const bigints = (_, part) => (typeof part === 'bigint' ? `${part}n` : part)

/**
 * An engine of one thread, as the library makes it, with another core.
 *
 * @param {typeof core} wrapped
 * @param {number} n_shards
 * @param {number} [limitBytes] of memory, at which a shard takes no further file
 */
function engineWith(wrapped, n_shards, limitBytes = 2 ** 32) {
  const memory = new WebAssembly.Memory({ initial: 1 })
  let n_replaced = 0
  /** @type {string[]} */
  const crashes = []
  /** @param {number} shard */
  const makeShard = shard =>
    within(
      shardHandlers(wrapped, shard, {
        memory,
        limitBytes,
        onBytes: (source, n) => handlers.onBytes(shard, source, n),
      }),
    )
  const handlers = hubHandlers(
    wrapped,
    Array.from({ length: n_shards }, (_, shard) => makeShard(shard)),
    {
      onProgress: (_, progress) => onProgress(progress),
      replaceShard: async shard => {
        n_replaced += 1
        return makeShard(shard)
      },
      onCrash: message => crashes.push(message),
    },
  )
  const hub = within(handlers)
  /** @type {(progress: import('../../../www/types.d.ts').Progress) => void} */
  let onProgress = () => {}
  let lastId = 0
  const ask = asking(hub)
  return {
    crashes,
    n_replaced: () => n_replaced,
    /** @param {readonly NamedBlob[]} input @param {typeof onProgress} [listener] */
    add(input, listener = () => {}) {
      onProgress = listener
      lastId += 1
      const done = hub.call('add', lastId, input.length)
      for (const { path, blob } of input) hub.tell('addBundle', lastId, blob, [[path, blob.size]])
      return done
    },
    cancel: () => hub.tell('cancel', lastId),
    sources: () => hub.call('sources'),
    hashed: () => hub.call('hashed'),
    /** @param {number} first @param {number} end */
    rejects: (first, end) => ask(undefined, 'rejects', { first, end }),
    fields: ({ distinct = false } = {}) => ask(undefined, 'fields', { distinct }),
    /** @param {string} query @param {import('../../../www/types.d.ts').FilterOptions} [options] */
    async filter(query, { sort = [] } = {}) {
      const { number, ...answer } = await ask(undefined, 'filter', { query, sort })
      return {
        ...answer,
        /** @param {number} first @param {number} end @param {string[]} fields */
        async rows(first, end, fields) {
          const asked = { selection: number, first, end, fields }
          const cells = await ask(undefined, 'rows', asked)
          const { n_rows, text, ends, hasValue, clipped } = cells
          const texts = Array.from(ends, (end, i) => (hasValue[i] ? text.slice(ends[i - 1] ?? 0, end) : null))
          const columns = fields.map((_, i) => texts.slice(i * n_rows, (i + 1) * n_rows))
          return { columns, clipped: [...clipped] }
        },
        async event(/** @type {number} */ row) {
          const asked = { selection: number, row }
          const { file, member, isWrapped, copies, ...event } = await ask(undefined, 'event', asked)
          const { offset, length } = event
          const original = await hub.call('original', { file, member, isWrapped, offset, length })
          return { ...event, row, copies, ...original }
        },
        close: () => hub.tell('closeSelection', number),
      }
    },
  }
}

/** @param {ReturnType<typeof engineWith>} engine */
const askAllOf = engine => askAll(/** @type {Engine} */ (/** @type {unknown} */ (engine)))

/**
 * The core, but its shards panic where they are told to.
 *
 * @param {object} when
 * @param {(path: string, offset: number) => boolean} [when.push]
 * @param {(path: string) => boolean} [when.seal] with the path among the files read since the last time
 * @param {() => boolean} [when.filter]
 * @param {() => boolean} [when.cut]
 */
function crashing(when) {
  class Shard extends core.Shard {
    #path = ''
    #offset = 0
    /** @type {string[]} */
    #unsealed = []
    /** A panic of the core's own, which leaves the shard as one does. */
    #panic() {
      const nothing = new Uint8Array()
      super.open({ source: 0, path: 'first', hashes: false }, nothing, nothing)
      super.open({ source: 0, path: 'second', hashes: false }, nothing, nothing)
    }
    /** @override @type {core.Shard['open']} */
    open(opening, zone, head) {
      super.open(opening, zone, head)
      const { path, piece } = opening
      this.#path = path
      this.#offset = piece?.offset ?? 0
      this.#unsealed.push(path)
    }
    /** @override @type {core.Shard['push']} */
    push(chunk) {
      if (when.push?.(this.#path, this.#offset)) this.#panic()
      super.push(chunk)
    }
    /** @override */
    seal() {
      if (this.#unsealed.some(path => when.seal?.(path))) this.#panic()
      this.#unsealed = []
      super.seal()
    }
    /** @override @type {core.Shard['step']} */
    step(asking) {
      if (when.filter?.()) this.#panic()
      return super.step(asking)
    }
  }
  class Cutter extends core.Cutter {
    /** @override @type {core.Cutter['push']} */
    push(chunk) {
      if (when.cut?.()) throw new WebAssembly.RuntimeError('unreachable')
      return super.push(chunk)
    }
  }
  return { ...core, Shard, Cutter }
}

describe('a crash costs no more than the file in hand', () => {
  const { error } = console
  before(async () => {
    core.initSync({
      module: new WebAssembly.Module(await readFile(join(root, 'www/pkg/trailglass_bg.wasm'))),
    })
    // The core tells its panics there.
    console.error = () => {}
  })
  after(() => {
    console.error = error
  })

  /** Without what only the large file shows, for speed. */
  const small = () => files.filter(({ path }) => path.includes('incident'))
  const withBig = () => files.filter(({ path }) => !path.endsWith('.gz') || path.includes('incident'))
  /** @param {NamedBlob[]} input @param {(path: string) => boolean} isVictim */
  const withLast = (input, isVictim) => [
    ...input.filter(({ path }) => !isVictim(path)),
    ...input.filter(({ path }) => isVictim(path)),
  ]

  /**
   * The answers are those of all files but the last `n_lost`, which are named.
   *
   * @param {ReturnType<typeof engineWith>} engine @param {NamedBlob[]} input @param {number} n_lost
   */
  async function assertOnlyLost(engine, input, n_lost) {
    assert.deepEqual(engine.crashes, [])
    const n_kept = input.length - n_lost
    const other = engineWith(core, 2)
    await other.add(input.slice(0, n_kept))
    const expected = await askAllOf(other)
    const { sources, ...answers } = await askAllOf(engine)
    const { sources: kept, ...expectedAnswers } = expected
    assert.deepEqual(answers, expectedAnswers)
    assert.deepEqual(sources.slice(0, n_kept), kept)
    for (const { path, state, records, problems } of sources.slice(n_kept)) {
      assert.deepEqual(
        [state, records, problems.length, problems[0]?.code],
        ['failed', 0, 1, 'crashed'],
        path,
      )
      assert.match(problems[0].message, /crashed/)
    }
  }

  test('what a full shard has no room for is left out, and named', async () => {
    // A memory of one page, and less allowed: every shard is full with its first file.
    const engine = engineWith(core, 2, 1)
    const progress = await engine.add(small())
    const sources = await assertSums(/** @type {any} */ (engine), progress)
    const left = sources.filter(({ state }) => state === 'failed')
    assert.ok(left.length > 0 && left.length < sources.length)
    for (const { path, records, problems } of left) {
      assert.deepEqual([records, problems.map(({ code }) => code)], [0, ['out-of-memory']], path)
    }
  })

  test('a file that fills a shard is read as far as there is room', async () => {
    const large = files.filter(({ path }) => path.endsWith('.gz') && !path.includes('incident')).slice(0, 1)
    const engine = engineWith(core, 1, 1)
    const progress = await engine.add(large)
    const [source] = await assertSums(/** @type {any} */ (engine), progress)
    assert.deepEqual([source?.state, source?.problems[0]?.code], ['failed', 'out-of-memory'])
    assert.ok((source?.records ?? 0) > 0)
  })

  // One of the copies of a file: the events of the other come to be originals.
  const isVictim = (/** @type {string} */ path) => path.endsWith('bKmmncC2AnkEnGoh.json.gz')

  for (const shards of COUNTS) {
    test(`while a file is read, with ${shards} shards`, async () => {
      const input = withLast(small(), isVictim)
      const engine = engineWith(crashing({ push: isVictim }), shards)
      const progress = await engine.add(input)
      await assertSums(/** @type {any} */ (engine), progress)
      assert.equal(engine.n_replaced(), 1)
      assert.equal(progress.sourcesRead, input.length)
      assert.ok(progress.bytesRead <= progress.bytesTotal)
      await assertOnlyLost(engine, input, 1)
    })

    test(`in the midst of others, and of several, with ${shards} shards`, async () => {
      const victims = withBig()
        .filter(({ path }) => path.includes('/CloudTrail/'))
        .filter((_, i) => i % 13 === 3)
        .map(({ path }) => path)
      assert.ok(victims.length > 2)
      const engine = engineWith(crashing({ push: path => victims.includes(path) }), shards)
      const progress = await engine.add(withBig())
      await assertSums(/** @type {any} */ (engine), progress)
      const sources = await engine.sources()
      const failed = sources.filter((/** @type {{ state: string }} */ { state }) => state === 'failed')
      assert.deepEqual(
        failed.map((/** @type {{ path: string }} */ { path }) => path),
        victims,
      )
      assert.equal(engine.n_replaced(), victims.length)
      const other = engineWith(core, 2)
      const kept = withBig().filter(({ path }) => !victims.includes(path))
      const { events, duplicates, rejects } = await other.add(kept)
      assert.deepEqual(
        [progress.events, progress.duplicates, progress.rejects],
        [events, duplicates, rejects],
      )
      assert.deepEqual(engine.crashes, [])
    })

    test(`while pieces of a large file are read, with ${shards} shards`, async () => {
      /** @type {Set<number>} */
      const seen = new Set()
      const only = files.filter(({ path }) => path.endsWith('/big.json'))
      await engineWith(
        crashing({
          push(_, offset) {
            seen.add(offset)
            return false
          },
        }),
        1,
      ).add(only)
      const offsets = [...seen].sort((a, b) => a - b)
      assert.ok(offsets.length > 4)
      const lost = [offsets[1] ?? 0, offsets[4] ?? 0]
      const engine = engineWith(
        crashing({ push: (path, offset) => path.endsWith('/big.json') && lost.includes(offset) }),
        shards,
      )
      const progress = await engine.add([...only, ...small().filter(({ path }) => path.includes('incident'))])
      await assertSums(/** @type {any} */ (engine), progress)
      const [source] = await engine.sources()
      assert.deepEqual(
        [source.state, source.problems.length, source.problems[0].code],
        ['failed', 1, 'crashed'],
      )
      const size = only[0]?.blob.size ?? 0
      const n_lost = lost.reduce((n, offset) => n + (offsets.find(next => next > offset) ?? size) - offset, 0)
      const share = source.records / N_BIG
      assert.ok(Math.abs(share - (1 - n_lost / size)) < 0.01, `${share} of the records`)
      assert.equal(engine.n_replaced(), 2)
      assert.deepEqual(engine.crashes, [])
    })

    test(`of a second call, when the files of the first are there, with ${shards} shards`, async () => {
      const input = withLast(small(), isVictim)
      const engine = engineWith(crashing({ push: isVictim }), shards)
      await engine.add(input.slice(0, -1))
      const progress = await engine.add(input.slice(-1))
      await assertSums(/** @type {any} */ (engine), progress)
      assert.equal(engine.n_replaced(), 1)
      await assertOnlyLost(engine, input, 1)
    })

    test(`while rows are sealed, with ${shards} shards`, async () => {
      const input = withLast(small(), isVictim)
      const engine = engineWith(crashing({ seal: isVictim }), shards)
      const progress = await engine.add(input)
      await assertSums(/** @type {any} */ (engine), progress)
      await assertOnlyLost(engine, input, 1)
    })

    test(`in a question, which is all that it costs, with ${shards} shards`, async () => {
      let isDue = true
      const engine = engineWith(
        crashing({
          filter() {
            const was = isDue
            isDue = false
            return was
          },
        }),
        shards,
      )
      await engine.add(small())
      await assert.rejects(engine.filter(''), { code: 'crashed' })
      for (let isLoading = true; isLoading; isLoading = (await engine.filter('')).isLoading) await breathe()
      await assertOnlyLost(engine, small(), 0)
    })
  }

  test('while a large file is cut: the pieces that were found stay', async () => {
    let n = 0
    const input = files.filter(({ path }) => path.endsWith('/big.json') || path.includes('incident'))
    const engine = engineWith(
      crashing({
        cut() {
          n += 1
          return n === 60
        },
      }),
      2,
    )
    const progress = await engine.add(input)
    await assertSums(/** @type {any} */ (engine), progress)
    const [source] = await engine.sources()
    assert.deepEqual(
      [source.path, source.state, source.problems[0].code],
      ['case/big.json', 'failed', 'crashed'],
    )
    assert.ok(source.records > 0 && source.records < N_BIG)
    assert.deepEqual(engine.crashes, [])
  })

  test('and what is cancelled meanwhile comes to its end', async () => {
    const input = withLast(small(), isVictim).reverse()
    const engine = engineWith(crashing({ push: isVictim }), 2)
    const progress = await engine.add(
      input,
      ({ isLoading }) => isLoading && engine.n_replaced() > 0 && engine.cancel(),
    )
    assert.equal(progress.isCancelled, true)
    const sources = await assertSums(/** @type {any} */ (engine), progress)
    assert.equal(sources[0]?.problems[0]?.code, 'crashed')
    for (const { path, state } of sources.slice(1)) assert.ok(state === 'read' || state === 'cancelled', path)
    assert.deepEqual(engine.crashes, [])
  })
})

describe('in Chromium', () => {
  /** @type {import('playwright-core').Browser} */
  let browser
  /** @type {import('node:http').Server} */
  let server
  let url = ''

  before(async () => {
    const library = await readFile(join(root, 'dist/lib/trailglass.js'))
    server = createServer((request, response) => {
      const isLibrary = request.url === '/lib/trailglass.js'
      response.setHeader('Content-Type', isLibrary ? 'text/javascript' : 'text/html')
      response.end(
        isLibrary
          ? library
          : '<!doctype html><input type="file" webkitdirectory><input type="file" multiple>',
      )
    })
    await new Promise(done => server.listen(0, '127.0.0.1', () => done(undefined)))
    const address = /** @type {import('node:net').AddressInfo} */ (server.address())
    url = `http://127.0.0.1:${address.port}/`
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
  })
  after(async () => {
    await browser.close()
    server.close()
    server.closeAllConnections()
  })

  /** A page that has the library and the files of the case. @param {() => void} [prepare] runs there before */
  async function open(prepare = () => {}) {
    const page = await browser.newPage()
    /** @type {string[]} */
    const errors = []
    page.on('pageerror', error => errors.push(String(error)))
    let n_workers = 0
    page.on('worker', () => {
      n_workers += 1
    })
    await page.goto(url)
    await page.evaluate(prepare)
    await page.addScriptTag({ content: answersOf.toString() })
    await page.locator('input').first().setInputFiles(folder)
    return { page, errors, n_workers: () => n_workers }
  }

  /** @param {import('playwright-core').Page} page @param {number} shards */
  const answersIn = async (page, shards) =>
    JSON.parse(
      await page.evaluate(
        async ({ shards, modified }) => {
          const path = '/lib/trailglass.js'
          const { createEngine } = await import(path)
          const input = /** @type {HTMLInputElement} */ (document.querySelector('input'))
          const files = Array.from(input.files ?? []).sort((a, b) =>
            a.webkitRelativePath < b.webkitRelativePath ? -1 : 1,
          )
          const engine = await createEngine({ shards })
          await engine.add(files.map(blob => ({ path: blob.webkitRelativePath, blob, modified })))
          const answers = await Reflect.get(globalThis, 'answersOf')(engine)
          engine.close()
          return answers
        },
        { shards, modified: MODIFIED },
      ),
    )

  test('workers answer as Node does, however many', async () => {
    const input = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
    const expected = await answersHere(input, 1)
    const { page, errors, n_workers } = await open()
    for (const shards of COUNTS) {
      const before = n_workers()
      assert.deepEqual(await answersIn(page, shards), expected, `${shards} shards`)
      assert.equal(n_workers() - before, shards + 1)
      // The browser ends them in its own time; that it never did would never end this.
      await Promise.all(page.workers().map(worker => new Promise(done => worker.once('close', done))))
    }
    assert.deepEqual(errors, [])
    await page.close()
  })

  const ways = {
    'there are none': () => void Reflect.deleteProperty(globalThis, 'Worker'),
    'they are refused': () => {
      const { Worker: Real } = globalThis
      globalThis.Worker = class extends Real {
        constructor() {
          super('data:text/javascript,')
          throw new DOMException('refused', 'SecurityError')
        }
      }
    },
    'they do not start': () => {
      const { Worker: Real } = globalThis
      globalThis.Worker = class extends Real {
        constructor() {
          super('data:text/javascript,throw new Error("no start")')
        }
      }
    },
  }
  for (const [how, prepare] of Object.entries(ways)) {
    test(`without workers, where ${how}, it answers the same`, async () => {
      const input = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
      const expected = await answersHere(input, 1)
      const { page } = await open(/** @type {() => void} */ (prepare))
      assert.deepEqual(await answersIn(page, 2), expected)
      await page.close()
    })
  }

  test('a worker that crashes on a file is replaced', async () => {
    const { page, errors, n_workers } = await open(() => {
      const { Worker: Real } = globalThis
      /** What runs in the worker before its own text: the wasm's exports, one of which traps for one path. */
      const trap = () => {
        WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
          construct(Instance, [module, imports]) {
            const { exports } = new Instance(module, imports)
            const { shard_open } = /** @type {any} */ (exports)
            /** @param {[number, { path: string }]} args */
            const open = (...args) => {
              const [, { path }] = args
              if (path.endsWith('bKmmncC2AnkEnGoh.json.gz')) throw new WebAssembly.RuntimeError('unreachable')
              return shard_open(...args)
            }
            return { exports: { ...exports, shard_open: open } }
          },
        })
      }
      globalThis.Worker = class extends Real {
        /** @param {string | URL} url */
        constructor(url) {
          const text = `(${trap})(); importScripts('${url}')`
          super(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))
        }
      }
    })
    const isVictim = (/** @type {{ path: string }} */ { path }) => path.endsWith('bKmmncC2AnkEnGoh.json.gz')
    const input = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
    const expected = await answersHere(
      input.filter(file => !isVictim(file)),
      2,
    )
    for (const shards of COUNTS) {
      const before = n_workers()
      const { sources, answers, fields } = await answersIn(page, shards)
      assert.equal(n_workers() - before, shards + 2)
      const victim = sources.find(isVictim)
      assert.deepEqual([victim.state, victim.records, victim.problems[0].code], ['failed', 0, 'crashed'])
      assert.deepEqual(
        answers.map((/** @type {{ all: string }} */ { all }) => all),
        expected.answers.map((/** @type {{ all: string }} */ { all }) => all),
      )
      assert.deepEqual(fields, expected.fields)
      const { sources: kept } = expected
      const withoutId = (/** @type {{ id: number }} */ { id: _, ...source }) => source
      assert.deepEqual(
        sources.filter((/** @type {{ path: string }} */ source) => !isVictim(source)).map(withoutId),
        kept.map(withoutId),
      )
    }
    assert.deepEqual(errors, [])
    await page.close()
  })

  test('cancelled, every file says what became of it', async () => {
    const { page, errors } = await open()
    const { progress, sources, count } = await page.evaluate(async () => {
      const path = '/lib/trailglass.js'
      const { createEngine } = await import(path)
      const input = /** @type {HTMLInputElement} */ (document.querySelector('input'))
      const engine = await createEngine({ shards: 2 })
      const abort = new AbortController()
      const progress = await engine.add(Array.from(input.files ?? []), {
        signal: abort.signal,
        onProgress: (/** @type {{ events: number }} */ { events }) => events > 0 && abort.abort(),
      })
      const { count } = await engine.filter('')
      return { progress, sources: await engine.sources(), count }
    })
    assert.equal(progress.isCancelled, true)
    assert.equal(count, progress.events)
    assert.ok(sources.some((/** @type {{ state: string }} */ { state }) => state === 'cancelled'))
    for (const { path, state, problems, records, events, duplicates, rejects } of sources) {
      assert.ok(state === 'read' || state === 'cancelled', `${path}: ${state}`)
      const isNamed = problems.some((/** @type {{ code: string }} */ { code }) => code === 'cancelled')
      assert.equal(isNamed, state === 'cancelled', path)
      assert.equal(records, events + duplicates + rejects)
    }
    assert.deepEqual(errors, [])
    await page.close()
  })

  test('a file that was deleted after it was chosen is named', async () => {
    const { page, errors } = await open()
    const below = join(made, 'chosen')
    await mkdir(below)
    const names = ['a.json', 'b.json', 'c.json']
    const paths = names.map(name => join(below, name))
    for (const path of paths) await cp(join(root, 'tests/formats/aws.cloudtrail/lines.log'), path)
    await page.locator('input').last().setInputFiles(paths)
    await rm(paths[1] ?? '')
    const sources = await page.evaluate(async () => {
      const path = '/lib/trailglass.js'
      const { createEngine } = await import(path)
      const inputs = document.querySelectorAll('input')
      const engine = await createEngine({ shards: 2 })
      await engine.add(inputs[1]?.files ?? [])
      return engine.sources()
    })
    assert.deepEqual(
      sources.map((/** @type {{ path: string }} */ { path }) => path),
      names,
    )
    const [first, gone, last] = sources
    assert.deepEqual(
      [gone.state, gone.problems.map((/** @type {{ code: string }} */ { code }) => code)],
      ['failed', ['unreadable']],
    )
    assert.equal(first.events > 0 && last.duplicates, first.events)
    assert.deepEqual(errors, [])
    await page.close()
  })
})
