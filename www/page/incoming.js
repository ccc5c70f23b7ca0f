/** Files come in: chosen, dropped, or the sample. */

/** @import { Case } from './case.js' */
/** @import { Loads } from './loading.js' */

import { isTyping, part } from '../lib/dom.js'
import { filesOf, namedFiles, takeDropped } from '../lib/dropped.js'
import { plural } from '../lib/format.js'
import { sampleFiles } from '../sample.js'

/** Whether a drag is for the page: text may be dropped into a field, but a link dropped elsewhere would leave the page. */
const isForPage = (/** @type {DragEvent} */ event) => hasFiles(event) || !isTyping(event)

const hasFiles = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes('Files') ?? false

/**
 * Buttons with `data-add`, inputs for files and folders, and whatever is dropped on the page.
 *
 * @param {Case} theCase
 * @param {{ loads: Loads }} parts
 */
export function wireIncoming({ say }, { loads }) {
  /** @type {Record<string, () => void>} */
  const additions = {
    files: () => part(document, 'input.files', HTMLInputElement).click(),
    folder: () => part(document, 'input.folder', HTMLInputElement).click(),
    sample: async () => loads.load(await sampleFiles()),
  }
  for (const button of document.querySelectorAll('[data-add]')) {
    button.addEventListener('click', () => additions[button.getAttribute('data-add') ?? '']?.())
  }
  for (const input of document.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', () => {
      if (!(input instanceof HTMLInputElement)) return
      loads.load(namedFiles(input.files ?? []))
      input.value = ''
    })
  }

  const showDropping = (/** @type {boolean} */ isDropping) =>
    document.body.classList.toggle('is-dropping', isDropping)
  addEventListener('dragover', event => {
    if (!isForPage(event)) return
    event.preventDefault()
    showDropping(hasFiles(event))
  })
  addEventListener('dragleave', event => {
    if (event.relatedTarget === null) showDropping(false)
  })
  addEventListener('drop', async event => {
    showDropping(false)
    if (!event.dataTransfer || !isForPage(event)) return
    event.preventDefault()
    const dropped = takeDropped(event.dataTransfer)
    if (dropped.length === 0) return
    say('Looking through what was dropped')
    const { files, nUnreadable } = await filesOf(dropped)
    await loads.load(files)
    if (nUnreadable > 0) say(`${plural(nUnreadable, 'file')} could not be opened`)
  })
  return { chooseFiles: () => additions.files?.() }
}
