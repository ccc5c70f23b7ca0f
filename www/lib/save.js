/** Gives the analyst a file. The only way out of the page. */

/** The browser reads a link's target some time after the click; the address must stay valid until then. */
const TAKEN_MS = 60_000

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function saveBlob(blob, name) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS)
}
