/**
 * What an analyst does with the built page, as steps, and what they then see. Counts, texts and places are read
 * from the page; what they should be is worked out from the files, by other code than the page's.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'

/** @import { Page } from 'playwright-core' */
/** @import { OpenedPage } from './page.js' */

/** A file under its path in a tree. @typedef {{ path: string, bytes: Uint8Array }} TreeFile */

/** A machine under load takes its time; nothing that works takes this long. */
const PATIENCE_MS = 20_000

/** The responder's case of the tests. */
export const incidentPath = fileURLToPath(new URL('../../data/incident', import.meta.url))

/**
 * The files below `folder`, under paths as a browser gives them: the folder's own name comes first.
 *
 * @param {string} folder
 * @returns {TreeFile[]}
 */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => ({
      path: relative(join(folder, '..'), path).split(sep).join('/'),
      bytes: readFileSync(path),
    }))
}

/** The bytes of a file after unwrapping. @param {TreeFile} file */
export const unwrapped = ({ path, bytes }) => (path.endsWith('.gz') ? gunzipSync(bytes) : bytes)

/**
 * Drops a file or folder of the disk onto the page, as the browser itself does when the mouse button is let go.
 *
 * @param {Page} page
 * @param {string} path
 */
export async function dropFromDisk(page, path) {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data })
  }
  await session.detach()
}

/**
 * Drops files that no disk could hold: any bytes under any name.
 *
 * @param {Page} page
 * @param {readonly TreeFile[]} files
 */
export async function dropMade(page, files) {
  const packed = files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') }))
  const drop = await page.evaluateHandle(packed => {
    const drop = new DataTransfer()
    for (const { path, base64 } of packed) {
      const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
      drop.items.add(new File([bytes], path))
    }
    return drop
  }, packed)
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('main', type, { dataTransfer: drop })
  }
  await drop.dispose()
}

/** Waits until nothing is being read any more. @param {Page} page */
export async function loaded(page) {
  await page.locator('import-progress').waitFor({ state: 'hidden' })
  await page.waitForFunction(() =>
    /^(Loaded|Cancelled)/.test(document.querySelector('status-bar .notice')?.textContent ?? ''),
  )
}

/**
 * Types `query` in place of what is there and waits for `count`: "7 of 3,414 rows".
 *
 * @param {Page} page
 * @param {string} query
 * @param {string} count
 */
export async function filter(page, query, count) {
  const input = page.locator('#filter')
  await input.fill('')
  await input.pressSequentially(query)
  await showsCount(page, count)
}

/**
 * Waits until the filter bar says `count` and means the question that stands there.
 *
 * @param {Page} page
 * @param {string} count
 */
export const showsCount = (page, count) =>
  shows(page, count, () => {
    const output = document.querySelector('filter-bar output')
    return output?.classList.contains('is-old') ? 'asking' : (output?.textContent ?? '')
  })

/**
 * Waits until `read` gives `expected` in the page, frame by frame; says what it gave where it never does.
 *
 * @template T
 * @template [A=undefined]
 * @param {Page} page
 * @param {T} expected
 * @param {(argument: A) => T | Promise<T>} read runs in the page
 * @param {A} [argument] of `read`
 */
export async function shows(page, expected, read, argument) {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await page.evaluate(/** @type {any} */ (read), argument)
    if (isDeepStrictEqual(found, expected)) return
    if (performance.now() > end) assert.deepEqual(found, expected)
    await page.evaluate(() => new Promise(done => requestAnimationFrame(done)))
  }
}

/**
 * Waits until the first rows in sight have these texts in `column`; an answer that comes is not yet one that shows.
 *
 * @param {Page} page
 * @param {string} column
 * @param {readonly string[]} expected
 * @param {string} [grid]
 */
export const showsCells = (page, column, expected, grid = '#rows') =>
  shows(
    page,
    [...expected],
    ({ column, grid, n }) => {
      const shown = (/** @type {string} */ selector) => [
        ...document.querySelectorAll(`${grid} ${selector}:not([hidden])`),
      ]
      const head = shown('.head .cell').find(head => head.querySelector('.name')?.textContent === column)
      const index = head?.getAttribute('aria-colindex')
      const at = (/** @type {Element} */ row) => Number(row.getAttribute('aria-rowindex'))
      return shown('.body .row')
        .sort((a, b) => at(a) - at(b))
        .slice(0, n)
        .map(row => row.querySelector(`.cell[aria-colindex="${index}"]`)?.textContent ?? 'no such column')
    },
    { column, grid, n: expected.length },
  )

/**
 * Finds `field` in the list of fields and opens it, or closes it. Items are recycled: the one that is there before the
 * list has been drawn anew is soon another's.
 *
 * @param {Page} page
 * @param {string} field found by its name before all others
 */
export async function toggleField(page, field) {
  await page.locator('field-list .find').fill(field)
  await shows(page, `Values of ${field}`, () =>
    document.querySelector('field-list li:not([hidden]) .name')?.getAttribute('aria-label'),
  )
  await page.locator('field-list li:not([hidden]) .name').first().click()
}

/**
 * Runs axe over the page as it stands, in light and in dark.
 *
 * @param {OpenedPage} opened
 */
export async function assertAccessibleInBoth({ page, assertAccessible }) {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    await page.emulateMedia({ colorScheme })
    await assertAccessible()
  }
}

/** What is on the clipboard. @param {Page} page @returns {Promise<string>} */
export const clipboard = page => page.evaluate(() => navigator.clipboard.readText())
