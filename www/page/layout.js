/** How the page is laid out: its sides, its timeline, its theme. */

/** @import { Side, State } from '../state/changes.js' */
/** @import { Shelf } from '../state/layout.js' */
/** @import { Case } from './case.js' */

import { Pace } from '../lib/clock.js'
import { withSide } from '../state/changes.js'
import { keepLayout } from '../state/layout.js'

const KEEP_LAYOUT_MS = 300

export class PageLayout {
  #store
  #narrow

  /**
   * @param {Case} theCase
   * @param {Pick<MediaQueryList, 'matches'>} narrow
   */
  constructor({ store }, narrow) {
    this.#store = store
    this.#narrow = narrow
  }

  /** Whether the sides cover the rows. There is room for one side at a time then. */
  get isNarrow() {
    return this.#narrow.matches
  }

  /** @param {Partial<State['layout']>} change */
  change(change) {
    this.#store.change(state => ({ ...state, layout: { ...state.layout, ...change } }))
  }

  /**
   * @param {Side} side
   * @param {Parameters<typeof withSide>[2]} change
   */
  changeSide(side, change) {
    this.#store.change(state => withSide(state, side, change))
  }

  /** @param {Side} side */
  toggleSide(side) {
    const isOpen = !this.#store.get().layout.sides[side].isOpen
    if (isOpen && this.isNarrow) this.changeSide(side === 'fields' ? 'detail' : 'fields', { isOpen: false })
    this.changeSide(side, { isOpen })
  }
}

/**
 * @param {Case} theCase
 * @param {{ narrow: MediaQueryList, shelf: () => Shelf }} parts
 */
export function wireLayout(theCase, { narrow, shelf }) {
  const { store, clock } = theCase
  const layout = new PageLayout(theCase, narrow)
  // On a narrow screen the sides and the timeline wait until they are wanted.
  if (narrow.matches) {
    layout.change({ isTimelineOpen: false })
    layout.changeSide('fields', { isOpen: false })
    layout.changeSide('detail', { isOpen: false })
  }
  narrow.addEventListener('change', () => {
    if (narrow.matches && store.get().layout.sides.detail.isOpen)
      layout.changeSide('fields', { isOpen: false })
  })
  const keeping = new Pace(clock, KEEP_LAYOUT_MS)
  store.subscribe((state, before) => {
    // A narrow screen closes sides that a wide one has open: that is not kept.
    if (state.layout === before?.layout || !before || narrow.matches) return
    keeping.soon(() => keepLayout(shelf, state.layout), KEEP_LAYOUT_MS)
  })
  return layout
}
