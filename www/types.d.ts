/**
 * Trailglass: the types of the library. Units are type names; ranges are half-open `first..end`.
 *
 *     const engine = await createEngine()
 *     await engine.add(files, { onProgress })
 *     const selection = await engine.filter('eventName: RunInstances', { sort: [{ field: '@timestamp' }] })
 *     const page = await selection.rows(0, 50, ['@timestamp', 'eventName'])
 */

/** Nanoseconds since the Unix epoch, UTC. */
export type Nanos = bigint
/** The index of a row in a selection, from 0. */
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
  /** The number of workers that read and answer, 1 to 8. Default: the number of logical cores, at most 8. In Node all of them run in this thread. */
  shards?: number
}

/** A file under a path that the caller chooses. In Node, `fs.openAsBlob` makes the blob. */
export interface NamedBlob {
  path: string
  blob: Blob
  /** When the file was last modified; default: the `lastModified` of the blob, if it is a `File`. */
  modified?: EpochMilliseconds
}

/** A browser's `File` is named by its `webkitRelativePath`, or else by its name. */
export type SourceInput = File | NamedBlob

export interface AddOptions {
  /** Called a few times a second while loading, and once at the end. */
  onProgress?: (progress: Progress) => void
  /** Stops reading. Events that were read stay; sources not read to their end have the state `cancelled`. */
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
  /** True if the signal has stopped loading. */
  isCancelled: boolean
}

/**
 * An added file or a member of an archive, with its records: `records = events + duplicates + rejects`. The events of an
 * archive are those of its members, which are listed after all files.
 */
export interface SourceInfo {
  id: SourceId
  /** The path of a member: `logs.tar.gz!/var/log/secure`. */
  path: string
  /** The file that a member is in; null for a file. */
  parent: SourceId | null
  /** The number of its members that are sources of their own. */
  members: number
  /** 0 for a member. */
  bytes: Bytes
  modified: EpochMilliseconds | null
  /** The hash of the file's bytes, in hexadecimal; null until it is known: see `Engine.hashed`. */
  sha256: string | null
  /** The containers around its bytes, outermost first: `[]` for a plain file, `['gzip']`. */
  containers: string[]
  /** `aws.cloudtrail`, `aws.cloudtrail.digest`, …; null: no format was recognised. */
  format: string | null
  /** How certain the format is, in percent: 100 if no other format is possible; null without a format. */
  confidence: number | null
  /** Whether `treatAs` has set the format. */
  isFormatSet: boolean
  /** How incomplete times, without a zone or a year, are read. */
  clock: ClockInfo
  state: 'waiting' | 'reading' | 'read' | 'cancelled' | 'failed'
  records: number
  events: number
  duplicates: number
  rejects: number
  firstTime: Nanos | null
  lastTime: Nanos | null
  /** Problems of the source as a whole, for people; usually empty. */
  problems: Problem[]
}

