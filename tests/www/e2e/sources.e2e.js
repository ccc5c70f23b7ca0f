/** What the sources say of themselves, and what the analyst says of them: format, zone, year. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { assertAccessibleInBoth, dropMade, loaded, shows, showsCells, showsCount } from '../support/case.js'
import { madeTar } from '../support/made.js'
import { openPage } from '../support/page.js'

/** @param {string} path @param {string} text */
const file = (path, text) => ({ path, bytes: Buffer.from(text) })

const login = [
  'Mar 20 12:00:00 web sshd[1]: Failed password for invalid user admin from 203.0.113.7 port 2201 ssh2',
  'Mar 21 12:00:07 web sshd[2]: Accepted password for root from 203.0.113.7 port 2202 ssh2',
  'Mar 22 15:41:07 web sshd[3]: pam_unix(sshd:session): session opened for user root by (uid=0)',
]
const secure = file('secure-20220327', `${login.join('\n')}\n`)
/** Its name has to be quoted to be asked for. */
const notes = file('notes "of \\ mine".txt', 'a word to whom it may concern\nanother word, without a time\n')
const app = file(
  'app.log',
  '{"timestamp":"2022-03-22T10:00:00Z","user":"alice","status":401}\n{"timestamp":"2022-03-22T10:00:01Z","user":"root","status":200}\n',
)
const archive = {
  path: 'logs.tar.gz',
  bytes: gzipSync(madeTar([file('var/log/b.json', '{"n":1}\n{"n":2}\n'), file('var/log/a.txt', 'a word\n')])),
}

const context = { viewport: { width: 1280, height: 800 } }
const LIST = 'log-grid.sources'

