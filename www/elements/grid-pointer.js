/** What pointers do in a grid: press, drag, scroll by touch, open and call a menu. */

/** @import { CssPixels } from '../types.d.ts' */
/** @import { Place } from '../lib/cursor.js' */

/**
 * What a grid does for a pointer. In a place, row -1 is the header, and column -1 the row numbers.
 *
 * @typedef {object} PointerActions
 * @property {(place: Place, isExtending?: boolean) => void} activate
 * @property {(place: Place, isExtending: boolean) => void} markRow
 * @property {() => boolean} toggleGroup of the active cell; false: it is no group
 * @property {(place: Place, isAdded: boolean) => void} sortNext
 * @property {(place: Place) => { move: (by: CssPixels) => void, end: () => void }} resize
 * @property {(place: Place) => void} fit
 * @property {(place: Place) => void} open
 * @property {(place: Place) => boolean} menu false: there is no column
 * @property {() => (down: CssPixels, right: CssPixels) => void} scroll begins to scroll; the result scrolls by distances from the beginning
 */

/** A finger that moves less than this presses. */
const TOUCH_SLOP_PX = 6

/** The place that an event points at. @param {Event} event @returns {Place | null} */
function placeOf({ target }) {
  if (!(target instanceof Element)) return null
  const element = target.closest('[role=gridcell], [role=columnheader], [role=rowheader]')
  if (!element) return null
  const row = Number(element.closest('[role=row]')?.getAttribute('aria-rowindex')) - 2
  return { row, column: Number(element.getAttribute('aria-colindex')) - 2 }
}

/** Whether an event points at the edge between two headers. @param {Event} event */
const isOnEdge = ({ target }) => target instanceof Element && target.closest('.edge') !== null

/** @param {Place | null} place @returns {place is Place} */
const isCell = place => place !== null && place.row >= 0 && place.column >= 0

export class GridPointer {
  #actions
  #signal

  /**
   * @param {HTMLElement} grid
   * @param {PointerActions} actions
   * @param {AbortSignal} signal ends it
   */
  constructor(grid, actions, signal) {
    this.#actions = actions
    this.#signal = signal
    grid.addEventListener('pointerdown', event => this.#down(event), { signal })
    grid.addEventListener('dblclick', event => this.#doubleClick(event), { signal })
    grid.addEventListener('contextmenu', event => this.#contextMenu(event), { signal })
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const place = placeOf(event)
    if (event.pointerType === 'touch') this.#touch(event)
    if (!place || event.button !== 0) return
    if (place.row < 0) this.#pressHead(event, place)
    else if (event.pointerType !== 'touch') this.#pressCell(event, place)
  }

  /**
   * @param {PointerEvent} event
   * @param {Place} place
   */
  #pressCell(event, place) {
    // The browser would focus the cell's element, which the pool may move: the grid takes the focus to the cell.
    event.preventDefault()
    if (place.column < 0) return this.#actions.markRow(place, event.shiftKey)
    this.#actions.activate(place, event.shiftKey)
    if (!event.shiftKey && this.#actions.toggleGroup()) return
    let last = place
    this.#follow(event, move => {
      const to = placeOf(move)
      if (!isCell(to) || (to.row === last.row && to.column === last.column)) return
      last = to
      this.#actions.activate(to, true)
    })
  }

  /**
   * @param {PointerEvent} event
   * @param {Place} place
   */
  #pressHead(event, place) {
    // The corner above the row numbers is no column.
    if (place.column < 0) return
    event.preventDefault()
    if (isOnEdge(event)) {
      const drag = this.#actions.resize(place)
      this.#follow(event, move => drag.move(move.clientX - event.clientX), drag.end)
    } else {
      this.#actions.activate(place)
      this.#actions.sortNext(place, event.shiftKey)
    }
  }

  /** Scrolls with the finger. @param {PointerEvent} event */
  #touch(event) {
    const { clientX, clientY } = event
    const scrollBy = this.#actions.scroll()
    let isScrolling = false
    this.#follow(
      event,
      move => {
        isScrolling ||= Math.hypot(move.clientX - clientX, move.clientY - clientY) > TOUCH_SLOP_PX
        if (isScrolling) scrollBy(clientY - move.clientY, clientX - move.clientX)
      },
      up => {
        const place = placeOf(up)
        if (!isScrolling && isCell(place)) this.#actions.activate(place)
      },
    )
  }

  /** @param {MouseEvent} event */
  #doubleClick(event) {
    const place = placeOf(event)
    if (!place) return
    if (place.row >= 0) this.#actions.open(place)
    else if (isOnEdge(event)) this.#actions.fit(place)
  }

  /** @param {MouseEvent} event */
  #contextMenu(event) {
    const place = placeOf(event)
    if (place && this.#actions.menu(place)) event.preventDefault()
  }

  /**
   * Calls `onMove` until the pointer of `event` is released.
   *
   * @param {PointerEvent} event
   * @param {(event: PointerEvent) => void} onMove
   * @param {(event: PointerEvent) => void} [onEnd]
   */
  #follow(event, onMove, onEnd) {
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, this.#signal])
    const isOurs = (/** @type {PointerEvent} */ other) => other.pointerId === event.pointerId
    addEventListener('pointermove', move => isOurs(move) && onMove(move), { signal })
    const end = (/** @type {PointerEvent} */ up) => {
      if (!isOurs(up)) return
      done.abort()
      onEnd?.(up)
    }
    addEventListener('pointerup', end, { signal })
    addEventListener('pointercancel', end, { signal })
  }
}
