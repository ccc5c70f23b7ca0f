/**
 * How long questions take on a folder of CloudTrail files, beside Arquero and DuckDB-Wasm in the same browser, one
 * behind the other; in one table.
 *
 *     scripts/bench queries <folder of .json.gz> <folder of the peers>
 *
 * The folder of the peers has `run-browser.mjs PEER DATA`, which prints one JSON answer: `queries.NAME.median_ms`,
 * `.cpu_ms`; where its packages are says `PEERS_WORK`. Ours is asked through the library, so its times hold the
 * way from the page to the workers and back. Every run asks what no run has asked before, so that no kept rows answer;
 * facets under a filter hold the filter. Quote the ratios: wall time, and CPU time of all threads, which other work on
 * the machine disturbs less.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { rounded, save } from './support/save.mjs'

const [data, peers] = process.argv.slice(2)
assert.ok(data && peers, 'usage: scripts/bench queries <folder of .json.gz> <folder of the peers>')
const root = fileURLToPath(new URL('../..', import.meta.url))

/** @typedef {{ median_ms: number, cpu_ms: number, first_ms?: number, error?: string }} Measured */

/** What is compared: our question, whose it is measured by, its name there, and at most which share it may take. */
const WORK = /** @type {const} */ ([
  ['equality filter', 'equality', 'arquero', 'filter_eq', 0.5],
  ['contains in all values, any case', 'contains', 'arquero', 'contains', 0.4],
  ['count by', 'countBy', 'duckdb', 'group', 0.4],
  ['pivot of names and regions', 'pivot', 'duckdb', 'pivot', 0.35],
  ['six facets under a filter', 'facets', 'duckdb', 'facets6', 0.5],
  ['full sort', 'sort', 'duckdb', 'sort_full_materialised', 0.25],
  ['50 rows of a sorted, filtered answer', 'window', 'duckdb', 'window_sorted', null],
  ['timeline by outcome', 'timeline', null, null, null],
  ['what each clause does', 'explain', null, null, null],
  ['everything about an address', 'about', null, null, null],
])

/** Nanoseconds that all threads of the browser's pages have run. */
function cpuNow() {
  /** @type {Map<number, { parent: number, isPage: boolean }>} */
  const processes = new Map()
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const parent = Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
      const isPage = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')
      processes.set(Number(pid), { parent, isPage })
    } catch {
      // It ended meanwhile.
    }
  }
  /** @param {number} pid @returns {boolean} */
  const isOurs = pid => pid === process.pid || (pid > 1 && isOurs(processes.get(pid)?.parent ?? 0))
  let nanos = 0
  for (const [pid, { isPage }] of processes) {
    if (!isPage || !isOurs(pid)) continue
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      try {
        nanos += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
      } catch {
        // It ended meanwhile.
      }
    }
  }
  return nanos
}

/** Runs in the page: loads what was chosen, and asks. @returns {Promise<Record<string, Measured & { answer: unknown }>>} */
async function measureInPage() {
  const { createEngine } = await import(/** @type {any} */ ('/trailglass.js'))
  const engine = /** @type {import('../../www/types.d.ts').Engine} */ (await createEngine())
  const input = /** @type {HTMLInputElement} */ (document.querySelector('input'))
  await engine.add(input.files ?? [])
  let n_asked = 0
  /** A query that no shard has kept the rows of. @param {string} query */
  const fresh = query => {
    n_asked += 1
    return query + ' '.repeat(n_asked)
  }
  /** @param {string} query @param {import('../../www/types.d.ts').FilterOptions} [options] */
  const filter = (query, options) => engine.filter(fresh(query), options)
  const columns = ['@timestamp', 'eventName', 'eventSource', 'awsRegion', 'sourceIPAddress', 'userAgent']
  const facets = [
    'eventName',
    'eventSource',
    'awsRegion',
    'sourceIPAddress',
    'userIdentity.type',
    'errorCode',
  ]
  const sort = [{ field: 'sourceIPAddress' }]
  const all = await engine.filter('')
  const sorted = await engine.filter('not eventName: ConsoleLogin', {
    sort: [{ field: '@timestamp', descending: true }],
  })
  const addresses = (await all.facet('sourceIPAddress', { limit: 40 })).values.slice(20)
  /** @type {Record<string, () => Promise<unknown>>} */
  const questions = {
    equality: async () => (await filter('eventName: ConsoleLogin')).count,
    contains: async () => (await filter('AdministratorAccess')).count,
    countBy: async () => (await all.facet('eventName', { limit: 1e6 })).distinct,
    pivot: async () => {
      const { rows } = await all.pivot({ rows: [{ field: 'eventName' }], columns: [{ field: 'awsRegion' }] })
      return rows.length
    },
    facets: async () =>
      (await (await filter('awsRegion: us-east-1')).facets(facets)).map(({ distinct }) => distinct).join(),
    sort: async () => (await filter('', { sort })).count,
    window: async () => (await sorted.rows(sorted.count >> 1, (sorted.count >> 1) + 50, columns)).end,
    timeline: async () => (await all.timeline({ by: 'event.outcome' })).buckets,
    explain: async () => {
      const selection = await filter('awsRegion: us-east-1 and errorCode: * and not eventName: Get*')
      return (await selection.explain()).clauses.map(({ alone, without }) => [alone, without]).join()
    },
    about: async () => {
      n_asked += 1
      return (await engine.about(addresses[n_asked % addresses.length]?.value ?? '')).count > 0
    },
  }
  const cpu = /** @type {() => Promise<number>} */ (Reflect.get(window, 'cpuNow'))
  /** @type {Record<string, Measured & { answer: unknown }>} */
  const measured = {}
  for (const [name, question] of Object.entries(questions)) {
    const started = performance.now()
    const answer = await question()
    const first_ms = performance.now() - started
    const times = []
    const before = await cpu()
    for (let run = 0; run < 9; run += 1) {
      const started = performance.now()
      await question()
      times.push(performance.now() - started)
    }
    const cpu_ms = ((await cpu()) - before) / 1e6 / times.length
    measured[name] = { median_ms: times.sort((a, b) => a - b)[4] ?? Number.NaN, cpu_ms, first_ms, answer }
  }
  return measured
}

