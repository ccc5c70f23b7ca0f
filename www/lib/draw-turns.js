/**
 * When a grid is drawn. With the next frame, however often that is requested; but if cells in sight are still on their
 * way, a little later, together with them. After everything in sight is drawn, what may come into sight next is asked
 * for.
 */

/** @import { Milliseconds } from '../types.d.ts' */

/** The rows scrolled away from stay this long at most: as a rule the new ones are here before the next frame. */
const HELD_MS = 25

/**
 * @typedef {object} Drawable
 * @property {() => boolean} ask asks for what is in sight; whether all of it is here
 * @property {() => boolean} hasStale whether cells of the model before may show: then nothing is held back
 * @property {() => void} draw calls `drawn`
 * @property {() => void} drawArrived draws at once, outside a frame
 * @property {() => void} askAhead
 */

/**
 * The turns of a browser's event loop.
 *
 * @typedef {object} Turns
 * @property {() => Milliseconds} now
 * @property {(act: () => void) => void} withFrame before the next frame is painted
 * @property {(act: () => void) => void} soon with the next turn
 */

/** @type {Turns} */
const PAGE_TURNS = {
  now: () => performance.now(),
  withFrame: act => void requestAnimationFrame(act),
  soon: act => void setTimeout(act),
}

export class DrawTurns {
  #grid
  #turns
  #isDue = false
  /** @type {Milliseconds} */
  #dueSince = 0
  #isAheadDue = false
  /** A cell in sight is missing, or of the model before. */
  #isPartial = false

  /**
   * @param {Drawable} grid
   * @param {Turns} [turns]
   */
  constructor(grid, turns = PAGE_TURNS) {
    this.#grid = grid
    this.#turns = turns
  }

  request() {
    if (this.#isDue) return
    this.#isDue = true
    this.#dueSince = this.#turns.now()
    this.#turns.withFrame(() => this.#drawIfDue())
  }

  /** Cells have arrived. */
  arrived() {
    const isWhole = this.#grid.ask()
    if (!this.#isDue && !this.#isPartial) this.#grid.askAhead()
    else if (isWhole) this.#grid.drawArrived()
    else this.request()
  }

  /** Something was drawn. @param {boolean} isWhole nothing in sight is missing, or of the model before */
  drawn(isWhole) {
    this.#isPartial = !isWhole
    if (isWhole) this.#askAheadSoon()
  }

  /** Takes back the request: its work is being done. */
  begin() {
    this.#isDue = false
  }

  #drawIfDue() {
    if (!this.#isDue) return
    const isHeld = this.#turns.now() - this.#dueSince < HELD_MS && !this.#grid.hasStale()
    if (this.#grid.ask() || !isHeld) this.#grid.draw()
    else this.#turns.withFrame(() => this.#drawIfDue())
  }

  /** After the cells in sight are painted: before that, the workers would take the processor from them. */
  #askAheadSoon() {
    if (this.#isAheadDue) return
    this.#isAheadDue = true
    this.#turns.withFrame(() =>
      this.#turns.soon(() => {
        this.#isAheadDue = false
        if (!this.#isPartial) this.#grid.askAhead()
      }),
    )
  }
}
