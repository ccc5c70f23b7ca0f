/** How the page is laid out. */

/** @import { Side, State } from '../state/changes.js' */

import { withSide } from '../state/changes.js'
import { keepLayout } from '../state/layout.js'
import { store } from './case.js'

const KEEP_LAYOUT_MS = 300

export const narrow = matchMedia('(width < 900px)')

/**
 * @param {Side} side
 * @param {Parameters<typeof withSide>[2]} change
 */
export const changeSide = (side, change) => store.change(state => withSide(state, side, change))

/** @param {Side} side */
export function toggleSide(side) {
  const isOpen = !store.get().layout.sides[side].isOpen
  if (isOpen && narrow.matches) changeSide(side === 'fields' ? 'detail' : 'fields', { isOpen: false })
  changeSide(side, { isOpen })
}

/** @param {Partial<State['layout']>} change */
export const changeLayout = change =>
  store.change(state => ({ ...state, layout: { ...state.layout, ...change } }))

/** @type {ReturnType<typeof setTimeout> | undefined} */
let keepTimer

// On a narrow screen the sides lie over the rows, one at a time, and wait until they are wanted; so does the timeline.
if (narrow.matches) {
  changeLayout({ isTimelineOpen: false })
  changeSide('fields', { isOpen: false })
  changeSide('detail', { isOpen: false })
}

narrow.addEventListener('change', () => {
  if (narrow.matches && store.get().layout.sides.detail.isOpen) changeSide('fields', { isOpen: false })
})

store.subscribe(({ layout }, before) => {
  // A narrow screen closes sides that a wide one has open.
  if (layout === before?.layout || !before || narrow.matches) return
  clearTimeout(keepTimer)
  keepTimer = setTimeout(() => keepLayout(() => localStorage, layout), KEEP_LAYOUT_MS)
})
