/**
 * The state of the page, and the pure functions that change it.
 */

/** @import { CssPixels, EventDetail, Explanation, FieldInfo, Progress } from '../types.d.ts' */
/** @import { RowIndex, Selection, SourceInfo, Timeline } from '../types.d.ts' */
/** @import { Branch } from '../lib/groups.js' */
/** @import { OpenFacet } from './facets.js' */
/** @import { SavedFilter } from './pills.js' */
/** @import { History, View } from './view.js' */

import { clamp } from '../lib/window.js'
import { amended, FIRST_HISTORY, FIRST_VIEW, recorded, viewOf } from './view.js'

/** @typedef {'system' | 'light' | 'dark'} Theme */
/** @typedef {'fields' | 'detail'} Side */

/**
 * How the page is laid out: the only part of the state that is stored.
 *
 * @typedef {object} Layout
 * @property {Theme} theme
 * @property {Record<Side, { width: CssPixels, isOpen: boolean }>} sides
 * @property {boolean} isTimelineOpen
 * @property {boolean} isHeaderCopied copied cells come with the names of their columns
 */

/**
 * A query that could not be answered.
 *
 * @typedef {object} QueryProblem
 * @property {string} query
 * @property {string} message
 * @property {string} expected what the query would need; '' if that is not known
 * @property {{ first: number, end: number } | null} at
 */

/**
 * @typedef {object} Opened
 * @property {EventDetail} detail
 * @property {boolean} isRowKnown false: the answer has changed, and the event may be in another row
 */

/**
 * @typedef {object} Marks
 * @property {number} rows
 * @property {number} cells
 */

/**
 * The fields of an answer, each with its number of rows and of different values.
 *
 * @typedef {{ answer: Selection, fields: readonly FieldInfo[] }} Counted
 */

/**
 * Why an answer has no rows.
 *
 * @typedef {{ answer: Selection, explanation: Explanation }} Explained
 */

/**
 * An answer in groups.
 *
 * @typedef {{ answer: Selection, groups: readonly string[], root: Branch }} Grouped
 */

/**
 * A text that is sought in the rows.
 *
 * @typedef {object} Finding
 * @property {string} text '' for none
 * @property {number | null} count rows with the text; null: not known yet
 * @property {number | null} nth which of these rows, from 0, was visited last
 * @property {boolean} isLoading files are being read: the count may grow
 */

/** @type {Finding} */
export const NOTHING_SOUGHT = { text: '', count: null, nth: null, isLoading: false }

/**
 * First and last time, as the engine writes them.
 *
 * @typedef {{ first: string, last: string }} Span
 */

/**
 * @typedef {View & PageState} State
 *
 * @typedef {object} PageState
 * @property {History} history
 * @property {Layout} layout
 * @property {number} nLoads loads that run or wait
 * @property {Progress | null} progress of the load that runs or ran last
 * @property {readonly SourceInfo[]} sources
 * @property {number} nRejects
 * @property {readonly FieldInfo[]} fields
 * @property {readonly OpenFacet[]} facets fields that are open in the list of fields, with their values
 * @property {Counted | null} counted
 * @property {Timeline | null} times the timeline of the answer, or of the answer before
 * @property {boolean} isAsking
 * @property {Selection | null} answer the last one without a problem
 * @property {QueryProblem | null} problem of the newest query
 * @property {readonly SavedFilter[]} saved by name
 * @property {Span | null} span of the answer
 * @property {Finding} finding
 * @property {Explained | null} explained
 * @property {Grouped | null} grouped null: the rows are not grouped, or not yet
 * @property {Opened | null} opened
 * @property {Marks} marks
 * @property {string} notice the newest message to the analyst
 */

/** @type {Record<Side, { least: CssPixels, most: CssPixels }>} */
export const SIDE_LIMITS = { fields: { least: 180, most: 560 }, detail: { least: 260, most: 960 } }

/** @type {Layout} */
export const DEFAULT_LAYOUT = {
  theme: 'system',
  sides: { fields: { width: 300, isOpen: true }, detail: { width: 420, isOpen: false } },
  isTimelineOpen: true,
  isHeaderCopied: true,
}

/**
 * @param {Layout} layout
 * @returns {State}
 */
export const initialState = layout => ({
  ...FIRST_VIEW,
  history: FIRST_HISTORY,
  layout,
  nLoads: 0,
  progress: null,
  sources: [],
  nRejects: 0,
  fields: [],
  facets: [],
  counted: null,
  times: null,
  isAsking: false,
  answer: null,
  problem: null,
  saved: [],
  span: null,
  finding: NOTHING_SOUGHT,
  explained: null,
  grouped: null,
  opened: null,
  marks: { rows: 0, cells: 0 },
  notice: '',
})

