/**
 * Prints what a library answers about every file of a folder, so that two builds can be compared byte by byte:
 *
 *     node tests/bench/answers.mjs <library> <folder> [part/of] >answers.jsonl
 *
 * One line of JSON a file: its sources with their counts, formats, clocks and problems, its fields, and the answers to
 * ten questions: filters, facets, a sort, a timeline, a pivot, a search, one row and the event behind it. `part/of` (as
 * in `2/4`) takes every fourth file only, for several processes beside each other. Judges nothing: `diff` does.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [library, folder, share = '1/1'] = process.argv.slice(2)
if (!library || !folder) {
  console.error('usage: node tests/bench/answers.mjs <library> <folder> [part/of]')
  process.exit(2)
}
const [part, of] = share.split('/').map(Number)
const { createEngine } = await import(pathToFileURL(resolve(library)).href)

/** Files above this size are read by the benches; this is for many small files. */
const LARGEST_BYTES = 8 << 20
/** A fixed time of last change, so that no answer depends on when the folder was copied. */
const MODIFIED = Date.parse('2026-01-15T00:00:00Z')

const QUERIES = [
  'error',
  'not event.outcome: *',
  'source.ip: 10.0.0.0/8 or source.ip: *:*',
  'message ~ /fail|denied/ and not user.name: root',
  '@timestamp >= "2020-01-01" and event.dataset: *',
]

/** @param {unknown} value */
const print = value =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'bigint'
      ? `${member}n`
      : ArrayBuffer.isView(member)
        ? [.../** @type {any} */ (member)]
        : member,
  )

/** The value of a question, or the code of its error. @param {() => Promise<unknown>} ask */
const answerOf = async ask => {
  try {
    return await ask()
  } catch (thrown) {
    const { code, message } = /** @type {{ code?: string, message: string }} */ (thrown)
    return { error: code ?? message }
  }
}

/** @param {string} path */
async function answersOf(path) {
  const engine = await createEngine({ shards: 1 })
  try {
    const bytes = await readFile(path)
    await engine.add([{ path: relative(folder, path), blob: new Blob([bytes]), modified: MODIFIED }])
    const [sources, fields] = [await engine.sources(), await engine.fields()]
    const all = await engine.filter('')
    const filtered = []
    for (const query of QUERIES) {
      filtered.push(
        await answerOf(async () => {
          const selection = await engine.filter(query, {
            sort: [{ field: 'event.dataset', descending: true }],
          })
          return [selection.count, await selection.rows(0, 5, ['@timestamp', 'message', 'user.name'])]
        }),
      )
    }
    const names = fields.map((/** @type {{ name: string }} */ { name }) => name)
    const answers = [
      await answerOf(() =>
        all.facets(['event.dataset', 'event.action', 'source.ip', 'user.name'], { limit: 20 }),
      ),
      await answerOf(() => all.timeline({ buckets: 7 })),
      await answerOf(() =>
        all.pivot({ rows: [{ field: 'event.action' }], columns: [{ field: 'event.outcome' }] }),
      ),
      await answerOf(async () => (await all.find('root')).count),
      await answerOf(async () => [
        await all.rows(0, 20, names),
        all.count > 0 && (await all.event(all.count - 1)),
      ]),
    ]
    const rejects = await answerOf(() => engine.rejects(0, 20))
    return { path: relative(folder, path), sources, fields, filtered, answers, rejects }
  } finally {
    engine.close()
  }
}

const entries = (await readdir(folder, { recursive: true })).sort()
let n = 0
for (const name of entries) {
  const path = join(folder, name)
  const info = await stat(path)
  if (!info.isFile() || info.size > LARGEST_BYTES) continue
  n += 1
  if (n % of !== part % of) continue
  process.stdout.write(`${print(await answersOf(path))}\n`)
}
