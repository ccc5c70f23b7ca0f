/** Keeps the result of a bench, with the machine on which it was measured. */
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const runs = fileURLToPath(new URL('../runs/', import.meta.url))

/** @param {string} command @param {string[]} options the first line that it prints, `null` where there is no such program */
function firstLine(command, options) {
  try {
    return execFileSync(command, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      ?.trim()
  } catch {
    return null
  }
}

/** The 1-minute average of processes that want to run, when the bench began. */
const [loadBefore = 0] = loadavg()

async function machine() {
  const about = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const [load = 0] = loadavg()
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    os: `${/^PRETTY_NAME="(.*)"/m.exec(about)?.[1] ?? type()}, ${type()} ${release()}, ${arch()}`,
    node: process.version,
    browser: firstLine(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--version']),
    load_before: Number(loadBefore.toFixed(2)),
    load_after: Number(load.toFixed(2)),
  }
}

/**
 * Writes `DATE-NAME.json` and `.md` to `tests/bench/runs/`, where `scripts/bench` was given `--save`. Of paths among the
 * arguments their last part is kept.
 *
 * @param {string} bench its name
 * @param {Record<string, string | number | null | undefined>[]} results the rows of a table, with the same keys each; a
 *   time ends its key with its unit
 */
export async function save(bench, results) {
  if (!process.env.TRAILGLASS_BENCH_SAVE) return
  const date = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  const run = {
    bench,
    date: new Date().toISOString(),
    commit: firstLine('git', ['-C', runs, 'describe', '--always', '--dirty']),
    arguments: process.argv.slice(2).map(argument => basename(argument)),
    machine: await machine(),
    results,
  }
  const columns = Object.keys(results[0] ?? {})
  /** @param {unknown[]} cells */
  const line = cells => `| ${cells.map(cell => String(cell ?? '–').replaceAll('|', '\\|')).join(' | ')} |`
  const text = [
    `# ${bench}, ${run.date.slice(0, 10)}`,
    '',
    line(['what', 'value']),
    line(['---', '---']),
    ...Object.entries({ commit: run.commit, arguments: run.arguments.join(' '), ...run.machine }).map(line),
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...results.map(result => line(columns.map(column => result[column]))),
    '',
  ].join('\n')
  await mkdir(runs, { recursive: true })
  await writeFile(`${runs}${date}-${bench}.json`, `${JSON.stringify(run, null, 2)}\n`)
  await writeFile(`${runs}${date}-${bench}.md`, text)
  console.log(`kept as tests/bench/runs/${date}-${bench}.md`)
}

/** A figure to one decimal place; `null` where there is none. @param {number | undefined} figure */
export const rounded = figure =>
  figure === undefined || Number.isNaN(figure) ? null : Math.round(figure * 10) / 10
