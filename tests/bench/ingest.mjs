/**
 * How long a folder or a file takes from being chosen to being queryable, in the built page opened from disk, beside
 * plain JavaScript (DecompressionStream and JSON.parse; for syslog a regular expression a line) in the same browser, in
 * turn. Of a file also beside lnav where that is installed, from its start to the count of all lines. Wall time; quote the
 * ratio.
 *
 * Of a usual line of syslog the page, like lnav, reads nothing but its time while loading; the regular expression reads its
 * header. So it is told, too, when all that lines say has been read and counted, with the different values of each field.
 *
 *     scripts/bench ingest <folder or file> [runs]
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { openPage } from '../www/support/page.js'
import { rounded, save } from './support/save.mjs'

const [data, runs = '3'] = process.argv.slice(2)
assert.ok(data, 'usage: scripts/bench ingest <folder or file> [runs]')
const isFolder = statSync(data).isDirectory()
const choose = isFolder ? 'input[type=file][webkitdirectory]' : 'input[type=file]:not([webkitdirectory])'

/** The page: when files were chosen, when the first cell had text, when loading had ended; how many rows. */
async function ours() {
  const { page, watched, close } = await openPage({ over: 'file' })
  try {
    await page.evaluate(() => {
      /** @type {{ chosen?: number, first?: number, done?: number, longest: number }} */
      const times = { longest: 0 }
      Reflect.set(window, 'times', times)
      addEventListener('change', () => (times.chosen ??= performance.now()), { capture: true })
      new PerformanceObserver(list => {
        // What began before is the browser's own: it makes the list of files.
        for (const { startTime, duration } of list.getEntries()) {
          if (startTime > (times.chosen ?? Number.POSITIVE_INFINITY))
            times.longest = Math.max(times.longest, duration)
        }
      }).observe({ entryTypes: ['longtask'] })
      const progress = document.querySelector('import-progress')
      // Looked at when something changes, and not in every frame: drawing sixty of them a second takes time from reading.
      function look() {
        const cell = document.querySelector(
          '[role=gridcell]:not([hidden]) :not(:empty), [role=gridcell]:not([hidden])',
        )
        if (times.first === undefined && cell?.textContent) times.first = performance.now()
        if (
          times.chosen !== undefined &&
          times.first !== undefined &&
          progress instanceof HTMLElement &&
          progress.hidden
        ) {
          times.done ??= performance.now()
        }
      }
      const changes = { attributes: true, childList: true, subtree: true, characterData: true }
      for (const element of document.querySelectorAll('import-progress, #rows'))
        new MutationObserver(look).observe(element, changes)
    })
    // As long as anyone needs at least to find the files.
    await page.waitForTimeout(1000)
    await page.setInputFiles(choose, data, { timeout: 300_000 })
    await page.waitForFunction(() => Reflect.get(window, 'times').done !== undefined, null, {
      polling: 50,
      timeout: 600_000,
    })
    const { chosen, first, done, longest } = await page.evaluate(() => Reflect.get(window, 'times'))
    await page.waitForFunction(
      () => document.querySelector('status-bar .notice')?.textContent?.startsWith('Loaded'),
      null,
      { polling: 50, timeout: 600_000 },
    )
    const counted = await page.evaluate(() => performance.now())
    const rows = await page.evaluate(() =>
      document.querySelector('status-bar')?.textContent?.trim().replace(/\s+/g, ' '),
    )
    assert.deepEqual(watched, { requests: [], violations: [], errors: [] })
    return { load: done - chosen, first: first - chosen, counted: counted - chosen, longest, rows }
  } finally {
    await close()
  }
}

