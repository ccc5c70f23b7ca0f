/** Columns made of columns: by proposals, by what is typed, undone and done again, saved and replayed. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEngine } from '../../../dist/lib/trailglass.js'
import { assertAccessibleInBoth, dropMade, filter, loaded, shows, showsCount } from '../support/case.js'
import { openPage } from '../support/page.js'

/** A day of a server: two lines of ten are failures, from two addresses. @param {number} day */
function secureOf(day) {
  const lines = Array.from({ length: 240 }, (_, n) => {
    const time = `Mar ${day} ${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`
    const ip = n % 40 < 10 ? '198.51.100.3' : '203.0.113.7'
    const sshd = `${time} web sshd[${n + 10}]:`
    switch (n % 10) {
      case 3:
        return `${sshd} Failed password for root from ${ip} port ${4000 + n} ssh2`
      case 7:
        return `${sshd} Failed password for invalid user adm${n % 3} from ${ip} port ${4000 + n} ssh2`
      case 9:
        return `${time} web CRON[${n}]: pam_unix(cron:session): session opened for user root by (uid=0)`
      default:
        return `${sshd} Accepted publickey for deploy from 192.0.2.9 port ${4000 + n} ssh2`
    }
  })
  return { path: `secure-202203${day}`, bytes: Buffer.from(`${lines.join('\n')}\n`) }
}

const N_FAILED = 48
const ROWS = '240 rows'

/** @param {ReturnType<typeof secureOf>} file */
async function engineOf({ path, bytes }) {
  const engine = await createEngine()
  await engine.add([{ path, blob: new Blob([bytes]) }])
  return engine
}

/** @param {import('../../../www/types.d.ts').Engine} engine @param {string} query */
async function countOf(engine, query) {
  const selection = await engine.filter(query)
  selection.close()
  return selection.count
}

test('a secure file read as plain text is split, and gives the counts of the parsed one', async () => {
  const parsed = await engineOf(secureOf(20))
  assert.equal(await countOf(parsed, '"Failed password"'), N_FAILED)
  const byAddress = await countOf(parsed, '"Failed password" and source.ip: 203.0.113.7')
  const byProcess = await countOf(parsed, 'process.name: sshd')
  assert.ok(byAddress > 0 && byProcess > 0)
  parsed.close()

  const engine = await engineOf(secureOf(20))
  await engine.treatAs([0], { format: 'text' })
  const columns = ['month', 'day', 'time', 'host', 'program', 'what', 'how']
  const words = await engine.split({ from: 'message', columns })
  assert.equal(words.step.id, 's1')
  assert.equal(await countOf(engine, 'what: Failed and how: password'), N_FAILED)
  assert.equal(await countOf(engine, words.misfits), 0)

  const [best] = await engine.suggest('message')
  assert.ok(best?.step.kind === 'grok' && best.fits === best.values)
  await engine.derive(best.step)
  assert.equal(await countOf(engine, 'text ~ /^Failed password/'), N_FAILED)
  assert.equal(await countOf(engine, 'process.name: sshd'), byProcess)

  const pattern = 'from %{IP:source.ip} port %{INT:source.port}'
  const address = await engine.derive({ kind: 'grok', from: 'text', pattern })
  assert.equal(await countOf(engine, '"Failed password" and source.ip: 203.0.113.7'), byAddress)
  assert.equal(await countOf(engine, address.misfits), 24)

  const made = await engine.fields()
  const recipe = await engine.recipe({ view: { columns: ['host'] } })
  assert.ok(!JSON.stringify(recipe).includes('203.0.113'))
  assert.deepEqual(recipe.sources, [{ path: 'secure-*', format: 'text' }])
  engine.close()

  const later = await engineOf(secureOf(27))
  const replayed = await later.replay(JSON.stringify(recipe))
  assert.deepEqual(replayed, { steps: 3, notApplied: [], view: { columns: ['host'] } })
  assert.deepEqual(
    (await later.fields()).map(({ name, rows }) => [name, rows]),
    made.map(({ name, rows }) => [name, rows]),
  )
  assert.equal(await countOf(later, '"Failed password" and source.ip: 203.0.113.7'), byAddress)
  later.close()
})

