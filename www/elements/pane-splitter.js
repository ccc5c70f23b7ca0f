/** @import { CssPixels } from '../types.d.ts' */

import { SIDE_LIMITS } from '../state/changes.js'

const STEP_PX = 16

/**
 * The border of a side pane: dragging changes the width; Enter or a double click closes the pane.
 *
 *     <pane-splitter side="fields" controls="fields" label="Width of the fields"></pane-splitter>
 *
 * Fires `resize-side` (detail: CssPixels) and `close-side`.
 */
export class PaneSplitter extends HTMLElement {
  #width = 0

  connectedCallback() {
    const { least, most } = SIDE_LIMITS[this.#side]
    this.tabIndex = 0
    this.role = 'separator'
    this.ariaOrientation = 'vertical'
    this.ariaLabel = this.getAttribute('label')
    this.ariaValueMin = String(least)
    this.ariaValueMax = String(most)
    this.setAttribute('aria-controls', this.getAttribute('controls') ?? '')
    this.addEventListener('keydown', event => this.#key(event))
    this.addEventListener('pointerdown', event => this.#drag(event))
    this.addEventListener('dblclick', () => this.#fire('close-side', null))
  }

  /** The current width of the pane. */
  set width(/** @type {CssPixels} */ width) {
    this.#width = width
    this.ariaValueNow = String(width)
  }

  get #side() {
    return this.getAttribute('side') === 'detail' ? 'detail' : 'fields'
  }

  /** Moving to the right makes the left pane wider and the right pane narrower. */
  get #sign() {
    return this.#side === 'fields' ? 1 : -1
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { least, most } = SIDE_LIMITS[this.#side]
    const width = {
      ArrowLeft: this.#width - this.#sign * STEP_PX,
      ArrowRight: this.#width + this.#sign * STEP_PX,
      Home: least,
      End: most,
    }[event.key]
    if (width !== undefined) this.#fire('resize-side', width)
    else if (event.key === 'Enter') this.#fire('close-side', null)
    else return
    event.preventDefault()
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const from = this.#width
    const done = new AbortController()
    const { signal } = done
    this.setPointerCapture(event.pointerId)
    this.addEventListener(
      'pointermove',
      move => this.#fire('resize-side', from + this.#sign * (move.clientX - event.clientX)),
      { signal },
    )
    this.addEventListener('lostpointercapture', () => done.abort(), { signal })
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

customElements.define('pane-splitter', PaneSplitter)
