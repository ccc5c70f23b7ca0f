/** What no file of the page may do. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const www = fileURLToPath(new URL('../../www', import.meta.url))

/** The files of `www` with this ending, ours: not the glue that wasm-bindgen writes. @param {string} ending */
const files = ending =>
  readdirSync(www, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(ending) && !path.startsWith('pkg'))
    .map(path => ({ path, text: readFileSync(join(www, path), 'utf8') }))

/** A colour that is written out: `#fff`, `rgb(…)`, `oklch(…)`, `white`. */
const RAW_COLOUR =
  /:.*(#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|\b(white|black|red|green|blue|gr[ae]y|yellow|orange)\b)/i

/** The lines with a raw colour. @param {string} css */
const rawColours = css => {
  const lines = css.replaceAll(/\/\*[\s\S]*?\*\//g, '').split('\n')
  return lines.filter(line => RAW_COLOUR.test(line)).map(line => line.trim())
}

test('colours are written out in tokens.css alone', () => {
  const found = files('.css').flatMap(({ path, text }) =>
    path === join('style', 'tokens.css') ? [] : rawColours(text).map(line => `${path}: ${line}`),
  )
  assert.deepEqual(found, [])
})

test('the search for colours finds them', () => {
  for (const bad of ['color: #fff;', '--x: light-dark(#0b57a4, #74b6ff);', 'background: rgb(0 0 0 / 60%);'])
    assert.equal(rawColours(bad).length, 1, bad)
  for (const good of [
    'color: var(--text);',
    '#rows { gap: 4px; }',
    'color: color-mix(in srgb, var(--a), var(--b));',
  ])
    assert.equal(rawColours(good).length, 0, good)
})

/** The modules that `text`, the module at `path`, imports; types do not count. @param {string} path @param {string} text */
const importsOf = (path, text) =>
  [...text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom '(\.[^']+)'|^import '(\.[^']+)'/gm)].map(match =>
    join(dirname(path), match[1] ?? match[2] ?? ''),
  )

/**
 * A circle among modules that import each other; none is the empty list.
 *
 * @param {Map<string, string[]>} imports by module
 */
function circleIn(imports) {
  /** @type {Set<string>} */
  const done = new Set()
  /** @param {string} module @param {string[]} way @returns {string[]} */
  function walk(module, way) {
    if (way.includes(module)) return [...way.slice(way.indexOf(module)), module]
    if (done.has(module)) return []
    for (const next of imports.get(module) ?? []) {
      const circle = walk(next, [...way, module])
      if (circle.length > 0) return circle
    }
    done.add(module)
    return []
  }
  for (const module of imports.keys()) {
    const circle = walk(module, [])
    if (circle.length > 0) return circle
  }
  return []
}

test('no module imports itself by way of others', () => {
  const modules = files('.js')
  const imports = new Map(modules.map(({ path, text }) => [path, importsOf(path, text)]))
  assert.ok((imports.get('main.js')?.length ?? 0) > 20, 'imports are found')
  assert.deepEqual(circleIn(imports), [])
})

test('the search for circles finds them', () => {
  const circle = new Map([
    ['a.js', ['b.js', 'd.js']],
    ['b.js', ['c.js']],
    ['c.js', ['b.js']],
  ])
  assert.deepEqual(circleIn(circle), ['b.js', 'c.js', 'b.js'])
  const text = "import {\n  a,\n} from './a.js'\nimport './b.js'\n/** @import { C } from './c.js' */\n"
  assert.deepEqual(importsOf(join('page', 'x.js'), text), [join('page', 'a.js'), join('page', 'b.js')])
})

/** The rooms that a test can import: elements need a browser, the engine needs the core. */
const PURE_ROOMS = ['lib', 'page', 'state']

test('importing a file of the page, of the state or of lib does nothing', async () => {
  const names = () => Reflect.ownKeys(globalThis).length
  const before = names()
  for (const { path } of files('.js').filter(({ path }) => PURE_ROOMS.includes(dirname(path)))) {
    // There is no document here: a file that looks for one fails.
    const found = await import(pathToFileURL(join(www, path)).href)
    assert.ok(Object.keys(found).length > 0, `${path} exports nothing`)
  }
  assert.equal(names(), before)
})

/** What a module keeps that can change, and that no test can reach. @param {string} text */
const moduleState = text =>
  text
    .split('\n')
    .filter(line => /^(let|var) |^const \w+ = new (Map|Set|WeakMap|AbortController)\(\)/.test(line))

test('no file of the page, of the state or of lib keeps anything', () => {
  const found = files('.js')
    .filter(({ path }) => PURE_ROOMS.includes(dirname(path)))
    .flatMap(({ path, text }) => moduleState(text).map(line => `${path}: ${line}`))
  assert.deepEqual(found, [])
})

test('the search for module state finds it', () => {
  for (const bad of ['let timer', 'const asked = new Map()', 'let asking = new AbortController()'])
    assert.equal(moduleState(bad).length, 1, bad)
  for (const good of ['  let timer', "const NAMES = new Map([['a', 1]])", 'export const x = 1'])
    assert.equal(moduleState(good).length, 0, good)
})
