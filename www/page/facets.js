/** Counts of fields and of their values in the rows on screen. */

/** @import { Selection } from '../types.d.ts' */
/** @import { FieldList } from '../elements/field-list.js' */
/** @import { Side, State } from '../state/changes.js' */
/** @import { FacetChange, OpenFacet } from '../state/facets.js' */
/** @import { Case } from './case.js' */
/** @import { RowGroups } from './grouping.js' */
/** @import { PageLayout } from './layout.js' */
/** @import { Steps } from './steps.js' */
/** @import { RowTimes } from './timeline.js' */

import { Pace } from '../lib/clock.js'
import { on } from '../lib/dom.js'
import { NewestOnly } from '../lib/latest.js'
import { toggled } from '../state/columns.js'
import { withFacet, withFacetAnswer, withFacetChange, withOldFacets, withoutFacet } from '../state/facets.js'

/** While files are read, rows come twice a second. Counts cost more: they read what was deferred of the rows. */
const LOADING_MS = 5000
/** The rows are drawn before their fields are counted. */
const COUNT_FIELDS_MS = 120

export class Facets {
  #case
  #fieldList
  #layout
  #pace
  #counting = new NewestOnly()
  /**
   * The newest question about each open field, by the field's name.
   *
   * @type {Map<string, { answer: Selection, question: string, asking: NewestOnly }>}
   */
  #asked = new Map()

  /**
   * @param {Case} theCase
   * @param {{ fieldList: Pick<FieldList, 'reveal'>,
   *   layout: { changeSide: (side: Side, change: { isOpen: boolean }) => void } }} parts
   */
  constructor(theCase, { fieldList, layout }) {
    this.#case = theCase
    this.#fieldList = fieldList
    this.#layout = layout
    this.#pace = new Pace(theCase.clock, LOADING_MS)
  }

  /** Opens `field` in the list of fields and takes the focus to its values. @param {string} field */
  show(field) {
    this.#layout.changeSide('fields', { isOpen: true })
    this.#change(facets => withFacet(facets, field))
    this.#fieldList.reveal(field)
  }

  /**
   * @param {string} field
   * @param {boolean} isOpen
   */
  setOpen(field, isOpen) {
    this.#change(facets => (isOpen ? withFacet : withoutFacet)(facets, field))
    if (!isOpen) this.#asked.delete(field)
  }

  /**
   * @param {string} field
   * @param {FacetChange} change its order, the text to find, how many values
   */
  askField(field, change) {
    this.#change(facets => withFacetChange(facets, field, change))
  }

  /**
   * Asks what the state's change calls for.
   *
   * @param {State} state
   * @param {State | null} before
   */
  follow(state, before) {
    const { answer, facets } = state
    if (answer && answer !== before?.answer) {
      if (answer.query !== before?.answer?.query) this.#change(withOldFacets)
      this.#countSoon(answer)
    } else if (facets !== before?.facets) this.#askFacets(state, false)
  }

  /** @param {(facets: State['facets']) => State['facets']} change */
  #change(change) {
    this.#case.store.change(state => ({ ...state, facets: change(state.facets) }))
  }

  /** Counts the rows on screen again, soon. @param {Selection} answer */
  #countSoon(answer) {
    const count = () => {
      this.#askFacets(this.#case.store.get(), true)
      this.#pace.soon(() => this.#countFields(answer), COUNT_FIELDS_MS)
    }
    if (answer.isLoading) this.#pace.again(count)
    else this.#pace.soon(count)
  }

  /** @param {Selection} answer */
  async #countFields(answer) {
    const { store, sayUnlessReplaced } = this.#case
    const signal = this.#counting.begin()
    try {
      // Different values are counted once no more rows will come.
      const fields = await answer.fields({ distinct: !answer.isLoading, signal })
      if (!signal.aborted) store.change(state => ({ ...state, counted: { answer, fields } }))
    } catch (error) {
      sayUnlessReplaced(error)
    }
  }

  /**
   * Asks the open fields whose question has changed.
   *
   * @param {State} state
   * @param {boolean} isAnew also those whose answer is of other rows
   */
  #askFacets({ answer, facets }, isAnew) {
    if (!answer) return
    for (const open of facets) {
      const last = this.#asked.get(open.field)
      const isOther = last?.question !== questionOf(open) || (isAnew && last.answer !== answer)
      if (isOther) this.#askFacet(answer, open)
    }
  }

  /**
   * @param {Selection} answer
   * @param {OpenFacet} open
   */
  async #askFacet(answer, open) {
    const { field, order, search, limit } = open
    const asking = this.#asked.get(field)?.asking ?? new NewestOnly()
    const signal = asking.begin()
    this.#asked.set(field, { answer, question: questionOf(open), asking })
    try {
      const facet = await answer.facet(field, { order, search, limit, ignoringOwn: true, signal })
      if (!signal.aborted) this.#change(facets => withFacetAnswer(facets, facet))
    } catch (error) {
      this.#case.sayUnlessReplaced(error)
    }
  }
}

/** @param {OpenFacet} open */
const questionOf = ({ order, search, limit }) => JSON.stringify([order, search, limit])

/**
 * @param {Case} theCase
 * @param {{ fieldList: FieldList, steps: Steps, groups: RowGroups, times: RowTimes, layout: PageLayout }} parts
 */
export function wireFacets(theCase, { fieldList, steps, groups, times, layout }) {
  const { store } = theCase
  const facets = new Facets(theCase, { fieldList, layout })
  store.subscribe((state, before) => facets.follow(state, before))

  on(fieldList, 'open-field', (/** @type {{ field: string, isOpen: boolean }} */ { field, isOpen }) =>
    facets.setOpen(field, isOpen),
  )
  on(fieldList, 'ask-field', (/** @type {{ field: string, change: FacetChange }} */ { field, change }) =>
    facets.askField(field, change),
  )
  on(fieldList, 'stack-by', (/** @type {string} */ by) => times.change({ by }))
  on(fieldList, 'group-by', (/** @type {string} */ field) => groups.add(field))
  on(fieldList, 'toggle-column', (/** @type {string} */ field) => {
    const { columns, fields } = store.get()
    const next = toggled(columns, field, fields)
    steps.take({ columns: next }, `${next.length > columns.length ? 'Show' : 'Hide'} the column ${field}`)
  })
  fieldList.connect(store)
  return facets
}
