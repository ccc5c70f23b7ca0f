/**
 * The view that the analyst has made, and the steps that led there. Pure.
 *
 * A view is the part of the state that undo, redo and the browser's Back and Forward walk, and that a recipe keeps:
 * what she asked and how she looks at the answer. Of the logs it holds only values that she typed or chose.
 */

/** @import { Milliseconds, SortKey, Step as Derivation } from '../types.d.ts' */
/** @import { Column } from './columns.js' */
/** @import { PivotView } from './pivot.js' */

import { CLOUDTRAIL_COLUMNS } from './columns.js'
import { FIRST_PIVOT } from './pivot.js'

/** @typedef {'rows' | 'pivot' | 'about' | 'sources'} Tab what fills the page */

/**
 * A clause of the filter that is switched off. The query is without it; among the query's clauses, its place is `at`.
 *
 * @typedef {{ text: string, at: number }} OffClause
 */

/**
 * How the timeline shows the answer.
 *
 * @typedef {object} TimelineView
 * @property {string} by the field that it is stacked by; '' for none
 * @property {Milliseconds | null} interval of a bucket; null: chosen by the span
 * @property {boolean} isLog
 */

/**
 * @typedef {object} View
 * @property {Tab} tab
 * @property {string} query the newest question
 * @property {readonly OffClause[]} off by `at`
 * @property {readonly SortKey[]} sort
 * @property {readonly Column[]} columns
 * @property {readonly Derivation[]} derived the steps that make columns
 * @property {readonly string[]} groups fields that the rows are grouped by, outermost first
 * @property {TimelineView} timeline
 * @property {PivotView} pivot
 * @property {string} about the value of the view "About"; '': none
 */

/** @type {View} */
export const FIRST_VIEW = {
  tab: 'rows',
  query: '',
  off: [],
  sort: [],
  columns: CLOUDTRAIL_COLUMNS,
  derived: [],
  groups: [],
  timeline: { by: 'event.outcome', interval: null, isLog: false },
  pivot: FIRST_PIVOT,
  about: '',
}

/**
 * A view and what led to it, for people: `Sort by eventName`.
 *
 * @typedef {object} Step
 * @property {View} view
 * @property {string} label
 * @property {string} kind steps of one kind that follow each other become one; a step of the kind '' stays one
 */

/**
 * All steps, and which of them is on screen: the steps after it can be done again.
 *
 * @typedef {{ steps: readonly Step[], at: number }} History
 */

/** At most this many steps are kept. */
export const STEPS_LIMIT = 200

/** @type {History} */
export const FIRST_HISTORY = { steps: [{ view: FIRST_VIEW, label: 'Start', kind: '' }], at: 0 }

/**
 * The part of `state` that is a view.
 *
 * @param {View} state or more
 * @returns {View}
 */
export const viewOf = ({ tab, query, off, sort, columns, derived, groups, timeline, pivot, about }) => ({
  tab,
  query,
  off,
  sort,
  columns,
  derived,
  groups,
  timeline,
  pivot,
  about,
})

/**
 * With one more step; if it is of the same kind as the last step, in its place. Undone steps are dropped.
 *
 * @param {History} history
 * @param {Step} step
 * @returns {History}
 */
export function recorded({ steps, at }, step) {
  const last = steps[at]
  const isSame = step.kind !== '' && last?.kind === step.kind && at === steps.length - 1
  const kept = steps.slice(0, isSame ? at : at + 1)
  const next = [...kept, step].slice(-STEPS_LIMIT)
  return { steps: next, at: next.length - 1 }
}

/**
 * With the view of the step on screen replaced: a change by the page itself is no step.
 *
 * @param {History} history
 * @param {View} view
 * @returns {History}
 */
export const amended = ({ steps, at }, view) => ({
  steps: steps.map((step, i) => (i === at ? { ...step, view } : step)),
  at,
})

/** The step that undo would take back; undefined at the start. @param {History} history */
export const undoable = ({ steps, at }) => (at > 0 ? steps[at] : undefined)

/** The step that redo would do again; undefined at the end. @param {History} history */
export const redoable = ({ steps, at }) => steps[at + 1]
