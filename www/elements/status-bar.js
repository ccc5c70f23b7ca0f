/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { part, setText } from '../lib/dom.js'
import { paceOf, plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'

/** A notice waits this long: of many notices in quick succession, only the last is read out. */
const QUIET_MS = 500

/** The line at the foot: the figures of what is on screen, and the newest message. */
export class StatusBar extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {Store<State>} store */
  connect(store) {
    store.subscribe((state, before) => {
      this.#render(state)
      if (state.notice !== before?.notice) this.#say(state.notice)
    })
  }

  /** @param {string} notice */
  #say(notice) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => setText(part(this, '.notice', HTMLElement), visibleText(notice)), QUIET_MS)
  }

  /** @param {State} state */
  #render({ answer, marks, span, nLoads, progress }) {
    const text = (/** @type {string} */ selector, /** @type {string} */ value) =>
      setText(part(this, selector, HTMLElement), value)
    text(
      '.rows',
      answer ? `${plural(answer.count, 'row')}${answer.isLoading ? ' so far' : ''}` : 'No logs loaded',
    )
    text(
      '.marked',
      marks.cells > 0 ? `${plural(marks.rows, 'row')}, ${plural(marks.cells, 'cell')} marked` : '',
    )
    text('.span', span ? visibleText(`${timeOf(span.first)} to ${timeOf(span.last)}`) : '')
    text('.loading', nLoads > 0 ? `Loading ${progress ? paceOf(progress).percent : 0} %` : '')
  }
}

/** A time, cut to the second. @param {string} iso */
const timeOf = iso => iso.slice(0, 19).replace('T', ' ')

customElements.define('status-bar', StatusBar)
