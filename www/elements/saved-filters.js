/** @import { State } from '../state/changes.js' */
/** @import { Store } from '../state/store.js' */

import { h, part, setText } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'

/**
 * Filters that the analyst has named.
 *
 * Fires `save-filter` (detail: a name for the current filter), `use-filter` and `forget-filter` (detail: SavedFilter).
 */
export class SavedFilters extends HTMLElement {
  /** @param {Store<State>} store */
  connect(store) {
    const name = part(this, '.name', HTMLInputElement)
    const save = () => {
      const said = name.value.trim()
      if (said === '') return name.focus()
      name.value = ''
      this.dispatchEvent(new CustomEvent('save-filter', { detail: said }))
    }
    part(this, '.save', HTMLButtonElement).addEventListener('click', save)
    name.addEventListener('keydown', event => {
      if (event.key !== 'Enter') return
      // Otherwise Enter would submit the filter bar's question.
      event.preventDefault()
      save()
    })
    store.subscribe((state, before) => {
      if (state.saved !== before?.saved) this.#render(state)
      const isNothing = state.query.trim() === '' && state.off.length === 0
      part(this, '.save', HTMLButtonElement).disabled = isNothing || state.problem !== null
    })
  }

  /** @param {State} state */
  #render({ saved }) {
    const menu = part(this, '[popover]', HTMLElement)
    setText(part(this, '.open', HTMLButtonElement), saved.length > 0 ? `Saved (${saved.length})` : 'Saved')
    part(this, '.nothing', HTMLElement).hidden = saved.length > 0
    part(this, 'ul', HTMLUListElement).replaceChildren(
      ...saved.map(filter => {
        const name = visibleText(filter.name)
        const off = filter.off.map(({ text }) => `${text} (off)`)
        const asked = visibleText([filter.query, ...off].filter(text => text !== '').join(', '))
        const use = h('button', { type: 'button', class: 'use' }, h('span', {}, name))
        use.append(h('span', { class: 'data soft' }, asked))
        use.addEventListener('click', () => {
          menu.hidePopover()
          this.dispatchEvent(new CustomEvent('use-filter', { detail: filter }))
        })
        const forget = h('button', { type: 'button', class: 'quiet', 'aria-label': `Forget ${name}` }, '×')
        forget.addEventListener('click', () => {
          this.dispatchEvent(new CustomEvent('forget-filter', { detail: filter }))
          part(this, '.name', HTMLInputElement).focus()
        })
        return h('li', {}, use, forget)
      }),
    )
  }
}

customElements.define('saved-filters', SavedFilters)
