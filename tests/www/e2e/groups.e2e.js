/** Rows collapsed by fields: expanded, read, kept and undone with keys; and the timeline's table for who cannot see it. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  assertAccessibleInBoth,
  dropMade,
  filesBelow,
  filter,
  incidentPath,
  loaded,
  shows,
  showsCount,
  toggleField,
} from '../support/case.js'
import { openPage } from '../support/page.js'

const total = '3,419 rows'

describe('groups and the timeline', () => {
  /** @type {import('../support/page.js').OpenedPage} */
  let opened
  /** @type {import('playwright-core').Page} */
  let page

  before(async () => {
    opened = await openPage({ context: { viewport: { width: 1440, height: 900 } } })
    page = opened.page
    await dropMade(page, filesBelow(incidentPath))
    await loaded(page)
    await showsCount(page, total)
  })
  after(() => opened?.close())

  const press = async (/** @type {string[]} */ ...keys) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** The group that has the focus: its value, its rows, whether it is open. */
  const onGroup = (/** @type {string} */ value, /** @type {string} */ count, /** @type {string} */ isOpen) =>
    shows(page, [value, count, isOpen], () => {
      const cell = document.activeElement
      const text = (/** @type {string} */ selector) => cell?.querySelector(selector)?.textContent ?? ''
      return [text('.value'), text('.count'), cell?.parentElement?.getAttribute('aria-expanded') ?? '']
    })
  const nLines = (/** @type {number} */ expected) =>
    shows(page, String(expected + 1), () =>
      document.querySelector('#rows [role=treegrid]')?.getAttribute('aria-rowcount'),
    )
  const assertGood = async () => {
    await opened.assertClean()
    await assertAccessibleInBoth(opened)
  }

  test('the table of the timeline says what its bars say', async () => {
    /** @type {[string, number][]} */
    const expected = [
      ['success', 3410],
      ['failure', 4],
      ['no value', 5],
    ]
    await shows(page, expected, () => {
      const table = document.querySelector('time-line table')
      const names = [...(table?.querySelectorAll('thead th') ?? [])].slice(1).map(th => th.textContent)
      const rows = [...(table?.querySelectorAll('tbody tr') ?? [])]
      return names.map((name, i) => {
        const counts = rows.map(row => Number(row.children[i + 1]?.textContent?.replaceAll(',', '')))
        return /** @type {[string, number]} */ ([name, counts.reduce((a, b) => a + b, 0)])
      })
    })
    const legend = await page.locator('time-line .legend li').allTextContents()
    assert.deepEqual(legend, ['success3,410', 'failure4', 'no value5'])
  })

  test('the timeline takes another field, another scale and other buckets, and each is undone', async () => {
    const chosen = (/** @type {string} */ selector) => page.locator(`time-line ${selector}`).inputValue()
    await page.locator('time-line').getByLabel('Stack by').selectOption('event.dataset')
    await shows(page, 'aws.cloudtrail', () => document.querySelector('time-line .legend .data')?.textContent)
    await page.locator('time-line').getByLabel('Log scale').check()
    await page.locator('time-line').getByLabel('Bucket').selectOption({ label: '1 h' })
    await shows(page, '20', () => document.querySelector('time-line .plot')?.ariaValueMax)
    await assertGood()
    await page.locator('.undo').click()
    await shows(page, 'event.outcome', () =>
      Reflect.get(document.querySelector('time-line .by') ?? {}, 'value'),
    )
    assert.equal(await chosen('.interval'), '')
    assert.equal(await page.locator('time-line').getByLabel('Log scale').isChecked(), false)
    await page.getByRole('button', { name: 'Timeline', exact: true }).click()
    await page.locator('time-line').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Timeline', exact: true }).click()
    await page.locator('time-line').waitFor()
  })

  test('buckets that are too short for more rows give way to those that fit, and it is said', async () => {
    const interval = () => Reflect.get(document.querySelector('time-line .interval') ?? {}, 'value')
    await filter(page, 'eventName: RunInstances and source.ip: 54.210.33.18', `5 of ${total}`)
    await page.locator('time-line').getByLabel('Bucket').selectOption({ label: '1 s' })
    await shows(page, '831', () => document.querySelector('time-line .plot')?.ariaValueMax)
    await filter(page, '', total)
    await shows(page, '', interval)
    await page.locator('.notice').getByText('timeline would have 71995 buckets, limit 20000').waitFor()
    await shows(page, '80', () => document.querySelector('time-line .plot')?.ariaValueMax)
    await opened.assertClean()
  })

  test('rows are collapsed by the field of a cell', async () => {
    await page.locator('#rows .body .cell').nth(1).click()
    await press('Control+Home', 'ArrowRight', 'Alt+ArrowDown')
    await page.getByRole('menuitem', { name: 'Group the rows by eventName' }).press('Enter')
    // 19 names, and five rows without one.
    await nLines(20)
    await press('Control+Home')
    await onGroup('DescribeStacks', '309 rows', 'false')
    await press('Control+End')
    await onGroup('no value', '5 rows', 'false')
    await assertGood()
  })

  test('a group is expanded to its rows, and a row of it opens', async () => {
    await press('ArrowRight')
    await onGroup('no value', '5 rows', 'true')
    await nLines(25)
    await press('ArrowDown', 'Enter')
    await page.locator('detail-pane .values').getByText('log.file.path', { exact: true }).waitFor()
    await assertGood()
    await press('ArrowUp', 'ArrowLeft')
    await onGroup('no value', '5 rows', 'false')
    await nLines(20)
  })

  test('groups are expanded to groups by a second field', async () => {
    await toggleField(page, 'sourceIPAddress')
    await page.getByRole('button', { name: 'Group the rows by sourceIPAddress' }).click()
    await page.getByRole('button', { name: 'Do not group by sourceIPAddress' }).waitFor()
    await page.locator('#rows .group', { hasText: 'RunInstances' }).click()
    await onGroup('RunInstances', '7 rows', 'true')
    await nLines(22)
    await press('ArrowDown')
    await onGroup('54.210.33.18', '5 rows', 'false')
    await press('Enter')
    await nLines(27)
  })

  test('a group is kept, and what is open stays open', async () => {
    await press('+')
    await showsCount(page, `12 of ${total}`)
    assert.equal(await page.inputValue('#filter'), 'sourceIPAddress: 54.210.33.18')
    await shows(page, ['RunInstances', '54.210.33.18'], () =>
      [...document.querySelectorAll('#rows [aria-expanded=true]:not([hidden]) .value')].map(
        value => value.textContent ?? '',
      ),
    )
    await page.getByRole('button', { name: 'Do not group by eventName' }).click()
    await page.getByRole('button', { name: 'Do not group by sourceIPAddress' }).click()
    await shows(page, '13', () => document.querySelector('#rows [role=grid]')?.getAttribute('aria-rowcount'))
    await press('Control+z')
    await page.getByRole('button', { name: 'Do not group by sourceIPAddress' }).waitFor()
    await assertGood()
  })
})
