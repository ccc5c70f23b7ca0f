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
  /** Of the file as read, in hexadecimal; null until it is known: see `Engine.hashed`. */
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
  /** The year of the newest record that says none; null where all do. */
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
  /** 1-based; null while it is not known, for a part of the file before it is still to be read. */
  line: number | null
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
  /** Waits until the hash of every file that was read to its end is known: files are hashed once their rows are there. */
  hashed(): Promise<void>
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
  /** Sets the year of the newest record of sources whose records say none; null has it found again. As `setZone`. */
  setYear(year: number | null, sources: Iterable<SourceId>): Promise<void>
  /** The rejects of all sources, by path and position; `count` is of all of them. */
  rejects(first: number, end: number): Promise<{ count: number; rejects: RejectInfo[] }>
  /** Every field that has a value somewhere, by name. */
  fields(options?: { distinct?: boolean; signal?: AbortSignal }): Promise<FieldInfo[]>
  /** The rows that `query` accepts; '' accepts all. Rejects with a `query` error, and marks where. */
  filter(query: string, options?: FilterOptions): Promise<Selection>
  /**
   * Adds a step that makes columns of others: they can be asked for at once, like any other column, and are made when
   * they first are. Without `columns` they are found: all values are looked at. Rejects with a `step` error, and marks
   * where in the pattern or the template.
   *
   *     await engine.derive({ kind: 'grok', from: 'message', pattern: 'from %{IP:source.ip} port %{INT:source.port}' })
   *     const failures = await engine.filter('source.ip: 203.0.113.0/24')
   */
  derive(step: Step): Promise<StepInfo>
  /** `derive` of a step of the kind `split`. */
  split(step: Omit<SplitStep, 'kind'>): Promise<StepInfo>
  /** The steps in the order in which they are made. */
  steps(): Promise<StepInfo[]>
  /** Puts these in place of all steps: to undo, to reorder. One may read only what those before it make. */
  setSteps(steps: Iterable<Step>): Promise<StepInfo[]>
  /** Changes some of what a step says: its columns, whether it is off. */
  changeStep(id: string, change: Partial<Step>): Promise<StepInfo>
  removeStep(id: string): Promise<StepInfo[]>
  moveStep(id: string, to: number): Promise<StepInfo[]>
  /** What a step would make of the rows that `query` accepts. Nothing is kept of it. */
  preview(step: Step, options?: PreviewOptions): Promise<Preview>
  /** Steps that the values of a column could be read by, the best first. */
  suggest(field: string, options?: { query?: string; signal?: AbortSignal }): Promise<Suggestion[]>
  /** The named patterns that a `grok` step may be put together of: name, what it stands for, what it means. */
  grokPatterns(): Promise<[name: string, pattern: string, meaning: string][]>
  /** What was said of sources, times and columns, without anything of the logs but names: to save, and to replay. */
  recipe(options?: { view?: object }): Promise<Recipe>
  /**
   * Says of the sources that are there now what a recipe says, and puts its steps in place of all others. Rejects with a
   * `step` error, and changes nothing, where it is no recipe. Open selections end where sources are read again.
   *
   *     const { notApplied } = await engine.replay(JSON.parse(text))
   */
  replay(recipe: Recipe | string): Promise<Replayed>
  /** What stands in the text of a query, right or wrong; never rejects for what the text says. */
  parse(query: string): Promise<ParsedQuery>
  /** The text of `query` after `edit`. Rejects with a `query` error where `query` cannot be read. */
  edit(query: string, edit: QueryEdit): Promise<string>
  /** What can stand at `cursor` of the text of a query. */
  complete(query: string, cursor: Utf16): Promise<Completion>
  /**
   * Everything about a value, over all sources.
   *
   *     const { fields, facets } = await engine.about('203.0.113.80')
   *     fields.forEach(({ dataset, field, whole, part }) => console.log(dataset, field, whole + part))
   */
  about(value: string, options?: AboutOptions): Promise<About>
  /** Ends the workers and gives the memory back. */
  close(): void
}

/** A column that a step makes. */
export interface StepColumn {
  /** Which part of the value: its number from 1, the name of a group, a key; `value` where there is only one. */
  part?: string
  name: string
  /** What it is to be; a value that it cannot be does not fit. Durations become seconds. Default: text. */
  type?: 'text' | 'number' | 'time' | 'address' | 'duration'
  /** Of times: `%d/%m/%Y %H:%M:%S`; default: the usual ones. */
  format?: string
  /** Of times that say none: `UTC` (the default) or `+02:00`. */
  zone?: string
  /** Of times that say none. */
  year?: number
}

