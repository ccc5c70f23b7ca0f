/** No file of the page, and not the built page itself, uses what could turn log text into markup or code. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const www = fileURLToPath(new URL('../../www', import.meta.url))

/** What is banned, and why where the name does not say it. */
const banned = [
  /\b(inner|outer)HTML\b/,
  /\binsertAdjacentHTML\b/,
  /\b(setHTML|setHTMLUnsafe|parseHTMLUnsafe|createContextualFragment)\b/,
  /\bdocument\.write/,
  /\bDOMParser\b/,
  /\beval\(/,
  /\bnew Function\b/,
  /\bset(Timeout|Interval)\(\s*['"`]/,
  /\bjavascript:/i,
  // The analyst's and the data's patterns go to the core, whose expressions run in linear time.
  /\bnew RegExp\(/,
  // An inline handler or style is refused by the policy, so it would only fail later.
  /\bsetAttribute\(\s*['"`](on|style)/,
  /<[^>]*\s(on[a-z]+|style)=/,
]

/** Ours: not the glue that wasm-bindgen writes. */
const sources = readdirSync(www, { recursive: true, encoding: 'utf8' }).filter(
  path => /\.(js|html)$/.test(path) && !path.startsWith('pkg'),
)

/** @param {string} text */
const findings = text =>
  text.split('\n').flatMap((line, index) => {
    const found = banned.find(pattern => pattern.test(line))
    return found ? [`${index + 1}: ${line.trim()} (${found})`] : []
  })

for (const path of sources) {
  test(`www/${path}`, () => assert.deepEqual(findings(readFileSync(join(www, path), 'utf8')), []))
}

test('the gate sees what it is there for', () => {
  for (const bad of [
    'cell.innerHTML = value',
    'setTimeout("work()", 0)',
    '<b onclick="x()">',
    "link.href = 'javascript:x'",
    'new RegExp(query)',
  ]) {
    assert.equal(findings(bad).length, 1, bad)
  }
})
