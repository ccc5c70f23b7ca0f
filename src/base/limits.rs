//! Every limit, with its unit and its reason. What came before a limit was hit is kept, and the message names it.

/// Rows a segment may hold: row indexes fit 16 bits, and a segment's dictionaries stay in the processor's cache.
pub const SEGMENT_ROWS: usize = 1 << 16;

/// Bytes of distinct text a segment may hold before it is sealed: dictionary offsets are 32 bits, and one
/// segment must not come near the memory of a shard.
pub const SEGMENT_TEXT_BYTES: usize = 256 << 20;

/// Bytes of one record. CloudTrail events end at 256 KiB; a longer record is a reject, and reading goes on behind it.
pub const RECORD_BYTES: usize = 16 << 20;

/// Bytes of a record that is made of several lines, and of a line end's way to the quote that closes before it: a
/// stack trace is shorter, and a quote that never closes must not swallow a file.
pub const JOINED_BYTES: usize = 1 << 20;

/// Bytes of a container's message in one of Docker's records: what is longer has several, and only the last one a line end.
pub const DOCKER_PART_BYTES: usize = 16 << 10;

/// Groups of lines that wait for more of their lines: auditd writes those of a few events at a time, interleaved.
pub const OPEN_GROUPS: usize = 64;

/// Bytes of all groups that wait: the arguments of one command may have 2 MiB, which is twice that in hexadecimal digits.
pub const OPEN_GROUP_BYTES: usize = 8 << 20;

/// Bytes of a member that is read as a whole: journals end at 128 MiB by default, and at 4 GiB by force.
pub const WHOLE_BYTES: usize = 1 << 30;

/// Nesting of JSON arrays and objects. Real events stay below 20; the stack of a worker is small.
pub const JSON_DEPTH: usize = 128;

/// Wrappers in wrappers around a record that are unwrapped: EventBridge's in CloudWatch's in a SIEM's. What is inside more
/// is a field of the innermost.
pub const WRAPPERS: usize = 3;

/// Different field names a shard keeps. Beyond it, leaves of a new name are gathered under `…` of their
/// parent; which names were there before depends on what the shard has read.
pub const FIELDS: usize = 20_000;

/// Fields of syslog's structured data that one reader names; those beyond are gathered in one. Daemons have a dozen.
pub const DATA_FIELDS: usize = 1_000;

/// Bytes of a field's name, the path of its keys: hostile keys are as long as records. Longer ones are gathered as those
/// beyond [`FIELDS`] are.
pub const NAME_BYTES: usize = 4 << 10;

/// Bytes a dropped file may unwrap to, in each of its layers: what expands further is a bomb or needs another tool.
pub const MEMBER_BYTES: u64 = 64 << 30;

/// How many times larger than the part of the dropped file that has been read a layer may become after its first MiB.
/// Logs stay below 100.
pub const EXPANSION_RATIO: u64 = 1_000;

/// Containers around a member: a compressed log in an archive in a compressed archive has four, and a file that holds
/// itself has no end of them.
pub const CONTAINER_DEPTH: usize = 8;

/// Members of a dropped file: each is a source on the page. A whole system's `/var/log` has some thousand.
pub const MEMBERS: usize = 200_000;

/// Bytes that a decoder looks back into. No preset of zstd or xz needs more; their formats allow gigabytes.
pub const WINDOW_BYTES: u64 = 128 << 20;

/// Bytes of what an archive or a gzip file says ahead of its data: names, comments, extended headers.
pub const HEADER_BYTES: usize = 1 << 20;

/// Problems of the archives in a dropped file that are kept: a hostile file has as many as it has archives.
pub const ARCHIVE_PROBLEMS: usize = 1_000;

/// Rejects kept with their place and reason, for each shard; more are counted.
pub const REJECTS_KEPT: usize = 1_000_000;

/// Characters of a cell that leave the engine: long cells cost the page seconds to draw.
pub const CELL_CHARS: usize = 512;

/// Characters of one value in the detail of an event.
pub const DETAIL_CHARS: usize = 64 << 10;

/// Bytes of an event's original that are shown.
pub const ORIGINAL_BYTES: usize = 1 << 20;

/// Bytes of a query's text.
pub const QUERY_BYTES: usize = 64 << 10;

/// Nesting of brackets and `not` in a query.
pub const QUERY_DEPTH: usize = 64;

/// Choices that completion offers: who does not see the one meant among these types on.
pub const CHOICES: usize = 50;

/// Bytes of a regular expression, and of what it compiles to: its time is linear in both.
pub const PATTERN_BYTES: usize = 1 << 10;
/// See [`PATTERN_BYTES`].
pub const PATTERN_COMPILED_BYTES: usize = 2 << 20;

/// Entries of the tables that number the texts of fields over the segments of a shard, at 4 to 8 bytes: those of fields
/// not asked for of late are made again when they are.
pub const NUMBERED_ENTRIES: usize = 32 << 20;

/// Queries whose rows a shard keeps for the next question about them: a page's facets leave one clause out each. At
/// 60 million rows they take 8 MB each.
pub const KEPT_QUERIES: usize = 16;

/// Buckets of a timeline: no screen has so many pixels.
pub const TIMELINE_BUCKETS: usize = 20_000;

/// Steps that are made one behind the other: an analyst has a dozen.
pub const STEPS: usize = 200;

/// Columns of one step: a line that is cut at white space may have a thousand words.
pub const STEP_COLUMNS: usize = 1_000;

/// Columns that a step gets whose columns nobody named: more are no help, and can be named.
pub const FOUND_COLUMNS: usize = 50;

/// Different keys that are counted while the columns of a step are looked for: hostile values have a new one each.
pub const FOUND_KEYS: usize = 10_000;

/// Columns that one step reads.
pub const STEP_ORIGINS: usize = 32;

/// Bytes of a text that a step is told: a name, a delimiter, a format.
pub const STEP_TEXT_BYTES: usize = 256;

/// Bytes of a grok pattern once its names are replaced by what they stand for.
pub const GROK_BYTES: usize = 32 << 10;

/// Lines of a table through which a step maps values.
pub const MAP_ROWS: usize = 10_000;

/// Bytes of a value that is put together (parts of the log itself are as long as they are): a segment of them has to fit
/// 32 bits.
pub const MADE_BYTES: usize = 32 << 10;

/// Bytes of a list of steps or a recipe: it is typed by people, but for pasted tables.
pub const RECIPE_BYTES: usize = 4 << 20;

/// Nesting in a recipe: what is noted there is flat.
pub const RECIPE_DEPTH: usize = 16;

/// Values that a suggestion looks at, and bytes of each.
pub const SUGGEST_VALUES: usize = 500;
/// See [`SUGGEST_VALUES`].
pub const SUGGEST_BYTES: usize = 4 << 10;

/// Bytes of linear memory at which a shard takes no further file: a 32-bit WebAssembly memory ends at 4 GiB,
/// and answers need room.
pub const SHARD_BYTES: u64 = 3_400 << 20;

/// Bytes that are kept free for a row whose rest is deferred, beside those of its text, which it gives back then:
/// more than it takes for lines of sshd and sudo.
pub const DEFERRED_ROW_BYTES: usize = 80;

/// Rows a shard can number: 28 bits. Its memory ends before, for a row takes 16 bytes at least.
pub const SHARD_ROWS: usize = 1 << 28;

/// Cells of a pivot: more is no table that anyone reads, and each has a state for each of its figures.
pub const PIVOT_CELLS: usize = 10_000;