interface StepBase {
  /** Letters and digits; given by the engine where there is none. */
  id?: string
  /** Makes nothing for now. */
  off?: boolean
  note?: string
  /** What the names of columns begin with that are found; default: the field and a point. */
  prefix?: string
  /** Default: all parts that there are. A name alone is of the part in its place, null leaves one out. */
  columns?: readonly (StepColumn | string | null)[]
}

/** Of a text, its parts. */
interface OfField extends StepBase {
  from: string
}

/** At a delimiter, or at white space. A part in `"` goes to the closing one. */
export interface SplitStep extends OfField {
  kind: 'split'
  delimiter?: string
  /** Default: true. */
  quotes?: boolean
  /** The last part is the rest. */
  atMost?: number
  /** Where parts are counted from; from the right, part 1 is the last. */
  side?: 'left' | 'right'
}

export type Step =
  | SplitStep
  /** Widths in characters; a last 0 is the rest. */
  | (OfField & { kind: 'fixed'; widths: readonly number[] })
  /** The named groups: `(?<user>\S+)`. Linear in time; no look-around, no back-references. */
  | (OfField & { kind: 'regex' | 'grok'; pattern: string; ignoreCase?: boolean })
  /** Pairs between white space or `delimiter`. */
  | (OfField & { kind: 'keyValue'; delimiter?: string; assign?: string })
  /** What such a text has: the keys of a query string, the leaves of JSON, the host of a URL, … */
  | (OfField & {
      kind: 'query' | 'json' | 'url' | 'email' | 'arn' | 'ipPort' | 'path' | 'userAgent' | 'rename'
    })
  | (OfField & { kind: 'trim'; characters?: string })
  | (OfField & { kind: 'case'; to?: 'lower' | 'upper' })
  /** All that is found becomes something else; of a pattern, `$1` is its first group. */
  | (OfField & { kind: 'replace'; find?: string; pattern?: string; with?: string; ignoreCase?: boolean })
  /** The first group of a pattern, or all that it finds. */
  | (OfField & { kind: 'extract'; pattern: string; ignoreCase?: boolean })
  /** Values that stand in the table become what stands beside them. */
  | (OfField & {
      kind: 'map'
      table: readonly (readonly [value: string, becomes: string])[]
      otherwise?: 'keep' | 'none'
      ignoreCase?: boolean
    })
  | (OfField & {
      kind: 'cast'
      to: 'number' | 'time' | 'address' | 'duration'
      format?: string
      zone?: string
      year?: number
    })
  /** The start of the interval that a time is in: `every` is `5m`, `1h`, `1d`, `1w`. */
  | (OfField & { kind: 'bucket'; every: string; zone?: string })
  | (OfField & { kind: 'hour' | 'weekday'; zone?: string })
  /** `{user.name}@{source.ip}`; `missing` stands for what a row lacks. */
  | (StepBase & { kind: 'combine'; template: string; missing?: string; from?: readonly string[] })
  /** How long it is from the first time to the second. */
  | (StepBase & {
      kind: 'difference'
      from: readonly [string, string]
      unit?: 'ms' | 's' | 'm' | 'h' | 'd'
      zone?: string
    })

/** A step with all its columns. */
export type CompleteStep = WithColumns<Step>
type WithColumns<S> = S extends Step
  ? Omit<S, 'columns'> & { columns: (StepColumn & { part: string })[] }
  : never

export interface StepInfo {
  /** As it was said, with its id and its columns. */
  step: CompleteStep & { id: string }
  /** The query for the rows that it does not fit: they have a value to read, and something of it is missing. */
  misfits: string
  /** Why it makes nothing; null where it does. */
  problem: string | null
}

export interface PreviewOptions {
  /** Default: all rows. */
  query?: string
  /** How many rows to show, at most 1,000; default: 20. */
  rows?: number
  /** Whether to show rows that do not fit. */
  misfits?: boolean
  signal?: AbortSignal
}

export interface Preview {
  /** The step with its columns. */
  step: CompleteStep
  /** The fields that it reads. */
  from: string[]
  /** Rows that have something to read, and those of them that do not fit. */
  count: number
  misfits: number
  /** The first of them: what is read, then what is made. */
  cells: RowWindow
}

export interface Suggestion {
  step: CompleteStep
  /** How many of the values that were looked at it fits. */
  fits: number
  values: number
}

/** Small, versioned JSON; anything that is not known in it is refused. */
export interface Recipe {
  trailglass: 'recipe'
  version: 1
  /** The zone of times that say none. */
  zone?: string
  /** What was said of sources whose name, the last part of the path, is like `path`: `secure-*`. */
  sources: { path: string; format?: string; settings?: string; zone?: string; year?: number }[]
  steps: Step[]
  /** The page's own; the engine keeps it as it is. */
  view?: object
}