export interface ClockInfo {
  /** The zone of times without a zone: `UTC`, `+02:00`, `Europe/Berlin`. */
  zone: string
  /** Whether `setZone` named this source. */
  isZoneSet: boolean
  /** The number of events whose records have no zone, and of those whose records have no year. */
  zoneless: number
  yearless: number
  /** The year of the newest record without a year; null: all records have one. */
  year: number | null
  /**
   * Where the year comes from: `set`, the date in the source's `name` or in that of a `sibling`, other `records` of the
   * source, the time at which it was `modified`, the rest of the `case`, `modified-later`, or `unknown`.
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

/** The format that a source is read as. */
export interface TreatAs {
  /** The name of a format: see `formats`. */
  format: string
  /** The settings of the format: see `FormatInfo.settings`. */
  settings?: string
}

export interface FormatInfo {
  name: string
  /** A description of its `TreatAs.settings`; null: it has none. */
  settings: string | null
  /** The fields that it always names; other fields are named by the data. */
  fields: { name: string; description: string }[]
}

export interface Problem {
  /** Stable: `truncated`, `checksum`, `not-recognised`, `empty`, `unreadable`, … */
  code: string
  message: string
}

/** A record that could not be read as an event. */
export interface RejectInfo {
  source: SourceId
  path: string
  /** Where it starts in the source, after unwrapping. */
  offset: Bytes
  length: Bytes
  /** From 1; null while an earlier part of the file is still to be read. */
  line: number | null
  reason: string
}

export type ValueKind = 'text' | 'number' | 'boolean' | 'time'

export interface FieldInfo {
  name: string
  /** The kinds of value seen. */
  kinds: ValueKind[]
  /** The number of rows with at least one value. */
  rows: number
  /** The number of different values; null unless asked for with `{ distinct: true }`. */
  distinct: number | null
  /** True if a row may have several values (`[]` in the name). */
  isMultiple: boolean
  /** Its meaning and unit; '' for a field that only the data names. */
  description: string
}

export interface SortKey {
  field: string
  /** Default: false. Rows without a value come last in either direction. */
  descending?: boolean
}

export interface FilterOptions {
  /** The first key decides, then the next, at last `@timestamp`, path and position. Default: these three only. */
  sort?: SortKey[]
  signal?: AbortSignal
}

export interface Engine {
  /** Reads files and adds their events. Further calls wait for earlier ones; questions are answered meanwhile. */
  add(files: Iterable<SourceInput>, options?: AddOptions): Promise<Progress>
  /** Files in the order in which they were added, then members of archives. */
  sources(): Promise<SourceInfo[]>
  /** Done when the hash of every file that was read to its end is known: files are hashed after their rows are there. */
  hashed(): Promise<void>
  /** All formats. */
  formats(): Promise<FormatInfo[]>
  /**
   * Reads sources again as the given format; null: as the format that is recognised. A member of an archive has another
   * number afterwards. Open selections end.
   */
  treatAs(
    sources: Iterable<SourceId>,
    treatAs: TreatAs | null,
    options?: { signal?: AbortSignal },
  ): Promise<void>
  /**
   * Sets the zone of times without a zone, for some sources or, by default, for all sources without a zone set for them:
   * `UTC`, `+02:00`, `Europe/Berlin`. Nothing is read again. Open selections end if a time changes.
   */
  setZone(zone: string, sources?: Iterable<SourceId>): Promise<void>
  /** Sets the year of the newest record without a year; null: it is determined again. Otherwise as `setZone`. */
  setYear(year: number | null, sources: Iterable<SourceId>): Promise<void>
  /** The rejects `first..end` of all sources, by path and position; `count` is the number of all rejects. */
  rejects(first: number, end: number): Promise<{ count: number; rejects: RejectInfo[] }>
  /** Every field with a value in some row, by name. */
  fields(options?: { distinct?: boolean; signal?: AbortSignal }): Promise<FieldInfo[]>
  /** The rows that `query` accepts; '' accepts all. Rejects with a `query` error, which has the place of the mistake. */
  filter(query: string, options?: FilterOptions): Promise<Selection>
  /**
   * Adds a step that makes columns of others. They can be used at once like any other column; their values are made when
   * they are first needed. Without `columns`, the columns are determined from all values. Rejects with a `step` error,
   * which has the place of the mistake in the pattern or template.
   *
   *     await engine.derive({ kind: 'grok', from: 'message', pattern: 'from %{IP:source.ip} port %{INT:source.port}' })
   *     const failures = await engine.filter('source.ip: 203.0.113.0/24')
   */
  derive(step: Step): Promise<StepInfo>
  /** As `derive`, with a step of the kind `split`. */
  split(step: Omit<SplitStep, 'kind'>): Promise<StepInfo>
  /** The steps, in their order. */
  steps(): Promise<StepInfo[]>
  /** Replaces all steps: to undo, to reorder. A step can read only columns that earlier steps make. */
  setSteps(steps: Iterable<Step>): Promise<StepInfo[]>
  /** Changes parts of a step: its columns, whether it is off. */
  changeStep(id: string, change: Partial<Step>): Promise<StepInfo>
  removeStep(id: string): Promise<StepInfo[]>
  moveStep(id: string, to: number): Promise<StepInfo[]>
  /** What a step would make of the rows that `query` accepts. The step is not added. */
  preview(step: Step, options?: PreviewOptions): Promise<Preview>
  /** Steps that fit the values of a column, the best first. */
  suggest(field: string, options?: { query?: string; signal?: AbortSignal }): Promise<Suggestion[]>
  /** The named patterns for `grok` steps: name, regular expression, meaning. */
  grokPatterns(): Promise<[name: string, pattern: string, meaning: string][]>
  /** The settings of sources and times, and the steps, to save and to replay. Of the logs it contains only names. */
  recipe(options?: { view?: object }): Promise<Recipe>
  /**
   * Applies the settings of a recipe to the sources that are there now, and replaces all steps by those of the recipe. If it
   * is no recipe, rejects with a `step` error and changes nothing. Open selections end if sources are read again.
   *
   *     const { notApplied } = await engine.replay(JSON.parse(text))
   */
  replay(recipe: Recipe | string): Promise<Replayed>
  /** The parts of a query's text, right or wrong; never rejects because of the text. */
  parse(query: string): Promise<ParsedQuery>
  /** The text of `query` after `edit`. Rejects with a `query` error if `query` cannot be read. */
  edit(query: string, edit: QueryEdit): Promise<string>
  /** Completions at `cursor` in the text of a query. */
  complete(query: string, cursor: Utf16): Promise<Completion>
  /**
   * Everything about a value, over all sources.
   *
   *     const { fields, facets } = await engine.about('203.0.113.80')
   *     fields.forEach(({ dataset, field, whole, part }) => console.log(dataset, field, whole + part))
   */
  about(value: string, options?: AboutOptions): Promise<About>
  /** Ends the workers and frees their memory. */
  close(): void
}

/** A column that a step makes. */
export interface StepColumn {
  /** The part of the value: its number from 1, the name of a group, a key; `value` if there is only one part. */
  part?: string
  name: string
  /** The type; a value that cannot be read as it does not fit. Durations become seconds. Default: text. */
  type?: 'text' | 'number' | 'time' | 'address' | 'duration'
  /** The format of times: `%d/%m/%Y %H:%M:%S`; default: the usual formats. */
  format?: string
  /** The zone of times without a zone: `UTC` (the default) or `+02:00`. */
  zone?: string
  /** The year of times without a year. */
  year?: number
}

interface StepBase {
  /** Letters and digits; default: the engine chooses one. */
  id?: string
  /** The step is switched off: it makes no columns. */
  off?: boolean
  note?: string
  /** The beginning of the names of columns that are determined from values; default: the field and a dot. */
  prefix?: string
  /** Default: all parts. A name alone is for the part at the same place; null leaves that part out. */
  columns?: readonly (StepColumn | string | null)[]
}

/** A step that reads one field. */
interface OfField extends StepBase {
  from: string
}

/** Splits at a delimiter, or at white space. A part that begins with `"` ends at the next `"`. */
export interface SplitStep extends OfField {
  kind: 'split'
  delimiter?: string
  /** Default: true. */
  quotes?: boolean
  /** The greatest number of parts; the last part is the rest. */
  atMost?: number
  /** The side from which parts are counted; from the right, part 1 is the last. */
  side?: 'left' | 'right'
}

export type Step =
  | SplitStep
  /** Cuts at widths in characters; a last width of 0 is the rest. */
  | (OfField & { kind: 'fixed'; widths: readonly number[] })
  /** Takes the named groups of a pattern: `(?<user>\S+)`. Time is linear; there is no look-around and no back-reference. */
  | (OfField & { kind: 'regex' | 'grok'; pattern: string; ignoreCase?: boolean })
  /** Takes pairs of key and value, separated by white space or `delimiter`. */
  | (OfField & { kind: 'keyValue'; delimiter?: string; assign?: string })
  /** Takes the parts of such a text: the keys of a query string, the leaves of JSON, the host of a URL, … */
  | (OfField & {
      kind: 'query' | 'json' | 'url' | 'email' | 'arn' | 'ipPort' | 'path' | 'userAgent' | 'rename'
    })
  | (OfField & { kind: 'trim'; characters?: string })
  | (OfField & { kind: 'case'; to?: 'lower' | 'upper' })
  /** Replaces every occurrence of a text or a pattern; `$1` is the first group of the pattern. */
  | (OfField & { kind: 'replace'; find?: string; pattern?: string; with?: string; ignoreCase?: boolean })
  /** Takes the first group of a pattern; without groups, the whole match. */
  | (OfField & { kind: 'extract'; pattern: string; ignoreCase?: boolean })
  /** Replaces values by a table. */
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
  /** Rounds a time down to an interval: `every` is `5m`, `1h`, `1d`, `1w`. */
  | (OfField & { kind: 'bucket'; every: string; zone?: string })
  | (OfField & { kind: 'hour' | 'weekday'; zone?: string })
  /** Fills a template: `{user.name}@{source.ip}`; `missing` replaces a missing value. */
  | (StepBase & { kind: 'combine'; template: string; missing?: string; from?: readonly string[] })
  /** The duration from the first time to the second. */
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
  /** The step, with its id and its columns. */
  step: CompleteStep & { id: string }
  /** The query for rows that do not fit: they have a value to read, but not all parts were found in it. */
  misfits: string
  /** Why the step makes no columns; null: it makes them. */
  problem: string | null
}

