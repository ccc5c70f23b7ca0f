/**
 * Opens the built page from disk in Firefox, under the file policy that people have: the driver's own default
 * lets local files read each other and would hide failures.
 *
 *     const { page, assertClean, close } = await openFirefox()
 *     const input = await page.$('input[type=file]')
 *     await input.uploadFile('/path/of/a.log')
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import puppeteer from 'puppeteer-core'
import { pagePath } from './page.js'

/**
 * @returns {Promise<{
 *   page: import('puppeteer-core').Page
 *   errors: string[]
 *   assertClean: () => Promise<void>
 *   close: () => Promise<void>
 * }>}
 */
export async function openFirefox() {
  assert.ok(existsSync(pagePath), 'dist/trailglass.html is not there: run scripts/build')
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    extraPrefsFirefox: { 'security.fileuri.strict_origin_policy': true },
  })
  const page = await browser.newPage()
  /** @type {string[]} */
  const errors = []
  page.on('pageerror', error => errors.push(String(error)))
  // Firefox reports what a policy refuses as a console error.
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(pathToFileURL(pagePath).href)
  return {
    page,
    errors,
    async assertClean() {
      await page.evaluate(() => new Promise(done => setTimeout(done)))
      assert.deepEqual(errors, [])
    },
    close: () => browser.close(),
  }
}
