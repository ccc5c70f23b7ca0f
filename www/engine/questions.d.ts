/** What the page asks the hub, and what is answered: one line a question, as the core's door reads and writes it. */
import type {
  CompleteStep,
  Completion,
  EventDetail,
  Explanation,
  Facet,
  FieldInfo,
  Nanos,
  Occurrence,
  Pivot,
  QueryEdit,
  RejectInfo,
  SortKey,
  StepInfo,
  Suggestion,
  Timeline,
} from '../types.d.ts'

export interface Questions {
  filter: { request: { query: string; sort: SortKey[] }; reply: Filtered }
  facets: { request: FacetsRequest; reply: Omit<Facet, 'isLoading'>[] }
  timeline: { request: TimelineRequest; reply: Omit<Timeline, 'isLoading'> }
  pivot: { request: PivotRequest; reply: Omit<Pivot, 'isLoading'> }
  fields: { request: { selection?: number | undefined; distinct: boolean }; reply: FieldInfo[] }
  explain: { request: OfSelection; reply: Explanation['clauses'] }
  find: { request: OfSelection & { text: string; fields?: string[] | undefined }; reply: Found }
  occurrences: { request: OfSelection & { value: string }; reply: Occurrence[] }
  rows: { request: OfSelection & { first: number; end: number; fields: string[] }; reply: Cells }
  event: { request: OfSelection & { row: number }; reply: EventReply }
  rejects: { request: { first: number; end: number }; reply: { count: number; rejects: RejectInfo[] } }
  complete: { request: { query: string; cursor: number }; reply: Completion }
  edit: { request: { query: string; edit: QueryEdit }; reply: string }
  preview: { request: PreviewRequest; reply: PreviewReply }
  suggest: { request: { field: string; query: string }; reply: Suggestion[] }
  /** The step as JSON. */
  derive: { request: { step: string }; reply: StepInfo }
  /** A list as JSON. */
  setSteps: { request: { steps: string }; reply: StepInfo[] }
}

/** Asks one of the questions; its number gives it up. */
export type Ask = <Q extends keyof Questions>(
  question: number,
  kind: Q,
  request: Questions[Q]['request'],
) => Promise<Questions[Q]['reply']>

interface OfSelection {
  selection: number
}

/** `isLoading` is the hub's. */
export interface Filtered {
  number: number
  count: number
  total: number
  isLoading: boolean
}

export interface Found {
  hits: number
  count: number
}

interface FacetsRequest extends OfSelection {
  fields: string[]
  limit: number
  order: string
  search: string
  ignoringOwn: boolean
}

interface TimelineRequest extends OfSelection {
  by: string | undefined
  limit: number
  buckets: number
  interval: Nanos | undefined
  first: Nanos | undefined
  end: Nanos | undefined
  ignoringOwn: boolean
}

interface PivotRequest extends OfSelection {
  rows: WellRequest[]
  columns: WellRequest[]
  values: { kind: string; field: string; quantile: number | undefined; limit: number | undefined }[]
  at: (string | null)[]
  first: number | undefined
  end: number | undefined
  buckets: number
}

interface WellRequest {
  field: string
  bucket: string
  interval: Nanos | undefined
  width: number | undefined
  /** The number of a value; none for the key. */
  by: number | undefined
  descending: boolean
  limit: number | undefined
}

/** Cells of a window, column by column. */
export interface Cells {
  n_rows: number
  /** All texts, one after the other. */
  text: string
  /** Where each cell ends in it, in UTF-16 units. */
  ends: Uint32Array
  /** Whether each cell has a value: 0 or 1. */
  hasValue: Uint8Array
  /** Clipped cells: row, column, characters there would be. */
  clipped: Uint32Array
}

/** Where a record is to be read again. */
export interface Place {
  /** The file that holds it, and which member of it. */
  file: number
  member: number | null
  isWrapped: boolean
  offset: number
  length: number
}

type EventReply = Place & Omit<EventDetail, 'row' | 'original' | 'isOriginalClipped'>

interface PreviewRequest {
  /** As JSON. */
  step: string
  query: string
  rows: number
  misfits: boolean
}

interface PreviewReply {
  step: CompleteStep
  from: string[]
  count: number
  misfits: number
  cells: Cells
}