export interface PreviewOptions {
  /** Default: all rows. */
  query?: string
  /** The number of rows to show, at most 1,000; default: 20. */
  rows?: number
  /** Whether to show only rows that do not fit. */
  misfits?: boolean
  signal?: AbortSignal
}

export interface Preview {
  /** The step with its columns. */
  step: CompleteStep
  /** The fields that the step reads. */
  from: string[]
  /** The number of rows with a value to read, and of those that do not fit. */
  count: number
  misfits: number
  /** The first rows: the columns that are read, then the columns that are made. */
  cells: RowWindow
}

export interface Suggestion {
  step: CompleteStep
  /** The number of values that fit, of the `values` examined. */
  fits: number
  values: number
}

/** Small, versioned JSON; unknown parts are refused. */
export interface Recipe {
  trailglass: 'recipe'
  version: 1
  /** The zone of times without a zone. */
  zone?: string
  /** The settings of sources whose name, the last part of the path, matches `path`: `secure-*`. */
  sources: { path: string; format?: string; settings?: string; zone?: string; year?: number }[]
  steps: Step[]
  /** The page's part; the engine does not read it. */
  view?: object
}

export interface Replayed {
  /** The number of steps now. */
  steps: number
  /** The parts without effect here, and why: a source that is missing, a step without a column to read. */
  notApplied: { what: string; step?: string; why: string }[]
  view: object | null
}

