/** The library is one file that Node runs as it is, from anywhere. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine } from '../../../dist/lib/trailglass.js'

/** @param {string} path below the repository */
const at = path => join(fileURLToPath(new URL('../../..', import.meta.url)), path)
const built = at('dist/lib/trailglass.js')
const run = promisify(execFile)

const lines = ['2022-03-22T15:48:02Z', '2022-03-22T15:48:03Z']
  .map((eventTime, i) =>
    JSON.stringify({ eventVersion: '1.08', eventID: `e${i}`, eventTime, eventName: 'Ж' }),
  )
  .join('\n')

/** @param {string} text */
async function engineOf(text) {
  const engine = await createEngine()
  await engine.add([{ path: 'a.jsonl', blob: new Blob([text]) }])
  return engine
}

test('copied to an empty folder, it makes an engine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trailglass-'))
  try {
    // `.mjs`: no package.json says there that it is a module.
    const copy = join(folder, 'trailglass.mjs')
    await copyFile(built, copy)
    const { createEngine } = await import(pathToFileURL(copy).href)
    const engine = await createEngine()
    engine.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the example reads a folder and finds the seven launches', async () => {
  const { stdout } = await run(process.execPath, [
    at('tests/www/example/node.mjs'),
    at('tests/data/incident'),
  ])
  const out = stdout.split('\n')
  const files = await readdir(at('tests/data/incident'), { recursive: true, withFileTypes: true })
  const n_files = files.filter(file => file.isFile()).length
  assert.match(out[0] ?? '', new RegExp(`^${n_files} files: \\d+ events, \\d+ duplicates, \\d+ rejects$`))
  assert.ok(out.some(line => line.startsWith(join('damaged', 'not-a-log.png: not-recognised: '))))
  const first = out.findIndex(line => line.startsWith('eventName: RunInstances: 7 of '))
  const rows = out.slice(first + 1, first + 8)
  for (const row of rows) assert.match(row, /^2022-03-22T\d\d:\d\d:\d\dZ {2}RunInstances {2}\S+ {2}\S+$/)
  assert.deepEqual(rows, rows.toSorted())
  assert.equal(rows.filter(row => !row.endsWith('  -')).length, 4)
  assert.match(out[first + 8] ?? '', /\.json\.gz, line \d+, byte \d+, \d+ copies$/)
  assert.equal(JSON.parse(out[first + 9] ?? '').eventName, 'RunInstances')
})

test('the example shows where a query is wrong', async () => {
  const asked = run(process.execPath, [
    at('tests/www/example/node.mjs'),
    at('tests/data/incident'),
    'eventName: (',
  ])
  const { code, stderr } = await asked.then(
    () => assert.fail('it is wrong'),
    error => error,
  )
  assert.equal(code, 1)
  assert.match(stderr, /^eventName: \(\n {12}\^ /)
})

test('the place of a mistake is counted in UTF-16 units', async () => {
  const engine = await engineOf(lines)
  const query = '"naïve 🦀" and eventNme: x'
  await assert.rejects(engine.filter(query), error => {
    assert.ok(error instanceof Error)
    assert.equal(Reflect.get(error, 'code'), 'query')
    const { first, end } = Reflect.get(error, 'at')
    assert.equal(query.slice(first, end), 'eventNme')
    return true
  })
  engine.close()
})

test('nesting without end is refused, not followed', async () => {
  const engine = await engineOf(`${lines}\n{"eventVersion":${'['.repeat(1e6)}`)
  const [source] = await engine.sources()
  assert.deepEqual([source?.events, source?.rejects], [2, 1])
  engine.close()
})

test('a selection that nobody holds is forgotten', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  const engine = await engineOf(lines)
  const held = await engine.filter('')
  const dropped = await Promise.all(
    Array.from({ length: 20 }, async () => new WeakRef(await engine.filter(''))),
  )
  for (let n = 0; n < 20 && dropped.some(ref => ref.deref()); n += 1) {
    await new Promise(done => setImmediate(done))
    gc()
  }
  assert.deepEqual(
    dropped.filter(ref => ref.deref()),
    [],
  )
  assert.equal((await held.rows(0, 9, ['eventName'])).end, 2)
  held.close()
  await assert.rejects(held.rows(0, 9, ['eventName']), { code: 'range' })
  engine.close()
})

test('a closed engine answers nothing more, and gives up what it was doing', async () => {
  const engine = await engineOf(lines)
  const selection = await engine.filter('')
  const adding = engine.add([{ path: 'b', blob: new Blob([lines]) }])
  engine.close()
  for (const asked of [
    adding,
    engine.filter(''),
    engine.sources(),
    engine.fields(),
    engine.rejects(0, 1),
    engine.add([]),
    selection.rows(0, 1, []),
    selection.event(0),
  ])
    await assert.rejects(asked, { code: 'closed' })
  selection.close()
  engine.close()
})

test('a row that is not there, and a file that has gone, have errors of their own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trailglass-'))
  try {
    const path = join(folder, 'a.jsonl')
    await copyFile(at('tests/formats/aws.cloudtrail/lines.log'), path)
    const engine = await createEngine()
    await engine.add([{ path: 'a.jsonl', blob: await openAsBlob(path) }])
    const selection = await engine.filter('')
    await assert.rejects(selection.event(selection.count), { code: 'range' })
    await rm(path)
    await assert.rejects(selection.event(0), { code: 'unreadable' })
    engine.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})
