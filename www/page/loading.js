/** Files go in, and what is on screen keeps up with what has been read of them. */

/** @import { Progress, SourceInput } from '../types.d.ts' */

import { durationText, plural } from '../lib/format.js'
import { withLoadBegun, withLoadEnded } from '../state/changes.js'
import { refresh, refreshLists } from './asking.js'
import { engine, say, store } from './case.js'

/** While files are read, the rows are asked for again no more often than this. */
const REFRESH_MS = 500
/** Until the first rows are here, they are looked for this often. */
const FIRST_ROWS_MS = 30
/** Sources change while files are read, but nobody reads them twice a second. */
const LISTS_MS = 1000
/** To count fields reads what was left of the rows, which is dearer. */
const FIELDS_MS = 5000

/** @type {Set<AbortController>} */
const loads = new Set()
/** Done when what is on screen is all that has been read. @type {Promise<void> | null} */
let watching = null
let wake = () => {}

/** @param {SourceInput[]} files */
export async function load(files) {
  if (files.length === 0) return
  const controller = new AbortController()
  loads.add(controller)
  store.change(withLoadBegun)
  say(`Loading ${plural(files.length, 'file')}`)
  watching ??= watch()
  try {
    const progress = await (await engine).add(files, {
      onProgress(progress) {
        store.change(state => ({ ...state, progress }))
        if (progress.events > 0 && !store.get().answer?.count) wake()
      },
      signal: controller.signal,
    })
    store.change(state => withLoadEnded(state, progress))
    wake()
    await watching
    say(loadedText(progress))
  } catch (error) {
    store.change(state => withLoadEnded(state, null))
    say(error)
  }
  loads.delete(controller)
  showHashes()
}

/** Files are hashed once their rows are there. */
async function showHashes() {
  try {
    const ready = await engine
    await ready.hashed()
    const sources = await ready.sources()
    store.change(state => ({ ...state, sources }))
  } catch (error) {
    say(error)
  }
}

/** @param {Progress} progress */
function loadedText({ events, sourcesTotal, elapsed, isCancelled }) {
  const took = `in ${durationText(elapsed)}`
  if (!isCancelled) return `Loaded ${plural(events, 'event')} from ${plural(sourcesTotal, 'file')} ${took}`
  const nLeft = store.get().sources.filter(({ state }) => state === 'cancelled').length
  return `Cancelled; kept ${plural(events, 'event')} ${took}, ${plural(nLeft, 'file')} not read to the end`
}

/** Keeps what is on screen up with what has been read, until all of it has. */
async function watch() {
  let [listsAt, fieldsAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  while (store.get().nLoads > 0) {
    const began = performance.now()
    await refresh()
    if (began - listsAt > LISTS_MS && store.get().answer?.count) {
      listsAt = began
      const withFields = began - fieldsAt > FIELDS_MS
      if (withFields) fieldsAt = began
      await refreshLists({ withFields })
    }
    // What ended meanwhile wakes nobody.
    if (store.get().nLoads === 0) break
    const took = performance.now() - began
    await pause(store.get().answer?.count ? Math.max(REFRESH_MS, 3 * took) : FIRST_ROWS_MS)
  }
  await refresh()
  await refreshLists()
  watching = store.get().nLoads > 0 ? watch() : null
  await watching
}

/** @param {number} milliseconds at most: the end of a load ends it @returns {Promise<void>} */
const pause = milliseconds =>
  new Promise(resolve => {
    wake = resolve
    setTimeout(resolve, milliseconds)
  })

export function cancelLoads() {
  for (const controller of loads) controller.abort()
}
