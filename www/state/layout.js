/**
 * The layout between two sessions. All pages opened from disk may share one storage, so nothing of the logs is
 * stored, and what is read from there is not trusted.
 */

/** @import { Layout, Side } from './changes.js' */

import { clamp } from '../lib/window.js'
import { DEFAULT_LAYOUT, SIDE_LIMITS } from './changes.js'

const KEY = 'trailglass.layout'

/** @typedef {Pick<Storage, 'getItem' | 'setItem'>} Shelf */

/**
 * The layout kept on `shelf`; without a shelf or a layout on it, the default.
 *
 * @param {() => Shelf} shelf throws if storage is refused
 * @returns {Layout}
 */
export function keptLayout(shelf) {
  try {
    return layoutFrom(JSON.parse(shelf().getItem(KEY) ?? 'null'))
  } catch {
    return DEFAULT_LAYOUT
  }
}

/**
 * @param {() => Shelf} shelf
 * @param {Layout} layout
 */
export function keepLayout(shelf, layout) {
  try {
    shelf().setItem(KEY, JSON.stringify(layout))
  } catch {
    // Without storage the layout lasts as long as the page.
  }
}

/**
 * @param {any} found any JSON: another page may have put it there
 * @returns {Layout}
 */
function layoutFrom(found) {
  const side = (/** @type {Side} */ name) => {
    const { least, most } = SIDE_LIMITS[name]
    const kept = found?.sides?.[name]
    const normal = DEFAULT_LAYOUT.sides[name]
    return {
      width: Number.isFinite(kept?.width) ? clamp(Math.round(kept.width), least, most) : normal.width,
      isOpen: typeof kept?.isOpen === 'boolean' ? kept.isOpen : normal.isOpen,
    }
  }
  return {
    theme: found?.theme === 'light' || found?.theme === 'dark' ? found.theme : 'system',
    sides: { fields: side('fields'), detail: side('detail') },
    isTimelineOpen: found?.isTimelineOpen !== false,
    isHeaderCopied: found?.isHeaderCopied !== false,
  }
}
