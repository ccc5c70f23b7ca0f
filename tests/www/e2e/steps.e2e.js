/** Every step is undone and done again: by keys, by buttons and by the browser's own Back and Forward. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { dropFromDisk, filter, incidentPath, loaded, showsCount } from '../support/case.js'
import { openPage } from '../support/page.js'

for (const over of /** @type {const} */ (['file', 'http'])) {
  // From disk, Chromium hides a dropped file whose name Windows forbids.
  const total = over === 'file' ? '3,417 rows' : '3,419 rows'

  describe(`steps, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page

    const inBar = () => page.inputValue('#filter')
    const sorted = () => page.locator('#rows [aria-sort=descending]').count()

    before(async () => {
      opened = await openPage({ over, context: { viewport: { width: 1440, height: 900 } } })
      page = opened.page
      await dropFromDisk(page, incidentPath)
      await loaded(page)
    })
    after(() => opened?.close())

    test('filters, order and views go back and forth', async () => {
      await filter(page, 'eventName: RunInstances', `7 of ${total}`)
      await page.locator('#rows [role=gridcell]').first().click()
      await page.keyboard.press(']')
      await page.waitForFunction(() => document.querySelector('#rows [aria-sort=descending]'))
      await page.click('[data-view=sources]')
      await page.waitForSelector('.sources-view:not([hidden])')

      await page.goBack()
      await page.waitForSelector('.rows-view:not([hidden])')
      assert.equal(await sorted(), 1)
      await page.locator('#rows [role=gridcell]').first().click()
      await page.keyboard.press('Control+z')
      await page.waitForFunction(() => !document.querySelector('#rows [aria-sort=descending]'))
      assert.equal(await inBar(), 'eventName: RunInstances')
      await page.click('.undo')
      await page.waitForFunction(() => {
        const bar = document.querySelector('#filter')
        return bar instanceof HTMLInputElement && bar.value === ''
      })
      assert.equal(await page.getAttribute('.undo', 'aria-disabled'), 'true')

      await page.goForward()
      await showsCount(page, `7 of ${total}`)
      await page.click('.redo')
      await page.waitForFunction(() => document.querySelector('#rows [aria-sort=descending]'))
      await page.locator('#rows [role=gridcell]').first().click()
      await page.keyboard.press('Control+Shift+z')
      await page.waitForSelector('.sources-view:not([hidden])')
      await opened.assertClean()
    })

    test('what was undone is gone once another step is taken', async () => {
      await page.goBack()
      await page.goBack()
      await page.waitForFunction(() => !document.querySelector('#rows [aria-sort=descending]'))
      await filter(page, 'eventName: nothing', `0 of ${total}`)
      await page.waitForFunction(() =>
        document.querySelector('.undo')?.getAttribute('title')?.endsWith('nothing'),
      )
      assert.equal(await page.getAttribute('.redo', 'aria-disabled'), 'true')
      await page.click('.undo')
      await showsCount(page, `7 of ${total}`)
    })
  })
}
