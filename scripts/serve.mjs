/**
 * Serves a folder on loopback with the headers recommended for hosting; `/` is the page.
 *
 *     node scripts/serve.mjs [folder] [port]
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @type {Record<string, string>} */
const types = { '.html': 'text/html', '.js': 'text/javascript', '.ts': 'text/plain' }

/** Features that a page may be denied; all of them are. */
const features = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

/** The headers to host `html` with: its own policy, and what only a header can say. @param {string} html */
export function headers(html) {
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? `default-src 'none'`
  return {
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': features.map(name => `${name}=()`).join(', '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  }
}

/**
 * @param {string} folder
 * @param {number} port taken if it is free; 0 takes any
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serve(folder, port = 0) {
  const html = await readFile(join(folder, 'trailglass.html'), 'utf8')
  const server = createServer(async (request, response) => {
    // No file served here needs an escape in its name, and a URL has no `..` once parsed.
    const { pathname } = new URL(`http://localhost${request.url}`)
    const path = join(folder, pathname === '/' ? 'trailglass.html' : pathname)
    const body = await readFile(path).catch(() => null)
    const type = types[extname(path)] ?? 'application/octet-stream'
    response.writeHead(body ? 200 : 404, { ...headers(html), 'Content-Type': `${type}; charset=utf-8` })
    response.end(body)
  })
  /** @param {number} port */
  const listen = port =>
    new Promise((done, failed) => {
      server.once('error', failed)
      server.listen(port, '127.0.0.1', () => done(undefined))
    })
  await listen(port).catch(() => listen(0))
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? 'dist')
  const { url } = await serve(folder, Number(process.argv[3] ?? process.env.PORT ?? 8080))
  console.log(`Trailglass: ${url}\n  or from disk: ${join(folder, 'trailglass.html')}`)
}
