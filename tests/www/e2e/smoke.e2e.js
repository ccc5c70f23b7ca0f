/** The built page opens from disk and over HTTP, keeps to its policy, and lets nothing out. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { openFirefox } from '../support/firefox.js'
import { openPage, pagePath } from '../support/page.js'
import { sinksInMarkup, sinksInScript } from '../support/sinks.js'

/** All that the page may do; the hashes stand for themselves. */
const allowed = {
  'default-src': `'none'`,
  'script-src': `sha256 'wasm-unsafe-eval'`,
  'style-src': 'sha256',
  'img-src': 'data: blob:',
  'worker-src': 'blob:',
  'connect-src': `'none'`,
  'base-uri': `'none'`,
  'form-action': `'none'`,
  'frame-src': `'none'`,
  'object-src': `'none'`,
  'require-trusted-types-for': `'script'`,
  'trusted-types': 'trailglass-worker',
}

/** The directives of a policy, by name. @param {string} policy */
const directives = policy =>
  Object.fromEntries(
    policy.split('; ').map(directive => {
      const [name = '', ...values] = directive.split(' ')
      return [name, values.join(' ')]
    }),
  )

describe('the file', () => {
  const html = readFileSync(pagePath, 'utf8')
  const policy = /^<meta http-equiv="Content-Security-Policy" content="([^"]*)">/m.exec(html)?.[1] ?? ''

  test('its policy comes first and says what we allow, no more', () => {
    assert.match(
      html,
      /^<!doctype html>\s*<html[^>]*>\s*<head>\s*<meta http-equiv="Content-Security-Policy"/i,
    )
    assert.deepEqual(directives(policy.replaceAll(/'sha256-[^']*'/g, 'sha256')), allowed)
  })

  test('its hashes are those of its one script and its one style', () => {
    for (const tag of ['script', 'style']) {
      const bodies = [...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(
        match => match[1] ?? '',
      )
      assert.equal(bodies.length, 1)
      const hash = createHash('sha256')
        .update(bodies[0] ?? '')
        .digest('base64')
      assert.ok(directives(policy)[`${tag}-src`]?.includes(`'sha256-${hash}'`), tag)
    }
  })

  const markup = html.replaceAll(/(<(script|style)[^>]*>).*?(?=<\/\2>)/gs, '$1')

  test('it says its encoding where browsers look for it, and names nothing outside itself', () => {
    assert.match(Buffer.from(html).subarray(0, 1024).toString(), /<meta charset="utf-8"/i)
    assert.deepEqual(markup.match(/\b(src|href|action)="(?!#|data:)[^"]*"/g), null)
  })

  test('nothing in it turns text into markup or code', () => {
    assert.deepEqual(sinksInMarkup(markup), [])
    for (const [, script = ''] of html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)) {
      assert.deepEqual(sinksInScript(script), [])
    }
  })
})

for (const over of /** @type {const} */ (['file', 'http'])) {
  describe(`opened over ${over}`, () => {
    /** @type {import('../support/page.js').OpenedPage} */
    let opened
    before(async () => {
      opened = await openPage({ over })
    })
    after(() => opened?.close())

    test('it has its name, breaks no rule and is accessible', async () => {
      assert.match(await opened.page.title(), /Trailglass/)
      await opened.assertClean()
      await opened.assertAccessible()
    })

    test('it can send nothing', async () => {
      /** @type {string[]} */
      const received = []
      const listener = createServer((request, response) => {
        received.push(`${request.method} ${request.url}`)
        response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end()
      })
      await new Promise(done => listener.listen(0, '127.0.0.1', () => done(undefined)))
      const { port } = /** @type {import('node:net').AddressInfo} */ (listener.address())

      const outcome = await opened.page.evaluate(async address => {
        /** @param {() => unknown} attempt */
        const fails = async attempt => {
          try {
            await attempt()
            return false
          } catch {
            return true
          }
        }
        /** @param {EventTarget} target @param {string} good */
        const either = (target, good) =>
          new Promise((done, failed) => {
            target.addEventListener(good, done)
            target.addEventListener('error', failed)
          })
        const request = () => {
          const xhr = new XMLHttpRequest()
          xhr.open('GET', `${address}xhr`)
          xhr.send()
          return either(xhr, 'load')
        }
        const image = () => {
          const element = new Image()
          element.src = `${address}image`
          return either(element, 'load')
        }
        // Chromium says true although the policy holds it back, and a hardened page has no such function.
        navigator.sendBeacon?.(`${address}beacon`, 'x')
        return {
          fetch: await fails(() => fetch(`${address}fetch`)),
          xhr: await fails(request),
          socket: await fails(() => either(new WebSocket(`${address.replace('http', 'ws')}socket`), 'open')),
          image: await fails(image),
        }
      }, `http://127.0.0.1:${port}/`)

      assert.deepEqual(outcome, { fetch: true, xhr: true, socket: true, image: true })
      await new Promise(done => listener.close(done))
      assert.deepEqual(received, [])
      assert.ok(opened.watched.violations.some(violation => violation.startsWith('connect-src')))
      opened.forget()
    })
  })
}

test('Firefox opens it from disk without complaint', async () => {
  const { page, assertClean, close } = await openFirefox()
  try {
    assert.match(await page.title(), /Trailglass/)
    await assertClean()
  } finally {
    await close()
  }
})
