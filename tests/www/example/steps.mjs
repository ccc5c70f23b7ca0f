/**
 * Columns made of text: reads one file as plain text, makes columns of its lines and saves the recipe; run again, it
 * replays the recipe.
 *
 *     node tests/www/example/steps.mjs <file> <recipe.json>
 */
import { existsSync, openAsBlob } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { createEngine } from '../../../dist/lib/trailglass.js'

const [file = 'secure', recipeFile = 'recipe.json'] = process.argv.slice(2)
const engine = await createEngine()
await engine.add([{ path: basename(file), blob: await openAsBlob(file) }])

if (existsSync(recipeFile)) {
  const { steps, notApplied } = await engine.replay(await readFile(recipeFile, 'utf8'))
  console.log(`replayed ${steps} steps, ${notApplied.length} did not apply`)
  for (const { what, why } of notApplied) console.log(`${what}: ${why}`)
} else {
  await engine.treatAs([0], { format: 'text' })
  // What fits the values best, with its columns.
  const [best] = await engine.suggest('message')
  if (best) await engine.derive(best.step)
  // A pattern of one's own, looked at before it is kept.
  const step = /** @type {const} */ ({
    kind: 'grok',
    from: 'message',
    pattern: 'Failed password for (?:invalid user )?%{USER:user.name} from %{IP:source.ip}',
  })
  const { count, misfits, cells } = await engine.preview(step, { rows: 3 })
  console.log(
    `${count - misfits} of ${count} rows fit; the first row gives ${cells.columns[1]?.[0] ?? 'nothing'}`,
  )
  const { misfits: others } = await engine.derive(step)
  console.log(`the others are found by ${others}`)
  await writeFile(recipeFile, JSON.stringify(await engine.recipe(), null, 2))
  console.log(`saved ${recipeFile}`)
}

const failures = await engine.filter('message: "Failed password"')
const ofOne = await engine.filter('message: "Failed password" and source.ip: 203.0.113.7')
console.log(`${failures.count} failures, ${ofOne.count} of them from 203.0.113.7`)
engine.close()
