/**
 * How long it takes until the rows of another place stand on screen, in the built page opened from disk: from a jump of
 * the scroll bar to the frame in which no cell is a placeholder any more. The rows are filtered and sorted.
 *
 *     scripts/bench window <folder of CloudTrail files> [jumps]
 */
import assert from 'node:assert/strict'
import { openPage } from '../www/support/page.js'

const [folder, jumps = '40'] = process.argv.slice(2)
assert.ok(folder, 'usage: scripts/bench window <folder of CloudTrail files> [jumps]')

const { page, close } = await openPage({ over: 'file', context: { viewport: { width: 1440, height: 900 } } })
try {
  await page.setInputFiles('input.folder', folder, { timeout: 300_000 })
  await page.waitForFunction(
    () => /^Loaded/.test(document.querySelector('status-bar .notice')?.textContent ?? ''),
    null,
    { timeout: 600_000 },
  )
  console.log(await page.locator('status-bar .notice').textContent())
  await page.fill('#filter', 'awsRegion: us-*')
  await page.click('#rows .head [title=sourceIPAddress]')
  await page.waitForFunction(() => document.querySelector('#rows [aria-sort=ascending]'))
  await page.waitForTimeout(2000)
  console.log(await page.locator('filter-bar output').textContent())
  const times = await page.evaluate(async n => {
    const bars = /** @type {HTMLElement} */ (document.querySelector('#rows .bars'))
    const frame = () => new Promise(done => requestAnimationFrame(done))
    const cells = () => [...document.querySelectorAll('#rows .body .row:not([hidden]) .cell:not([hidden])')]
    const rows = () => [...document.querySelectorAll('#rows .body .row:not([hidden])')]
    // The row of the active cell stays, wherever the others are.
    const last = () => Math.max(...rows().map(row => Number(row.getAttribute('aria-rowindex'))))
    const times = []
    for (let i = 0; i < n; i++) {
      const before = last()
      await frame()
      const started = performance.now()
      bars.scrollTop = (((i + 1) * 0.381966) % 1) * (bars.scrollHeight - bars.clientHeight)
      do await frame()
      while (last() === before || cells().some(cell => cell.textContent === '…'))
      times.push(performance.now() - started)
      await new Promise(done => setTimeout(done, 100))
    }
    return times.slice(1).sort((a, b) => a - b)
  }, Number(jumps))
  const at = (/** @type {number} */ share) => times[Math.floor((times.length - 1) * share)]?.toFixed(1)
  console.log(`jump to painted rows: median ${at(0.5)} ms, 90 % ${at(0.9)} ms, longest ${at(1)} ms`)
} finally {
  await close()
}