/** A place in a text, in UTF-16 units. */
export type Utf16 = number

export interface ParsedQuery {
  /** In their order, without white space. */
  tokens: QueryToken[]
  /** A row must fulfil all of them: their texts, joined by " and ", mean the same as the query. Empty if it cannot be read. */
  clauses: QueryClause[]
  /** Why the query cannot be asked; null: it can. */
  problem: { message: string; at: { first: Utf16; end: Utf16 } | null; expected: string } | null
}

export interface QueryToken {
  first: Utf16
  end: Utf16
  /** A `word` is searched in all fields; a `pattern` is a regular expression with its slashes. */
  kind: 'field' | 'operator' | 'value' | 'word' | 'keyword' | 'bracket' | 'pattern'
}

export interface QueryClause {
  text: string
  first: Utf16
  end: Utf16
  /** The field, if the whole clause is about one field, named without a wildcard; else null. */
  field: string | null
  isNegated: boolean
  /** Whether it is a single test, perhaps with a `not`. */
  isSimple: boolean
}

/** Numbers of clauses are their indexes in `ParsedQuery.clauses`. */
export type QueryEdit =
  /** `keep` accepts rows with this value, besides values already kept; `exclude` refuses them. Written with `=` if other values or fields differ only in case or spelling. */
  | { add: { field: string; value: string; how: 'keep' | 'exclude' } }
  /** Rows with a value; rows without. */
  | { add: { field: string; how: 'exists' | 'missing' } }
  /** Rows with it as part of a value of any field. */
  | { add: { value: string; how: 'anywhere' } }
  | { remove: number }
  | { negate: number }
  /** The text may be several clauses or ''. */
  | { replace: number; text: string }
  /** Bounds of time, in place of earlier ones. `around` includes both ends; `between` is half-open. */
  | { around: { time: Nanos; before: Nanos; after: Nanos } }
  | { between: { first: Nanos; end: Nanos } }

