/**
 * Makes `dist/` from `www/`: the page as one HTML file, and the library as one module.
 *
 * The page carries everything it needs. Two data blocks hold what workers run: their classic script, and the
 * wasm as LZMA in base64 (a quarter of raw base64's size, for a tenth of a second). The policy names every
 * script and style by its hash, taken over the exact bytes between the tags.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const minify = (process.env.PROFILE ?? 'release') === 'release'

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  minify,
  logLevel: 'warning',
  legalComments: 'none',
}

/** What `import … from 'trailglass:assets'` gives: see www/assets.d.ts. @param {string} code */
function assets(code) {
  /** @type {import('esbuild').Plugin} */
  const plugin = {
    name: 'assets',
    setup(build) {
      build.onResolve({ filter: /^trailglass:assets$/ }, ({ path }) => ({ path, namespace: 'assets' }))
      build.onLoad({ filter: /.*/, namespace: 'assets' }, () => ({ contents: code, loader: 'js' }))
    },
  }
  return plugin
}

/** The one text that esbuild makes of `options`. @param {import('esbuild').BuildOptions} options */
async function bundle(options) {
  const { outputFiles } = await build({ ...common, ...options })
  return /** @type {import('esbuild').OutputFile[]} */ (outputFiles)[0]?.text ?? ''
}

/** Every style sheet in its layer; the page's own files need not name it. */
function styles() {
  /** @param {string} folder */
  const sheets = folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.css'))
      .sort()
      .map(name => `./${folder}/${name}`)
  /** @param {string} path */
  const layer = path =>
    path.endsWith('/tokens.css') ? 'tokens' : path.startsWith('./www/style/') ? 'base' : 'elements'
  const imports = [...sheets('www/style'), ...sheets('www/elements')].map(
    path => `@import '${path}' layer(${layer(path)});`,
  )
  const contents = ['@layer tokens, base, elements;', ...imports].join('\n')
  return bundle({ stdin: { contents, loader: 'css', resolveDir: root, sourcefile: 'app.css' } })
}

/**
 * `script` as it may stand between script tags: nothing in it ends the element or hides its end.
 * Both sequences occur in strings only, where the escapes mean the same.
 *
 * @param {string} script
 */
function inScriptTag(script) {
  return script.replaceAll(/<(?=\/script)/gi, '\\x3c').replaceAll('<!--', '\\x3c!--')
}

/** @param {string} text */
const sha256 = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** @param {string} script @param {string} style */
const policy = (script, style) =>
  [
    `default-src 'none'`,
    `script-src ${sha256(script)} 'wasm-unsafe-eval'`,
    `style-src ${sha256(style)}`,
    'img-src data: blob:',
    'worker-src blob:',
    `connect-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-src 'none'`,
    `object-src 'none'`,
    `require-trusted-types-for 'script'`,
    'trusted-types trailglass-worker',
  ].join('; ')

/**
 * `html` with `found` replaced, which must stand in it exactly once.
 *
 * @param {string} html
 * @param {string} found
 * @param {string} replacement
 */
function replaceOnce(html, found, replacement) {
  const parts = html.split(found)
  if (parts.length !== 2) throw new Error(`www/index.html: expected ${found} once, found ${parts.length - 1}`)
  return parts.join(replacement)
}

/** As `www/engine/unpack.js` unpacks it. @param {Buffer} bytes */
function packed(bytes) {
  const preset = minify ? '9e,nice=273' : '0'
  const options = ['--format=raw', `--lzma1=preset=${preset},dict=16MiB,lc=3,lp=0,pb=0`, '--stdout']
  return execFileSync('xz', options, { input: bytes, maxBuffer: bytes.length + 4096 })
}

/** What the page carries. @typedef {{ workerText: string, wasmPackedBase64: string, wasmBytes: number }} Data */

/** @param {Data} data */
async function page({ workerText, wasmPackedBase64, wasmBytes }) {
  const readBlocks = `
    const text = id => document.getElementById(id).textContent
    export const workerText = text('trailglass-worker')
    export const wasmPackedBase64 = text('trailglass-wasm')
    export const wasmBytes = ${wasmBytes}`
  const main = await bundle({ entryPoints: ['www/main.js'], format: 'iife', plugins: [assets(readBlocks)] })
  const script = inScriptTag(main)
  const style = await styles()
  if (/<\/style/i.test(style)) throw new Error('a style sheet holds </style')
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`

  let html = readFileSync(join(root, 'www/index.html'), 'utf8')
  html = replaceOnce(html, '<head>', `<head>\n${meta}`)
  html = replaceOnce(html, '<link rel="stylesheet" href="style/app.css">', `<style>${style}</style>`)
  html = replaceOnce(html, '<script type="module" src="main.js"></script>', '')
  const scripts = [
    `<script type="text/plain" id="trailglass-worker">${workerText}</script>`,
    `<script type="application/octet-stream" id="trailglass-wasm">${wasmPackedBase64}</script>`,
    `<script>${script}</script>`,
    '</body>',
  ]
  // Last in the body: a module script would wait for the document, a classic one does not.
  return replaceOnce(html, '</body>', scripts.join('\n'))
}

/** @param {Data} data */
function library(data) {
  const constants = Object.entries(data).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value)}`,
  )
  return bundle({
    entryPoints: ['www/engine/client.js'],
    format: 'esm',
    plugins: [assets(constants.join('\n'))],
  })
}

/** @param {string} path @param {string} text */
function write(path, text) {
  writeFileSync(join(root, path), text)
  console.log(`${path}  ${Buffer.byteLength(text)} bytes, ${gzipSync(text, { level: 9 }).length} gzipped`)
}

const worker = await bundle({ entryPoints: ['www/engine/worker.js'], format: 'iife' })
const wasm = readFileSync(join(root, 'www/pkg/trailglass_bg.wasm'))
const data = {
  workerText: inScriptTag(worker),
  wasmPackedBase64: packed(wasm).toString('base64'),
  wasmBytes: wasm.length,
}

mkdirSync(join(root, 'dist/lib'), { recursive: true })
const html = await page(data)
write('dist/trailglass.html', html)
console.log(`SHA-256 ${createHash('sha256').update(html).digest('hex')}`)
write('dist/lib/trailglass.js', await library(data))
copyFileSync(join(root, 'www/types.d.ts'), join(root, 'dist/lib/trailglass.d.ts'))
