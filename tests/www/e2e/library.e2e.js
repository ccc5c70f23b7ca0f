/** The library is one file that Node runs as it is, from anywhere. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const built = fileURLToPath(new URL('../../../dist/lib/trailglass.js', import.meta.url))

test('copied to an empty folder, it makes an engine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trailglass-'))
  try {
    // `.mjs`: no package.json says there that it is a module.
    const copy = join(folder, 'trailglass.mjs')
    await copyFile(built, copy)
    const { createEngine } = await import(pathToFileURL(copy).href)
    const engine = await createEngine()
    engine.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})
