import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { unpacker } from '../../www/engine/unpack.js'

/** @param {Uint8Array} bytes @param {string} preset */
const pack = (bytes, preset) =>
  execFileSync('xz', ['--format=raw', `--lzma1=preset=${preset},lc=3,lp=0,pb=0`, '--stdout'], {
    input: bytes,
  })

/** @param {Uint8Array} packed @param {number} n_bytes @param {number} step */
function unpacked(packed, n_bytes, step) {
  const out = new Uint8Array(n_bytes)
  const unpackTo = unpacker(packed, out)
  for (let until = 0; until < n_bytes; until += step) unpackTo(until + step)
  return out
}

/** Bytes of all kinds: text that repeats near and far, and noise. */
const source = readFileSync(new URL('../../package-lock.json', import.meta.url))
let seed = 7
const noise = Uint8Array.from({ length: 5_000 }, () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return seed >>> 24
})
const samples = {
  nothing: new Uint8Array(0),
  'one byte': new Uint8Array([0]),
  'the same byte': new Uint8Array(100_000).fill(7),
  noise,
  text: source,
  'text, noise and text': Buffer.concat([source, noise, source, noise.subarray(100)]),
}

for (const [name, bytes] of Object.entries(samples)) {
  test(`${name} comes out as it went in, in steps of any size`, () => {
    for (const preset of ['0', '9e']) {
      const packed = pack(bytes, preset)
      for (const step of [1_000, 4_096, 1 << 24]) {
        assert.ok(Buffer.compare(unpacked(packed, bytes.length, step), bytes) === 0, `${preset} by ${step}`)
      }
    }
  })
}

test('what is damaged or cut ends, too', () => {
  const packed = pack(source, '9e')
  const cut = packed.subarray(0, packed.length >> 1)
  const damaged = Uint8Array.from(packed, (byte, i) => (i === 99 ? byte ^ 0xff : byte))
  for (const bytes of [cut, damaged]) {
    const out = unpacked(bytes, source.length, 4_096)
    assert.notEqual(Buffer.compare(out, source), 0)
  }
})
