/**
 * Trailglass in a program of one's own: reads a folder of logs and asks it one question.
 *
 *     node tests/www/example/node.mjs <folder> [query]
 *
 * Needs Node.js 20 and `dist/lib/trailglass.js`, which stands alone: copy it to wherever it is wanted.
 */
import { openAsBlob } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine } from '../../../dist/lib/trailglass.js'

const [folder = '.', query = 'eventName: RunInstances'] = process.argv.slice(2)

// A file is a path of your choice and a blob. Nothing is read before the engine asks for it.
const names = (await readdir(folder, { recursive: true })).sort()
const stats = await Promise.all(names.map(name => stat(join(folder, name))))
const paths = names.filter((_, i) => stats[i]?.isFile())
const files = await Promise.all(
  paths.map(async path => ({ path, blob: await openAsBlob(join(folder, path)) })),
)

const engine = await createEngine()
const { events, duplicates, rejects } = await engine.add(files)
console.log(`${files.length} files: ${events} events, ${duplicates} duplicates, ${rejects} rejects`)

// What is wrong with a file is said of the file; what could be read of it is there all the same.
for (const { path, problems } of await engine.sources()) {
  for (const { code, message } of problems) console.log(`${path}: ${code}: ${message}`)
}

try {
  const selection = await engine.filter(query, { sort: [{ field: '@timestamp' }] })
  console.log(`${query}: ${selection.count} of ${selection.total} events`)

  const { columns, end } = await selection.rows(0, 10, ['@timestamp', 'eventName', 'source.ip', 'error.code'])
  for (let row = 0; row < end; row += 1) {
    console.log(columns.map(column => column[row] ?? '-').join('  '))
  }

  if (selection.count > 0) {
    const event = await selection.event(0)
    console.log(`${event.path}, line ${event.line}, byte ${event.offset}, ${event.copies.length} copies`)
    console.log(event.original)
  }
} catch (thrown) {
  const error = /** @type {import('../../../www/types.d.ts').TrailglassError} */ (thrown)
  // `code` is for programs, `message` for people; a mistake in a query says where it is.
  if (error.code !== 'query') throw error
  console.error(`${query}\n${' '.repeat(error.at?.first ?? 0)}^ ${error.message}`)
  process.exitCode = 1
} finally {
  engine.close()
}
