/** Asking in the filter bar: completion, colours, mistakes, pills, what was asked before and what was saved. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertAccessibleInBoth, loaded, shows, showsCount } from '../support/case.js'
import { openPage } from '../support/page.js'

describe('asking', () => {
  /** @type {import('../support/page.js').OpenedPage} */
  let opened
  /** @type {import('playwright-core').Page} */
  let page
  let total = ''

  before(async () => {
    opened = await openPage({ over: 'file', context: { viewport: { width: 1440, height: 900 } } })
    page = opened.page
    await page.getByRole('button', { name: 'Load a sample incident' }).click()
    await loaded(page)
    total = (await page.locator('filter-bar output').textContent()) ?? ''
  })
  after(() => opened?.close())

  /** @param {...string} keys */
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** Empties the filter and leaves nothing switched off; the filter has the focus. */
  const clear = async () => {
    await page.locator('#filter').fill('')
    await showsCount(page, total)
    await page.locator('filter-pills .none').dispatchEvent('click')
    await showsPills([])
    await focuses('Filter the rows')
  }
  const value = () => page.locator('#filter').inputValue()
  /** @param {string} expected */
  const showsValue = expected =>
    shows(page, expected, () => /** @type {HTMLInputElement} */ (document.querySelector('#filter')).value)
  /** @param {readonly string[]} expected what is offered first */
  const offers = expected =>
    shows(
      page,
      [...expected],
      n =>
        document.querySelector('choice-list')?.matches(':popover-open')
          ? [...document.querySelectorAll('choice-list .label')].slice(0, n).map(label => label.textContent)
          : [],
      expected.length,
    )
  const isClosed = () =>
    shows(page, 'false', () => document.querySelector('#filter')?.getAttribute('aria-expanded'))
  /** @param {readonly string[]} expected texts, those that are off with a minus */
  const showsPills = expected =>
    shows(page, [...expected], () =>
      [...document.querySelectorAll('filter-pills li')].map(
        item => `${item.classList.contains('is-off') ? '-' : ''}${item.querySelector('.text')?.textContent}`,
      ),
    )
  /** @param {string} label */
  const focuses = label => shows(page, label, () => document.activeElement?.getAttribute('aria-label') ?? '')

  test('with keys: a field, its value and what goes on', async () => {
    await clear()
    await page.keyboard.type('eventna')
    await offers(['eventName'])
    await press('Tab')
    await showsValue('eventName: ')
    await page.locator('choice-list .heading').getByText('Values').waitFor()
    // That there is no value yet is no mistake while values are offered.
    await press('Escape')
    await page.locator('#filter-problem').getByText('expected a value').waitFor()
    await page.keyboard.type('runi')
    await offers(['RunInstances'])
    await assertAccessibleInBoth(opened)
    await press('ArrowDown')
    await shows(page, 'RunInstances', () => {
      const id = document.querySelector('#filter')?.getAttribute('aria-activedescendant') ?? ''
      return document.getElementById(id)?.querySelector('.label')?.textContent
    })
    await press('Enter')
    await showsValue('eventName: RunInstances')
    await isClosed()
    await showsCount(page, `7 of ${total}`)
    await page.keyboard.type(' ')
    await offers(['and', 'or'])
    await press('ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter')
    await page.keyboard.type('errorMess')
    await offers(['errorMessage'])
    await press('Escape')
    await isClosed()
    assert.equal(await value(), 'eventName: RunInstances and errorMess')
    await page.keyboard.type('age ')
    await offers([':', '=', ': *'])
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter')
    await showsValue('eventName: RunInstances and errorMessage: *')
    await showsCount(page, `4 of ${total}`)
    await press('Control+z')
    await showsValue('eventName: RunInstances and errorMessage ')
    await opened.assertClean()
  })

  test('Tab leaves where nothing is offered, and Ctrl+Space offers', async () => {
    await clear()
    await press('Control+Space')
    await page.locator('choice-list').waitFor()
    await press('Escape', 'Tab')
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Clear')
    await press('Shift+Tab')
    await focuses('Filter the rows')
  })

  test('with the mouse, the most words in between', async () => {
    await clear()
    await page.locator('#filter').pressSequentially('x or not eventn and awsRegion: us-east-1')
    const before = 'x or not eventn'.length
    await page.locator('#filter').evaluate((input, at) => {
      if (input instanceof HTMLInputElement) input.setSelectionRange(at, at)
    }, before)
    await press('Control+Space')
    await page.locator('choice-list').getByRole('option', { name: 'eventName' }).click()
    await showsValue('x or not eventName:  and awsRegion: us-east-1')
    await page.locator('choice-list').getByRole('option', { name: 'RunInstances' }).click()
    await showsValue('x or not eventName: RunInstances and awsRegion: us-east-1')
    await focuses('Filter the rows')
  })

  test('a text has colours, and a mistake its mark and what was expected', async () => {
    await clear()
    const text = 'not eventName: (a or "b") x ~ /y/ '
    await page.keyboard.type(text)
    await shows(page, 'not|eventName|:|(|a|or|"b"|)|x|~|/y/', () =>
      [...document.querySelectorAll('.mirror > [class]:not([class=""])')].map(el => el.textContent).join('|'),
    )
    await page.keyboard.type('and eventNme: x')
    await page
      .locator('#filter-problem')
      .getByText(/unknown field "x"|did you mean/)
      .waitFor()
    await clear()
    await page.keyboard.type('eventName: (a')
    await page.locator('#filter-problem').getByText('"(" is never closed').waitFor()
    await shows(page, '(', () => document.querySelector('.mirror mark')?.textContent)
    await press('Escape')
    await assertAccessibleInBoth(opened)
    await clear()
    await page.locator('.mirror mark').waitFor({ state: 'detached' })
  })

  test('pills with keys: off, inverted, edited, removed', async () => {
    await clear()
    await page.keyboard.type('eventName: RunInstances and not errorMessage: * and awsRegion: us-east-1')
    await press('Enter')
    await showsPills(['eventName: RunInstances', 'not errorMessage: *', 'awsRegion: us-east-1'])
    await showsCount(page, `3 of ${total}`)
    for (let i = 0; i < 9; i++) {
      await press('Tab')
      if (await page.evaluate(() => document.activeElement?.matches('filter-pills .text'))) break
    }
    await press('ArrowRight', 'x')
    await showsCount(page, `7 of ${total}`)
    await showsPills(['eventName: RunInstances', '-not errorMessage: *', 'awsRegion: us-east-1'])
    assert.equal(await value(), 'eventName: RunInstances and awsRegion: us-east-1')
    await focuses('not errorMessage: *, off')
    await assertAccessibleInBoth(opened)
    await press('n', 'x')
    await showsCount(page, `4 of ${total}`)
    await press('Enter')
    await focuses('Clause 2')
    await page.keyboard.type('errorMessage:')
    await press('Enter')
    await page.locator('filter-pills .problem').getByText('expected a value').waitFor()
    await assertAccessibleInBoth(opened)
    await press('Escape')
    await focuses('errorMessage: *')
    await press('Enter')
    await page.keyboard.type('errorMessage: * or errorCode: *')
    await press('Enter')
    await showsPills(['eventName: RunInstances', '(errorMessage: * or errorCode: *)', 'awsRegion: us-east-1'])
    await focuses('(errorMessage: * or errorCode: *)')
    await press('Delete')
    await focuses('awsRegion: us-east-1')
    await press('Home', 'Delete')
    await showsPills(['awsRegion: us-east-1'])
    await press('x')
    await showsPills(['-awsRegion: us-east-1'])
    await showsCount(page, total)
    await focuses('awsRegion: us-east-1, off')
    await press('Delete')
    await showsPills([])
    await focuses('Filter the rows')
    await showsCount(page, total)
    await opened.assertClean()
  })

  test('pills with the mouse, and what is off stays at its place', async () => {
    await clear()
    await page.keyboard.type('eventName: RunInstances awsRegion: us-east-1')
    await showsPills(['eventName: RunInstances', 'awsRegion: us-east-1'])
    await page.getByRole('checkbox', { name: 'Asked: eventName: RunInstances' }).uncheck()
    await showsPills(['-eventName: RunInstances', 'awsRegion: us-east-1'])
    await page.locator('#filter').press('End')
    await page.keyboard.type(' and errorCode: *')
    await showsPills(['-eventName: RunInstances', 'awsRegion: us-east-1', 'errorCode: *'])
    await page.getByRole('button', { name: 'All off' }).click()
    await showsCount(page, total)
    await page.getByRole('button', { name: 'All on' }).click()
    await showsValue('eventName: RunInstances and awsRegion: us-east-1 and errorCode: *')
    await showsCount(page, `4 of ${total}`)
    await page.getByRole('button', { name: 'Invert: errorCode: *' }).click()
    await showsCount(page, `3 of ${total}`)
    await page.getByRole('button', { name: 'Remove: not errorCode: *' }).click()
    await showsCount(page, `7 of ${total}`)
    await page.goBack()
    await showsPills(['eventName: RunInstances', 'awsRegion: us-east-1', 'not errorCode: *'])
    await page.goBack()
    await page.goBack()
    await showsPills(['-eventName: RunInstances', '-awsRegion: us-east-1', '-errorCode: *'])
    await page.getByRole('button', { name: 'All on' }).click()
    await page.getByRole('button', { name: 'Remove all' }).click()
    await showsPills([])
    await opened.assertClean()
  })

  test('what was asked is asked again, by what it says or by its name', async () => {
    await clear()
    await page.keyboard.type('eventName: RunInstances')
    await press('Enter')
    await showsCount(page, `7 of ${total}`)
    await page.getByRole('button', { name: 'Saved' }).click()
    await page.getByLabel('Name for this filter').fill('launches')
    await press('Enter')
    await page.locator('saved-filters .use').getByText('launches').waitFor()
    await assertAccessibleInBoth(opened)
    await press('Escape')
    await page.locator('#filter').fill('')
    await showsCount(page, total)
    await page.locator('#filter').press('ArrowDown')
    await offers(['eventName: RunInstances'])
    await press('Enter')
    await showsCount(page, `7 of ${total}`)
    await page.locator('#filter').fill('')
    await showsCount(page, total)
    await page.getByRole('button', { name: 'Saved (1)' }).click()
    await page.locator('saved-filters .use').click()
    await showsCount(page, `7 of ${total}`)
    await page.getByRole('button', { name: 'Saved (1)' }).click()
    await page.getByRole('button', { name: 'Forget launches' }).click()
    await page.getByText('No filter is saved yet.').waitFor()
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), [])
    const kept = await page.evaluate(() => JSON.stringify(localStorage))
    assert.ok(!kept.includes('RunInstances') && !kept.includes('launches'), kept)
    await opened.assertClean()
  })
})