/** @param {string} folder */
async function plain(folder) {
  const path = join(folder, 'plain.html')
  await writeFile(
    path,
    `<!doctype html><meta charset="utf-8"><title>plain</title><input type="file" multiple ${isFolder ? 'webkitdirectory' : ''}>
    <script>
    // Syslog: a regular expression a line, as one would write it.
    const LINE = /^([A-Z][a-z]{2} [ \\d]\\d [\\d:]{8}) (\\S+) ([^:[]+)(?:\\[(\\d+)\\])?: (.*)$/
    async function lines(file, rows) {
      let rest = ''
      for await (const text of file.stream().pipeThrough(new TextDecoderStream())) {
        const all = (rest + text).split('\\n')
        rest = all.pop()
        for (const line of all) {
          const found = LINE.exec(line)
          if (found) rows.push({ time: found[1], host: found[2], program: found[3], pid: found[4], message: found[5] })
        }
      }
    }
    window.load = async () => {
      const started = performance.now(), rows = []
      for (const file of document.querySelector('input').files) {
        if (/manifest/.test(file.name)) continue
        if (!/[.]json([.]gz)?$/.test(file.name)) {
          await lines(file, rows)
          continue
        }
        const stream = file.name.endsWith('.gz') ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
        for (const event of JSON.parse(await new Response(stream).text()).Records) rows.push(event)
      }
      return { load: performance.now() - started, rows: rows.length }
    }
    </script>`,
  )
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(pathToFileURL(path).href)
    await page.setInputFiles('input', /** @type {string} */ (data), { timeout: 300_000 })
    return await page.evaluate(() => Reflect.get(window, 'load')())
  } catch (error) {
    return { load: Number.NaN, rows: String(error).split('\n')[0]?.slice(0, 100) }
  } finally {
    await browser.close()
  }
}

/** Start, load and count; null where there is no lnav, or a folder, of which it reads no JSON. */
function lnav() {
  if (isFolder) return null
  const started = performance.now()
  const count = ';select count(*) from all_logs'
  const { error, stdout } = spawnSync('lnav', ['-N', '-n', '-c', count, data], { encoding: 'utf8' })
  if (error) return null
  return { load: performance.now() - started, rows: stdout.trim().split('\n').at(-1)?.trim() }
}

/** @param {number[]} values */
const median = values => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const folder = await mkdtemp(join(tmpdir(), 'trailglass-bench-'))
/** @type {{ load: number, first: number, counted: number, longest: number }[]} */
const mine = []
/** @type {number[]} */
const theirs = []
/** @type {number[]} */
const lnavs = []
for (let run = 0; run < Number(runs); run += 1) {
  const page = await ours()
  const js = await plain(folder)
  mine.push(page)
  const other = lnav()
  theirs.push(js.load)
  if (other) lnavs.push(other.load)
  console.log(
    `run ${run + 1}: page ${page.load.toFixed(0)} ms, first rows ${page.first.toFixed(0)} ms, all counted ${page.counted.toFixed(0)} ms, longest task ${page.longest.toFixed(0)} ms (${page.rows}); plain JavaScript ${js.load.toFixed(0)} ms (${js.rows})${other ? `; lnav ${other.load.toFixed(0)} ms (${other.rows})` : ''}`,
  )
}
await rm(folder, { recursive: true })
const [load, first, counted, js] = [
  median(mine.map(run => run.load)),
  median(mine.map(run => run.first)),
  median(mine.map(run => run.counted)),
  median(theirs),
]
const beside =
  lnavs.length > 0 ? `; lnav ${median(lnavs).toFixed(0)} ms; ratio ${(median(lnavs) / load).toFixed(2)}` : ''
console.log(
  `median: page ${load.toFixed(0)} ms, first rows ${first.toFixed(0)} ms, all counted ${counted.toFixed(0)} ms; plain JavaScript ${js.toFixed(0)} ms; ratio ${(js / load).toFixed(2)}${beside}`,
)
await save(
  'ingest',
  mine.map((run, n) => ({
    run: n + 1,
    page_ms: rounded(run.load),
    first_rows_ms: rounded(run.first),
    all_counted_ms: rounded(run.counted),
    longest_task_ms: rounded(run.longest),
    plain_javascript_ms: rounded(theirs[n]),
    lnav_ms: rounded(lnavs[n]),
  })),
)
