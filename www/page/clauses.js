/**
 * Clicks and keys that change the filter. The core writes the query's text; each change is a step like any other.
 *
 * Elements that show values fire `clause` (detail: ValueClause; bubbles).
 */

/** @import { Nanos, QueryEdit } from '../types.d.ts' */
/** @import { ValueClause } from '../state/clauses.js' */
/** @import { View } from '../state/view.js' */
/** @import { Questions } from './asking.js' */
/** @import { Case } from './case.js' */

import { on } from '../lib/dom.js'
import { ASKABLE_CHARS, editOf, isOfTime, timesOf, zoomedOut } from '../state/clauses.js'
import { asked, pillsOf, toggled } from '../state/pills.js'

export class FilterEdits {
  #case
  #questions
  /** Of two clicks the second changes what the first has made. */
  #turn = Promise.resolve()

  /**
   * @param {Case} theCase
   * @param {{ questions: Pick<Questions, 'ask'> }} parts
   */
  constructor(theCase, { questions }) {
    this.#case = theCase
    this.#questions = questions
  }

  /** The query whose rows the analyst sees or waits for. While the typed text is no query, that of the last answer. */
  get query() {
    const { query, problem, answer } = this.#case.store.get()
    return problem ? (answer?.query ?? '') : query
  }

  /**
   * Changes the filter and asks it.
   *
   * @param {QueryEdit} edit
   * @returns {Promise<void>} done when it is answered
   */
  edit(edit) {
    return this.#change(async query => ({ query: await (await this.#case.engine).edit(query, edit) }))
  }

  /** @param {ValueClause} clause */
  async add(clause) {
    if ((clause.value?.length ?? 0) < ASKABLE_CHARS) await this.edit(editOf(clause))
    else this.#case.say('The value is too long to ask for')
  }

  /** Asks for the rows that both the filter and `query` accept. @param {string} query */
  async narrow(query) {
    try {
      const { clauses } = await (await this.#case.engine).parse(this.query)
      await this.#questions.ask([...clauses.map(({ text }) => text), query].join(' and '))
    } catch (error) {
      this.#case.say(error)
    }
  }

  /** Keeps only times in this range. @param {{ first: Nanos, end: Nanos }} range */
  keepTimes(range) {
    return this.edit({ between: range })
  }

  /**
   * Widens the range of times; where the wider range covers everything, removes it.
   *
   * @param {{ first: Nanos, end: Nanos }} shown the range on screen, where the filter has no bounds of its own
   * @param {{ first: Nanos, last: Nanos } | null} all first and last time without the filter's own bounds
   */
  widenTimes(shown, all) {
    return this.#change(async query => {
      const ready = await this.#case.engine
      const { clauses } = await ready.parse(query)
      const others = clauses.filter(clause => !isOfTime(clause))
      if (others.length === clauses.length) this.#case.say('All times are shown already')
      const asked = timesOf(clauses)
      const wider = zoomedOut({ first: asked.first ?? shown.first, end: asked.end ?? shown.end })
      const isAll = all === null || (wider.first <= all.first && wider.end > all.last)
      if (!isAll) return { query: await ready.edit(query, { between: wider }) }
      return { query: others.map(({ text }) => text).join(' and ') }
    })
  }

  /** Switches a clause off; it stays among the pills. @param {number} clause by its place in the query */
  switchOff(clause) {
    return this.#change(async query => {
      const { clauses } = await (await this.#case.engine).parse(query)
      const pills = pillsOf(clauses, this.#case.store.get().off)
      const switchedOn = pills.flatMap(({ isOff }, at) => (isOff ? [] : [at]))
      return asked(toggled(pills, switchedOn[clause] ?? -1))
    })
  }

  /** @param {(query: string) => Promise<{ query: string, off?: View['off'] }>} edited */
  #change(edited) {
    let answered = Promise.resolve()
    this.#turn = this.#turn.then(async () => {
      try {
        const { query, off } = await edited(this.query)
        answered = this.#questions.ask(query, off ? { off } : {})
      } catch (error) {
        this.#case.say(error)
      }
    })
    return this.#turn.then(() => answered)
  }
}

/**
 * @param {Case} theCase
 * @param {{ questions: Questions, page: EventTarget }} parts clauses bubble up to `page`
 */
export function wireClauses(theCase, { questions, page }) {
  const filter = new FilterEdits(theCase, { questions })
  on(page, 'clause', (/** @type {ValueClause} */ clause) => filter.add(clause))
  return filter
}
