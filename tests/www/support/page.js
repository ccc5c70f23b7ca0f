/**
 * Opens the built page in Chromium and watches it: what it asks of the network, what its policy refuses,
 * what it reports as wrong.
 *
 *     const { page, assertClean, close } = await openPage({ over: 'file' })
 *
 * Give `page.evaluate` and `page.waitForFunction` functions, never strings: the policy forbids `eval`.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { serve } from '../../../scripts/serve.mjs'

/** The built page. */
export const pagePath = fileURLToPath(new URL('../../../dist/trailglass.html', import.meta.url))
const distPath = fileURLToPath(new URL('../../../dist', import.meta.url))

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * @typedef {object} OpenOptions
 * @property {'file' | 'http'} [over] how the page is opened; default: from disk
 * @property {string} [hash] of the address, `#…`
 * @property {import('playwright-core').BrowserContextOptions} [context] colour scheme, viewport, zone …
 * @property {boolean} [showScrollbars] headless Chromium hides them, so they cannot be dragged; default: false
 * @property {string[]} [args] more arguments for the browser
 */

/**
 * @typedef {object} OpenedPage
 * @property {import('playwright-core').Page} page
 * @property {import('playwright-core').BrowserContext} context
 * @property {import('playwright-core').Browser} browser
 * @property {string} url of the page, without the hash
 * @property {Watched} watched what was seen so far
 * @property {() => Promise<void>} assertClean fails on any request, violation or error since the last call of `forget`
 * @property {() => Promise<void>} assertAccessible fails on anything that axe finds in the page as it stands
 * @property {() => void} forget drops what was seen: for a test that provokes something on purpose
 * @property {() => Promise<void>} close ends the browser; fails on an address that asked for something
 */

/**
 * @typedef {object} Watched
 * @property {string[]} requests all but the page itself and `blob:` and `data:` addresses
 * @property {string[]} violations of the content-security policy
 * @property {string[]} errors uncaught, and those on the console
 */

/**
 * @param {OpenOptions} [options]
 * @returns {Promise<OpenedPage>}
 */
export async function openPage({
  over = 'file',
  hash = '',
  context: contextOptions,
  showScrollbars,
  args = [],
} = {}) {
  assert.ok(existsSync(pagePath), 'dist/trailglass.html is not there: run scripts/build')
  const server = over === 'http' ? await serve(distPath) : null
  const url = server ? `${server.url}trailglass.html` : pathToFileURL(pagePath).href
  // A profile of its own for each launch: playwright makes one and removes it.
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...launchArguments, ...args],
    ignoreDefaultArgs: showScrollbars ? ['--hide-scrollbars'] : [],
  })
  const context = await browser.newContext({ timezoneId: 'UTC', locale: 'en-GB', ...contextOptions })
  const page = await context.newPage()

  /** @type {Watched} */
  const watched = { requests: [], violations: [], errors: [] }
  context.on('request', request => {
    const asked = request.url()
    if (asked.split('#')[0] !== url && !/^(blob|data):/.test(asked)) watched.requests.push(asked)
  })
  context.on('weberror', error => watched.errors.push(String(error.error())))
  context.on('console', message => {
    if (message.type() === 'error') watched.errors.push(message.text())
  })
  await page.exposeFunction('reportViolation', (/** @type {string} */ text) => watched.violations.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      const { effectiveDirective, blockedURI, sample, lineNumber } = event
      Reflect.get(
        window,
        'reportViolation',
      )(`${effectiveDirective}: ${blockedURI} ${sample} (line ${lineNumber})`)
    })
  })
  page.setDefaultTimeout(20_000)
  await page.goto(url + hash)

  return {
    page,
    context,
    browser,
    url,
    watched,
    async assertClean() {
      // A round trip, so that what the page has reported is here.
      await page.evaluate(() => new Promise(done => setTimeout(done)))
      assert.deepEqual(watched, { requests: [], violations: [], errors: [] })
    },
    assertAccessible: () => assertAccessible(page),
    forget() {
      for (const list of Object.values(watched)) list.length = 0
    },
    async close() {
      await browser.close()
      server?.close()
    },
  }
}

/**
 * Runs axe in the page. Its source goes in through the debugger, which the policy does not bind.
 *
 * @param {import('playwright-core').Page} page
 */
export async function assertAccessible(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axeSource })
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(axeTags)}, resultTypes: ['violations'] })`,
    awaitPromise: true,
    returnByValue: true,
  })
  await session.detach()
  assert.equal(exceptionDetails?.text, undefined)
  const found = result.value.violations.map((/** @type {import('axe-core').Result} */ violation) => ({
    rule: violation.id,
    help: violation.help,
    where: violation.nodes.map(node => node.html.slice(0, 200)),
  }))
  assert.deepEqual(found, [])
}