async function ours() {
  const library = await readFile(join(root, 'dist/lib/trailglass.js'))
  const html = '<!doctype html><meta charset="utf-8"><title>bench</title><input type="file" webkitdirectory>'
  const server = createServer(({ url }, response) => {
    const isLibrary = url === '/trailglass.js'
    response.writeHead(200, { 'Content-Type': isLibrary ? 'text/javascript' : 'text/html' })
    response.end(isLibrary ? library : html)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', () => done(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(0)
    await page.exposeFunction('cpuNow', cpuNow)
    await page.goto(`http://127.0.0.1:${port}/`)
    await page.setInputFiles('input', /** @type {string} */ (data))
    return await page.evaluate(measureInPage)
  } finally {
    await browser.close()
    server.close()
  }
}

/** @param {string} peer @param {string[]} settings @returns {Promise<Record<string, Measured>>} */
async function theirs(peer, settings) {
  const script = join(/** @type {string} */ (peers), 'run-browser.mjs')
  const command = [script, peer, /** @type {string} */ (data), ...settings]
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 64 << 20 })
  const { queries, error } = JSON.parse(stdout)
  if (!queries) console.error(`${peer}: ${error}`)
  return queries ?? {}
}

const measured = {
  ours: await ours(),
  arquero: await theirs('arquero', []),
  duckdb: await theirs('duckdb', ['path=arrow']),
}

/** @param {Measured | undefined} of */
const times = of =>
  (of?.median_ms === undefined ? '–' : `${of.median_ms.toFixed(1)} (${of.cpu_ms.toFixed(1)})`).padStart(16)
/** @param {number | undefined} ours @param {number | undefined} theirs */
const ratio = (ours, theirs) =>
  (ours === undefined || theirs === undefined ? '–' : (ours / theirs).toFixed(3)).padStart(8)

/** @type {Parameters<typeof save>[1]} */
const results = []
console.log('median wall ms (CPU ms)'.padEnd(38), 'ours', 'first'.padStart(20), 'peer'.padStart(12))
for (const [work, name, peer, theirName, must] of WORK) {
  const own = measured.ours[name]
  const other = peer === null ? undefined : measured[peer][theirName]
  console.log(
    work.padEnd(38),
    times(own),
    (own?.first_ms?.toFixed(1) ?? '–').padStart(8),
    (peer ?? '').padStart(8),
    times(other),
    'ratio',
    ratio(own?.median_ms, other?.median_ms),
    `(${ratio(own?.cpu_ms, other?.cpu_ms).trim()})`,
    must === null ? '' : `must be ≤ ${must}`,
  )
  results.push({
    question: work,
    ours_ms: rounded(own?.median_ms),
    ours_cpu_ms: rounded(own?.cpu_ms),
    ours_first_ms: rounded(own?.first_ms),
    peer,
    peer_ms: rounded(other?.median_ms),
    peer_cpu_ms: rounded(other?.cpu_ms),
    most_ratio: must,
  })
}
console.log(
  JSON.stringify(
    Object.fromEntries(Object.entries(measured.ours).map(([name, { answer }]) => [name, answer])),
  ),
)
await save('queries', results)
