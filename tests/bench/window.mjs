/**
 * How long it takes until the rows of another place stand on screen, in the built page opened from disk: the scroll
 * bar jumps to and fro over rows that are filtered and sorted, to places where it was not before.
 *
 * The figures begin with the scroll event, by which the page is told of the jump:
 *
 *     scroll event ─ asked, answered, drawn ─> in the page ─ wait for the screen ─> frame ─ layout, paint ─> painted
 *
 * - in the page: no cell in sight is a placeholder, and the rows are other ones, laid out where the page does not leave
 *   that to the frame.
 * - painted: the browser has laid out and painted the first frame that began with them, and has handed it on. Putting
 *   it on the screen comes after that, in threads of the browser's that a page cannot watch.
 * - without the wait: painted, but for the time in which all was drawn and the browser waited for the screen's next
 *   tick. It is what page and engine take, whatever the screen.
 *
 * Rows from another thread can stand in the frame after that of the scroll event at best, which begins with the screen's
 * next tick: at 60 Hz up to 16.7 ms later, half of that as a rule. So it is told too how many frames later they stood
 * there, and at how many jumps a placeholder was drawn at all.
 *
 *     scripts/bench window <folder of CloudTrail files> [jumps]
 */
import assert from 'node:assert/strict'
import { openPage } from '../www/support/page.js'
import { save } from './support/save.mjs'

const [folder, nJumps = '40'] = process.argv.slice(2)
assert.ok(folder, 'usage: scripts/bench window <folder of CloudTrail files> [jumps]')

/** @type {Parameters<typeof save>[1]} */
const results = []
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
  const jumps = await page.evaluate(async n => {
    const bars = /** @type {HTMLElement} */ (document.querySelector('#rows .bars'))
    const body = /** @type {HTMLElement} */ (document.querySelector('#rows .body'))
    const rows = () => [...body.querySelectorAll('.row:not([hidden])')]
    // The row of the active cell stays, wherever the others are.
    const last = () => Math.max(...rows().map(row => Number(row.getAttribute('aria-rowindex'))))
    const hasPlaceholder = () => body.querySelector('.row:not([hidden]) .is-missing:not([hidden])') !== null

    /** The time of its tick. @returns {Promise<number>} */
    const nextFrame = () => new Promise(done => requestAnimationFrame(done))
    /** A frame is one task: what is posted in it arrives behind it. */
    const afterPaint = () =>
      new Promise(done => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = done
        port2.postMessage(null)
      })

    /** In milliseconds. @param {number} top */
    async function jumpTo(top) {
      const before = last()
      let drawnAt = Number.POSITIVE_INFINITY
      let isBlank = false
      const observer = new MutationObserver(() => {
        const isPartial = hasPlaceholder()
        isBlank ||= isPartial
        if (!isPartial && last() !== before) drawnAt = Math.min(drawnAt, performance.now())
      })
      // Of every drawing something is noted here, and no more: to look takes time from what is looked at.
      observer.observe(body, { subtree: true, attributeFilter: ['aria-rowindex', 'class'] })
      /** @type {Promise<number>} */
      const scrolled = new Promise(done =>
        bars.addEventListener('scroll', () => done(performance.now()), { once: true, capture: true }),
      )
      bars.scrollTop = top
      const scrolledAt = await scrolled
      for (let frames = 0; ; frames += 1) {
        const tick = await nextFrame()
        const isDrawn = drawnAt < performance.now()
        await afterPaint()
        if (!isDrawn) continue
        const painted = performance.now() - scrolledAt
        observer.disconnect()
        const withoutWait = painted - Math.max(0, tick - drawnAt)
        return { inPage: drawnAt - scrolledAt, painted, withoutWait, frames, isBlank }
      }
    }

    const jumps = []
    for (let i = 0; i < n; i++) {
      jumps.push(await jumpTo((((i + 1) * 0.381966) % 1) * (bars.scrollHeight - bars.clientHeight)))
      // Nobody scrolls in step with the screen: each jump comes at another moment between two of its ticks.
      await new Promise(done => setTimeout(done, 100 + ((i * 0.618034) % 1) * (1000 / 60)))
    }
    return jumps.slice(1)
  }, Number(nJumps))
  /** @param {string} what @param {(jump: typeof jumps[number]) => number} figure @param {string} unit */
  const tell = (what, figure, unit) => {
    const sorted = jumps.map(figure).sort((a, b) => a - b)
    const at = (/** @type {number} */ share) =>
      sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(unit === 'ms' ? 1 : 0)
    console.log(`${what}: median ${at(0.5)} ${unit}, 90 % ${at(0.9)} ${unit}, most ${at(1)} ${unit}`)
    results.push({ what: what.trim(), unit, median: at(0.5), '90_percent': at(0.9), most: at(1) })
  }
  tell('scroll event to rows in the page', ({ inPage }) => inPage, 'ms')
  tell('scroll event to painted', ({ painted }) => painted, 'ms')
  tell('  without the wait for the screen', ({ withoutWait }) => withoutWait, 'ms')
  tell('  later than the scroll event', ({ frames }) => frames, 'frames')
  console.log(
    `a placeholder was drawn at ${jumps.filter(({ isBlank }) => isBlank).length} of ${jumps.length} jumps`,
  )
} finally {
  await close()
}
await save('window', results)
