/** Counts of fields and of their values in the rows on screen. A newer question cancels the older one. */

/** @import { Selection } from '../types.d.ts' */
/** @import { State } from '../state/changes.js' */
/** @import { FacetChange, OpenFacet } from '../state/facets.js' */

import { FieldList } from '../elements/field-list.js'
import { part } from '../lib/dom.js'
import { withFacet, withFacetAnswer, withFacetChange, withOldFacets, withoutFacet } from '../state/facets.js'
import { sayUnlessReplaced, store } from './case.js'
import { groupBy } from './grouping.js'
import { changeSide } from './layout.js'
import { takeTimeline } from './timeline.js'

const fieldList = part(document, 'field-list', FieldList)

/** While files are read, rows come twice a second. Counts read what was left of them, which is dearer. */
const LOADING_MS = 5000
/** The rows are drawn before their fields are counted. */
const COUNT_FIELDS_MS = 120

/** @param {(facets: State['facets']) => State['facets']} change */
const changeFacets = change => store.change(state => ({ ...state, facets: change(state.facets) }))

/** The values of `field`, opened in the list of fields, have the focus. @param {string} field */
export function showFacet(field) {
  changeSide('fields', { isOpen: true })
  changeFacets(facets => withFacet(facets, field))
  fieldList.reveal(field)
}

/**
 * What was asked of each open field last, and what gives it up.
 *
 * @type {Map<string, { answer: Selection, question: string, gone: AbortController }>}
 */
const asked = new Map()

/** @param {OpenFacet} open */
const questionOf = ({ order, search, limit }) => JSON.stringify([order, search, limit])

/**
 * @param {Selection} answer
 * @param {OpenFacet} open
 */
async function askFacet(answer, open) {
  const { field, order, search, limit } = open
  asked.get(field)?.gone.abort()
  const gone = new AbortController()
  asked.set(field, { answer, question: questionOf(open), gone })
  try {
    const facet = await answer.facet(field, { order, search, limit, ignoringOwn: true, signal: gone.signal })
    if (!gone.signal.aborted) changeFacets(facets => withFacetAnswer(facets, facet))
  } catch (error) {
    sayUnlessReplaced(error)
  }
}

/**
 * Asks the open fields of which something else is asked now.
 *
 * @param {State} state
 * @param {boolean} isAnew also those of which the same is asked, of other rows
 */
function askFacets({ answer, facets }, isAnew) {
  if (!answer) return
  for (const open of facets) {
    const last = asked.get(open.field)
    const isOther = last?.question !== questionOf(open) || (isAnew && last.answer !== answer)
    if (isOther) askFacet(answer, open)
  }
}

let counting = new AbortController()

/** @param {Selection} answer */
async function countFields(answer) {
  counting.abort()
  counting = new AbortController()
  const { signal } = counting
  try {
    // Different values are counted once there are no more to come.
    const fields = await answer.fields({ distinct: !answer.isLoading, signal })
    if (!signal.aborted) store.change(state => ({ ...state, counted: { answer, fields } }))
  } catch (error) {
    sayUnlessReplaced(error)
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer
let countedAt = 0

/** Counts the rows on screen anew, soon. @param {Selection} answer */
function countSoon(answer) {
  clearTimeout(timer)
  const wait = answer.isLoading ? Math.max(0, countedAt + LOADING_MS - performance.now()) : 0
  timer = setTimeout(() => {
    countedAt = performance.now()
    askFacets(store.get(), true)
    timer = setTimeout(() => countFields(answer), COUNT_FIELDS_MS)
  }, wait)
}

store.subscribe((state, before) => {
  const { answer, facets } = state
  if (answer && answer !== before?.answer) {
    if (answer.query !== before?.answer?.query) changeFacets(withOldFacets)
    countSoon(answer)
  } else if (facets !== before?.facets) askFacets(state, false)
})

fieldList.addEventListener('open-field', event => {
  const { field, isOpen } = /** @type {CustomEvent<{ field: string, isOpen: boolean }>} */ (event).detail
  changeFacets(facets => (isOpen ? withFacet : withoutFacet)(facets, field))
  if (!isOpen) asked.delete(field)
})
fieldList.addEventListener('ask-field', event => {
  const { field, change } = /** @type {CustomEvent<{ field: string, change: FacetChange }>} */ (event).detail
  changeFacets(facets => withFacetChange(facets, field, change))
})
fieldList.addEventListener('stack-by', event =>
  takeTimeline({ by: /** @type {CustomEvent<string>} */ (event).detail }),
)
fieldList.addEventListener('group-by', event => groupBy(/** @type {CustomEvent<string>} */ (event).detail))
