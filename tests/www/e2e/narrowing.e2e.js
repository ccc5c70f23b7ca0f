/**
 * The story of an incident, from all rows to the one that matters: with the mouse alone, then with keys alone. No query
 * is typed but the words that are sought; clicks and keys write it.
 */
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
  showsCells,
  showsCount,
  toggleField,
} from '../support/case.js'
import { openPage } from '../support/page.js'

const ATTACKER = '54.210.33.18'
/** As they are for CloudTrail. */
const COLUMNS = ['@timestamp', 'eventName', 'eventSource', 'errorCode', 'sourceIPAddress']
const START = Date.UTC(2022, 2, 22, 13)
const FAILURES = 240

/** A log of a server's logins: others fail now and then, one address fails for root until it succeeds. */
function secureLog() {
  /** @param {number} second @param {string} text */
  const line = (second, text) => {
    const time = new Date(START + 1000 * second).toISOString().replace('.000Z', '+00:00')
    return `${time} web-1 sshd[${1200 + second}]: ${text}\n`
  }
  const lines = Array.from({ length: FAILURES }, (_, i) =>
    line(10 * i, `Failed password for root from ${ATTACKER} port ${40000 + i} ssh2`),
  )
  const others = Array.from({ length: 12 }, (_, i) =>
    line(200 * i + 5, `Failed password for alice from 198.51.100.${i % 3} port ${50000 + i} ssh2`),
  )
  const success = [
    line(605, 'Accepted publickey for alice from 198.51.100.1 port 50100 ssh2: RSA SHA256:abc'),
    line(10 * FAILURES, `Accepted password for root from ${ATTACKER} port 41000 ssh2`),
  ]
  return [...lines, ...others, ...success].sort().join('')
}

const files = [...filesBelow(incidentPath), { path: 'var/log/secure', bytes: Buffer.from(secureLog()) }]
const TOTAL = 3419 + FAILURES + 14
const total = `${TOTAL.toLocaleString('en-US')} rows`

