/**
 * How evenly the page draws while an analyst types questions, in the built page opened from disk: time from frame to
 * frame, and the longest task. Thirty frames a second are 33 ms from one to the next.
 *
 *     scripts/bench typing <folder> [milliseconds between keys]
 */
import assert from 'node:assert/strict'
import { openPage } from '../www/support/page.js'
import { rounded, save } from './support/save.mjs'

const [folder, delay = '60'] = process.argv.slice(2)
assert.ok(folder, 'usage: scripts/bench typing <folder> [milliseconds between keys]')

const QUESTIONS = [
  'eventName: RunInstances and not errorCode: * and sourceIPAddress: 198.51.100.7',
  'failed "access denied" aws-cli',
  'userIdentity.*: *admin* or userAgent ~ /aws-(cli|sdk)/',
]

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
  await page.evaluate(() => {
    const seen = { gaps: /** @type {number[]} */ ([]), longest: 0 }
    Reflect.set(window, 'seen', seen)
    let last = performance.now()
    /** @param {number} now */
    function tick(now) {
      seen.gaps.push(now - last)
      last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
    }).observe({ entryTypes: ['longtask'] })
  })
  for (const question of QUESTIONS) {
    const input = page.locator('#filter')
    await input.fill('')
    await page.waitForTimeout(1000)
    await page.evaluate(() => Object.assign(Reflect.get(window, 'seen'), { gaps: [], longest: 0 }))
    await input.pressSequentially(question, { delay: Number(delay) })
    const { gaps, longest } = await page.evaluate(() => Reflect.get(window, 'seen'))
    await page.waitForFunction(() => !document.querySelector('filter-bar output')?.matches('.is-old'), null, {
      timeout: 60_000,
    })
    gaps.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b)
    const at = (/** @type {number} */ share) => gaps[Math.floor((gaps.length - 1) * share)].toFixed(1)
    const late = gaps.filter((/** @type {number} */ gap) => gap > 1000 / 30 + 1).length
    console.log(question)
    console.log(`  frame to frame: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`)
    console.log(`  over 33 ms: ${late} of ${gaps.length}; longest task ${longest.toFixed(0)} ms`)
    console.log(`  ${await page.locator('filter-bar output').textContent()}`)
    results.push({
      question,
      frame_median_ms: Number(at(0.5)),
      frame_99_percent_ms: Number(at(0.99)),
      frame_longest_ms: Number(at(1)),
      frames_over_33_ms: late,
      frames: gaps.length,
      longest_task_ms: rounded(longest),
    })
  }
} finally {
  await close()
}
await save('typing', results)