test('the example makes columns of a file, and a recipe that another run replays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trailglass-'))
  try {
    const { path, bytes } = secureOf(20)
    await writeFile(join(folder, path), bytes)
    const example = fileURLToPath(new URL('../example/steps.mjs', import.meta.url))
    const paths = [join(folder, path), join(folder, 'recipe.json')]
    const run = () => promisify(execFile)(process.execPath, [example, ...paths])
    const first = (await run()).stdout
    assert.match(first, /^48 failures, 36 of them from 203\.0\.113\.7$/m)
    assert.match(first, /^saved /m)
    const second = (await run()).stdout
    assert.match(second, /^replayed 2 steps, 0 did not apply$/m)
    assert.match(second, /^48 failures, 36 of them from 203\.0\.113\.7$/m)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('steps are changed, moved, switched off and removed; what is wrong says where', async () => {
  const engine = await engineOf(secureOf(20))
  const { step } = await engine.derive({ kind: 'regex', from: 'message', pattern: 'for (?<who>\\S+)' })
  await engine.derive({ kind: 'case', from: 'who', to: 'upper', columns: ['loud'] })
  const n_deploy = await countOf(engine, 'loud = DEPLOY')
  assert.ok(n_deploy > 0)
  await assert.rejects(engine.moveStep(step.id, 1), { code: 'step' })
  await engine.changeStep(step.id, { off: true })
  assert.equal((await engine.steps())[1]?.problem, 'no log has a field "who", and no step makes it')
  assert.equal(await countOf(engine, 'loud: *'), 0)
  await engine.changeStep(step.id, { off: false })
  assert.equal(await countOf(engine, 'loud = DEPLOY'), n_deploy)
  await engine.removeStep('s2')
  await assert.rejects(engine.filter('loud: *'), { code: 'query' })
  await assert.rejects(engine.removeStep('s2'), { code: 'range' })
  await assert.rejects(engine.derive({ kind: 'regex', from: 'message', pattern: 'é(?<a>' }), {
    code: 'step',
    at: { first: 1, end: 2 },
  })
  const preview = await engine.preview(
    { kind: 'grok', from: 'message', pattern: 'for %{WORD:w} from' },
    { query: '"Failed password"', rows: 2, misfits: true },
  )
  assert.deepEqual([preview.count, preview.misfits], [N_FAILED, N_FAILED / 2])
  assert.match(preview.cells.columns[0]?.[0] ?? '', /invalid user/)
  for (const recipe of ['{}', '[', '{"trailglass":"recipe","version":1,"steps":[{"kind":"evil"}]}']) {
    await assert.rejects(engine.replay(recipe), { code: 'step' })
  }
  assert.equal((await engine.steps()).length, 1)
  engine.close()
})

for (const over of /** @type {const} */ (['file', 'http'])) {
  describe(`making columns, over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    /** @type {import('playwright-core').Page} */
    let page
    /** @type {string} */
    let recipePath
    /** @type {string[]} */
    let made

    /** @param {ReturnType<typeof secureOf>} file */
    async function open(file) {
      const context = { viewport: { width: 1440, height: 900 }, acceptDownloads: true }
      opened = await openPage({ over, context })
      page = opened.page
      await dropMade(page, [file])
      await loaded(page)
    }
    /** Waits until `selector` says `expected`. @param {string} selector @param {string} expected */
    const says = (selector, expected) =>
      shows(page, expected, selector => document.querySelector(selector)?.textContent ?? '', selector)
    /** Waits until a column is there, or not. @param {string} name @param {boolean} [isThere] */
    const hasColumn = (name, isThere = true) =>
      shows(
        page,
        isThere,
        name =>
          [...document.querySelectorAll('#rows .head .cell:not([hidden]) .name')].some(
            head => head.textContent === name,
          ),
        name,
      )
    /** Opens the dialog for the last column, which is the message, as the keys do. */
    async function splitMessage() {
      await page.locator('#filter').fill('')
      await showsCount(page, ROWS)
      await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#rows')).focus())
      await page.keyboard.press('End')
      await page.keyboard.press('s')
      await page.waitForSelector('split-dialog .suggestions button')
    }
    const closed = () => page.waitForSelector('split-dialog dialog:not([open])', { state: 'attached' })
    const fieldNames = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('field-list li:not([hidden]) .name')]
          .map(item => item.textContent ?? '')
          .sort(),
      )

    before(() => open(secureOf(20)))
    after(() => opened?.close())

    test('a column is split by a proposal, with real rows shown before', async () => {
      await page.click('[data-view=sources]')
      await page.locator('log-grid.sources .body .row:not([hidden]) .cell').first().click()
      await page.getByLabel('Treat as').selectOption('text')
      await page.getByRole('button', { name: 'Apply to this source', exact: true }).click()
      await says('source-details .status', 'Read again as text')
      await page.click('[data-view=rows]')
      await filter(page, '"Failed password"', `${N_FAILED} of ${ROWS}`)
      await splitMessage()
      await says('split-dialog .misfits', 'All values fit')
      await shows(page, 20, () => document.querySelectorAll('split-dialog tbody tr').length)
      await assertAccessibleInBoth(opened)
      await page.click('split-dialog .apply')
      await closed()
      await hasColumn('timestamp')
      await filter(page, 'text ~ /^Failed password/', `${N_FAILED} of ${ROWS}`)
      await opened.assertClean()
    })

    test('a mistake in a pattern is marked, and rows that do not fit can be seen', async () => {
      await splitMessage()
      await page.selectOption('split-dialog .what select', 'regex')
      await page.fill('split-dialog [name=pattern]', 'from (?<peer>[0-9.]+')
      await says('split-dialog mark', '(')
      await page.fill('split-dialog [name=pattern]', 'from (?<peer>[0-9.]+)')
      await says('split-dialog .misfits', '24 rows do not fit')
      await page.click('split-dialog .misfits')
      await shows(page, true, () => {
        const rows = [...document.querySelectorAll('split-dialog tbody tr')]
        return rows.length > 0 && rows.every(row => row.textContent?.includes('CRON'))
      })
      await page.fill('split-dialog thead input', 'address')
      await page.click('split-dialog .apply')
      await closed()
      await hasColumn('address')
      await filter(page, 'address: 203.0.113.7', `36 of ${ROWS}`)
    })

    test('steps are undone and done again, switched off and saved', async () => {
      await page.locator('#filter').fill('')
      await showsCount(page, ROWS)
      await page.click('.steps')
      await shows(page, 2, () => document.querySelectorAll('steps-panel li').length)
      await assertAccessibleInBoth(opened)
      await page.locator('steps-panel li .off').nth(1).click()
      await shows(page, 1, () => document.querySelectorAll('steps-panel .is-off').length)
      await page.click('steps-panel .close')
      await hasColumn('address', false)
      await page.click('.undo')
      await hasColumn('address')
      await filter(page, 'address: *', `216 of ${ROWS}`)
      await page.click('.steps')
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('steps-panel .save')])
      recipePath = join(await mkdtemp(join(tmpdir(), 'trailglass-')), 'recipe.json')
      await copyFile(await download.path(), recipePath)
      assert.ok(!(await readFile(recipePath, 'utf8')).includes('203.0.113'), 'a recipe holds no log data')
      await page.click('steps-panel .close')
      made = await fieldNames()
      await opened.assertClean()
    })

    test('the recipe gives the same columns in another file', async () => {
      await opened.close()
      await open(secureOf(27))
      await page.click('.steps')
      await page.setInputFiles('steps-panel input.recipe', recipePath)
      await says('steps-panel .told', 'All of the recipe was applied')
      await page.click('steps-panel .close')
      await hasColumn('timestamp')
      assert.equal(await page.inputValue('#filter'), 'address: *')
      await filter(page, 'address: 198.51.100.3', `12 of ${ROWS}`)
      assert.deepEqual(await fieldNames(), made)
      await opened.assertClean()
      await rm(join(recipePath, '..'), { recursive: true })
    })
  })
}