/**
 * The analyst has changed her view: a step that can be undone.
 *
 * @param {State} state
 * @param {Partial<View>} change
 * @param {string} label what she did, for people
 * @param {string} [kind] steps of one kind that follow each other become one
 * @returns {State}
 */
export function withStep(state, change, label, kind = '') {
  const next = { ...state, ...change }
  return { ...next, history: recorded(state.history, { view: viewOf(next), label, kind }) }
}

/**
 * The page itself has changed the view: no step of its own.
 *
 * @param {State} state
 * @param {Partial<View>} change
 * @returns {State}
 */
export function withAdjusted(state, change) {
  const next = { ...state, ...change }
  return { ...next, history: amended(state.history, viewOf(next)) }
}

/**
 * The view of the step `at`; its query is still to be asked.
 *
 * @param {State} state
 * @param {number} at held within the steps
 * @returns {State}
 */
export function withStepAt(state, at) {
  const { steps } = state.history
  const held = clamp(at, 0, steps.length - 1)
  return { ...state, ...steps[held]?.view, history: { steps, at: held } }
}

/**
 * @param {State} state
 * @param {Side} side
 * @param {Partial<{ width: CssPixels, isOpen: boolean }>} change a width is held within the limits
 * @returns {State}
 */
export function withSide(state, side, change) {
  const { least, most } = SIDE_LIMITS[side]
  const next = { ...state.layout.sides[side], ...change }
  next.width = Math.round(clamp(next.width, least, most))
  return { ...state, layout: { ...state.layout, sides: { ...state.layout.sides, [side]: next } } }
}

/**
 * @param {State} state
 * @returns {State}
 */
export const withLoadBegun = state => ({ ...state, nLoads: state.nLoads + 1 })

/**
 * @param {State} state
 * @param {Progress | null} progress null: the load failed
 * @returns {State}
 */
export const withLoadEnded = (state, progress) => ({
  ...state,
  nLoads: state.nLoads - 1,
  progress: progress ?? state.progress,
})

/**
 * The state holds a question before its answer comes: an answer to any other question is late, and dropped.
 *
 * @param {State} state
 * @param {string} query
 * @returns {State}
 */
export const withQuestion = (state, query) => ({ ...state, query, isAsking: true })

/**
 * @param {State} state
 * @param {Selection} answer
 * @returns {State}
 */
export const withAnswer = (state, answer) => ({
  ...state,
  answer,
  isAsking: false,
  problem: null,
  span: state.answer?.query === answer.query ? state.span : null,
  opened: state.opened && { ...state.opened, isRowKnown: false },
})

/**
 * A new answer to the same question, after more has been read. A question that the analyst has asked meanwhile goes on.
 *
 * @param {State} state
 * @param {Selection} answer
 * @returns {State}
 */
export function withRefreshed(state, answer) {
  const { isAsking, problem } = state
  return { ...withAnswer(state, answer), isAsking, problem }
}

/**
 * The last good answer stays.
 *
 * @param {State} state
 * @param {QueryProblem} problem
 * @returns {State}
 */
export const withProblem = (state, problem) => ({ ...state, isAsking: false, problem })

/**
 * @param {State} state
 * @param {EventDetail} detail
 * @param {Selection} answer the one with the event
 * @returns {State}
 */
export const withOpened = (state, detail, answer) =>
  withSide({ ...state, opened: { detail, isRowKnown: state.answer === answer } }, 'detail', { isOpen: true })

/**
 * If the new answer has the opened event in the same row, that row is known again. The event's time may have changed.
 *
 * @param {State} state
 * @param {EventDetail} found the new answer's event in that row
 * @returns {State}
 */
export function withRowChecked(state, found) {
  const detail = state.opened?.detail
  const isSame = detail?.row === found.row && detail.path === found.path && detail.offset === found.offset
  if (!isSame) return state
  const isAsRead = detail.time === found.time && detail.source === found.source
  return { ...state, opened: { detail: isAsRead ? detail : found, isRowKnown: true } }
}

/**
 * Sources are read in another way: the known times are no longer true.
 *
 * @param {State} state
 * @returns {State}
 */
export const withTimesAnew = state => ({ ...state, span: null })

/**
 * Closes an opened event that was not found again: its row may be another event by now.
 *
 * @param {State} state
 * @returns {State}
 */
export const withoutLostEvent = state =>
  state.opened?.isRowKnown === false ? { ...state, opened: null } : state

/**
 * Whether there is a case: whether any file was added.
 *
 * @param {State} state
 */
export const hasCase = ({ nLoads, progress, sources }) =>
  nLoads > 0 || progress !== null || sources.length > 0

/**
 * The row of the opened event in the answer on screen; -1: there is none.
 *
 * @param {State} state
 * @returns {RowIndex}
 */
export const openRow = ({ opened }) => (opened?.isRowKnown ? opened.detail.row : -1)