export interface Replayed {
  /** How many steps there are now. */
  steps: number
  /** What makes no difference here, and why: a source that is not there, a step that has nothing to read. */
  notApplied: { what: string; step?: string; why: string }[]
  view: object | null
}

/** A place in a text, in UTF-16 units. */
export type Utf16 = number

export interface ParsedQuery {
  /** In order; white space is no token. */
  tokens: QueryToken[]
  /** What all must hold; joined by " and ", their texts ask the same as the query. None where it cannot be read. */
  clauses: QueryClause[]
  /** Why it cannot be asked. */
  problem: { message: string; at: { first: Utf16; end: Utf16 } | null; expected: string } | null
}

export interface QueryToken {
  first: Utf16
  end: Utf16
  /** A `word` is looked for in all fields; a `pattern` is a regular expression with its slashes. */
  kind: 'field' | 'operator' | 'value' | 'word' | 'keyword' | 'bracket' | 'pattern'
}

export interface QueryClause {
  text: string
  first: Utf16
  end: Utf16
  /** Where all of it asks one field that is named without a wildcard. */
  field: string | null
  isNegated: boolean
  /** Whether it is one test, perhaps with a `not`. */
  isSimple: boolean
}

/** Clauses go by their number in `ParsedQuery.clauses`. */
export type QueryEdit =
  /** Rows that have this value beside others that are kept; none that has it; written with `=` where other values or fields differ in case or spelling only. */
  | { add: { field: string; value: string; how: 'keep' | 'exclude' } }
  /** Rows that have a value; that have none. */
  | { add: { field: string; how: 'exists' | 'missing' } }
  /** Rows that have it as part of a value of any field. */
  | { add: { value: string; how: 'anywhere' } }
  | { remove: number }
  | { negate: number }
  /** The text may be several clauses, or none. */
  | { replace: number; text: string }
  /** Time clauses, in place of other bounds of time; around a time both ends are among what is asked for. */
  | { around: { time: Nanos; before: Nanos; after: Nanos } }
  | { between: { first: Nanos; end: Nanos } }

export interface Completion {
  /** What a choice replaces. */
  first: Utf16
  end: Utf16
  kind: 'field' | 'operator' | 'value' | 'keyword'
  /** The best first: values by how many rows have them in the answer to the other clauses. */
  options: CompletionOption[]
}

export interface CompletionOption {
  insert: string
  label: string
  /** What it means; may be empty. */
  detail: string
  /** Rows that have it, where that is known. */
  count: number | null
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
  /** The values of a field in these rows. */
  facet(field: string, options?: FacetOptions): Promise<Facet>
  /** The same of several fields, in one pass. */
  facets(fields: Iterable<string>, options?: FacetOptions): Promise<Facet[]>
  /** These rows over time. */
  timeline(options?: TimelineOptions): Promise<Timeline>
  /** What each clause of the query does: each part of its outermost `and`. */
  explain(options?: { signal?: AbortSignal }): Promise<Explanation>
  /** The rows in which a value has `text` in it, whatever the case; '' is in none. These rows stay as they are. */
  find(text: string, options?: FindOptions): Promise<Hits>
  /** Every field that one of these rows has a value in, by name; `kinds` and `isMultiple` are those of all rows. */
  fields(options?: { distinct?: boolean; signal?: AbortSignal }): Promise<FieldInfo[]>
  /**
   * Figures by groups of rows and columns. Without columns, the groups of the grid: `first` to `end` of them.
   *
   *     const calls = await selection.pivot({ rows: [{ field: 'eventName' }], columns: [{ field: 'awsRegion', limit: 5 }] })
   *     const [count] = calls.values
   *     calls.rows.forEach(({ depth, text }, row) =>
   *       console.log(' '.repeat(depth), text || 'total', count[row * calls.columns.length]))
   *
   * Rejects with a `limit` error where there would be too many cells, and says how many.
   */
  pivot(options?: PivotOptions): Promise<Pivot>
  /** In which fields of these rows a value occurs, as a whole value or as a word in one. Those with the most rows first. */
  occurrences(value: string, options?: { signal?: AbortSignal }): Promise<Occurrence[]>
  /** Forgets it in the engine. Forgotten by itself when no longer used. */
  close(): void
}

export interface Explanation {
  /** In their order. Places are in UTF-16 units of the query, half-open. */
  clauses: {
    text: string
    first: number
    end: number
    /** Rows that it accepts alone. */
    alone: number
    /** Rows that there would be without it. */
    without: number
  }[]
  /** As in `Facet`. */
  isLoading: boolean
}

