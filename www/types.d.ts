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
/** Since the Unix epoch, as `File.lastModified`. */
export type EpochMilliseconds = number
export type CssPixels = number
/** A source's number. Files are numbered from 0 as they were added; members of archives have numbers of their own. */
export type SourceId = number

export interface EngineOptions {
  /** How many workers read and answer; 1 to 8. Default: the logical cores, at most 8. In Node all of them run in this thread. */
  shards?: number
}

/** A file under a path of the caller's choice. In Node, `fs.openAsBlob` makes the blob. */
export interface NamedBlob {
  path: string
  blob: Blob
  /** When it was last modified; by default what the blob says, if it is a `File`. */
  modified?: EpochMilliseconds
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

/**
 * One dropped file or member of one, and what became of its records: `records = events + duplicates + rejects`. The
 * events of an archive are those of its members, which come behind all files.
 */
export interface SourceInfo {
  id: SourceId
  /** Of a member: `logs.tar.gz!/var/log/secure`. */
  path: string
  /** The file it is a member of. */
  parent: SourceId | null
  /** How many members it has that are sources of their own. */
  members: number
  /** Of a member 0. */
  bytes: Bytes
  modified: EpochMilliseconds | null
  /** Of the file as read, in hexadecimal; null until all of it has been read. */
  sha256: string | null
  /** What the bytes are wrapped in, outermost first: `[]` for a plain file, `['gzip']`. */
  containers: string[]
  /** `aws.cloudtrail`, `aws.cloudtrail.digest`, …; null where no format was recognised. */
  format: string | null
  /** How sure the format is, in percent: 100 if it can be no other; null without a format. */
  confidence: number | null
  /** Whether `treatAs` said the format. */
  isFormatSet: boolean
  /** How its times are read that do not say all. */
  clock: ClockInfo
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

export interface ClockInfo {
  /** The zone of times that say none: `UTC`, `+02:00`, `Europe/Berlin`. */
  zone: string
  /** Whether `setZone` named this source. */
  isZoneSet: boolean
  /** Events whose records say no zone, and those that say no year. */
  zoneless: number
  yearless: number
  /** The year of the last record that says none; null where all do. */
  year: number | null
  /**
   * Where it comes from: `set`, the date in its `name` or in that of a `sibling`, other `records` of it, the time at
   * which it was `modified`, the rest of the `case`, `modified-later`, or `unknown`.
   */
  yearReason:
    | 'set'
    | 'name'
    | 'sibling'
    | 'records'
    | 'modified'
    | 'case'
    | 'modified-later'
    | 'unknown'
    | null
}

/** What a source is to be read as. */
export interface TreatAs {
  /** The name of a format: see `formats`. */
  format: string
  /** What the format is to know: see `FormatInfo.settings`. */
  settings?: string
}

export interface FormatInfo {
  name: string
  /** What `TreatAs.settings` says of it, in words; null where it takes none. */
  settings: string | null
  /** The fields that it is known to produce; others are named by the data. */
  fields: { name: string; description: string }[]
}

export interface Problem {
  /** Stable: `truncated`, `checksum`, `not-recognised`, `empty`, `unreadable`, … */
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
  /** Files in the order in which they were added, then members of archives. */
  sources(): Promise<SourceInfo[]>
  /** Every format that is known. */
  formats(): Promise<FormatInfo[]>
  /**
   * Reads sources again, as the format that is said; with null as what they are found to be. A member of an archive has
   * another number afterwards. Open selections end.
   */
  treatAs(
    sources: Iterable<SourceId>,
    treatAs: TreatAs | null,
    options?: { signal?: AbortSignal },
  ): Promise<void>
  /**
   * Sets the zone of times that say none, for some sources or (by default) for all of which nothing was said: `UTC`,
   * `+02:00`, `Europe/Berlin`. Nothing is read again. Open selections end where a time changes.
   */
  setZone(zone: string, sources?: Iterable<SourceId>): Promise<void>
  /** Sets the year of the last record of sources whose records say none; null has it found again. As `setZone`. */
  setYear(year: number | null, sources: Iterable<SourceId>): Promise<void>
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
