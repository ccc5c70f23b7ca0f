/** The same way through a case with nothing but keys, on the sample incident. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertAccessibleInBoth, clipboard, loaded, shows, showsCells, showsCount } from '../support/case.js'
import { openPage } from '../support/page.js'

for (const over of /** @type {const} */ (['file', 'http'])) {
  describe(`keys alone, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page
    let total = ''

    before(async () => {
      opened = await openPage({
        over,
        context: {
          viewport: { width: 1440, height: 900 },
          permissions: ['clipboard-read', 'clipboard-write'],
        },
      })
      page = opened.page
    })
    after(() => opened?.close())

    /** @param {...string} keys */
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    /** What has the focus: its text, or the name it goes by. */
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
      })
    /** @param {string} query @param {number} n */
    const ask = async (query, n) => {
      await press('/', 'Control+a')
      await page.keyboard.type(query)
      await showsCount(page, `${n} of ${total}`)
    }

    test('Tab reaches the sample, and the rows take the focus', async () => {
      for (let i = 0; i < 12 && (await focused()) !== 'Load a sample incident'; i++) await press('Tab')
      assert.equal(await focused(), 'Load a sample incident')
      await press('Enter')
      await loaded(page)
      total = (await page.locator('filter-bar output').textContent()) ?? ''
      assert.match(total, /^\d{3} rows$/)
      await shows(page, 'gridcell', () => document.activeElement?.getAttribute('role'))
      await opened.assertClean()
    })

    test('the story of the sample comes out', async () => {
      await ask('eventName: RunInstances', 7)
      await press('F6', 'F6')
      await ask('eventName: RunInstances and errorMessage: *', 4)
      await press('F6', 'F6')
      await ask('eventName: RunInstances and sourceIPAddress: "AWS Internal"', 2)
      await press('F6', 'F6')
      await ask('source.ip: 203.0.113.77', 12)
      await opened.assertClean()
    })

    test('rows are sorted, read, marked and copied', async () => {
      await press('F6', 'F6')
      await shows(page, 'gridcell', () => document.activeElement?.getAttribute('role'))
      await press('Control+Home', 'ArrowRight', ']')
      await showsCells(page, 'eventName', [...Array(5).fill('RunInstances'), 'ListUsers'])
      await press('[')
      await showsCells(page, 'eventName', ['CreateAccessKey', 'DescribeInstances'])
      await press('Control+Home', 'ArrowRight', 'Shift+ArrowDown', 'Control+c')
      await shows(page, 'Copied 2 rows, 2 cells', () => document.querySelector('.notice')?.textContent)
      assert.equal(await clipboard(page), 'eventName\nCreateAccessKey\nDescribeInstances\n')
      await press('Control+Home', 'Enter')
      await page.locator('.values').getByText('CreateAccessKey').first().waitFor()
      await press('F6')
      await shows(page, 'tab-fields', () => document.activeElement?.id)
      await press('ArrowRight')
      await page.locator('#panel-original pre').getByText('"eventName": "CreateAccessKey"').waitFor()
      await assertAccessibleInBoth(opened)
      await opened.assertClean()
    })

    test('a column is hidden and comes back, its menu opens and closes', async () => {
      await press('Shift+F6', 'Control+Home', 'ArrowUp', 'ArrowRight')
      await shows(page, 'columnheader', () => document.activeElement?.getAttribute('role'))
      const head = page.locator('#rows .head [title=eventName]')
      await press('Alt+ArrowDown')
      await page.getByRole('menu', { name: 'Column eventName' }).waitFor()
      await press('End', 'Enter')
      await head.waitFor({ state: 'hidden' })
      await shows(page, 'columnheader', () => document.activeElement?.getAttribute('role'))
      await press('Shift+F6')
      assert.equal(await focused(), 'Find a field')
      await page.keyboard.type('eventName')
      await press('ArrowDown', 'Space')
      // It comes back at the right end.
      await press('F6', 'End')
      await head.waitFor()
      await opened.assertClean()
    })

    test('what went wrong is said, and Escape clears it', async () => {
      await press('/')
      await page.keyboard.type('eventNme: x')
      await page.locator('#filter-problem').waitFor()
      await press('Escape')
      await page.locator('#filter-problem').waitFor({ state: 'hidden' })
      await showsCount(page, total)
      assert.equal(await focused(), 'Filter the rows')
      await opened.assertClean()
    })
  })
}
