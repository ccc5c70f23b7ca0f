/**
 * The cells in sight of a grid and near to them: asked for in blocks, and kept while they may be shown again.
 */

/** @import { RowIndex, RowWindow } from '../types.d.ts' */
/** @import { Line } from './groups.js' */

/**
 * What a grid shows. The grid asks for windows of rows and does not know who answers.
 *
 * @typedef {object} GridModel
 * @property {number} count rows
 * @property {(first: RowIndex, end: RowIndex, fields: readonly string[], options: { signal: AbortSignal })
 *   => Promise<RowWindow>} rows
 * @property {(row: RowIndex) => Line | null} [line] if the rows are in groups: the group or row in this line
 */

/**
 * Cells to copy: rows `first..end` of these fields.
 *
 * @typedef {{ model: GridModel, first: RowIndex, end: RowIndex, fields: string[] }} CellsToCopy
 */

export const BLOCK_ROWS = 32

/** A column of one block is 32 texts of at most about 500 characters: this many columns take a few megabytes as a rule. */
const KEPT_COLUMNS = 40_000

/** More questions would only queue up; by the time they are answered, other rows may be needed. */
const MOST_UNDER_WAY = 4

/**
 * Raw values of one column, and the display texts of the values drawn so far.
 *
 * @typedef {object} Texts
 * @property {(string | null)[]} values
 * @property {string[]} shown display texts by place in the block; a hole where none was drawn
 * @property {Map<RowIndex, number>} lengths of the whole values, for values that were cut
 */

/** The cells of one model. Another model gets another cache, so that no late answer of the old model can mix in. */
export class BlockCache {
  /** By block number, least recently used first. Each block: its columns by field. @type {Map<number, Map<string, Texts>>} */
  #blocks = new Map()
  #nColumns = 0
  #asked = /** @type {Set<string>} */ (new Set())
  #nUnderWay = 0
  #gone = new AbortController()
  #model
  #show
  #onArrival
  #onFailure

  /**
   * @param {GridModel} model
   * @param {(value: string, clippedTo: number) => string} show the display text of a value; `clippedTo` is the
   *   length of the whole value if it was cut, else 0
   * @param {() => void} onArrival
   * @param {(error: unknown) => void} onFailure
   */
  constructor(model, show, onArrival, onFailure) {
    this.#model = model
    this.#show = show
    this.#onArrival = onArrival
    this.#onFailure = onFailure
  }

  /**
   * @param {RowIndex} row
   * @param {string} field
   * @returns {string | null | undefined} null: no value; undefined: not here yet
   */
  text(row, field) {
    const texts = this.#blocks.get(Math.floor(row / BLOCK_ROWS))?.get(field)
    const place = row % BLOCK_ROWS
    const value = texts?.values[place]
    if (!texts || !value) return value
    // Kept: the display text of a long value takes a while to make, and every frame asks for it.
    texts.shown[place] ??= this.#show(value, texts.lengths.get(row) ?? 0)
    return texts.shown[place]
  }

  /**
   * Whether rows `first..end` are here.
   *
   * @param {RowIndex} first
   * @param {RowIndex} end
   * @param {readonly string[]} fields
   */
  hasAll(first, end, fields) {
    for (let block = Math.floor(first / BLOCK_ROWS); block * BLOCK_ROWS < end; block++) {
      if (!fields.every(field => this.#blocks.get(block)?.has(field))) return false
    }
    return true
  }

  /**
   * Asks for the missing cells of rows `first..end`, up to the limit of open questions; call it again on arrival.
   *
   * @param {RowIndex} first
   * @param {RowIndex} end
   * @param {readonly string[]} fields
   */
  need(first, end, fields) {
    const firstBlock = Math.floor(Math.max(0, first) / BLOCK_ROWS)
    const endBlock = Math.ceil(Math.min(end, this.#model.count) / BLOCK_ROWS)
    for (let block = firstBlock; block < endBlock; ) {
      const missing = this.#use(block, fields)
      const from = block
      // One question for neighbouring blocks: each question is a trip to the workers and back.
      do block += 1
      while (block < endBlock && this.#use(block, fields).join(' ') === missing.join(' '))
      if (missing.length > 0 && this.#nUnderWay < MOST_UNDER_WAY) this.#ask(from, block, missing)
    }
  }

  /**
   * Marks a block as used most recently. Returns its columns that are neither here nor asked for.
   *
   * @param {number} block
   * @param {readonly string[]} fields
   */
  #use(block, fields) {
    const kept = this.#blocks.get(block)
    if (kept) {
      this.#blocks.delete(block)
      this.#blocks.set(block, kept)
    }
    return fields.filter(field => !kept?.has(field) && !this.#asked.has(`${block} ${field}`))
  }

  /** Cancels open questions. */
  close() {
    this.#gone.abort()
  }

  /**
   * @param {number} firstBlock
   * @param {number} endBlock
   * @param {readonly string[]} fields
   */
  async #ask(firstBlock, endBlock, fields) {
    const blocks = Array.from({ length: endBlock - firstBlock }, (_, i) => firstBlock + i)
    const asked = blocks.flatMap(block => fields.map(field => `${block} ${field}`))
    for (const column of asked) this.#asked.add(column)
    this.#nUnderWay += 1
    const end = Math.min(endBlock * BLOCK_ROWS, this.#model.count)
    const { signal } = this.#gone
    try {
      const window = await this.#model.rows(firstBlock * BLOCK_ROWS, end, fields, { signal })
      if (signal.aborted) return
      this.#keep(blocks, window)
      for (const column of asked) this.#asked.delete(column)
    } catch (error) {
      // A failed question stays marked as asked, so that not every frame asks it again.
      if (!signal.aborted) this.#onFailure(error)
    } finally {
      this.#nUnderWay -= 1
    }
    if (!signal.aborted) this.#onArrival()
  }

  /**
   * @param {readonly number[]} blocks those that `window` covers
   * @param {RowWindow} window
   */
  #keep(blocks, window) {
    for (const [column, field] of window.fields.entries()) {
      const cut = window.clipped.filter(of => of.column === column)
      const lengths = new Map(cut.map(({ row, length }) => [row, length]))
      const all = window.columns[column] ?? []
      for (const [i, block] of blocks.entries()) {
        const columns = this.#blocks.get(block) ?? new Map()
        if (!columns.has(field)) this.#nColumns += 1
        const values = all.slice(i * BLOCK_ROWS, (i + 1) * BLOCK_ROWS)
        columns.set(field, { values, shown: [], lengths })
        this.#blocks.set(block, columns)
      }
    }
    for (const [oldest, old] of this.#blocks) {
      if (this.#nColumns <= KEPT_COLUMNS || blocks.includes(oldest)) break
      this.#blocks.delete(oldest)
      this.#nColumns -= old.size
    }
  }
}
