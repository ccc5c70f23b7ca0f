/** The rows on screen over time, and the times that are chosen there. */

/** @import { Nanos, Selection, TrailglassError } from '../types.d.ts' */
/** @import { TimelineView } from '../state/view.js' */

import { LogGrid } from '../elements/log-grid.js'
import { TimeLine } from '../elements/time-line.js'
import { intervalText } from '../lib/chart.js'
import { part } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'
import { sayUnlessReplaced, store } from './case.js'
import { keepTimes, widenTimes } from './clauses.js'
import { changeLayout } from './layout.js'
import { take } from './steps.js'

const timeLine = part(document, 'time-line', TimeLine)
const toggle = part(document, '.timeline-toggle', HTMLButtonElement)

/** While files are read, the timeline is asked for again no more often than this: it reads what was left of the rows. */
const LOADING_MS = 5000
const RESIZED_MS = 250

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer
let askedAt = 0
let asking = new AbortController()

/** @param {number} [wait] milliseconds */
function askSoon(wait = 0) {
  clearTimeout(timer)
  timer = setTimeout(() => {
    const { answer, layout } = store.get()
    if (answer && layout.isTimelineOpen) askTimes(answer)
  }, wait)
}

/** @param {Selection} answer */
async function askTimes(answer) {
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  askedAt = performance.now()
  const { by, interval } = store.get().timeline
  try {
    const times = await answer.timeline({
      ...(by === '' ? {} : { by }),
      ...(interval === null ? {} : { interval: BigInt(interval) * 1_000_000n }),
      buckets: timeLine.wantedBuckets,
      signal,
    })
    if (!signal.aborted) store.change(state => ({ ...state, times }))
  } catch (error) {
    // So short a bucket is too short for these rows, whatever they were before.
    const { code } = /** @type {TrailglassError} */ (error)
    if (code === 'limit' && !signal.aborted) takeTimeline({ interval: null })
    sayUnlessReplaced(error)
  }
}

store.subscribe((state, before) => {
  const { answer, timeline, layout } = state
  const isOtherAnswer = answer !== before?.answer
  const isOther =
    timeline.by !== before?.timeline.by ||
    timeline.interval !== before.timeline.interval ||
    layout.isTimelineOpen !== before.layout.isTimelineOpen
  if (!isOtherAnswer && !isOther) return
  const isMore = !isOther && answer?.isLoading && answer.query === before?.answer?.query
  askSoon(isMore ? Math.max(0, askedAt + LOADING_MS - performance.now()) : 0)
})

store.subscribe(({ layout }) => {
  timeLine.hidden = !layout.isTimelineOpen
  toggle.ariaExpanded = String(layout.isTimelineOpen)
})

/** @param {Partial<TimelineView>} change */
export function takeTimeline(change) {
  const timeline = { ...store.get().timeline, ...change }
  take({ timeline }, labelOf(change), 'timeline')
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

/** The timeline has the focus; it is opened where it is not. */
export function showTimeline() {
  changeLayout({ isTimelineOpen: true })
  timeLine.focus()
}

/** Shows more than the times on screen: those around them, or all. */
async function zoomOut() {
  const { answer, times } = store.get()
  if (!answer || !times) return
  const { first, interval, buckets } = times
  const { span } = await answer.timeline({ ignoringOwn: true, buckets: 1 })
  await widenTimes({ first, end: first + interval * BigInt(buckets) }, span)
}

toggle.addEventListener('click', () => changeLayout({ isTimelineOpen: !store.get().layout.isTimelineOpen }))
timeLine.addEventListener('times', event =>
  keepTimes(/** @type {CustomEvent<{ first: Nanos, end: Nanos }>} */ (event).detail),
)
timeLine.addEventListener('zoom-out', () => zoomOut().catch(sayUnlessReplaced))
timeLine.addEventListener('change-timeline', event =>
  takeTimeline(/** @type {CustomEvent<Partial<TimelineView>>} */ (event).detail),
)
timeLine.addEventListener('resized', () => askSoon(RESIZED_MS))
timeLine.addEventListener('done', () => part(document, '#rows', LogGrid).focus())
timeLine.connect(store)
