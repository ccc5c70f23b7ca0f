/**
 * The whole made case, its servers' logs and all, by keys alone: from the launches to the address that made them, and from
 * the attacker's address to everything that was done from it. Runs where `TRAILGLASS_DATA` names the folder of more data;
 * `TRAILGLASS_PICTURE` says where to leave the chart.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { filter, loaded } from '../support/case.js'
import { openPage } from '../support/page.js'

const folder = process.env.TRAILGLASS_DATA && join(process.env.TRAILGLASS_DATA, 'incident')
const expected = folder ? JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) : {}
const { instance_ip: instance, attacker_ip: attacker } = expected

describe('the whole case, by keys', { skip: !folder }, () => {
  /** @type {import('../support/page.js').OpenedPage} */
  let opened
  /** @type {import('playwright-core').Page} */
  let page
  let total = ''

  before(async () => {
    opened = await openPage({ context: { viewport: { width: 1600, height: 950 }, acceptDownloads: true } })
    page = opened.page
    await page.setInputFiles('input.folder', /** @type {string} */ (folder))
    await loaded(page)
    total = (await page.textContent('filter-bar output')) ?? ''
  })
  after(() => opened?.close())

  const active = () => page.evaluate(() => document.activeElement?.textContent ?? '')

  /** Asks, and goes to the first row's cell of `column`. @param {string} query @param {number} count @param {string} column */
  async function cellOf(query, count, column) {
    await page.keyboard.press('/')
    await filter(page, query, `${count.toLocaleString('en')} of ${total}`)
    await page.keyboard.press('Enter')
    await page.locator('#rows .body .cell[tabindex="0"]').waitFor()
    while (!(await page.evaluate(() => document.activeElement?.closest('#rows')))) {
      await page.keyboard.press('F6')
    }
    for (const key of ['Control+Home', 'ArrowUp']) await page.keyboard.press(key)
    for (let i = 0; i < 20 && !(await active()).startsWith(column); i++)
      await page.keyboard.press('ArrowRight')
    assert.ok((await active()).startsWith(column), await active())
    await page.keyboard.press('ArrowDown')
  }

  /** Name and count of each line of a table of the panel. @param {string} title */
  const told = async title =>
    Object.fromEntries(
      await page
        .locator('about-panel .facets table', { hasText: title })
        .locator('tbody tr')
        .evaluateAll(rows =>
          rows.map(({ children: [name, count] }) => [
            name?.textContent?.replace('→', ''),
            Number(count?.textContent?.replace(/\D/g, '')),
          ]),
        ),
    )

  test('the launches, and the calls of the address that made them', async () => {
    await cellOf('eventName: RunInstances', expected.run_instances, 'source.ip')
    const query = `source.ip = "${instance}" and event.dataset: aws.cloudtrail`
    await cellOf(query, expected.calls_from_instance, 'event.action')
    await page.keyboard.press('p')
    await page.waitForSelector('pivot-table .body [role=row]')
    const rows = await page
      .locator('pivot-table .body [role=row]')
      .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent ?? '')))
    const calls = Object.fromEntries(rows.map(([name = '', count]) => [name, Number(count)]))
    assert.deepEqual(calls, { ...expected.calls_from_instance_by_name, Total: expected.calls_from_instance })
    for (const [name, , first = '', last = ''] of rows) {
      assert.match(first, /^2022-03-22 \d\d:\d\d:\d\d$/, name)
      assert.ok(first <= last, name)
    }
    await page.goBack()
    await opened.assertClean()
  })

  test('everything about the attacker in one view: failures, then one success before the first call', async () => {
    const { failed_password_from_attacker: failures, accepted_from_attacker: successes } = expected
    const logins = `source.ip = "${attacker}" and event.action: ssh_login and log.file.path: *secure*`
    await cellOf(`${logins} and event.outcome: failure`, failures, '@timestamp')
    await page.keyboard.press('Control+ArrowDown')
    const lastFailure = await active()
    await cellOf(`${logins} and event.outcome: success`, successes, '@timestamp')
    const success = await active()
    assert.equal(success, expected.accepted_at)
    await cellOf(`source.ip = "${instance}" and event.dataset: aws.cloudtrail`, 12, '@timestamp')
    const firstCall = await active()
    assert.ok(success < firstCall, `${lastFailure}, ${success}, ${firstCall}`)

    await cellOf(`log.file.path: *wtmp and source.ip = "${attacker}"`, 1, '@timestamp')
    await cellOf(`${logins} and event.outcome: success`, successes, 'source.ip')
    await page.keyboard.press('a')
    await page.waitForFunction(
      text => document.querySelector('about-panel h2')?.textContent === text,
      attacker,
    )
    const kinds = await told('event.dataset')
    for (const kind of [
      'aws.vpcflow',
      'system.auth',
      'apache.access',
      'linux.utmp',
      'linux.auditd',
      'aws.guardduty',
    ]) {
      assert.ok((kinds[kind] ?? 0) > 0, `${kind}: ${JSON.stringify(kinds)}`)
    }
    const sources = Object.keys(await told('log.file.path'))
    for (const end of ['secure', 'btmp', 'system.journal', 'audit.log', 'access_log']) {
      assert.ok(
        sources.some(path => path.includes(end)),
        `${end}: ${sources}`,
      )
    }
    const outcomes = await told('event.outcome')
    assert.ok(
      (outcomes.failure ?? 0) >= failures && (outcomes.success ?? 0) >= successes,
      JSON.stringify(outcomes),
    )
    await opened.assertClean()
    await opened.assertAccessible()
  })

  test('its chart is saved as a picture', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('about-panel [data-save=png]').press('Enter'),
    ])
    const png = readFileSync(await download.path())
    assert.equal(png.subarray(1, 4).toString(), 'PNG')
    assert.ok(png.length > 5000, 'something is drawn')
    if (process.env.TRAILGLASS_PICTURE) writeFileSync(process.env.TRAILGLASS_PICTURE, png)
    await opened.assertClean()
  })
})