export interface Completion {
  /** The part of the text that a choice replaces. */
  first: Utf16
  end: Utf16
  kind: 'field' | 'operator' | 'value' | 'keyword'
  /** The best first; values by their number of rows in the answer to the other clauses. */
  options: CompletionOption[]
}

export interface CompletionOption {
  insert: string
  label: string
  /** Its meaning; may be ''. */
  detail: string
  /** The number of rows with it; null: not known. */
  count: number | null
}

/** The rows that a query accepts, in their order. A selection does not change while more is loaded: ask again for more. */
export interface Selection {
  readonly query: string
  readonly sort: readonly SortKey[]
  /** The number of rows that the query accepts. */
  readonly count: number
  /** The number of all rows. */
  readonly total: number
  /** True if files were still being read: the count may grow. */
  readonly isLoading: boolean
  /** The cells of rows `first..end`, for display: long values are clipped. */
  rows(
    first: RowIndex,
    end: RowIndex,
    fields: readonly string[],
    options?: { signal?: AbortSignal },
  ): Promise<RowWindow>
  /** One row with all fields and its original text, read again from the file. */
  event(row: RowIndex): Promise<EventDetail>
  /** The values of a field in these rows. */
  facet(field: string, options?: FacetOptions): Promise<Facet>
  /** As `facet`, for several fields in one pass. */
  facets(fields: Iterable<string>, options?: FacetOptions): Promise<Facet[]>
  /** These rows over time. */
  timeline(options?: TimelineOptions): Promise<Timeline>
  /** The effect of each clause of the query, that is of each part of its outermost `and`. */
  explain(options?: { signal?: AbortSignal }): Promise<Explanation>
  /** The rows with `text` as part of a value, ignoring case; '' finds no row. The selection does not change. */
  find(text: string, options?: FindOptions): Promise<Hits>
  /** Every field with a value in one of these rows, by name; `kinds` and `isMultiple` are those of all rows. */
  fields(options?: { distinct?: boolean; signal?: AbortSignal }): Promise<FieldInfo[]>
  /**
   * Figures by groups of rows and of columns.
   *
   *     const calls = await selection.pivot({ rows: [{ field: 'eventName' }], columns: [{ field: 'awsRegion', limit: 5 }] })
   *     const [count] = calls.values
   *     calls.rows.forEach(({ depth, text }, row) =>
   *       console.log(' '.repeat(depth), text || 'total', count[row * calls.columns.length]))
   *
   * Rejects with a `limit` error if there would be too many cells; its message has the number.
   */
  pivot(options?: PivotOptions): Promise<Pivot>
  /** The fields of these rows in which a value occurs, as a whole value or as a word of one. Fields with the most rows first. */
  occurrences(value: string, options?: { signal?: AbortSignal }): Promise<Occurrence[]>
  /** Frees it in the engine. Otherwise it is freed when no longer used. */
  close(): void
}

export interface Explanation {
  /** In their order. Places are half-open, in UTF-16 units of the query. */
  clauses: {
    text: string
    first: number
    end: number
    /** The number of rows that it accepts on its own. */
    alone: number
    /** The number of rows that the query would accept without it. */
    without: number
  }[]
  /** As in `Facet`. */
  isLoading: boolean
}

export interface FindOptions {
  /** The fields to search. Default: all. */
  fields?: Iterable<string>
  signal?: AbortSignal
}

/** The rows of a selection in which a text was found. */
export interface Hits {
  readonly count: number
  /** The next hit after `row` (with `backwards`, before it), and its ordinal among the hits, from 0; null: there is no further hit. From `null`, the first hit, or the last. */
  next(
    row: RowIndex | null,
    options?: { backwards?: boolean },
  ): Promise<{ row: RowIndex; nth: number } | null>
  /** Frees them in the engine. Otherwise they are freed when no longer used. */
  close(): void
}

export interface PivotOptions {
  /** Outermost first. Default: none; then there is only the total. */
  rows?: Iterable<PivotField>
  columns?: Iterable<PivotField>
  /** Default: the count. */
  values?: Iterable<PivotValue>
  /** The keys of the group of columns whose cells sort the rows, outermost first; null: rows without a value. Default: the total. */
  at?: Iterable<string | null>
  /** The range of the outermost groups of rows, in their order. Default: all. */
  first?: number
  end?: number
  /** The greatest number of intervals of time, if no interval is given. Default: 24. */
  buckets?: number
  signal?: AbortSignal
}