for (const over of /** @type {const} */ (['file', 'http'])) {
  describe(`sources, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page

    before(async () => {
      opened = await openPage({ over, context })
      page = opened.page
      await dropMade(page, [secure, notes, app])
      await loaded(page)
      await page.locator('[data-view=sources]').click()
    })
    after(() => opened?.close())

    const assertGood = async () => {
      await opened.assertClean()
      await assertAccessibleInBoth(opened)
    }

    /** @param {string} path */
    const choose = async path => {
      const cell = page.locator(`${LIST} .body .row:not([hidden]) .cell`).filter({ hasText: path })
      await cell.first().click()
      await text('.path', path)
    }

    /** Waits until the details say `expected` at `selector`. @param {string} selector @param {string} expected */
    const text = (selector, expected) =>
      shows(
        page,
        expected,
        selector => document.querySelector(`source-details ${selector}`)?.textContent ?? '',
        selector,
      )

    /** What stands in a column of the first events. @param {number} column @param {string[]} expected */
    const firstEvents = (column, expected) =>
      shows(
        page,
        expected,
        column =>
          [...document.querySelectorAll('source-details tbody tr')].map(
            row => row.children[column]?.textContent ?? '',
          ),
        column,
      )

    const button = (/** @type {string} */ name) =>
      page.locator('source-details').getByRole('button', { name, exact: true })

    /** The times of all rows, as the grid shows them; those without one are last. @param {string[]} times */
    const rowTimes = async times => {
      await page.locator('[data-view=rows]').click()
      await showsCells(page, '@timestamp', times)
      await page.locator('[data-view=sources]').click()
    }

    test('each shows how sure its format is, its times and what they lack', async () => {
      await showsCells(page, 'Path', [secure.path, notes.path, app.path], LIST)
      const times = ['2022-03-20 12:00:00 – 03-22 15:41:07', '', '2022-03-22 10:00:00 – 10:00:01']
      await showsCells(page, 'Times', times, LIST)
      await showsCells(page, 'Zone', ['UTC', '', 'in the records'], LIST)
      await showsCells(page, 'Year', ['2022, its name', '', ''], LIST)
      const sure = await page
        .locator(`${LIST} .body .row:not([hidden]) [aria-colindex="4"]`)
        .allTextContents()
      assert.equal(sure.length, 3)
      for (const text of sure) assert.match(text, /^(certain|\d+ %)$/)
      await assertGood()
    })

    test('the chosen one shows its first events, and the reasons for zone and year', async () => {
      await choose(secure.path)
      await firstEvents(0, ['2022-03-20T12:00:00Z', '2022-03-21T12:00:07Z', '2022-03-22T15:41:07Z'])
      const rows = await page.locator('source-details tbody tr').allTextContents()
      for (const [i, word] of ['Failed password', 'Accepted password', 'session opened'].entries()) {
        assert.ok(rows[i]?.includes(word), rows[i])
      }
      await text('#zone-why', 'no zone in 3 of its records; read as UTC unless you say otherwise')
      await text('#year-why', 'no year in 3 of its records; from the date in its name')
      await choose(app.path)
      await firstEvents(2, [
        'status: 401 · user: alice · user.name: alice',
        'status: 200 · user: root · user.name: root',
      ])
      await text('#zone-why', 'its records have a zone')
      await choose(notes.path)
      await firstEvents(2, ['a word to whom it may concern', 'another word, without a time'])
      await assertGood()
    })

    test('its events are asked for by its path, whatever is in it', async () => {
      await button('Show its 2 events').click()
      assert.equal(
        await page.locator('#filter').inputValue(),
        'log.file.path = "notes \\"of \\\\ mine\\".txt"',
      )
      await showsCount(page, '2 of 7 rows')
      await page.getByRole('button', { name: 'Clear' }).click()
      await showsCount(page, '7 rows')
      await page.locator('[data-view=sources]').click()
      await opened.assertClean()
    })

    test('another zone for all gives the rows other times, in their new order', async () => {
      const [first = '', second = ''] = ['2022-03-20T12:00:00Z', '2022-03-21T12:00:07Z']
      const ofApp = ['2022-03-22T10:00:00Z', '2022-03-22T10:00:01Z']
      await rowTimes([first, second, ...ofApp, '2022-03-22T15:41:07Z'])
      await choose(secure.path)
      await page.getByLabel('Zone', { exact: true }).fill('Asia/Dhaka')
      await button('Set for all sources').click()
      await text('.status', 'Read as Asia/Dhaka')
      await text('#zone-why', 'no zone in 3 of its records; read as Asia/Dhaka, set by you for all sources')
      await showsCells(page, 'Zone', ['Asia/Dhaka', '', 'in the records'], LIST)
      await showsCells(page, 'Times', ['2022-03-20 06:00:00 – 03-22 09:41:07'], LIST)
      await firstEvents(0, ['2022-03-20T06:00:00Z', '2022-03-21T06:00:07Z', '2022-03-22T09:41:07Z'])
      // Whoever works with keys goes on where they were.
      await shows(page, 'Set for all sources', () => document.activeElement?.ariaLabel ?? '')
      await assertGood()
      await rowTimes(['2022-03-20T06:00:00Z', '2022-03-21T06:00:07Z', '2022-03-22T09:41:07Z', ...ofApp])
      await showsCount(page, '7 rows')
      await shows(
        page,
        '2022-03-20 06:00:00 to 2022-03-22 10:00:01',
        () => document.querySelector('status-bar .span')?.textContent ?? '',
      )
      await opened.assertClean()
    })

    test('a zone that is none is refused beside where it was said', async () => {
      await choose(secure.path)
      const zone = page.getByLabel('Zone', { exact: true })
      await zone.fill('Mars/Base')
      await zone.press('Enter')
      await text('#zone-error', 'unknown zone "Mars/Base": expected UTC, +02:00 or Europe/Berlin')
      assert.equal(await zone.getAttribute('aria-invalid'), 'true')
      await shows(page, 'source-zone', () => document.activeElement?.id ?? '')
      await assertGood()
      await zone.fill('+01:00')
      await zone.press('Enter')
      await text('.status', 'Read as +01:00')
      await text('#zone-error', '')
      await text('#zone-why', 'no zone in 3 of its records; read as +01:00, set by you for this source')
      await showsCells(page, 'Times', ['2022-03-20 11:00:00 – 03-22 14:41:07'], LIST)
      // What was said of one gives way to what is said of all.
      await zone.fill('UTC')
      await button('Set for all sources').click()
      await showsCells(page, 'Times', ['2022-03-20 12:00:00 – 03-22 15:41:07'], LIST)
      await opened.assertClean()
    })

    test('a year can be said, and be found again', async () => {
      const year = page.getByLabel('Year', { exact: true })
      await year.fill('2021')
      await year.press('Enter')
      await text('#year-why', 'no year in 3 of its records; set by you')
      await showsCells(page, 'Year', ['2021, set by you'], LIST)
      await showsCells(page, 'Times', ['2021-03-20 12:00:00 – 03-22 15:41:07'], LIST)
      await assertGood()
      await rowTimes(['2021-03-20T12:00:00Z', '2021-03-21T12:00:07Z', '2021-03-22T15:41:07Z'])
      await button('Determine it again').click()
      await text('#year-why', 'no year in 3 of its records; from the date in its name')
      await showsCells(page, 'Year', ['2022, its name'], LIST)
      await shows(page, '2022', () => {
        const input = document.querySelector('#source-year')
        return input instanceof HTMLInputElement ? input.value : ''
      })
      await opened.assertClean()
    })

    test('treated as another format a source is read again, and back as it was found', async () => {
      await choose(notes.path)
      const records = (/** @type {string} */ count) =>
        shows(page, count, () => document.querySelector('.rejects-title .count')?.textContent ?? '')
      await records('0')
      await page.getByLabel('Treat as').selectOption('json')
      const busy = await page.evaluateHandle(() => {
        const details = document.querySelector('source-details')
        /** @type {unknown[]} */
        const seen = []
        new MutationObserver(() => {
          const isDisabled = details?.querySelector('fieldset')?.disabled
          seen.push([details?.ariaBusy, isDisabled, details?.querySelector('.status')?.textContent])
        }).observe(/** @type {Node} */ (details), { attributeFilter: ['aria-busy'] })
        return seen
      })
      await button('Apply to this source').click()
      await text('.status', 'Read again as json')
      assert.deepEqual(await busy.jsonValue(), [
        ['true', true, 'Reading it again …'],
        ['false', false, 'Read again as json'],
      ])
      await showsCells(page, 'Confidence', [await sureOf(0), 'set by you'], LIST)
      await showsCells(page, 'Path', Array(2).fill(notes.path), 'log-grid.rejects')
      await assertGood()
      await page.locator('[data-view=rows]').click()
      await showsCount(page, '5 rows')
      await page.locator('[data-view=sources]').click()

      // With the other one that is json, and both back by one button each.
      await page.getByLabel('Treat as').selectOption('text')
      await button('Apply to all 2 sources alike').click()
      await text('.status', 'Read again as text')
      await records('0')
      await showsCells(page, 'Confidence', [await sureOf(0), 'set by you', 'set by you'], LIST)
      await page.getByLabel('Treat as').selectOption('')
      await button('Apply to this source').click()
      await text('.status', 'Read again as found')
      await choose(app.path)
      await page.getByLabel('Treat as').selectOption('')
      await button('Apply to this source').click()
      await text('.status', 'Read again as found')
      await showsCells(page, 'Format', [await cellOf(0, 3), 'text', 'json'], LIST)
      assert.notEqual(await sureOf(2), 'set by you')
      await page.locator('[data-view=rows]').click()
      await showsCount(page, '7 rows')
      await page.locator('[data-view=sources]').click()
      await opened.assertClean()
    })

    /** @param {number} row @param {number} column by its `aria-colindex` */
    const cellOf = async (row, column) => {
      const cell = `${LIST} [aria-rowindex="${row + 2}"]:not([hidden]) [aria-colindex="${column}"]`
      return (await page.locator(cell).textContent()) ?? ''
    }
    const sureOf = (/** @type {number} */ row) => cellOf(row, 4)

    test('the members of an archive stand behind it', async () => {
      await dropMade(page, [archive])
      await loaded(page)
      await page.locator('.totals').getByText('4 sources').waitFor()
      await page.locator('sources-panel .find').fill('logs.tar')
      await showsCells(page, 'Path', ['logs.tar.gz'], LIST)
      await choose('logs.tar.gz')
      const format = await cellOf(0, 3)
      const members = ['var/log/b.json', 'var/log/a.txt'].map(path => `logs.tar.gz!/${path}`)
      await showsCells(page, 'Path', ['logs.tar.gz', ...members], LIST)
      assert.match(format, /^2 members, in /)
      await page
        .locator('.totals')
        .getByText(/^1 source and 2 members, .* 3 records = 3 events/)
        .waitFor()
      await button('Show its 3 events').click()
      await showsCount(page, '3 of 10 rows')
      await page.getByRole('button', { name: 'Clear' }).click()
      await page.locator('[data-view=sources]').click()
      // Read again, a member is another source, and still the one that is chosen.
      await choose(members[1] ?? '')
      await page.getByLabel('Treat as').selectOption('json')
      await button('Apply to this source').click()
      await text('.status', 'Read again as json')
      await text('.path', members[1] ?? '')
      await showsCells(page, 'Confidence', ['', await sureOf(1), 'set by you'], LIST)
      await assertGood()
    })
  })
}
