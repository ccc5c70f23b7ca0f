/** Columns that are made of others. Their steps are part of the view, so that undo and redo walk them. */

/** @import { Step, StepInfo } from '../types.d.ts' */
/** @import { LogGrid } from '../elements/log-grid.js' */
/** @import { SplitDialog } from '../elements/split-dialog.js' */
/** @import { StepsPanel } from '../elements/steps-panel.js' */
/** @import { View } from '../state/view.js' */
/** @import { Questions } from './asking.js' */
/** @import { Case } from './case.js' */
/** @import { Steps } from './steps.js' */

import { on } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'
import { saveBlob } from '../lib/save.js'
import { actionWords } from '../lib/step-words.js'
import { withColumns, withoutColumn } from '../state/columns.js'
import { keptView, viewFrom } from '../state/recipe.js'

export class DerivedColumns {
  #case
  #steps
  #questions
  /** The engine makes one change after the other. @type {Promise<unknown>} */
  #turn = Promise.resolve()
  /** The steps that the engine makes. @type {readonly Step[]} */
  #applied

  /**
   * @param {Case} theCase
   * @param {{ steps: Steps, questions: Questions }} parts
   */
  constructor(theCase, { steps, questions }) {
    this.#case = theCase
    this.#steps = steps
    this.#questions = questions
    this.#applied = theCase.store.get().derived
  }

  /**
   * The analyst changes the steps. The columns of new steps are shown before the column that they are made of; columns
   * that are no longer made leave the grid.
   *
   * @param {Step[]} steps
   * @param {string} label
   * @param {Partial<View>} [also] what else changes with them
   */
  change(steps, label, also) {
    return this.#show(this.#apply(steps), label, also)
  }

  /**
   * Shows a change that the engine was given.
   *
   * @param {Promise<StepInfo[]>} change all steps once it is done
   * @param {string} label
   * @param {Partial<View>} [also] what else changes with them
   */
  async #show(change, label, also = {}) {
    const { store } = this.#case
    const before = namesOf(this.#applied)
    const infos = await change
    const derived = infos.map(({ step }) => /** @type {Step} */ (step))
    this.#applied = derived
    const names = namesOf(derived)
    const gone = before.filter(name => !names.includes(name))
    const fresh = names.filter(name => !before.includes(name))
    const last = derived.findLast(step => namesOf([step]).some(name => fresh.includes(name)))
    const from = typeof last?.from === 'string' ? last.from : ''
    const columns = withColumns(gone.reduce(withoutColumn, store.get().columns), fresh, from)
    this.#steps.take({ derived, columns, ...also }, label)
    await this.#questions.askView()
    await this.#questions.refreshAll()
  }

  /** Has the engine make the steps of the view, after an undo or redo. */
  async followView() {
    const { derived } = this.#case.store.get()
    if (derived === this.#applied) return
    await this.#apply(derived)
    await this.#questions.refreshAll()
  }

  /**
   * Adds `step`, or puts it in place of the step with its id.
   *
   * @param {Step} step
   */
  async applyStep(step) {
    if (step.id) {
      const { derived } = this.#case.store.get()
      const next = derived.map(own => (own.id === step.id ? { ...step, off: own.off ?? false } : own))
      return this.change(next, `Edit: ${actionWords(step)}`)
    }
    return this.#show(this.#append(step), actionWords(step))
  }

  /**
   * Replays a recipe.
   *
   * @param {Pick<File, 'name' | 'text'>} file
   * @returns {Promise<string[]>} what could not be applied, and why
   */
  async load(file) {
    const { engine, store } = this.#case
    const text = await file.text()
    const ready = await engine
    const replayed = await ready.replay(text)
    const steps = (await ready.steps()).map(({ step }) => /** @type {Step} */ (step))
    const { view, unfit } = viewFrom(replayed.view)
    const { saved = store.get().saved, ...also } = view
    store.change(state => ({ ...state, saved }))
    await this.change(steps, `Load the recipe ${visibleText(file.name)}`, also)
    return [
      ...replayed.notApplied.map(({ what, why }) => `${what}: ${why}`),
      ...unfit.map(part => `the view's ${part}: not as a recipe has it`),
    ]
  }

  async save() {
    const { engine, store } = this.#case
    const recipe = await (await engine).recipe({ view: keptView(store.get()) })
    const text = JSON.stringify(recipe, null, 2)
    saveBlob(new Blob([text], { type: 'application/json' }), 'trailglass-recipe.json')
  }

  /**
   * Has the engine make these steps and no others.
   *
   * @param {readonly Step[]} steps
   * @returns {Promise<StepInfo[]>}
   */
  #apply(steps) {
    return this.#inTurn(async engine => {
      const infos = await engine.setSteps(steps)
      this.#applied = steps
      return infos
    })
  }

  /**
   * Has the engine make one more step; it finds the columns of a step that names none.
   *
   * @param {Step} step
   * @returns {Promise<StepInfo[]>} all steps
   */
  #append(step) {
    return this.#inTurn(async engine => {
      await engine.derive(step)
      return engine.steps()
    })
  }

  /**
   * @param {(engine: import('../types.d.ts').Engine) => Promise<StepInfo[]>} work
   * @returns {Promise<StepInfo[]>}
   */
  #inTurn(work) {
    const change = this.#turn.then(async () => work(await this.#case.engine))
    // Who asked for the change hears of its failure; the next change follows anyway.
    this.#turn = change.catch(() => {})
    return change
  }
}

/** The columns that these steps make. @param {readonly Step[]} steps */
const namesOf = steps =>
  steps.flatMap(step =>
    step.off
      ? []
      : (step.columns ?? []).flatMap(column =>
          column === null ? [] : [typeof column === 'string' ? column : column.name],
        ),
  )

/**
 * @param {Case} theCase
 * @param {{ steps: Steps, questions: Questions, grid: LogGrid, dialog: SplitDialog, panel: StepsPanel,
 *   showSteps: HTMLButtonElement }} parts
 */
export function wireDeriving(theCase, { steps, questions, grid, dialog, panel, showSteps }) {
  const { engine, store, attempt } = theCase
  const derived = new DerivedColumns(theCase, { steps, questions })
  const fieldNames = () => store.get().fields.map(({ name }) => name)
  const split = (/** @type {string} */ field) => dialog.open({ field, fields: fieldNames() })

  dialog.connect({
    suggest: async field => (await engine).suggest(field, { query: store.get().answer?.query ?? '' }),
    async preview(step, options) {
      const { id, ...others } = step
      // A step that is edited is previewed as a new one: its own columns do not count as taken.
      const query = store.get().answer?.query ?? ''
      const shown = await (await engine).preview(others, { query, ...options })
      return id ? { ...shown, step: { ...shown.step, id } } : shown
    },
    patterns: async () => (await engine).grokPatterns(),
    apply: step => derived.applyStep(step),
  })
  panel.connect({
    steps: async () => (await engine).steps(),
    change: (next, label) => derived.change(next, label),
    edit(step) {
      const field = typeof step.from === 'string' ? step.from : ''
      dialog.open({ field, fields: fieldNames(), step })
    },
    showRows(query) {
      questions.ask(query)
    },
    add: () => split('message'),
    save: () => derived.save(),
    load: file => derived.load(file),
  })
  showSteps.addEventListener('click', () => panel.open())
  on(grid, 'split', split)
  steps.onWalk(() => attempt(() => derived.followView()))
}
