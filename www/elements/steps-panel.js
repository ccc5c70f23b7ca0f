/** @import { Step, StepInfo } from '../types.d.ts' */

import { h, setText } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { visibleText } from '../lib/safe-text.js'
import { stepWords } from '../lib/step-words.js'

/**
 * What the panel asks of the page. A change rejects if the steps do not fit together.
 *
 * @typedef {object} StepsDoor
 * @property {() => Promise<StepInfo[]>} steps
 * @property {(steps: Step[], label: string) => Promise<void>} change replaces all steps
 * @property {(step: Step) => void} edit
 * @property {(query: string) => void} showRows
 * @property {() => void} add
 * @property {() => Promise<void>} save
 * @property {(file: File) => Promise<string[]>} load returns what could not be applied
 */

/**
 * All steps that make columns, in plain words and in their order; each can be edited, moved, switched off and removed.
 * Saves them to a file, and replays one.
 *
 *     panel.open()
 */
export class StepsPanel extends HTMLElement {
  /** @type {StepsDoor | null} */
  #door = null
  #dialog = h('dialog', { 'aria-labelledby': 'steps-title' })
  #list = h('ol')
  #told = h('p', { class: 'told', role: 'status' })
  #problem = h('p', { class: 'problem', role: 'alert' })
  #file = h('input', { type: 'file', accept: '.json,application/json', class: 'recipe', hidden: '' })

  connectedCallback() {
    /** @param {string} name @param {string} label @param {() => void} act */
    const button = (name, label, act) => {
      const made = h('button', { type: 'button', class: name }, label)
      made.addEventListener('click', act)
      return made
    }
    this.#dialog.append(
      h('header', {}, h('h2', { id: 'steps-title' }, 'Steps')),
      this.#list,
      this.#problem,
      this.#told,
      this.#file,
      h(
        'footer',
        {},
        button('add', 'Make columns …', () => {
          this.#dialog.close()
          this.#door?.add()
        }),
        button('save', 'Save recipe', () => this.#try(async () => this.#door?.save())),
        button('load', 'Load recipe', () => this.#file.click()),
        button('close', 'Close', () => this.#dialog.close()),
      ),
    )
    this.append(this.#dialog)
    this.#file.addEventListener('change', () => {
      const file = this.#file.files?.[0]
      this.#file.value = ''
      if (file) this.#try(() => this.#load(file))
    })
  }

  /** @param {StepsDoor} door */
  connect(door) {
    this.#door = door
  }

  open() {
    setText(this.#told, '')
    setText(this.#problem, '')
    this.#dialog.showModal()
    this.#try(() => this.refresh())
  }

  /** Shows the steps as they are now. */
  async refresh() {
    const infos = (await this.#door?.steps()) ?? []
    const items = infos.map((info, index) => this.#item(info, index, infos))
    this.#list.replaceChildren(...items)
    if (infos.length === 0) {
      this.#list.append(h('li', { class: 'soft' }, 'No columns have been made yet: press s in a column.'))
    }
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    try {
      setText(this.#problem, '')
      await act()
    } catch (error) {
      setText(this.#problem, visibleText(error instanceof Error ? error.message : String(error)))
    }
  }

  /** @param {File} file */
  async #load(file) {
    const told = (await this.#door?.load(file)) ?? []
    await this.refresh()
    setText(this.#told, told.length > 0 ? visibleText(told.join('\n')) : 'All of the recipe was applied')
  }

  /**
   * @param {StepInfo} info
   * @param {number} index
   * @param {readonly StepInfo[]} infos
   */
  #item({ step, misfits, problem }, index, infos) {
    const all = () => infos.map(info => /** @type {Step} */ (info.step))
    const words = visibleText(stepWords(step))
    /** @param {string} name @param {string} label @param {() => Step[]} next @param {string} what */
    const changing = (name, label, next, what) => {
      const button = h('button', { type: 'button', class: name, 'aria-label': `${what}: ${words}` }, label)
      button.addEventListener('click', () =>
        this.#try(async () => {
          await this.#door?.change(next(), `${what}: ${words}`)
          await this.refresh()
          this.#focus(index, name)
        }),
      )
      return button
    }
    const up = changing('up', '↑', () => moved(all(), index, -1), 'Move up')
    const down = changing('down', '↓', () => moved(all(), index, 1), 'Move down')
    up.disabled = index === 0
    down.disabled = index === infos.length - 1
    const edit = h('button', { type: 'button', class: 'edit', 'aria-label': `Edit: ${words}` }, 'Edit')
    edit.addEventListener('click', () => {
      this.#dialog.close()
      this.#door?.edit(step)
    })
    const rows = h(
      'button',
      { type: 'button', class: 'misfits', 'aria-label': `Rows that do not fit: ${words}` },
      'Rows that do not fit',
    )
    rows.addEventListener('click', () => {
      this.#dialog.close()
      this.#door?.showRows(misfits)
    })
    const toggled = () => all().map((own, i) => (i === index ? { ...own, off: !own.off } : own))
    const off = changing(
      'off',
      step.off ? 'Switch on' : 'Switch off',
      toggled,
      step.off ? 'Switch on' : 'Switch off',
    )
    const remove = changing('remove', 'Remove', () => all().toSpliced(index, 1), 'Remove')
    return h(
      'li',
      { class: step.off ? 'is-off' : '' },
      h('p', { class: 'words' }, words, step.off ? ' (off)' : ''),
      ...(problem ? [h('p', { class: 'warning' }, `⚠ ${visibleText(problem)}`)] : []),
      h('p', { class: 'tools' }, up, down, edit, rows, off, remove),
      this.#names(step, index, all),
    )
  }

  /**
   * Inputs for the names of the columns.
   *
   * @param {StepInfo['step']} step
   * @param {number} index
   * @param {() => Step[]} all
   */
  #names(step, index, all) {
    const inputs = step.columns.map((column, nth) => {
      const input = h('input', {
        type: 'text',
        'aria-label': `Name of column ${nth + 1} of step ${index + 1}`,
        spellcheck: 'false',
        autocomplete: 'off',
      })
      input.value = column.name
      input.addEventListener('change', () =>
        this.#try(async () => {
          const columns = step.columns.map((own, i) => (i === nth ? { ...own, name: input.value } : own))
          const next = all().map((own, i) => (i === index ? { ...own, columns } : own))
          await this.#door?.change(next, `Rename ${column.name} to ${input.value}`)
          await this.refresh()
        }),
      )
      return input
    })
    return h(
      'details',
      {},
      h('summary', {}, plural(step.columns.length, 'column')),
      h('div', { class: 'names' }, ...inputs),
    )
  }

  /** Gives the focus back to the pressed button after the list was made anew. @param {number} index @param {string} name */
  #focus(index, name) {
    const item = this.#list.children[Math.min(index, this.#list.children.length - 1)]
    const again = item?.querySelector(`.${name}:not(:disabled)`) ?? this.#dialog.querySelector('.close')
    if (again instanceof HTMLElement) again.focus()
  }
}

/** @param {Step[]} steps @param {number} index @param {number} by */
const moved = (steps, index, by) => {
  const [step] = steps.splice(index, 1)
  return step ? steps.toSpliced(index + by, 0, step) : steps
}

customElements.define('steps-panel', StepsPanel)
