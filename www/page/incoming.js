/** Files come in: chosen, dropped, or the sample. */

import { isTyping, part } from '../lib/dom.js'
import { filesOf, namedFiles, takeDropped } from '../lib/dropped.js'
import { plural } from '../lib/format.js'
import { sampleFiles } from '../sample.js'
import { say } from './case.js'
import { load } from './loading.js'

/** @type {Record<string, () => void>} */
export const additions = {
  files: () => part(document, 'input.files', HTMLInputElement).click(),
  folder: () => part(document, 'input.folder', HTMLInputElement).click(),
  sample: async () => load(await sampleFiles()),
}
for (const button of document.querySelectorAll('[data-add]')) {
  button.addEventListener('click', () => additions[button.getAttribute('data-add') ?? '']?.())
}
for (const input of document.querySelectorAll('input[type=file]')) {
  input.addEventListener('change', () => {
    if (!(input instanceof HTMLInputElement)) return
    load(namedFiles(input.files ?? []))
    input.value = ''
  })
}

/** @param {boolean} isDropping */
const showDropping = isDropping => document.body.classList.toggle('is-dropping', isDropping)

/** Text may be dropped into a field; a link dropped elsewhere would lead away from the page. */
const isForPage = (/** @type {DragEvent} */ event) =>
  event.dataTransfer?.types.includes('Files') || !isTyping(event)

addEventListener('dragover', event => {
  if (!isForPage(event)) return
  event.preventDefault()
  showDropping(event.dataTransfer?.types.includes('Files') ?? false)
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
  await load(files)
  if (nUnreadable > 0) say(`${plural(nUnreadable, 'file')} could not be opened`)
})