/** The groups of one level: their keys, order and number. */
export interface PivotField {
  field: string
  /**
   * A group for each value, or for each interval of time, hour of the day or weekday (of `@timestamp`, in the display
   * zone), or span of numbers. Default: for each value; for `@timestamp`, intervals.
   */
  bucket?: 'value' | 'time' | 'hour' | 'weekday' | 'number'
  /** The interval of time. Default: as for a timeline. */
  interval?: Nanos
  /** The width of a span of numbers. */
  width?: number
  /** Sorts by key, or by the value with this index. Default: the first value; for intervals, hours, … the key. */
  order?: 'key' | number
  /** Default: true if sorted by a value. */
  descending?: boolean
  /** The number of groups listed in each parent; the rest are one group, `others`. Default: all. */
  limit?: number
}

/**
 * A figure of the rows of a cell. Shares are from 0 to 1. Figures of a field are computed from its values; a row with
 * several values counts with each. Sums, means and quantiles use the values that are numbers, and are exact (a sum is
 * rounded once).
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
  /** The field of `distinct` and of the kinds listed after it. */
  field?: string
  /** 0 to 1. */
  quantile?: number
  /** The greatest number of values in a list, the most frequent first. Default: 10. */
  limit?: number
}

export interface Pivot {
  /** The total, then each group before its subgroups. A row with several values is in the group of each value, and once in a total. */
  rows: PivotGroup[]
  columns: PivotGroup[]
  /** For each value the cells, row by row: cell `row * columns.length + column`. Null: there is no figure. */
  values: (number | Nanos | { value: string; count: number }[] | null)[][]
  /** As in `Facet`. */
  isLoading: boolean
}

export interface PivotGroup {
  /** The number of parents: 0 for the total. */
  depth: number
  /** The index of the parent group. */
  parent: number
  /** `missing`: rows without a value; `others`: rows in no listed group of the same parent. */
  kind: 'total' | 'value' | 'missing' | 'others'
  /** The key, for `value`; for an interval, its first moment. Clipped at 512 characters. */
  text: string
  /** The key for `PivotOptions.at`; null: the key is longer than the clipped text, or there is no value. */
  key: string | null
  /** The times of an interval. */
  span: { first: Nanos; end: Nanos } | null
  /** The number of its subgroups, listed or not; for `others`, the number of groups in it. */
  inside: number
  /**
   * Accepts the group's rows among those of the selection; the queries of a row and a column, joined by " and ", accept the
   * rows of a cell. '' for the total; null: it would be longer than a query may be. For spans of a field with several
   * values in a row, it may accept more rows.
   */
  query: string | null
}

export interface Occurrence {
  /** The `event.dataset` of the rows; null: they have none. */
  dataset: string | null
  field: string
  /** The number of rows with it as a whole value, ignoring case; and of rows with it only as a word of a value. */
  whole: number
  part: number
  /** The first and last time of all these rows. */
  first: Nanos | null
  last: Nanos | null
}

export interface AboutOptions {
  /** Restricts the answer to the rows that this query accepts. Default: all. */
  query?: string
  /** A moment: the answer then counts all events around it. */
  around?: Nanos
  /** The time to either side of `around`. Default: five minutes. */
  window?: Nanos
  /** The number of counterparts of each kind. Default: 10. */
  limit?: number
  signal?: AbortSignal
}

/** Everything about a value: an address, a user, a key, an instance, a host. */
export interface About {
  value: string
  /** Accepts the rows in which the value occurs, as a whole value or as a word: `10.0.0.1` is not in `10.0.0.10`. */
  query: string
  count: number
  span: { first: Nanos; last: Nanos } | null
  fields: Occurrence[]
  /** The values of the common fields in these rows: `event.dataset`, `event.action`, `event.outcome`, `user.name` … */
  facets: Facet[]
  /** Stacked by `event.dataset`. */
  timeline: Timeline
  /** The events around the moment `around`. */
  around: { query: string; count: number } | null
  isLoading: boolean
}

