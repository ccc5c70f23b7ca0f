/** Both pivots and the chart, by keys alone, on the responder's case. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { dropFromDisk, filter, incidentPath, loaded, showsCount } from '../support/case.js'
import { openPage } from '../support/page.js'

const INSTANCE = '54.210.33.18'

/** What the instance's address called, with how often. */
const CALLS = {
  DescribeImages: 1,
  DescribeInstances: 1,
  DescribeKeyPairs: 1,
  DescribeRegions: 1,
  DescribeSecurityGroups: 1,
  GetCallerIdentity: 1,
  ListBuckets: 1,
  RunInstances: 5,
}

describe('pivots, by keys', () => {
  /** @type {import('../support/page.js').OpenedPage} */
  let opened
  /** @type {import('playwright-core').Page} */
  let page
  const total = '3,417 rows'

  before(async () => {
    opened = await openPage({
      over: 'file',
      context: { viewport: { width: 1440, height: 900 }, acceptDownloads: true },
    })
    page = opened.page
    await dropFromDisk(page, incidentPath)
    await loaded(page)
  })
  after(() => opened?.close())

  /** The rows of the pivot that show: name and cells. */
  const pivotRows = () =>
    page
      .locator('pivot-table .body [role=row]')
      .evaluateAll(rows =>
        rows.map(row => [...row.children].map(cell => cell.textContent?.replace(/^[▾▸]/, '') ?? '')),
      )

  /** @param {string} selector @param {string} text */
  const shows = (selector, text) =>
    page.waitForFunction(
      ([selector = '', text = '']) => document.querySelector(selector)?.textContent?.includes(text),
      [selector, text],
    )

  test('from the launches to everything about the address that made them', async () => {
    await filter(page, 'eventName: RunInstances and source.ip: *', `5 of ${total}`)
    await page.keyboard.press('Enter')
    await page.keyboard.press('F6')
    await page.keyboard.press('F6')
    await page.waitForFunction(() => document.activeElement?.closest('#rows'))
    // To the column of the address, whichever it is.
    for (let i = 0; i < 30; i++) {
      if ((await page.evaluate(() => document.activeElement?.textContent)) === INSTANCE) break
      await page.keyboard.press('ArrowRight')
    }
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), INSTANCE)
    await page.keyboard.press('a')
    await shows('about-panel h2', INSTANCE)
    await shows('about-panel .sum', '12 events')
    const actions = await page
      .locator('about-panel .facets table', { hasText: 'event.action' })
      .locator('tbody tr')
      .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent ?? '')))
    const calls = Object.fromEntries(
      actions.map(([name = '', count]) => [name.replace('→', ''), Number(count)]),
    )
    assert.deepEqual(calls, CALLS)
    for (const [name, , first = '', last = ''] of actions) {
      assert.match(first, /^2022-03-22 \d\d:\d\d:\d\d$/, name)
      assert.ok(first <= last)
    }
    await opened.assertClean()
    await opened.assertAccessible()
  })

  test('its calls in a pivot, with first and last seen', async () => {
    // The focus is on the heading: the first button shows the events.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await showsCount(page, `12 of ${total}`)
    await page.waitForFunction(() => document.activeElement?.closest('#rows'))
    await page.keyboard.press('Home')
    const heads = await page
      .locator('#rows [role=columnheader]')
      .evaluateAll(heads => heads.map(head => [head.getAttribute('aria-colindex'), head.textContent]))
    const wanted = heads.find(([, name]) => name?.includes('eventName'))?.[0]
    for (let i = 0; i < 30; i++) {
      if ((await page.evaluate(() => document.activeElement?.getAttribute('aria-colindex'))) === wanted) break
      await page.keyboard.press('ArrowRight')
    }
    await page.keyboard.press('p')
    await page.waitForSelector('pivot-table .body [role=row]')
    const rows = await pivotRows()
    const counts = Object.fromEntries(rows.map(([name = '', count]) => [name, Number(count)]))
    assert.deepEqual(counts, { ...CALLS, Total: 12 })
    assert.equal(rows[0]?.[0], 'RunInstances', 'the most frequent comes first')
    await opened.assertClean()
    await opened.assertAccessible()
  })

  test('Enter on a cell asks for its events, and back', async () => {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.rows-view:not([hidden])')
    await showsCount(page, `1 of ${total}`)
    await page.goBack()
    await page.goBack()
    await page.waitForSelector('.pivot-view:not([hidden])')
    await shows('pivot-table', 'RunInstances')
  })

  test('fields go into wells by name, groups close and open, columns order the rows', async () => {
    await page.locator('pivot-wells .rows .add').focus()
    await page.keyboard.type('event.outcome')
    await page.keyboard.press('Enter')
    await shows('pivot-table', 'failure')
    const nested = await pivotRows()
    assert.deepEqual(
      nested.slice(0, 3).map(([name]) => name),
      ['RunInstances', 'failure', 'success'],
    )
    await page.locator('pivot-table [role=treegrid]').focus()
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => document.querySelector('pivot-table [aria-expanded=false]'))
    assert.notEqual((await pivotRows())[1]?.[0], 'failure')
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => !document.querySelector('pivot-table [aria-expanded=false]'))
    // The first header: by name.
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelector('pivot-table [aria-sort=ascending]'))
    await page.waitForFunction(() =>
      document.querySelector('pivot-table .body .name')?.textContent?.includes('DescribeImages'),
    )
    await opened.assertAccessible()
  })

  test('a chart of it is walked by arrows, and saved as PNG and SVG', async () => {
    await page.selectOption('pivot-wells .look', 'bars')
    await page.waitForSelector('.pivot-view chart-view:not([hidden])')
    await page.locator('.pivot-view chart-view .plot').focus()
    await page.keyboard.press('End')
    await shows('.pivot-view chart-view .readout', ': ')
    const table = await page.locator('.pivot-view chart-view table tbody tr').count()
    assert.ok(table >= 8, 'the table says what the chart shows')
    const saved = async (/** @type {string} */ kind) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator(`.pivot-view [data-save=${kind}]`).press('Enter'),
      ])
      return readFileSync(await download.path())
    }
    const png = await saved('png')
    assert.equal(png.subarray(1, 4).toString(), 'PNG')
    assert.ok(png.length > 3000, 'something is drawn')
    const svg = (await saved('svg')).toString()
    assert.match(svg, /^<svg /)
    assert.ok(svg.includes('RunInstances'))
    const csv = (await saved('csv')).toString()
    assert.ok(csv.split('\r\n').length > 8)
    await opened.assertClean()
    await opened.assertAccessible()
  })

  test('a table that would be too large is refused, and says how large', async () => {
    await page.selectOption('pivot-wells .look', 'table')
    await page.locator('#filter').fill('')
    await page.keyboard.press('Enter')
    await showsCount(page, total)
    await page.evaluate(() => document.querySelector('pivot-wells .presets'))
    for (const field of ['eventID', 'requestID']) {
      const side = field === 'eventID' ? 'rows' : 'columns'
      await page.locator(`pivot-wells .${side} .add`).focus()
      await page.keyboard.type(field)
      await page.keyboard.press('Enter')
      await page.selectOption(`pivot-wells .${side} .chip:last-of-type select >> nth=1`, '')
    }
    await shows('.pivot-view .problem', 'pivot would have')
    await shows('.pivot-view .problem', 'limit 10,000')
  })
})
