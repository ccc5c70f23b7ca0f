/** Files go in, and the page keeps up with what has been read of them. */

/** @import { Milliseconds, Progress, SourceInput } from '../types.d.ts' */
/** @import { ImportProgress } from '../elements/import-progress.js' */
/** @import { Questions } from './asking.js' */
/** @import { Case } from './case.js' */

import { on } from '../lib/dom.js'
import { durationText, plural } from '../lib/format.js'
import { withLoadBegun, withLoadEnded } from '../state/changes.js'

/** While files are read, the rows are asked for again at most this often. */
const REFRESH_MS = 500
/** Until the first rows are here, they are looked for this often. */
const FIRST_ROWS_MS = 30
/** Sources change while files are read; a second is soon enough to show that. */
const LISTS_MS = 1000
/** Counting fields costs more: it reads what was deferred of the rows. */
const FIELDS_MS = 5000

export class Loads {
  #case
  #questions
  /** One for each load that runs or waits. @type {Set<AbortController>} */
  #running = new Set()
  /** Done when everything that has been read is on screen; null: no load runs. @type {Promise<void> | null} */
  #watching = null
  /** Ends the pause between two refreshes. */
  #wake = () => {}

  /**
   * @param {Case} theCase
   * @param {{ questions: Pick<Questions, 'refresh' | 'refreshLists'> }} parts
   */
  constructor(theCase, { questions }) {
    this.#case = theCase
    this.#questions = questions
  }

  /** @param {SourceInput[]} files */
  async load(files) {
    if (files.length === 0) return
    const { engine, say, store } = this.#case
    const controller = new AbortController()
    this.#running.add(controller)
    store.change(withLoadBegun)
    say(`Loading ${plural(files.length, 'file')}`)
    this.#watching ??= this.#watch()
    try {
      const progress = await (await engine).add(files, {
        onProgress: progress => {
          store.change(state => ({ ...state, progress }))
          if (progress.events > 0 && !store.get().answer?.count) this.#wake()
        },
        signal: controller.signal,
      })
      store.change(state => withLoadEnded(state, progress))
      this.#wake()
      await this.#watching
      say(this.#loadedText(progress))
    } catch (error) {
      store.change(state => withLoadEnded(state, null))
      say(error)
    }
    this.#running.delete(controller)
    this.#showHashes()
  }

  cancel() {
    for (const controller of this.#running) controller.abort()
  }

  /** Keeps the screen up with what has been read, until all of it is there. */
  async #watch() {
    const { clock, store } = this.#case
    let [listsAt, fieldsAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
    while (store.get().nLoads > 0) {
      const began = clock.now()
      await this.#questions.refresh()
      if (began - listsAt > LISTS_MS && store.get().answer?.count) {
        listsAt = began
        const withFields = began - fieldsAt > FIELDS_MS
        if (withFields) fieldsAt = began
        await this.#questions.refreshLists({ withFields })
      }
      // A load that ended during the refresh has ended no pause.
      if (store.get().nLoads === 0) break
      const took = clock.now() - began
      await this.#pause(store.get().answer?.count ? Math.max(REFRESH_MS, 3 * took) : FIRST_ROWS_MS)
    }
    await this.#questions.refresh()
    await this.#questions.refreshLists()
    this.#watching = store.get().nLoads > 0 ? this.#watch() : null
    await this.#watching
  }

  /** @param {Milliseconds} most the end of a load ends the pause earlier @returns {Promise<void>} */
  #pause(most) {
    return new Promise(resolve => {
      this.#wake = resolve
      this.#case.clock.after(most, resolve)
    })
  }

  /** Files are hashed after their rows are on screen. */
  async #showHashes() {
    const { attempt, engine, store } = this.#case
    await attempt(async () => {
      const ready = await engine
      await ready.hashed()
      const sources = await ready.sources()
      store.change(state => ({ ...state, sources }))
    })
  }

  /** @param {Progress} progress */
  #loadedText({ events, sourcesTotal, elapsed, isCancelled }) {
    const took = `in ${durationText(elapsed)}`
    if (!isCancelled) return `Loaded ${plural(events, 'event')} from ${plural(sourcesTotal, 'file')} ${took}`
    const nLeft = this.#case.store.get().sources.filter(({ state }) => state === 'cancelled').length
    return `Cancelled; kept ${plural(events, 'event')} ${took}, ${plural(nLeft, 'file')} not read to the end`
  }
}

/**
 * @param {Case} theCase
 * @param {{ questions: Questions, progress: ImportProgress }} parts
 */
export function wireLoading(theCase, { questions, progress }) {
  const loads = new Loads(theCase, { questions })
  on(progress, 'cancel-load', () => loads.cancel())
  progress.connect(theCase.store)
  return loads
}
