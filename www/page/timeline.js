/** The rows on screen over time, and the times that the analyst selects there. */

/** @import { Nanos, Selection, TrailglassError } from '../types.d.ts' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { TimeLine } from '../elements/time-line.js' */
/** @import { TimelineView } from '../state/view.js' */
/** @import { Case } from './case.js' */
/** @import { FilterEdits } from './clauses.js' */
/** @import { PageLayout } from './layout.js' */
/** @import { Steps } from './steps.js' */

import { intervalText } from '../lib/chart.js'
import { Pace } from '../lib/clock.js'
import { on } from '../lib/dom.js'
import { NewestOnly } from '../lib/latest.js'
import { visibleText } from '../lib/safe-text.js'

/** While files are read, the timeline is asked for at most this often: it reads what was deferred of the rows. */
const LOADING_MS = 5000
const RESIZED_MS = 250

export class RowTimes {
  #case
  #steps
  #filter
  #layout
  #timeLine
  #questions = new NewestOnly()

  /**
   * @param {Case} theCase
   * @param {{ steps: Steps, filter: FilterEdits, layout: PageLayout, timeLine: TimeLine }} parts
   */
  constructor(theCase, { steps, filter, layout, timeLine }) {
    this.#case = theCase
    this.#steps = steps
    this.#filter = filter
    this.#layout = layout
    this.#timeLine = timeLine
  }

  /** Asks for the timeline of the rows on screen, unless it is closed. */
  async ask() {
    const { store, sayUnlessReplaced } = this.#case
    const { answer, layout, timeline } = store.get()
    if (!answer || !layout.isTimelineOpen) return
    const signal = this.#questions.begin()
    const { by, interval } = timeline
    try {
      const times = await answer.timeline({
        ...(by === '' ? {} : { by }),
        ...(interval === null ? {} : { interval: BigInt(interval) * 1_000_000n }),
        buckets: this.#timeLine.wantedBuckets,
        signal,
      })
      if (!signal.aborted) store.change(state => ({ ...state, times }))
    } catch (error) {
      // The chosen interval fitted other rows; for these it makes too many buckets.
      const { code } = /** @type {TrailglassError} */ (error)
      if (code === 'limit' && !signal.aborted) this.change({ interval: null })
      sayUnlessReplaced(error)
    }
  }

  /** @param {Partial<TimelineView>} change */
  change(change) {
    const timeline = { ...this.#case.store.get().timeline, ...change }
    this.#steps.take({ timeline }, labelOf(change), 'timeline')
  }

  /** Opens the timeline and takes the focus there. */
  show() {
    this.#layout.change({ isTimelineOpen: true })
    this.#timeLine.focus()
  }

  /** Shows a wider range of times than is on screen, or all times. */
  async zoomOut() {
    const { answer, times } = this.#case.store.get()
    if (!answer || !times) return
    const { first, interval, buckets } = times
    const { span } = await answer.timeline({ ignoringOwn: true, buckets: 1 })
    await this.#filter.widenTimes({ first, end: first + interval * BigInt(buckets) }, span)
  }
}

/** @param {Partial<TimelineView>} change */
function labelOf({ by, interval, isLog }) {
  if (by !== undefined)
    return by === '' ? 'Do not stack the timeline' : `Stack the timeline by ${visibleText(by)}`
  if (isLog !== undefined) return isLog ? 'Timeline on a log scale' : 'Timeline on a linear scale'
  return interval == null
    ? 'Timeline in buckets that fit'
    : `Timeline in buckets of ${intervalText(interval)}`
}

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, filter: FilterEdits, layout: PageLayout, timeLine: TimeLine, toggle: HTMLButtonElement,
 *   grid: LogGrid }} parts
 */
export function wireTimeline(theCase, { steps, filter, layout, timeLine, toggle, grid }) {
  const { store, clock, sayUnlessReplaced } = theCase
  const times = new RowTimes(theCase, { steps, filter, layout, timeLine })
  const pace = new Pace(clock, LOADING_MS)

  store.subscribe(({ answer, timeline, layout: { isTimelineOpen } }, before) => {
    const isOtherAnswer = answer !== before?.answer
    const isOther =
      timeline.by !== before?.timeline.by ||
      timeline.interval !== before.timeline.interval ||
      isTimelineOpen !== before.layout.isTimelineOpen
    if (!isOtherAnswer && !isOther) return
    const isMore = !isOther && answer?.isLoading && answer.query === before?.answer?.query
    if (isMore) pace.again(() => times.ask())
    else pace.soon(() => times.ask())
  })
  store.subscribe(({ layout: { isTimelineOpen } }) => {
    timeLine.hidden = !isTimelineOpen
    toggle.ariaExpanded = String(isTimelineOpen)
  })

  toggle.addEventListener('click', () =>
    layout.change({ isTimelineOpen: !store.get().layout.isTimelineOpen }),
  )
  on(timeLine, 'times', (/** @type {{ first: Nanos, end: Nanos }} */ range) => filter.keepTimes(range))
  on(timeLine, 'zoom-out', () => times.zoomOut().catch(sayUnlessReplaced))
  on(timeLine, 'change-timeline', (/** @type {Partial<TimelineView>} */ change) => times.change(change))
  on(timeLine, 'resized', () => pace.soon(() => times.ask(), RESIZED_MS))
  on(timeLine, 'done', () => grid.focus())
  timeLine.connect(store)
  return times
}