describe('from all rows to the one that matters', () => {
  /** @type {import('../support/page.js').OpenedPage} */
  let opened
  /** @type {import('playwright-core').Page} */
  let page

  const start = async () => {
    opened = await openPage({ context: { viewport: { width: 1440, height: 900 } } })
    page = opened.page
    await dropMade(page, files)
    await loaded(page)
    await showsCount(page, total)
  }

  before(start)
  after(() => opened?.close())

  const assertGood = async () => {
    await opened.assertClean()
    await assertAccessibleInBoth(opened)
  }

  /** The values of an open field as the list shows them, with their counts. @param {string} field */
  const valuesOf = field => {
    const read = (/** @type {string} */ field) => {
      const entries = [...document.querySelectorAll('field-list li:not([hidden])')].sort(
        (a, b) => Number(a.getAttribute('aria-posinset')) - Number(b.getAttribute('aria-posinset')),
      )
      const at = entries.findIndex(
        entry => entry.className === 'field' && entry.querySelector('input')?.ariaLabel === field,
      )
      const rest = entries.slice(at + 1)
      const end = rest.findIndex(entry => entry.classList.contains('field'))
      return rest
        .slice(0, end < 0 ? undefined : end)
        .filter(entry => /^(value|none)$/.test(entry.className))
        .map(entry => {
          const face = entry.querySelector('.face:not([hidden])')
          return `${face?.querySelector('.value')?.textContent} ${face?.querySelector('.rows')?.textContent}`
        })
    }
    return (/** @type {string[]} */ ...expected) => shows(page, expected, read, field)
  }

  const inBar = () => page.inputValue('#filter')
  const isInBar = (/** @type {string} */ text) =>
    Reflect.get(document.querySelector('#filter') ?? {}, 'value') === text
  /** Waits until what is asked has `text` in it. @param {string} text */
  const barHas = text =>
    shows(
      page,
      true,
      text => String(Reflect.get(document.querySelector('#filter') ?? {}, 'value')).includes(text),
      text,
    )
  const keep = (/** @type {string} */ value) =>
    page.locator('field-list').getByRole('button', { name: new RegExp(`^Keep only ${value}`) })

  describe('with the mouse alone', () => {
    const openField = (/** @type {string} */ field) => toggleField(page, field)
    const closeField = openField

    test('a value is found in its field and kept: seven launches', async () => {
      await openField('eventName')
      await page.getByRole('searchbox', { name: 'Find a value of eventName' }).fill('runinst')
      await valuesOf('eventName')('RunInstances 7')
      await assertGood()
      await keep('eventName RunInstances').click()
      await showsCount(page, `7 of ${total}`)
      assert.equal(await inBar(), 'eventName: RunInstances')
      await closeField('eventName')
    })

    test('values are counted among those rows: four of seven failed, five from one address', async () => {
      await openField('event.outcome')
      await valuesOf('event.outcome')('failure 4', 'success 3')
      await closeField('event.outcome')
      await openField('sourceIPAddress')
      await valuesOf('sourceIPAddress')(`${ATTACKER} 5`, 'AWS Internal 2')
      await assertGood()
    })

    test('its own clause does not hide what else a field has', async () => {
      await keep(`sourceIPAddress ${ATTACKER}`).click()
      await showsCount(page, `5 of ${total}`)
      await valuesOf('sourceIPAddress')(`${ATTACKER} 5`, 'AWS Internal 2')
      await closeField('sourceIPAddress')
    })

    test('a clause is switched off: twelve calls of that address', async () => {
      await page.getByRole('checkbox', { name: 'Asked: eventName: RunInstances' }).click()
      await showsCount(page, `12 of ${total}`)
      await assertGood()
    })

    test('times are dragged over and kept, and the timeline zooms out to all of them again', async () => {
      await page.getByRole('button', { name: 'Remove all' }).click()
      await showsCount(page, total)
      const plot = page.getByRole('slider', { name: 'Timeline' })
      const { x, y, width } = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0 }
      await page.mouse.move(x + width * 0.5, y + 30)
      await page.mouse.down()
      await page.mouse.move(x + width * 0.6, y + 30)
      await page.mouse.move(x + width * 0.75, y + 30)
      await page.mouse.up()
      await shows(page, 2, () => document.querySelectorAll('filter-pills .text').length)
      const [first = '', last = ''] = (await inBar()).match(/2022-03-2\dT\d\d:\d\d/g) ?? []
      assert.ok(first < last, await inBar())
      await shows(page, true, () =>
        /^[\d,]+ of/.test(document.querySelector('filter-bar output')?.textContent ?? ''),
      )
      await assertGood()
      const out = page.getByRole('button', { name: 'Zoom out' })
      for (let i = 0; i < 3 && (await inBar()) !== ''; i++) {
        const before = await inBar()
        await out.click()
        await shows(page, false, isInBar, before)
      }
      await showsCount(page, total)
    })

    test('two clauses that exclude each other say so, and one is switched off', async () => {
      await filter(page, 'eventName: RunInstances and process.name: sshd', `0 of ${total}`)
      await page.locator('zero-rows').getByText('without it 254 rows').waitFor()
      await page.locator('zero-rows').getByText('without it 7 rows').waitFor()
      await assertGood()
      await page.getByRole('button', { name: 'Switch off eventName: RunInstances' }).click()
      await showsCount(page, `254 of ${total}`)
      await page.getByRole('button', { name: 'Remove all' }).click()
      await showsCount(page, total)
    })

    test('failed passwords are sought, their address is kept: failures, then one success', async () => {
      await filter(page, '"failed password"', `252 of ${total}`)
      await openField('source.ip')
      await valuesOf('source.ip')(`${ATTACKER} 240`, '198.51.100.0 4', '198.51.100.1 4', '198.51.100.2 4')
      await keep(`source.ip ${ATTACKER}`).click()
      await showsCount(page, `240 of ${total}`)
      await page.getByRole('checkbox', { name: 'Asked: "failed password"' }).click()
      await closeField('source.ip')
    })

    test('the cell of the only success is kept', async () => {
      await openField('event.outcome')
      await page.getByRole('button', { name: /^Keep only event.outcome success/ }).click()
      await openField('event.action')
      await keep('event.action ssh_login').click()
      await showsCount(page, `1 of ${total}`)
      await showsCells(page, '@timestamp', ['2022-03-22T13:40:00Z'])
      await page.locator('#rows .body .cell:visible').first().dblclick()
      await page
        .locator('detail-pane .values')
        .getByText(`Accepted password for root from ${ATTACKER} port 41000 ssh2`)
        .first()
        .waitFor()
      await assertGood()
    })
  })

  describe('with keys alone', () => {
    const press = async (/** @type {string[]} */ ...keys) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    /** What has the focus: its name, or its text. */
    const focused = (/** @type {string} */ expected) =>
      shows(page, expected, () => {
        const { activeElement } = document
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
      })
    /** Takes the active cell to the column of `field`. @param {string} field */
    const toColumn = async field => {
      await press('Home')
      for (let i = 0; i < COLUMNS.indexOf(field); i++) await press('ArrowRight')
    }
    const inGrid = () => shows(page, 'gridcell', () => document.activeElement?.getAttribute('role') ?? '')

    before(async () => {
      await opened.close()
      await start()
      await inGrid()
    })

    test('f leads to the values of a column, + keeps one', async () => {
      await toColumn('eventName')
      await press('f')
      await shows(page, true, () => /^Keep only eventName/.test(document.activeElement?.ariaLabel ?? ''))
      await press('ArrowUp')
      await focused('Find a value of eventName')
      await page.keyboard.type('runinst')
      await valuesOf('eventName')('RunInstances 7')
      await press('ArrowDown')
      await focused('Keep only eventName RunInstances, 7 rows')
      await press('+')
      await showsCount(page, `7 of ${total}`)
      await press('ArrowLeft', 'ArrowLeft', 'F6')
      await inGrid()
    })

    test('values among those rows, and back', async () => {
      await toColumn('sourceIPAddress')
      await press('f')
      await focused(`Keep only sourceIPAddress ${ATTACKER}, 5 rows`)
      await valuesOf('sourceIPAddress')(`${ATTACKER} 5`, 'AWS Internal 2')
      await press('ArrowLeft', 'ArrowLeft', 'F6')
      await inGrid()
    })

    test('+ and - on a cell, and its menu', async () => {
      await press('Control+Home')
      await toColumn('sourceIPAddress')
      await showsCells(page, 'sourceIPAddress', ['AWS Internal'])
      await press('-')
      await showsCount(page, `5 of ${total}`)
      await toColumn('errorCode')
      await press('Control+End')
      await press('Control+Home')
      await toColumn('sourceIPAddress')
      await press('Alt+ArrowDown')
      await page.getByRole('menu', { name: `sourceIPAddress: ${ATTACKER}` }).waitFor()
      await focused('Keep only+')
      await assertGood()
      await press('End')
      await focused('Copy valuey')
      await press('Home', 'Enter')
      await inGrid()
      await showsCount(page, `5 of ${total}`)
      await barHas('sourceIPAddress: 54')
    })

    test('a window round the row', async () => {
      await press('w')
      await barHas('@timestamp >= ')
      await inGrid()
      await press('Control+z')
      await showsCount(page, `5 of ${total}`)
    })

    test('a clause is switched off: twelve calls of that address', async () => {
      await press('/', 'Tab')
      for (let i = 0; i < 8; i++) {
        if (await page.evaluate(() => document.activeElement?.classList.contains('text'))) break
        await press('Tab')
      }
      await focused('eventName: RunInstances')
      await press('x')
      await showsCount(page, `12 of ${total}`)
    })

    test('the timeline is walked, and what is selected is kept', async () => {
      await press('Escape', 'F6', 'F6')
      await inGrid()
      await press('b')
      await focused('Timeline')
      await press('End', 'Shift+ArrowLeft', 'Shift+ArrowLeft')
      await shows(page, true, () => / selected; /.test(document.activeElement?.ariaValueText ?? ''))
      await assertGood()
      await press('Enter')
      await barHas('@timestamp >= ')
      for (let i = 0; i < 12 && /@timestamp/.test(await inBar()); i++) {
        const before = await inBar()
        await press('-')
        await shows(page, false, isInBar, before)
      }
      await showsCount(page, `12 of ${total}`)
      await press('Escape')
      await inGrid()
    })

    test('failed passwords are sought, and found one after the other', async () => {
      await press('/', 'Control+a')
      await page.keyboard.type('failed password')
      await showsCount(page, `252 of ${total}`)
      await press('Control+Shift+f')
      await page.keyboard.type('alice')
      const place = (/** @type {string} */ text) =>
        shows(page, text, () => document.querySelector('find-bar output')?.textContent ?? '')
      await place('12 rows')
      await press('Enter')
      await place('1 of 12 rows')
      await press('Escape')
      await inGrid()
      await press('n')
      await focused('Find in the rows')
      await press('Escape')
    })

    test('the address of the most failures, and its only success', async () => {
      await inGrid()
      await press('Shift+F6')
      await page.keyboard.press('Control+a')
      await page.keyboard.type('source.ip')
      await press('ArrowDown', 'ArrowRight')
      await valuesOf('source.ip')(`${ATTACKER} 240`, '198.51.100.0 4', '198.51.100.1 4', '198.51.100.2 4')
      await press('ArrowRight', 'ArrowDown')
      await focused(`Keep only source.ip ${ATTACKER}, 240 rows`)
      await press('+')
      await showsCount(page, `240 of ${total}`)
      await press('/', 'Control+a')
      await page.keyboard.type(`source.ip: ${ATTACKER} and event.action: ssh_login`)
      await showsCount(page, `241 of ${total}`)
      await press('F6', 'Control+a')
      await page.keyboard.type('event.outcome')
      await press('ArrowDown', 'ArrowRight')
      await valuesOf('event.outcome')('failure 240', 'success 1')
      await press('ArrowRight', 'ArrowDown', 'ArrowDown', '+')
      await showsCount(page, `1 of ${total}`)
      await assertGood()
    })

    test('a value of the record is kept, and excluded', async () => {
      await press('F6')
      await inGrid()
      await press('Enter')
      await page.locator('detail-pane .values dd').first().waitFor()
      await press('F6')
      await focused('Fields')
      await press('Tab', 'Tab')
      await focused('Keep only this event.action')
      await press('ArrowDown', 'ArrowRight')
      await focused('Exclude this event.dataset')
      await assertGood()
      await press('+')
      await barHas('event.dataset: ')
      await showsCount(page, `1 of ${total}`)
      await press('-')
      await showsCount(page, `0 of ${total}`)
      await press('Control+z')
      await showsCount(page, `1 of ${total}`)
    })
  })
})
