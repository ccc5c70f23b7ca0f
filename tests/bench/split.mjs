/**
 * The message of syslog lines split at white space into 12 columns, and the ten most frequent values of one of them, in
 * the built library beside plain JavaScript over the same texts, in turn in one process and one thread. Wall time; quote
 * the ratio. What the columns take a row is told by `tests/it/derive.rs`.
 *
 *     scripts/bench split [rows] [runs]
 */
import assert from 'node:assert/strict'
import { createEngine } from '../../dist/lib/trailglass.js'
import { rounded, save } from './support/save.mjs'

const [rows = 1_000_000, runs = 5] = process.argv.slice(2).map(Number)
const COLUMNS = 12
const NTH = 3

/** The same each time. */
let seed = 1
const random = (/** @type {number} */ n) => {
  seed = (seed * 48271) % 2147483647
  return seed % n
}
const users = ['root', 'admin', 'ubuntu', 'deploy', 'oracle', 'git', 'test', 'postgres']
const address = () => `203.0.${random(40)}.${random(256)}`

/** What daemons write, with as many different lines as they have. */
function message() {
  const user = users[random(users.length)]
  switch (random(5)) {
    case 0:
      return `Failed password for ${user} from ${address()} port ${1024 + random(60000)} ssh2`
    case 1:
      return `Failed password for invalid user ${user}${random(100)} from ${address()} port ${1024 + random(60000)} ssh2`
    case 2:
      return `Accepted publickey for ${user} from ${address()} port ${1024 + random(60000)} ssh2: RSA SHA256:${random(1e9).toString(36)}`
    case 3:
      return `pam_unix(sshd:session): session opened for user ${user} by (uid=0)`
    default:
      return `(${user}) CMD ( cd / && run-parts --report /etc/cron.hourly/${random(50)} )`
  }
}

const pad = (/** @type {number} */ n) => String(n).padStart(2, '0')
const messages = Array.from({ length: rows }, message)
const lines = messages.map((text, n) => {
  const time = `Mar 22 ${pad(Math.floor(n / 3600) % 24)}:${pad(Math.floor(n / 60) % 60)}:${pad(n % 60)}`
  return `${time} web sshd[${1000 + (n % 30000)}]: ${text}`
})
const blob = new Blob([`${lines.join('\n')}\n`])

const engine = await createEngine({ shards: 1 })
await engine.add([{ path: 'messages', blob }])
const all = await engine.filter('message: *')
assert.equal(all.count, rows)
const names = Array.from({ length: COLUMNS }, (_, n) => `w${n + 1}`)
const wanted = /** @type {string} */ (names[NTH - 1])

/** @param {string} field */
async function mostFrequent(field) {
  if (!('facet' in all)) return null
  const { values } = await Reflect.get(all, 'facet').call(all, field, { limit: 10 })
  return values.map((/** @type {{ value: string, count: number }} */ { value, count }) => [value, count])
}

async function ours() {
  await engine.setSteps([])
  const started = performance.now()
  await engine.split({ from: 'message', columns: names })
  const top = await mostFrequent(wanted)
  // Where there is no facet yet, another question that needs the column.
  const count = top ? null : (await engine.filter(`${wanted}: for`)).count
  return { took: performance.now() - started, top, count }
}

function plain() {
  const started = performance.now()
  /** @type {string[][]} */
  const columns = names.map(() => [])
  for (const text of messages) {
    const parts = text.trim().split(/\s+/)
    for (let n = 0; n < COLUMNS; n += 1) columns[n]?.push(parts[n] ?? '')
  }
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const value of columns[NTH - 1] ?? [])
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  const top = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 10)
  return { took: performance.now() - started, top, count: counts.get('for') ?? 0 }
}

const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
/** @type {{ ours: number[], plain: number[] }} */
const times = { ours: [], plain: [] }
for (let run = 0; run < runs; run += 1) {
  const [a, b] = [await ours(), plain()]
  if (a.top) assert.deepEqual(a.top, b.top)
  else assert.equal(a.count, b.count)
  times.ours.push(a.took)
  times.plain.push(b.took)
}
const [own, other] = [median(times.ours), median(times.plain)]
console.log(`${rows} rows, ${COLUMNS} columns, ${runs} runs, one thread, median`)
console.log(
  `trailglass ${own.toFixed(0)} ms, plain JavaScript ${other.toFixed(0)} ms, ratio ${(own / other).toFixed(2)}`,
)
engine.close()
await save('split', [
  { rows, columns: COLUMNS, runs, trailglass_ms: rounded(own), plain_javascript_ms: rounded(other) },
])
