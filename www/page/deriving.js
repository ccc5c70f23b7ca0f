/** Columns that are made of others. Their steps are part of the view, so that undo and redo walk them. */

/** @import { Step, StepInfo } from '../types.d.ts' */
/** @import { View } from '../state/view.js' */

import { SplitDialog } from '../elements/split-dialog.js'
import { StepsPanel } from '../elements/steps-panel.js'
import { part } from '../lib/dom.js'
import { visibleText } from '../lib/safe-text.js'
import { saveBlob } from '../lib/save.js'
import { actionWords } from '../lib/step-words.js'
import { withColumns, withoutColumn } from '../state/columns.js'
import { keptView, viewFrom } from '../state/recipe.js'
import { ask, askView, refresh, refreshLists } from './asking.js'
import { engine, say, store } from './case.js'
import { onWalk, take } from './steps.js'

const dialog = part(document, 'split-dialog', SplitDialog)
const panel = part(document, 'steps-panel', StepsPanel)

/** One change after the other. */
let changing = Promise.resolve()

/** What the engine makes. @type {readonly Step[]} */
let applied = store.get().derived

/**
 * Changes what the engine makes, one change after the other.
 *
 * @param {(engine: import('../types.d.ts').Engine) => Promise<StepInfo[]>} work
 * @returns {Promise<StepInfo[]>}
 */
function inTurn(work) {
  const change = changing.then(async () => work(await engine))
  changing = change.then(
    () => {},
    () => {},
  )
  return change
}

/** Has the engine make these, and no others. @param {readonly Step[]} steps */
const apply = steps =>
  inTurn(async engine => {
    const infos = await engine.setSteps(steps)
    applied = steps
    return infos
  })

/** Has the engine make one more, whose columns it finds where the step says none. @param {Step} step */
const append = step =>
  inTurn(async engine => {
    await engine.derive(step)
    return engine.steps()
  })

/** What shows is asked for anew. */
async function showAnew() {
  while (!(await refresh()));
  await refreshLists()
}

/** @param {readonly Step[]} steps */
const namesOf = steps =>
  steps.flatMap(step =>
    step.off
      ? []
      : (step.columns ?? []).flatMap(column =>
          column === null ? [] : [typeof column === 'string' ? column : column.name],
        ),
  )

/**
 * The analyst changes the steps.
 *
 * @param {Step[]} steps
 * @param {string} label
 * @param {Partial<View>} [also] what else changes with them
 */
const change = (steps, label, also) => show(apply(steps), label, also)

/**
 * Shows a change of the steps: the columns that are new show before what they are made of, those that went go.
 *
 * @param {Promise<StepInfo[]>} made what the engine makes once it is done
 * @param {string} label
 * @param {Partial<View>} [also] what else changes with them
 */
async function show(made, label, also = {}) {
  const before = namesOf(applied)
  const infos = await made
  const derived = infos.map(({ step }) => /** @type {Step} */ (step))
  applied = derived
  const names = namesOf(derived)
  const gone = before.filter(name => !names.includes(name))
  const fresh = names.filter(name => !before.includes(name))
  const last = derived.findLast(step => namesOf([step]).some(name => fresh.includes(name)))
  const from = typeof last?.from === 'string' ? last.from : ''
  const columns = withColumns(gone.reduce(withoutColumn, store.get().columns), fresh, from)
  take({ derived, columns, ...also }, label)
  await askView()
  await showAnew()
}

onWalk(() => {
  const { derived } = store.get()
  if (derived === applied) return
  apply(derived).then(showAnew).catch(say)
})

const fieldNames = () => store.get().fields.map(({ name }) => name)

/** Opens the dialog for a column. @param {string} field */
export function split(field) {
  dialog.open({ field, fields: fieldNames() })
}

/** Opens the list of steps. */
export const showSteps = () => panel.open()

dialog.connect({
  suggest: async field => (await engine).suggest(field, { query: store.get().answer?.query ?? '' }),
  preview: async (step, options) => {
    const { id, ...said } = step
    // Edited, a step is looked at as if it were not there yet.
    const shown = await (await engine).preview(said, { query: store.get().answer?.query ?? '', ...options })
    return id ? { ...shown, step: { ...shown.step, id } } : shown
  },
  patterns: async () => (await engine).grokPatterns(),
  async apply(step) {
    if (step.id) {
      const { derived } = store.get()
      const next = derived.map(own => (own.id === step.id ? { ...step, off: own.off ?? false } : own))
      return change(next, `Edit: ${actionWords(step)}`)
    }
    return show(append(step), actionWords(step))
  },
})

panel.connect({
  steps: async () => (await engine).steps(),
  change,
  edit: step => {
    const field = typeof step.from === 'string' ? step.from : ''
    dialog.open({ field, fields: fieldNames(), step })
  },
  showRows: query => {
    ask(query)
  },
  add: () => split('message'),
  async save() {
    const recipe = await (await engine).recipe({ view: keptView(store.get()) })
    saveBlob(
      new Blob([JSON.stringify(recipe, null, 2)], { type: 'application/json' }),
      'trailglass-recipe.json',
    )
  },
  async load(file) {
    const text = await file.text()
    const ready = await engine
    const replayed = await ready.replay(text)
    const steps = (await ready.steps()).map(({ step }) => /** @type {Step} */ (step))
    const { view, unfit } = viewFrom(replayed.view)
    const { saved = store.get().saved, ...also } = view
    store.change(state => ({ ...state, saved }))
    await change(steps, `Load the recipe ${visibleText(file.name)}`, also)
    return [
      ...replayed.notApplied.map(({ what, why }) => `${what}: ${why}`),
      ...unfit.map(part => `the view's ${part}: not as a recipe has it`),
    ]
  },
})
