import { h, part } from '../lib/dom.js'
import { testNetwork } from '../lib/harden.js'

/** States that nothing leaves the page, and proves it on request. Changes no state. */
export class NetworkBadge extends HTMLElement {
  connectedCallback() {
    part(this, '.test', HTMLButtonElement).addEventListener('click', () => this.#test())
  }

  async #test() {
    const results = await testNetwork()
    part(this, '.results', HTMLUListElement).replaceChildren(
      ...results.map(({ name, isBlocked }) =>
        h(
          'li',
          { class: isBlocked ? 'good' : 'bad' },
          `${isBlocked ? '✓' : '✗'} ${name}: ${isBlocked ? 'blocked' : 'NOT blocked'}`,
        ),
      ),
    )
  }
}

customElements.define('network-badge', NetworkBadge)