export interface FindOptions {
  /** The fields to look in. Default: all. */
  fields?: Iterable<string>
  signal?: AbortSignal
}

/** Rows of a selection in which something was found. */
export interface Hits {
  readonly count: number
  /** The next hit behind a row (before it, with `backwards`) and the how-manieth it is, from 0; null where there is none. From `null` the first, or the last. */
  next(
    row: RowIndex | null,
    options?: { backwards?: boolean },
  ): Promise<{ row: RowIndex; nth: number } | null>
  /** Forgets them in the engine. Forgotten by themselves when no longer used. */
  close(): void
}

export interface PivotOptions {
  /** Outermost first. Default: none, which leaves the total. */
  rows?: Iterable<PivotField>
  columns?: Iterable<PivotField>
  /** Default: the count. */
  values?: Iterable<PivotValue>
  /** The group of columns, outermost first, by whose cells rows are ordered; null for no value. Default: the total. */
  at?: Iterable<string | null>
  /** Which of the outermost groups of rows, by their order. Default: all. */
  first?: number
  end?: number
  /** At most so many intervals of time, where none is given. Default: 24. */
  buckets?: number
  signal?: AbortSignal
}

/** What the groups of one level are, in which order they come, and how many. */
export interface PivotField {
  field: string
  /**
   * Each value for itself, or what it falls into: an interval of time, an hour of the day or a weekday (of `@timestamp`,
   * in the display zone), a span of numbers. Default: each value; of `@timestamp` intervals.
   */
  bucket?: 'value' | 'time' | 'hour' | 'weekday' | 'number'
  /** Of time. Default: as `Timeline` chooses it. */
  interval?: Nanos
  /** Of a span of numbers. */
  width?: number
  /** By their keys, or by the value of this number. Default: the first value; of intervals, hours … their keys. */
  order?: 'key' | number
  /** Default: true where they go by a value. */
  descending?: boolean
  /** So many are listed in each group around them, and the rest as one: `others`. Default: all. */
  limit?: number
}

/**
 * What is said of the rows of a cell. Shares are 0 to 1. Figures of a field go by its values: a row that has several counts
 * with each. Sums, means and quantiles go by those that are numbers, and are exact (a sum is rounded once).
 */
export interface PivotValue {
  kind:
    | 'count'
    | 'shareOfRow'
    | 'shareOfColumn'
    | 'shareOfTotal'
    | 'first'
    | 'last'
    | 'distinct'
    | 'sum'
    | 'min'
    | 'max'
    | 'mean'
    | 'median'
    | 'quantile'
    | 'list'
  /** Of `distinct` and what stands behind it. */
  field?: string
  /** 0 to 1. */
  quantile?: number
  /** How many values a list has at most, the most frequent first. Default: 10. */
  limit?: number
}

export interface Pivot {
  /** The total, then each group before those in it. A row with several values is in the group of each, and once in a total. */
  rows: PivotGroup[]
  columns: PivotGroup[]
  /** For each value the cells, row by row: cell `row * columns.length + column`. Null where there is no figure. */
  values: (number | Nanos | { value: string; count: number }[] | null)[][]
  /** As in `Facet`. */
  isLoading: boolean
}

export interface PivotGroup {
  /** How many groups are around it: 0 for the total. */
  depth: number
  /** The number of the group around it. */
  parent: number
  /** `others`: rows in none of the groups listed beside it. */
  kind: 'total' | 'value' | 'missing' | 'others'
  /** The key, for `value`; of an interval its first moment. Clipped at 512 characters. */
  text: string
  /** What `PivotOptions.at` takes for it; null where it is longer than what is shown. */
  key: string | null
  /** Of an interval of time. */
  span: { first: Nanos; end: Nanos } | null
  /** How many groups there are in it, listed or not; of `others`, how many they are. */
  inside: number
  /**
   * Accepts its rows among those of the selection: joined by " and ", those of a row and of a column ask for a cell. Empty
   * for the total; null where it would be longer than a query can be. Of spans of a field with several values a row, it
   * may accept more.
   */
  query: string | null
}

export interface Occurrence {
  /** `event.dataset` of the rows; null where they have none. */
  dataset: string | null
  field: string
  /** Rows that have it as a whole value, whatever its case; and those that have it as a word in a value only. */
  whole: number
  part: number
  /** Of all these. */
  first: Nanos | null
  last: Nanos | null
}

