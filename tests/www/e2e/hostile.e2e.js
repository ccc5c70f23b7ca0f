/** Logs whose paths, keys and values are written to attack whoever looks at them stay text, wherever they show. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { clipboard, dropMade, filter, loaded, shows, showsCount, toggleField } from '../support/case.js'
import { madeEvent } from '../support/made.js'
import { assertAccessible, openPage } from '../support/page.js'

const MARKUP = '<img src=x onerror="window.PWN=1">'
const SCRIPT = '"><script>window.PWN=2</script>'
const LINK = 'javascript:window.PWN=3'
const TURNED = 'user\u202Egnp.exe'
const CONTROLS = 'a\u0000b\u001B[31mred\u0007'
const FORMULA = "=cmd|'/c calc'!A1"
const LONG = 'A'.repeat(1_000_000)

const payloads = [MARKUP, SCRIPT, LINK, TURNED, CONTROLS, FORMULA, LONG]
const events = payloads.map((payload, i) =>
  madeEvent(i, {
    eventName: payload,
    userAgent: payload,
    errorCode: payload,
    errorMessage: payload,
    requestParameters: {
      [payload.slice(0, 200)]: payload.slice(0, 200),
      __proto__x: { constructor: payload.slice(0, 50) },
    },
  }),
)
const manyKeys = madeEvent(100, {
  eventName: 'ManyKeys',
  requestParameters: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${MARKUP}${i}`, i])),
})
const files = [
  {
    path: `${MARKUP}/${TURNED}.json`,
    bytes: Buffer.from(JSON.stringify({ Records: [...events, manyKeys] })),
  },
  { path: `${SCRIPT}.json`, bytes: Buffer.from(`${MARKUP}\n${SCRIPT}\n`) },
  {
    path: LINK,
    bytes: Buffer.from(`${JSON.stringify(madeEvent(200))}\n{"eventVersion":"1.08","${MARKUP}\n`),
  },
]

for (const over of /** @type {const} */ (['file', 'http'])) {
  describe(`hostile logs, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page

    before(async () => {
      opened = await openPage({
        over,
        context: {
          viewport: { width: 1440, height: 900 },
          permissions: ['clipboard-read', 'clipboard-write'],
        },
      })
      page = opened.page
      await dropMade(page, files)
      await loaded(page)
    })
    after(() => opened?.close())

    /** Nothing of the logs has become an element, an attribute or code, and the page is as it should be. */
    const assertTame = async () => {
      const found = await page.evaluate(() => ({
        pwn: Reflect.get(window, 'PWN'),
        elements: document.querySelectorAll('img, iframe, object, embed, a, svg, link[rel=import], base')
          .length,
        scripts: [...document.scripts].filter(script => script.textContent.includes('window.PWN')).length,
        attributes: [...document.querySelectorAll('body *')].flatMap(element =>
          element.getAttributeNames().filter(name => /^(on|src|href|action|formaction|srcdoc)/.test(name)),
        ).length,
        hidden: ['\u202E', '\0', '\u001B', '\u0007'].some(text => document.body.textContent.includes(text)),
      }))
      assert.deepEqual(found, { pwn: undefined, elements: 0, scripts: 0, attributes: 0, hidden: false })
      await opened.assertClean()
    }
    const openFirst = async () => {
      await page.locator('#rows .body .cell:visible').first().click()
      await page.keyboard.press('Enter')
    }
    const cell = (/** @type {string} */ text) =>
      page.locator('#rows .body .cell').getByText(text, { exact: true }).first()

    test('every payload shows as the text that it is', async () => {
      await showsCount(page, '11 rows')
      for (const text of [MARKUP, SCRIPT, LINK, FORMULA]) await cell(text).waitFor()
      await cell('user<U+202E>gnp.exe').waitFor()
      await cell('a<U+0000>b<U+001B>[31mred<U+0007>').waitFor()
      await assertTame()
    })

    test('a cell of a megabyte is cut, and says so', async () => {
      await page
        .locator('#rows .body .cell', { hasText: /^A{512} … 1,000,000 characters$/ })
        .first()
        .waitFor()
      await filter(page, `eventName: ${'A'.repeat(40)}*`, '1 of 11 rows')
      await openFirst()
      const more = page.getByRole('button', { name: /^Show all 65,536 characters/ }).first()
      await more.click()
      await more.waitFor()
      await page.locator('#tab-original').click()
      await page.locator('#panel-original pre').getByText('AAAA').waitFor()
      await page.locator('#tab-fields').click()
      await assertTame()
    })

    test('a record of five thousand hostile keys opens, and any can be found', async () => {
      await filter(page, 'eventName: ManyKeys', '1 of 11 rows')
      await openFirst()
      await page.getByText(`requestParameters.${MARKUP}0`, { exact: true }).last().waitFor()
      await page.locator('detail-pane .find').fill(`${MARKUP}4999`)
      await shows(page, 1, () => document.querySelectorAll('.values > div').length)
      await page.locator('detail-pane .find').fill('')
      await assertTame()
    })

    test('names of fields are text in the list, in headers and in menus', async () => {
      await page.locator('field-list .find').fill(`${MARKUP}7`)
      const item = page.locator('field-list li:not([hidden])').first()
      await item.getByText(`requestParameters.${MARKUP}7`).waitFor()
      await item.locator('input').check()
      await page.locator('#rows .body .cell:visible').first().focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Alt+ArrowDown')
      await page.getByRole('menu', { name: `requestParameters.${MARKUP}7: ` }).waitFor()
      await assertTame()
      await page.keyboard.press('Escape')
      for (const key of ['Control+Home', 'End', 'ArrowUp', 'Alt+ArrowDown']) await page.keyboard.press(key)
      await page.getByRole('menu', { name: `Column requestParameters.${MARKUP}7` }).waitFor()
      await assertTame()
      await page.keyboard.press('Escape')
      await page.keyboard.press('Home')
      await page.locator('field-list .find').fill('')
    })

    test('values are text in lists, in the timeline, in groups and in menus, and are asked for as they are', async () => {
      await filter(page, '', '11 rows')
      await toggleField(page, 'errorCode')
      const values = page.locator('field-list span.value')
      for (const text of [MARKUP, SCRIPT, LINK, FORMULA, 'user<U+202E>gnp.exe']) {
        await values.getByText(text, { exact: true }).waitFor()
      }
      await page.getByRole('button', { name: 'Stack the timeline by errorCode' }).click()
      await page.locator('time-line .legend').getByText(MARKUP, { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Group the rows by errorCode' }).click()
      await page.locator('#rows .group').getByText(SCRIPT, { exact: true }).click()
      await shows(page, true, () => document.activeElement?.parentElement?.ariaExpanded === 'true')
      await page.keyboard.press('Alt+ArrowDown')
      await page.getByRole('menu', { name: `errorCode: ${SCRIPT}` }).waitFor()
      await assertTame()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Do not group by errorCode' }).click()
      const value = (/** @type {string} */ text) =>
        page.locator('field-list li.value', { has: page.getByText(text, { exact: true }) })
      for (const text of [
        MARKUP,
        SCRIPT,
        LINK,
        FORMULA,
        'user<U+202E>gnp.exe',
        'a<U+0000>b<U+001B>[31mred<U+0007>',
      ]) {
        await value(text).locator('.keep').click()
        await showsCount(page, '1 of 11 rows')
        await page.locator('find-bar input').fill(text.slice(0, 6))
        await assertTame()
        await page.locator('.undo').click()
        await showsCount(page, '11 rows')
      }
      await page
        .locator('field-list li.value', { has: page.getByText(/^A{1000}$/) })
        .locator('.keep')
        .click()
      await page.locator('.notice').getByText('is too long').waitFor()
      await page.locator('find-bar input').fill('')
      await toggleField(page, 'errorCode')
      await page.locator('field-list .find').fill('')
    })

    test('questions are answered, and mistakes are said as text', async () => {
      await filter(page, `eventName: "${MARKUP.replaceAll('"', '\\"')}"`, '1 of 11 rows')
      await page.locator('#filter').fill(`${MARKUP}: (`)
      await page.locator('#filter-problem').waitFor()
      await assertTame()
      await filter(page, '', '11 rows')
    })

    test('what could be a formula is copied behind a sign, as plain text only', async () => {
      await filter(page, 'eventName = "=cmd|\'/c calc\'!A1"', '1 of 11 rows')
      await page.locator('#rows .body [aria-rowindex="2"] [aria-colindex="3"]:visible').click()
      await page.evaluate(() => {
        document.querySelector('.notice')?.replaceChildren()
      })
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Control+c')
      await shows(page, 'Copied 1 row, 2 cells', () => document.querySelector('.notice')?.textContent)
      assert.equal(await clipboard(page), `eventName\teventSource\n'${FORMULA}\tec2.amazonaws.com\n`)
      const kinds = await page.evaluate(async () =>
        (await navigator.clipboard.read()).map(item => item.types),
      )
      assert.deepEqual(kinds, [['text/plain']])
      await assertTame()
    })

    test('paths and reasons are text in the sources', async () => {
      await page.locator('[data-view=sources]').click()
      const sources = page.locator('log-grid.sources .body .cell')
      await sources.getByText(`${MARKUP}/user<U+202E>gnp.exe.json`, { exact: true }).waitFor()
      await sources.getByText(`${SCRIPT}.json`, { exact: true }).waitFor()
      await sources.getByText(LINK, { exact: true }).waitFor()
      await assertTame()
      await assertAccessible(page)
    })

    test('nothing of the logs is stored', async () => {
      const stored = await page.evaluate(async () => ({
        local: JSON.stringify(localStorage),
        session: JSON.stringify(sessionStorage),
        databases: (await indexedDB.databases()).length,
        address: location.hash,
      }))
      assert.match(stored.local, /^\{("trailglass\.layout":"[^<>]*")?\}$/)
      assert.deepEqual({ ...stored, local: '' }, { local: '', session: '{}', databases: 0, address: '' })
    })
  })
}
