/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { part, setText } from '../lib/dom.js'
import { bytesText, countText, durationText, paceOf, plural } from '../lib/format.js'

/**
 * The progress of loading, by bytes.
 *
 * Fires `cancel-load`.
 */
export class ImportProgress extends HTMLElement {
  /** @param {Store<State>} store */
  connect(store) {
    part(this, '.cancel', HTMLButtonElement).addEventListener('click', () =>
      this.dispatchEvent(new CustomEvent('cancel-load')),
    )
    store.subscribe((state, before) => {
      if (state.progress !== before?.progress || state.nLoads !== before?.nLoads) this.#render(state)
    })
  }

  /** @param {State} state */
  #render({ progress, nLoads }) {
    this.hidden = nLoads === 0
    if (this.hidden) return
    const bar = part(this, '.bar', HTMLElement)
    const { percent, bytesPerSecond, left } = paceOf(progress ?? { bytesRead: 0, bytesTotal: 0, elapsed: 0 })
    const said = [
      progress ? `${bytesText(progress.bytesRead)} of ${bytesText(progress.bytesTotal)}` : 'starting',
      progress ? `${countText(progress.sourcesRead)} of ${plural(progress.sourcesTotal, 'file')}` : '',
      bytesPerSecond === null ? '' : `${bytesText(bytesPerSecond)}/s`,
      left === null || percent === 100 ? '' : `${durationText(left)} left`,
      progress ? `${plural(progress.events, 'event')} so far` : '',
    ]
    bar.ariaValueNow = String(percent)
    bar.ariaValueText = `${percent} %`
    part(bar, '.done', HTMLElement).style.width = `${percent}%`
    setText(part(this, '.text', HTMLElement), [`Loading ${percent} %`, ...said].filter(Boolean).join(' · '))
  }
}

customElements.define('import-progress', ImportProgress)
