/** Every step is undone and done again: by keys, by buttons and by the browser's own Back and Forward. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { dropFromDisk, filter, incidentPath, loaded, shows, showsCount } from '../support/case.js'
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

    test('a step taken before the browser has followed an undo is taken from what is on screen', async () => {
      await filter(page, 'eventName: RunInstances', `7 of ${total}`)
      await page.evaluate(() => {
        const go = history.go.bind(history)
        history.go = by => void setTimeout(go, 300, by)
      })
      const cell = page.locator('#rows [role=gridcell]').first()
      const isSorted = (/** @type {string} */ way) =>
        shows(page, way, () => {
          const sorted = document.querySelector('#rows [role=columnheader][aria-sort$=scending]')
          return sorted?.getAttribute('aria-sort') ?? ''
        })
      await cell.click()
      await page.keyboard.press('[')
      await isSorted('ascending')
      await page.keyboard.press(']')
      await isSorted('descending')
      await page.keyboard.press('Control+z')
      await isSorted('ascending')
      await page.click('[data-view=sources]')
      await page.waitForSelector('.sources-view:not([hidden])')
      await page.waitForTimeout(1000)
      assert.ok(await page.isVisible('.sources-view'))
      await page.goBack()
      await page.waitForSelector('.rows-view:not([hidden])')
      await isSorted('ascending')
      await page.evaluate(() => Reflect.deleteProperty(history, 'go'))
    })

    test('of two keys the second of which comes before the first is answered, each is a step', async () => {
      await filter(page, '', total)
      await page.locator('#rows [role=gridcell]').first().click()
      await page.evaluate(() => {
        for (const key of ['+', 'w'])
          document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
      })
      const barHas = (/** @type {string} */ pattern) =>
        page.waitForFunction(pattern => {
          const bar = document.querySelector('#filter')
          return bar instanceof HTMLInputElement && new RegExp(pattern).test(bar.value)
        }, pattern)
      await barHas('and @timestamp >= ')
      await page.keyboard.press('Control+z')
      const kept = await inBar()
      assert.match(kept, /^\S+: /)
      assert.doesNotMatch(kept, / and /)
      await page.keyboard.press('Control+z')
      await showsCount(page, total)
    })

    test('all steps are undone and done again, more than the browser keeps', async () => {
      const steps = 60
      const label = () => page.getAttribute('.undo', 'title')
      const start = await label()
      await page.locator('#rows [role=gridcell]').first().click()
      for (let i = 0; i < steps; i++) await page.keyboard.press(i % 2 === 0 ? ']' : '[')
      const end = await label()
      const last = await page.evaluate(() => history.state.place)
      assert.ok((await page.evaluate(() => history.length)) < steps)
      for (let i = 0; i < steps; i++) await page.keyboard.press('Control+z')
      assert.equal(await label(), start)
      for (let i = 0; i < steps; i++) await page.keyboard.press('Control+Shift+z')
      assert.equal(await label(), end)
      // The browser has followed: who goes back before that goes back for the page.
      await shows(page, last, () => history.state.place)
      await page.goBack()
      await page.waitForFunction(end => document.querySelector('.undo')?.getAttribute('title') !== end, end)
      await page.goForward()
      await page.waitForFunction(end => document.querySelector('.undo')?.getAttribute('title') === end, end)
      await opened.assertClean()
    })
  })
}
