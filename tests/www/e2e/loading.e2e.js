/** While files are read: rows come before the end, and what has been read stays when the rest is given up. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  assertAccessibleInBoth,
  dropMade,
  filter,
  loaded,
  shows,
  showsCells,
  showsCount,
} from '../support/case.js'
import { dropWithoutEnd, ENDLESS, madeTree } from '../support/made.js'
import { openPage } from '../support/page.js'

const N_FILES = 400
const N_EVENTS = 60
const many = madeTree(N_FILES, N_EVENTS)
for (const over of /** @type {const} */ (['file', 'http'])) {
  describe(`a load that does not end, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page
    before(async () => {
      opened = await openPage({ over })
      page = opened.page
    })
    after(() => opened?.close())

    const nEvents = N_FILES * N_EVENTS
    const said = nEvents.toLocaleString('en-US')

    test('shows its rows and answers while it lasts', async () => {
      await dropWithoutEnd(page, many)
      await page.getByText('400 of 401 files').waitFor()
      await page.locator('#filter').fill('eventName: RunInstances')
      await shows(page, true, () =>
        /^[1-9][0-9,]* of [0-9,]+ rows so far$/.test(
          document.querySelector('filter-bar output:not(.is-old)')?.textContent ?? '',
        ),
      )
      await showsCells(page, 'eventName', ['RunInstances'])
      await assertAccessibleInBoth(opened)
      assert.ok(await page.locator('import-progress').isVisible())
      await opened.assertClean()
    })

    test('keeps what was read when it is cancelled, and says what was not', async () => {
      await page.getByRole('button', { name: 'Cancel' }).click()
      await loaded(page)
      await showsCount(page, `2,400 of ${said} rows`)
      await filter(page, '', `${said} rows`)
      const notice = (await page.locator('status-bar .notice').textContent()) ?? ''
      assert.match(notice, /^Cancelled; kept 24,000 events in .* s, 1 file not read to the end$/)
      await page.locator('[data-view=sources]').click()
      await page.locator('sources-panel .filter').selectOption('problems')
      await showsCells(page, 'Path', [ENDLESS], 'log-grid.sources')
      await showsCells(page, 'State', ['cancelled'], 'log-grid.sources')
      await showsCells(page, 'Records', ['0'], 'log-grid.sources')
      await assertAccessibleInBoth(opened)
      await opened.assertClean()
    })
  })

  describe(`many small files, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page
    before(async () => {
      opened = await openPage({ over })
      page = opened.page
    })
    after(() => opened?.close())

    test('rows are on screen before all of a thousand are read', async () => {
      await page.evaluate(() => {
        const hasRows = () =>
          [...document.querySelectorAll('#rows .body .cell:not([hidden])')].some(
            cell => cell.textContent !== '…' && cell.textContent !== '',
          )
        const observer = new MutationObserver(() => {
          if (!hasRows()) return
          observer.disconnect()
          const progress = document.querySelector('import-progress')
          document.documentElement.dataset.first = progress?.hasAttribute('hidden')
            ? 'at the end'
            : 'on the way'
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      })
      await dropMade(page, madeTree(1000, 1))
      await loaded(page)
      await showsCount(page, '1,000 rows')
      await shows(page, 'on the way', () => document.documentElement.dataset.first)
      await opened.assertClean()
    })

    test('a load cancelled at its first rows keeps them, and every record is accounted for', async () => {
      await page.reload()
      await page.evaluate(() => {
        const observer = new MutationObserver(() => {
          if (!/[1-9]/.test(document.querySelector('filter-bar output')?.textContent ?? '')) return
          observer.disconnect()
          document.querySelector('import-progress button')?.dispatchEvent(new MouseEvent('click'))
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      })
      await dropWithoutEnd(page, many)
      await loaded(page)
      const notice = (await page.locator('status-bar .notice').textContent()) ?? ''
      const [, kept = '', left = ''] =
        /^Cancelled; kept ([\d,]+) events in .*, (\d+) files? not/.exec(notice) ?? []
      assert.match(kept, /[1-9]/)
      assert.ok(Number(left) > 0, notice)
      await showsCount(page, `${kept} rows`)
      await filter(page, 'eventName: *', `${kept} rows`)
      await page.locator('[data-view=sources]').click()
      await shows(
        page,
        true,
        kept => {
          const totals = document.querySelector('sources-panel .totals')?.textContent ?? ''
          return totals.startsWith('401 sources') && totals.includes(` = ${kept} events + 0 duplicates + `)
        },
        kept,
      )
      await opened.assertClean()
    })
  })
}
