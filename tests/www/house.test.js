/** What no file of the page may do. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

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
