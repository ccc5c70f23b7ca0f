/** The same page in Firefox, from disk: files go in, a question is answered. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { filesBelow, incidentPath } from '../support/case.js'
import { openFirefox } from '../support/firefox.js'

test('Firefox reads picked files, finds the seven launches, draws them over time and counts values', async () => {
  const { page, assertClean, close } = await openFirefox()
  try {
    const input = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (
      await page.$('input.files')
    )
    const paths = filesBelow(incidentPath)
      .map(({ path }) => join(incidentPath, '..', path))
      .filter(path => path.endsWith('.json.gz'))
    await input.uploadFile(...paths)
    const says = (/** @type {string} */ text) =>
      page.waitForFunction(
        text => document.querySelector('filter-bar output:not(.is-old)')?.textContent === text,
        { timeout: 20_000 },
        text,
      )
    await says('3,414 rows')
    await page.focus('#filter')
    await page.keyboard.type('eventName: RunInstances')
    await says('7 of 3,414 rows')
    await page.waitForFunction(
      () => {
        const rows = [...document.querySelectorAll('#rows .body .row:not([hidden])')]
        return rows.length === 7 && rows.every(row => row.textContent?.includes('RunInstances'))
      },
      { timeout: 20_000 },
    )
    await page.$eval('#rows .body .cell[tabindex="0"]', cell => /** @type {HTMLElement} */ (cell).focus())
    // The window is narrow: the timeline waits to be wanted.
    await page.keyboard.press('b')
    await page.waitForFunction(
      () => /failure4/.test(document.querySelector('time-line .legend')?.textContent ?? ''),
      { timeout: 20_000 },
    )
    await page.keyboard.press('Escape')
    await page.keyboard.press('f')
    await page.waitForFunction(
      () => document.activeElement?.ariaLabel?.startsWith('Keep only @timestamp 2022-03-22T'),
      { timeout: 20_000 },
    )
    await page.$eval('#rows .body .cell[tabindex="0"]', cell => /** @type {HTMLElement} */ (cell).focus())
    await page.keyboard.press('Enter')
    await page.waitForSelector('detail-pane .values dd', { visible: true })
    assert.match(
      await page.$eval('detail-pane .values', values => values.textContent ?? ''),
      /eventName\W*RunInstances/,
    )
    await assertClean()
  } finally {
    await close()
  }
})
