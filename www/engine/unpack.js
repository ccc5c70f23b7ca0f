/**
 * Unpacks what `scripts/bundle.mjs` packed: LZMA, which is a quarter smaller than gzip for wasm; browsers know only the
 * latter. Pure.
 *
 * Source: "LZMA specification (draft version)", Igor Pavlov, 2015. The stream is a raw one with lc = 3, lp = 0 and
 * pb = 0, and its whole output is the dictionary. What comes in is our own build: a damaged one gives wrong bytes, which
 * no compiler of wasm takes, but neither an endless loop nor a byte outside of `out`.
 */

/** Where the probabilities of each kind of bit begin. */
const IS_MATCH = 0
const IS_REP = 12
const IS_REP_1_TO_3 = 24
const IS_REP_2_TO_3 = 36
const IS_REP_3 = 48
const IS_LONG_REP = 60
const SLOT = 72
const DISTANCE = SLOT + 4 * 64
const ALIGN = DISTANCE + 115
const LENGTH = ALIGN + 16
const REP_LENGTH = LENGTH + 2 + 8 + 8 + 256
const LITERAL = REP_LENGTH + 2 + 8 + 8 + 256
const N_PROBABILITIES = LITERAL + (0x300 << 3)

/** Fewer than seven states end in a literal. */
const N_LITERAL_STATES = 7

/**
 * What fills `out` from `packed` up to a byte, and at most 273 bytes further: a large one in many calls, so that nobody
 * waits.
 *
 * @param {Uint8Array} packed
 * @param {Uint8Array} out
 * @returns {(until: number) => void}
 */
export function unpacker(packed, out) {
  const probabilities = new Uint16Array(N_PROBABILITIES).fill(1024)
  // The range coder, in an array of 32 bits: such numbers are slow in a closure.
  const start = new Uint32Array([0xffffffff, new DataView(packed.buffer, packed.byteOffset).getUint32(1)])
  const coder = /** @type {[range: number, code: number]} */ (/** @type {unknown} */ (start))
  let at = 5
  let n_out = 0
  let state = 0
  let [rep0, rep1, rep2, rep3] = [1, 1, 1, 1]

  /** @param {number} at */
  const outAt = at => /** @type {number} */ (out[at])

  /** Makes the range wide again. */
  function refill() {
    if (coder[0] >= 1 << 24) return
    coder[0] <<= 8
    coder[1] = (coder[1] << 8) | /** @type {number} */ (packed[at])
    at += 1
  }

  /** @param {number} index @returns {0 | 1} */
  function bit(index) {
    const probability = /** @type {number} */ (probabilities[index])
    const range = coder[0]
    const bound = Math.imul(range >>> 11, probability) >>> 0
    if (coder[1] < bound) {
      coder[0] = bound
      probabilities[index] = probability + ((2048 - probability) >> 5)
      refill()
      return 0
    }
    coder[0] = range - bound
    coder[1] -= bound
    probabilities[index] = probability - (probability >> 5)
    refill()
    return 1
  }

  /** The `n` bits of a tree, the highest first. @param {number} first @param {number} n */
  function tree(first, n) {
    let node = 1
    for (let i = 0; i < n; i += 1) node = (node << 1) | bit(first + node)
    return node - (1 << n)
  }

  /** The lowest first. @param {number} first @param {number} n */
  function reverseTree(first, n) {
    let node = 1
    let value = 0
    for (let i = 0; i < n; i += 1) {
      const next = bit(first + node)
      node = (node << 1) | next
      value |= next << i
    }
    return value
  }

  /** Bits that are as often 0 as 1. @param {number} n */
  function direct(n) {
    let value = 0
    for (let i = 0; i < n; i += 1) {
      const half = coder[0] >>> 1
      const isOne = coder[1] >= half
      if (isOne) coder[1] -= half
      coder[0] = half
      value = (value << 1) | Number(isOne)
      refill()
    }
    return value
  }

  /** @param {number} first */
  function length(first) {
    if (bit(first) === 0) return 2 + tree(first + 2, 3)
    if (bit(first + 1) === 0) return 10 + tree(first + 10, 3)
    return 18 + tree(first + 18, 8)
  }

  /** @param {number} n_bytes that are copied */
  function distance(n_bytes) {
    const slot = tree(SLOT + 64 * Math.min(n_bytes - 2, 3), 6)
    if (slot < 4) return slot + 1
    const n_bits = (slot >> 1) - 1
    const base = (2 | (slot & 1)) << n_bits
    if (slot < 14) return base + reverseTree(DISTANCE + base - slot, n_bits) + 1
    return base + (direct(n_bits - 4) << 4) + reverseTree(ALIGN, 4) + 1
  }

  function literal() {
    const first = LITERAL + 0x300 * ((n_out > 0 ? outAt(n_out - 1) : 0) >> 5)
    let node = 1
    if (state >= N_LITERAL_STATES) {
      // Behind a copy: what would have been copied next is no bad guess.
      let guess = outAt(n_out - rep0) << 1
      while (node < 0x100) {
        const guessed = guess & 0x100
        const next = bit(first + 0x100 + guessed + node)
        node = (node << 1) | next
        guess <<= 1
        if (guessed >> 8 !== next) break
      }
    }
    while (node < 0x100) node = (node << 1) | bit(first + node)
    out[n_out] = node
    n_out += 1
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
  }

  /** How many bytes are copied next, from `rep0` behind. */
  function match() {
    if (bit(IS_REP + state) === 0) {
      rep3 = rep2
      rep2 = rep1
      rep1 = rep0
      const n = length(LENGTH)
      rep0 = distance(n)
      state = state < N_LITERAL_STATES ? 7 : 10
      return n
    }
    if (bit(IS_REP_1_TO_3 + state) === 0) {
      if (bit(IS_LONG_REP + state) === 0) {
        state = state < N_LITERAL_STATES ? 9 : 11
        return 1
      }
    } else {
      let chosen = rep1
      if (bit(IS_REP_2_TO_3 + state) === 1) {
        if (bit(IS_REP_3 + state) === 1) {
          chosen = rep3
          rep3 = rep2
        } else {
          chosen = rep2
        }
        rep2 = rep1
      }
      rep1 = rep0
      rep0 = chosen
    }
    const n = length(REP_LENGTH)
    state = state < N_LITERAL_STATES ? 8 : 11
    return n
  }

  return until => {
    const last = Math.min(until, out.length)
    while (n_out < last) {
      if (bit(IS_MATCH + state) === 0) {
        literal()
        continue
      }
      const end = Math.min(n_out + match(), out.length)
      for (; n_out < end; n_out += 1) out[n_out] = outAt(n_out - rep0)
    }
  }
}