export interface AboutOptions {
  /** Only among the rows that it accepts. Default: all. */
  query?: string
  /** A moment to be told the events around, whatever they hold. */
  around?: Nanos
  /** To either side of it. Default: five minutes. */
  window?: Nanos
  /** So many counterparts of each kind. Default: 10. */
  limit?: number
  signal?: AbortSignal
}

/** Everything about a value: an address, a user, a key, an instance, a host. */
export interface About {
  value: string
  /** Accepts the rows in which it occurs, as a whole value or as a word: `10.0.0.1` is not in `10.0.0.10`. */
  query: string
  count: number
  span: { first: Nanos; last: Nanos } | null
  fields: Occurrence[]
  /** The values of the common fields in these rows: `event.dataset`, `event.action`, `event.outcome`, `user.name` … */
  facets: Facet[]
  /** By `event.dataset`. */
  timeline: Timeline
  /** The events around the moment asked for. */
  around: { query: string; count: number } | null
  isLoading: boolean
}

export interface FacetOptions {
  /** So many values are listed. Default: 10. */
  limit?: number
  /**
   * The most frequent first, the rarest first, as values sort, the one first seen, the one last seen; equal ones by
   * value. Default: `count`.
   */
  order?: 'count' | 'rare' | 'value' | 'first' | 'last'
  /** Only values that have this in them, whatever the case. */
  search?: string
  /** Leaves out those clauses of the query's outermost `and` that ask nothing but this field. */
  ignoringOwn?: boolean
  signal?: AbortSignal
}

/** A row with several values counts once for each of them. */
export interface Facet {
  field: string
  /** With how many rows have it, and when it was first and last seen; null where none of them has a time. */
  values: { value: string; count: number; first: Nanos | null; last: Nanos | null }[]
  /** How many different values there are; with `search` of those that it finds. */
  distinct: number
  /** Rows that have a value, and rows that have none. */
  rows: number
  missing: number
  /** The sum of the counts of values that are not listed; with `search` of those that it finds. */
  others: number
  /** True while files were still being read when the selection was made: these are figures "so far". */
  isLoading: boolean
}

export interface TimelineOptions {
  /** The field whose values are series. Default: one series. */
  by?: string
  /** So many of the most frequent values have a series of their own. Default: 6. */
  limit?: number
  /** At most so many buckets, where no interval is given. Default: 100. */
  buckets?: number
  /** Of a bucket; rejects with a `limit` error where that makes too many. Default: the shortest of 1 ms … 1 s, 5 s, 15 s, 30 s, 1 min … 1 h, 3 h, … 1 d, 7 d, 30 d, 90 d, 365 d … that makes no more buckets than wanted. */
  interval?: Nanos
  /** The times to show: all buckets that have part of them, whole. Default: all of these rows. */
  first?: Nanos
  end?: Nanos
  /** Leaves out those clauses of the query's outermost `and` that ask nothing but `@timestamp`. */
  ignoringOwn?: boolean
  signal?: AbortSignal
}

export interface Timeline {
  /** Bucket `b` is `first + b * interval` to `first + (b + 1) * interval`; aligned to the interval. */
  first: Nanos
  interval: Nanos
  /** How many there are; 0 where no row has a time. */
  buckets: number
  /** Rows without a time; they are in no bucket. */
  timeless: number
  /**
   * Values by their number of rows, then by value; then the others together, then the rows without a value. None is
   * without a row. A row with several values counts once in each series that it belongs to.
   */
  series: { value: string | null; isOthers: boolean; counts: Uint32Array; total: number }[]
  /** The first and the last time of these rows, whatever is shown; null where none has one. */
  span: { first: Nanos; last: Nanos } | null
  /** As in `Facet`. */
  isLoading: boolean
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
  /** 1-based; null while it is not known, for a part of the file before it is still to be read. */
  line: number | null
  time: Nanos | null
  /** All fields with their values, by name; a value is cut to 64 Ki characters. */
  fields: { name: string; values: string[] }[]
  /** The record as it stands in the file, decoded as UTF-8 for showing; at most 1 MiB of it. */
  original: string
  isOriginalClipped: boolean
  /** Other copies of the same event that were set aside as duplicates. */
  copies: { path: string; offset: Bytes; line: number | null }[]
}

/** Every error of this library. `message` is for people, `code` for programs and stable. */
export interface TrailglassError extends Error {
  code: 'query' | 'step' | 'cancelled' | 'unreadable' | 'closed' | 'range' | 'limit' | 'crashed'
  /** For `query`, and for `step` where a pattern or a template is wrong: where in its text, in UTF-16 units, half-open. */
  at?: { first: number; end: number }
  /** What was expected there. */
  expected?: string
}

export function createEngine(options?: EngineOptions): Promise<Engine>
