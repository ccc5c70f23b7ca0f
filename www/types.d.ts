/**
 * Trailglass: the shapes a program sees. Units are type names; ranges are half-open `first..end`.
 *
 *     const engine = await createEngine()
 *     await engine.add(files, { onProgress })
 *     const selection = await engine.filter('eventName: RunInstances', { sort: [{ field: '@timestamp' }] })
 *     const page = await selection.rows(0, 50, ['@timestamp', 'eventName'])
 */

/** Nanoseconds since the Unix epoch, UTC. */
export type Nanos = bigint
/** A place in a selection's order, 0-based. */
export type RowIndex = number
/** A count of bytes. */
export type Bytes = number
export type Milliseconds = number
export type CssPixels = number
/** A source's number: its place in the order in which sources were added, 0-based. */
export type SourceId = number

export interface EngineOptions {
  /** How many workers read and answer; 1 to 8. Default: the logical cores, at most 8. In Node all of them run in this thread. */
  shards?: number
}

/** A file under a path of the caller's choice. In Node, `fs.openAsBlob` makes the blob. */
export interface NamedBlob {
  path: string
  blob: Blob
}

/** A browser's `File` is named by its `webkitRelativePath`, or by its name where it has none. */
export type SourceInput = File | NamedBlob

export interface AddOptions {
  /** Called a few times a second while loading, and once at the end. */
  onProgress?: (progress: Progress) => void
  /** Stops reading. What has been read stays; sources not read to their end say so. */
  signal?: AbortSignal
}

export interface Progress {
  bytesRead: Bytes
  bytesTotal: Bytes
  sourcesRead: number
  sourcesTotal: number
  events: number
  duplicates: number
  rejects: number
  elapsed: Milliseconds
  /** False in the last call. */
  isLoading: boolean
  /** True when the signal stopped it. */
  isCancelled: boolean
}

/** One dropped file, and what became of its records: `records = events + duplicates + rejects`. */
export interface SourceInfo {
  id: SourceId
  path: string
  bytes: Bytes
  /** Of the file as read, in hexadecimal; null until all of it has been read. */
  sha256: string | null
  /** What the bytes are wrapped in, outermost first: `[]` for a plain file, `['gzip']`. */
  containers: string[]
  /** `aws.cloudtrail`, `aws.cloudtrail.digest`, …; null where no format was recognised. */
  format: string | null
  state: 'waiting' | 'reading' | 'read' | 'cancelled' | 'failed'
  records: number
  events: number
  duplicates: number
  rejects: number
  firstTime: Nanos | null
  lastTime: Nanos | null
  /** What is wrong with the source as a whole, for people; empty when nothing is. */
  problems: Problem[]
}

export interface Problem {
  /** Stable: `gzip-truncated`, `gzip-checksum`, `not-recognised`, `empty`, `unreadable`, … */
  code: string
  message: string
}

/** A record that is no event. */
export interface RejectInfo {
  source: SourceId
  path: string
  /** Where it starts in the source, after unwrapping. */
  offset: Bytes
  length: Bytes
  /** 1-based. */
  line: number
  reason: string
}

export type ValueKind = 'text' | 'number' | 'boolean' | 'time'

export interface FieldInfo {
  name: string
  /** The kinds of value seen. */
  kinds: ValueKind[]
  /** How many rows have at least one value. */
  rows: number
  /** How many different values there are; null until asked for with `{ distinct: true }`. */
  distinct: number | null
  /** True where a row may have several values (`[]` in the name). */
  isMultiple: boolean
  /** What it means and its unit; empty for a field that only the data names. */
  description: string
}

export interface SortKey {
  field: string
  /** Default: ascending. Rows without a value come last either way. */
  descending?: boolean
}

export interface FilterOptions {
  /** The first key decides, then the next; at last `@timestamp`, path and position. Default: just those. */
  sort?: SortKey[]
  signal?: AbortSignal
}

export interface Engine {
  /** Reads files and adds their events. May be called again; calls queue. Answers may be asked for meanwhile. */
  add(files: Iterable<SourceInput>, options?: AddOptions): Promise<Progress>
  sources(): Promise<SourceInfo[]>
  /** The rejects of all sources, by path and position; `count` is of all of them. */
  rejects(first: number, end: number): Promise<{ count: number; rejects: RejectInfo[] }>
  /** Every field that has a value somewhere, by name. */
  fields(options?: { distinct?: boolean }): Promise<FieldInfo[]>
  /** The rows that `query` accepts; '' accepts all. Rejects with a `query` error, and marks where. */
  filter(query: string, options?: FilterOptions): Promise<Selection>
  /** Ends the workers and gives the memory back. */
  close(): void
}

/** An answer: which rows, in which order. It stays as it is while more is loaded; ask again for more. */
export interface Selection {
  readonly query: string
  readonly sort: readonly SortKey[]
  /** Rows that pass. */
  readonly count: number
  /** Rows that were there to ask. */
  readonly total: number
  /** True while files were still being read: the count is a "so far". */
  readonly isLoading: boolean
  /** The cells of rows `first..end`, for showing: long values are clipped. */
  rows(
    first: RowIndex,
    end: RowIndex,
    fields: readonly string[],
    options?: { signal?: AbortSignal },
  ): Promise<RowWindow>
  /** Everything about one row, with its original bytes, read again from the file. */
  event(row: RowIndex): Promise<EventDetail>
  /** Forgets it in the engine. Forgotten by itself when no longer used. */
  close(): void
}

/** Some rows of a selection, column by column. */
export interface RowWindow {
  first: RowIndex
  end: RowIndex
  fields: readonly string[]
  /** `columns[column][row - first]`; null where the row has no value; several values are joined by ", ". */
  columns: (string | null)[][]
  /** Cells that were cut to 512 characters: what they would have been long, in characters. */
  clipped: { row: RowIndex; column: number; length: number }[]
}

export interface EventDetail {
  row: RowIndex
  source: SourceId
  path: string
  offset: Bytes
  length: Bytes
  /** 1-based. */
  line: number
  time: Nanos | null
  /** All fields with their values, by name; a value is cut to 64 Ki characters. */
  fields: { name: string; values: string[] }[]
  /** The record as it stands in the file, decoded as UTF-8 for showing; at most 1 MiB of it. */
  original: string
  isOriginalClipped: boolean
  /** Other copies of the same event that were set aside as duplicates. */
  copies: { path: string; offset: Bytes; line: number }[]
}

/** Every error of this library. `message` is for people, `code` for programs and stable. */
export interface TrailglassError extends Error {
  code: 'query' | 'cancelled' | 'unreadable' | 'closed' | 'range' | 'crashed'
  /** For `query`: where in the text, in UTF-16 units, half-open. */
  at?: { first: number; end: number }
  /** For `query`: what was expected there. */
  expected?: string
}

export function createEngine(options?: EngineOptions): Promise<Engine>
