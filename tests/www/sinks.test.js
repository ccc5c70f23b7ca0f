/** No source of the page uses what could turn log text into markup or code. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sinksInMarkup, sinksInScript } from './support/sinks.js'

const www = fileURLToPath(new URL('../../www', import.meta.url))

/** Ours: not the glue that wasm-bindgen writes. */
const sources = readdirSync(www, { recursive: true, encoding: 'utf8' }).filter(
  path => !path.startsWith('pkg'),
)

for (const path of sources) {
  const check = path.endsWith('.js') ? sinksInScript : path.endsWith('.html') ? sinksInMarkup : null
  if (check) test(`www/${path}`, () => assert.deepEqual(check(readFileSync(join(www, path), 'utf8')), []))
}

test('the gate sees what it is there for', () => {
  const scripts = ['cell.innerHTML = value', 'setTimeout("work()", 0)', 'new RegExp(query)', 'eval(text)']
  for (const bad of scripts) assert.equal(sinksInScript(bad).length, 1, bad)
  const markup = ['<b onclick="x()">', '<a href="javascript:x">', '<p\n style="color: red">']
  for (const bad of markup) assert.equal(sinksInMarkup(bad).length, 1, bad)
})
