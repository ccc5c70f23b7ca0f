/**
 * What the library gives has the shapes that `types.d.ts` declares: every method is run, its answers are printed as
 * literals of the declared types, and the compiler finds what is missing, what is too much and what is of another type.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEngine } from '../../../dist/lib/trailglass.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** One answer: its name, the type that it is declared with, and what was given. @typedef {[name: string, type: string, value: unknown]} Given */

/** A value as a literal; a function stands for any function. @param {unknown} value @returns {string} */
function literal(value) {
  if (typeof value === 'function') return '0 as any'
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint32Array) return `new Uint32Array([${value}])`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${literal(part)}`)
    return `{ ${entries.join(', ')} }`
  }
  return value === undefined ? 'undefined' : JSON.stringify(value)
}

/** What the compiler says of the answers; nothing where all have their shapes. @param {Given[]} given */
async function complaints(given) {
  const folder = await mkdtemp(join(tmpdir(), 'trailglass-shapes-'))
  try {
    const lines = given.map(([name, type, value]) => `export const ${name}: ${type} = ${literal(value)}`)
    const types = JSON.stringify(join(root, 'www/types.d.ts'))
    const library = `import type * as T from ${types}\ntype Of<F extends (...args: any[]) => any> = Awaited<ReturnType<F>>\n`
    await writeFile(join(folder, 'given.ts'), library + lines.join('\n'))
    const options = {
      target: 'esnext',
      module: 'nodenext',
      lib: ['esnext', 'dom', 'dom.iterable'],
      types: [],
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    }
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['.'] }),
    )
    const compiler = join(root, 'node_modules/typescript/lib/tsc.js')
    await promisify(execFile)(process.execPath, [compiler, '--project', folder, '--pretty', 'false'])
    return ''
  } catch (thrown) {
    const { stdout } = /** @type {{ stdout?: string }} */ (thrown)
    if (stdout === undefined) throw thrown
    return stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The names of functions of an object. @param {object} of */
const methodsOf = of =>
  Object.entries(of)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name)
    .sort()

/** An object of which is known what was called. @template {object} T @param {T} of */
function watched(of) {
  /** @type {Set<string>} */
  const called = new Set()
  const proxy = new Proxy(of, {
    get(target, name) {
      if (typeof Reflect.get(target, name) === 'function') called.add(String(name))
      return Reflect.get(target, name)
    },
  })
  return { proxy, assertAllCalled: () => assert.deepEqual([...called].sort(), methodsOf(of)) }
}

/** An error as the literal of its own properties. @param {Promise<unknown>} asked */
async function errorOf(asked) {
  const error = await asked.then(
    () => assert.fail('it should be refused'),
    error => error,
  )
  const { name, message } = error
  return { name, message, ...error }
}

/** Events of two kinds, one of them twice, and a line that is none. */
function files() {
  const event = (/** @type {number} */ n) => ({
    eventVersion: '1.08',
    eventID: `e${n}`,
    eventTime: `2022-03-22T15:4${n}:02Z`,
    eventName: n % 2 === 0 ? 'RunInstances' : 'ListBuckets',
    userAgent: 'x'.repeat(600),
    ...(n === 3 && { errorCode: 'AccessDenied' }),
  })
  const lines = [0, 1, 2, 3, 3].map(n => JSON.stringify(event(n)))
  const secure = Array.from(
    { length: 9 },
    (_, n) => `Mar 22 10:00:0${n} web sshd[${n}]: from 10.0.0.${n} port ${n}`,
  )
  return [
    { path: 'trail.jsonl', blob: new Blob([[...lines, '{"cut":"off'].join('\n')]), modified: 1.66e12 },
    { path: 'secure', blob: new Blob([secure.join('\n')]), modified: 1.66e12 },
    { path: 'picture.png', blob: new Blob([Uint8Array.of(137, 80, 78, 71, 0, 1, 2, 3)]) },
  ]
}

/** Runs every method. @returns {Promise<Given[]>} */
async function allGiven() {
  const { proxy: engine, assertAllCalled } = watched(await createEngine({ shards: 2 }))
  /** @type {Given[]} */
  const given = []
  /** @param {string} name @param {unknown} value @param {string} [of] */
  const take = (name, value, of = 'Engine') =>
    given.push([`${of}_${name}_${given.length}`, `Of<T.${of}['${name}']>`, value])

  /** @type {unknown[]} */
  const progress = []
  take('add', await engine.add(files(), { onProgress: told => progress.push(told) }))
  given.push(['progress', 'T.Progress[]', progress])
  take('hashed', await engine.hashed())
  take('sources', await engine.sources())
  take('formats', await engine.formats())
  take('setZone', await engine.setZone('+02:00', [1]))
  take('setYear', await engine.setYear(2022, [1]))
  take('treatAs', await engine.treatAs([2], { format: 'text' }))
  take('sources', await engine.sources())
  take('rejects', await engine.rejects(0, 10))
  take('fields', await engine.fields())
  take('fields', await engine.fields({ distinct: true }))
  take('grokPatterns', await engine.grokPatterns())
  take('suggest', await engine.suggest('message'))
  take('preview', await engine.preview({ kind: 'split', from: 'message' }, { misfits: true }))
  take('derive', await engine.derive({ kind: 'grok', from: 'message', pattern: 'port %{INT:port}' }))
  take('split', await engine.split({ from: 'message', columns: ['first', null, 'third'] }))
  take('changeStep', await engine.changeStep('s1', { off: true }))
  take('moveStep', await engine.moveStep('s2', 0))
  take('steps', await engine.steps())
  const recipe = await engine.recipe({ view: { any: 1 } })
  take('recipe', recipe)
  take('removeStep', await engine.removeStep('s1'))
  take('setSteps', await engine.setSteps([{ kind: 'rename', from: 'nowhere', columns: ['gone'] }]))
  take('replay', await engine.replay({ ...recipe, zone: 'Nowhere/None' }))
  take('parse', await engine.parse('not eventName: (a or b) and user ~ /x/'))
  take('parse', await engine.parse('eventName: ('))
  take('edit', await engine.edit('', { add: { field: 'eventName', value: 'RunInstances', how: 'keep' } }))
  for (const text of ['eventN', 'eventName ', 'eventName: R', 'a b '])
    take('complete', await engine.complete(text, text.length))
  take('about', await engine.about('10.0.0.5', { around: 1_647_964_082_000_000_000n }))

  const made = await engine.filter('* and not eventName: ListBuckets', { sort: [{ field: 'eventName' }] })
  take('filter', made)
  const { proxy: selection, assertAllCalled: assertAllOfSelection } = watched(made)
  /** @param {string} name @param {unknown} value */
  const takeOf = (name, value) => take(name, value, 'Selection')
  takeOf('rows', await selection.rows(0, 5, ['@timestamp', 'userAgent', 'none']))
  for (let row = 0; row < selection.count; row += 1) takeOf('event', await selection.event(row))
  takeOf('facet', await selection.facet('eventName'))
  takeOf('facets', await selection.facets(['eventName', '@timestamp', 'none'], { limit: 1 }))
  takeOf('timeline', await selection.timeline({ by: 'eventName', limit: 1 }))
  takeOf('explain', await selection.explain())
  takeOf('fields', await selection.fields({ distinct: true }))
  const kinds = /** @type {const} */ (['count', 'first', 'mean', 'list'])
  const values = kinds.map(kind => ({ kind, field: 'eventName' }))
  takeOf(
    'pivot',
    await selection.pivot({
      rows: [{ field: 'eventName', limit: 1 }],
      columns: [{ field: '@timestamp' }],
      values,
    }),
  )
  takeOf('occurrences', await selection.occurrences('RunInstances'))
  const found = await selection.find('Run')
  takeOf('find', found)
  const { proxy: hits, assertAllCalled: assertAllOfHits } = watched(found)
  take('next', await hits.next(null), 'Hits')
  take('next', await hits.next(10_000), 'Hits')
  hits.close()
  selection.close()

  const gone = errorOf(selection.rows(0, 1, []))
  const unknown = errorOf(engine.filter('eventNme: x'))
  const wrong = errorOf(engine.derive({ kind: 'regex', from: 'message', pattern: '(' }))
  for (const error of await Promise.all([gone, unknown, wrong]))
    given.push([`error_${given.length}`, 'T.TrailglassError', error])
  engine.close()
  assertAllOfHits()
  assertAllOfSelection()
  assertAllCalled()
  return given
}

test('what every method gives is what types.d.ts says, no more and no less', async () => {
  assert.equal(await complaints(await allGiven()), '')
})

test('the compiler finds what is missing, what is too much and what is of another type', async () => {
  const span = { first: 1n, last: 2n }
  const timeline = { first: 1n, interval: 1n, buckets: 0, timeless: 0, series: [], span, isLoading: false }
  const { timeless, ...missing } = timeline
  const type = 'T.Timeline'
  assert.equal(await complaints([['right', type, timeline]]), '')
  assert.match(await complaints([['missing', type, missing]]), /'timeless' is missing/)
  assert.match(await complaints([['more', type, { ...timeline, more: timeless }]]), /'"more"' does not exist/)
  const deep = { ...timeline, span: { ...span, more: 1 } }
  assert.match(await complaints([['deep', type, deep]]), /'"more"' does not exist/)
  assert.match(
    await complaints([['other', type, { ...timeline, first: 1 }]]),
    /'number' is not assignable to type 'bigint'/,
  )
})