export interface FacetOptions {
  /** The number of values to list. Default: 10. */
  limit?: number
  /**
   * The most frequent value first, the rarest first, by value, the value first seen, the value last seen. Ties are sorted by
   * value. Default: `count`.
   */
  order?: 'count' | 'rare' | 'value' | 'first' | 'last'
  /** Lists only values that contain this text, ignoring case. */
  search?: string
  /** Leaves out the clauses of the query's outermost `and` that are only about this field. */
  ignoringOwn?: boolean
  signal?: AbortSignal
}

/** The values of a field. A row with several values counts once for each. */
export interface Facet {
  field: string
  /** Each with its number of rows, and their first and last time; null: no row has a time. */
  values: { value: string; count: number; first: Nanos | null; last: Nanos | null }[]
  /** The number of different values; with `search`, of the values found. */
  distinct: number
  /** The number of rows with a value, and of rows without. */
  rows: number
  missing: number
  /** The sum of the counts of values that are not listed; with `search`, of the values found. */
  others: number
  /** True if files were still being read when the selection was made: the figures may grow. */
  isLoading: boolean
}

export interface TimelineOptions {
  /** The field whose values are series. Default: one series. */
  by?: string
  /** The number of the most frequent values with a series of their own. Default: 6. */
  limit?: number
  /** The greatest number of buckets, if no interval is given. Default: 100. */
  buckets?: number
  /** The length of a bucket; rejects with a `limit` error if that makes too many buckets. Default: the shortest of 1 ms … 1 s, 5 s, 15 s, 30 s, 1 min … 1 h, 3 h, … 1 d, 7 d, 30 d, 90 d, 365 d … that makes at most `buckets` buckets. */
  interval?: Nanos
  /** The times to show; buckets that they touch are shown whole. Default: the times of all rows. */
  first?: Nanos
  end?: Nanos
  /** Leaves out the clauses of the query's outermost `and` that are only about `@timestamp`. */
  ignoringOwn?: boolean
  signal?: AbortSignal
}

export interface Timeline {
  /** Bucket `b` is from `first + b * interval` to `first + (b + 1) * interval`, aligned to the interval. */
  first: Nanos
  interval: Nanos
  /** The number of buckets; 0: no row has a time. */
  buckets: number
  /** The number of rows without a time, which are in no bucket. */
  timeless: number
  /**
   * Values by their number of rows, then by value; then all other values as one series, then rows without a value. Every
   * series has rows. A row with several values counts once in each of its series.
   */
  series: { value: string | null; isOthers: boolean; counts: Uint32Array; total: number }[]
  /** The first and last time of all rows, shown or not; null: no row has a time. */
  span: { first: Nanos; last: Nanos } | null
  /** As in `Facet`. */
  isLoading: boolean
}

/** Some rows of a selection, column by column. */
export interface RowWindow {
  first: RowIndex
  end: RowIndex
  fields: readonly string[]
  /** `columns[column][row - first]`; null: the row has no value; several values are joined by ", ". */
  columns: (string | null)[][]
  /** Cells that were cut to 512 characters, with the length of the whole value in characters. */
  clipped: { row: RowIndex; column: number; length: number }[]
}

export interface EventDetail {
  row: RowIndex
  source: SourceId
  path: string
  offset: Bytes
  length: Bytes
  /** From 1; null while an earlier part of the file is still to be read. */
  line: number | null
  time: Nanos | null
  /** All fields with their values, by name; a value is cut to 64 Ki characters. */
  fields: { name: string; values: string[] }[]
  /** The record as it is in the file, decoded as UTF-8 for display; at most 1 MiB. */
  original: string
  isOriginalClipped: boolean
  /** Other copies of the same event, which were counted as duplicates. */
  copies: { path: string; offset: Bytes; line: number | null }[]
}

/** Every error of this library. `message` is for people; `code` is for programs, and stable. */
export interface TrailglassError extends Error {
  code: 'query' | 'step' | 'cancelled' | 'unreadable' | 'closed' | 'range' | 'limit' | 'crashed'
  /** For `query`, and for `step` if a pattern or template is wrong: the place in its text, half-open, in UTF-16 units. */
  at?: { first: number; end: number }
  /** What was expected there. */
  expected?: string
}

export function createEngine(options?: EngineOptions): Promise<Engine>
