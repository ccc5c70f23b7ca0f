/** Everything about a value: asked over all sources, shown in a view of its own, and where it leads. */

/** @import { About, Nanos } from '../types.d.ts' */
/** @import { AboutPanel } from '../elements/about-panel.js' */
/** @import { ChartView } from '../elements/chart-view.js' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { Questions } from './asking.js' */
/** @import { Case } from './case.js' */
/** @import { RowGroups } from './grouping.js' */
/** @import { Steps } from './steps.js' */

import { hasModifier, on } from '../lib/dom.js'
import { NewestOnly } from '../lib/latest.js'
import { visibleText } from '../lib/safe-text.js'
import { savePicture } from './pictures.js'

export class AboutValue {
  #case
  #steps
  #questions
  #panel
  #asking = new NewestOnly()
  /** The newest question: its value, and the number of all rows then. */
  #asked = ''
  /** @type {About | null} */
  #about = null

  /**
   * @param {Case} theCase
   * @param {{ steps: Steps, questions: Questions, panel: AboutPanel }} parts
   */
  constructor(theCase, { steps, questions, panel }) {
    this.#case = theCase
    this.#steps = steps
    this.#questions = questions
    this.#panel = panel
  }

  /** Shows everything about `value`. @param {string} value */
  show(value) {
    if (value === '') return this.#case.say('The value is empty')
    this.#steps.take({ tab: 'about', about: value }, `Everything about ${visibleText(value)}`)
    this.#panel.focus()
  }

  /**
   * Asks about `value`, unless that is the newest question.
   *
   * @param {string} value
   * @param {number} total number of all rows: with more rows it is another question
   */
  async refresh(value, total) {
    const { engine, say } = this.#case
    const key = `${total} ${value}`
    if (key === this.#asked) return
    const isSame = this.#about?.value === value
    this.#asked = key
    const signal = this.#asking.begin()
    if (!isSame) this.#panel.show(null, value)
    if (value === '') return
    try {
      const next = await (await engine).about(value, { signal })
      if (signal.aborted) return
      this.#about = next
      this.#panel.show(next, value)
      if (!isSame) this.#panel.focus()
    } catch (error) {
      if (!signal.aborted) say(error)
    }
  }

  /**
   * Shows the events that `query` accepts, of all events: the filter is replaced.
   *
   * @param {{ query: string, field?: string, value?: string, times?: { first: Nanos, end: Nanos } }} what
   */
  async showEvents({ query, field, value, times }) {
    const ready = await this.#case.engine
    let wanted = query
    if (field !== undefined && value !== undefined)
      wanted = await ready.edit(wanted, { add: { field, value, how: 'keep' } })
    if (times) wanted = await ready.edit(wanted, { between: times })
    await this.#questions.ask(wanted)
    this.#steps.show('rows')
  }

  /** Shows the events within `nanos` of `time`. @param {{ time: Nanos, nanos: Nanos }} range */
  async showAround({ time, nanos }) {
    const ready = await this.#case.engine
    await this.showEvents({ query: await ready.edit('', { around: { time, before: nanos, after: nanos } }) })
  }
}

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, questions: Questions, groups: RowGroups, grid: LogGrid, panel: AboutPanel,
 *   chart: ChartView }} parts `chart` is the panel's
 */
export function wireAbout(theCase, { steps, questions, groups, grid, panel, chart }) {
  const { store, attempt, say } = theCase
  const about = new AboutValue(theCase, { steps, questions, panel })

  /** Shows everything about the value of the active cell, or about the first of several values. */
  async function showAboutCell() {
    const cell = grid.activeCell
    const at = cell && groups.rowOnScreen(cell.row)
    if (!at) return
    const { fields } = await at.selection.event(at.row)
    const [value] = fields.find(({ name }) => name === cell.field)?.values ?? []
    if (value === undefined) return say('There is no value')
    about.show(value)
  }

  on(panel, 'about', (/** @type {string} */ value) => about.show(value))
  on(panel, 'about-query', (/** @type {Parameters<AboutValue['showEvents']>[0]} */ what) =>
    attempt(async () => {
      await about.showEvents(what)
      grid.focus()
    }),
  )
  on(panel, 'about-around', (/** @type {{ time: Nanos, nanos: Nanos }} */ range) =>
    attempt(async () => {
      await about.showAround(range)
      grid.focus()
    }),
  )
  for (const button of panel.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () =>
      attempt(() => savePicture(chart, button.getAttribute('data-save') ?? 'png')),
    )
  }
  grid.addEventListener('keydown', event => {
    if (event.key !== 'a' || hasModifier(event) || !grid.activeCell) return
    event.preventDefault()
    attempt(showAboutCell)
  })

  store.subscribe((state, before) => {
    const isOther =
      state.tab !== before?.tab || state.about !== before?.about || state.answer !== before?.answer
    if (isOther && state.tab === 'about') about.refresh(state.about, state.answer?.total ?? 0)
  })
  return about
}
