//! Every limit, with its unit and its reason. Data before a limit is kept, and the message names the limit.

/// Rows of a segment: row indexes fit 16 bits, and the dictionaries of a segment stay in the processor's cache.
pub const SEGMENT_ROWS: usize = 1 << 16;

/// Bytes of distinct text after which a segment is sealed: dictionary offsets have 32 bits, and one segment must stay
/// far below the memory of a shard.
pub const SEGMENT_TEXT_BYTES: usize = 256 << 20;

/// Bytes of one record. A CloudTrail event has at most 256 KiB. A longer record is a reject, and reading continues
/// after it.
pub const RECORD_BYTES: usize = 16 << 20;

/// Bytes of a record that joins several lines: a stack trace is shorter, and a wrong guess must not swallow a file. In
/// CSV, also the bytes in which the closing quote of a quoted line end is looked for: a quote that never closes must
/// not swallow a file.
pub const JOINED_BYTES: usize = 1 << 20;

/// Bytes of a message in one record of Docker. Docker splits a longer message over several records, of which only the
/// last ends with a line end.
pub const DOCKER_PART_BYTES: usize = 16 << 10;

/// Groups of lines that are open, because more of their lines may follow. auditd interleaves the lines of a few
/// events.
pub const OPEN_GROUPS: usize = 64;

/// Bytes of all open groups: the arguments of one command may have 2 MiB, and twice as much in hexadecimal digits.
pub const OPEN_GROUP_BYTES: usize = 8 << 20;

/// Bytes of a member that is read as a whole: a journal has at most 128 MiB by default, and never more than 4 GiB.
pub const WHOLE_BYTES: usize = 1 << 30;

/// Nesting of JSON arrays and objects. Real events nest less than 20 deep; the stack of a worker is small.
pub const JSON_DEPTH: usize = 128;

/// Nested wrappers of a record that are unwrapped, for example EventBridge inside CloudWatch inside a SIEM's export. A
/// wrapper that is nested deeper stays a field of the innermost event.
pub const WRAPPERS: usize = 3;

/// Different field names of a shard. After the limit, a value whose field name is new goes to the field `…` of its
/// parent; which names came before the limit depends on what the shard has read.
pub const FIELDS: usize = 20_000;

/// Fields of syslog's structured data that one reader names. Values of further fields go to one common field. Daemons
/// use about a dozen.
pub const DATA_FIELDS: usize = 1_000;

/// Bytes of a field's name, which is the path of its keys: hostile keys are as long as records. A value with a longer
/// name is handled like a value after [`FIELDS`].
pub const NAME_BYTES: usize = 4 << 10;

/// Bytes to which each layer of a dropped file may unwrap: a larger layer is a decompression bomb, or needs another
/// tool.
pub const MEMBER_BYTES: u64 = 64 << 30;

/// The largest ratio of the bytes of a layer, after its first MiB, to the bytes of the dropped file read so far. Logs
/// stay below 100.
pub const EXPANSION_RATIO: u64 = 1_000;

/// Nested containers: a compressed log in an archive in a compressed archive has four, and a file that contains itself
/// would nest without end.
pub const CONTAINER_DEPTH: usize = 8;

/// Members of a dropped file: each becomes a source on the page. The `/var/log` of a whole system has a few thousand.
pub const MEMBERS: usize = 200_000;

/// Bytes of already decompressed data that a decoder refers back to. No preset of zstd or xz needs more; their formats
/// allow gigabytes.
pub const WINDOW_BYTES: u64 = 128 << 20;

/// Bytes that an archive or a gzip file may put before its data: names, comments, extended headers.
pub const HEADER_BYTES: usize = 1 << 20;

/// Problems kept for the archives in a dropped file: a hostile file can have a problem in every archive.
pub const ARCHIVE_PROBLEMS: usize = 1_000;

/// Rejects that each shard keeps with their place and reason; further rejects are only counted.
pub const REJECTS_KEPT: usize = 1_000_000;

/// Characters of a cell that the engine returns: the page needs seconds to draw long cells.
pub const CELL_CHARS: usize = 512;

/// Characters of one value in the detail of an event.
pub const DETAIL_CHARS: usize = 64 << 10;

/// Bytes of an event's original record that are shown.
pub const ORIGINAL_BYTES: usize = 1 << 20;

/// Bytes of the text of a query.
pub const QUERY_BYTES: usize = 64 << 10;

/// Nesting of brackets and `not` in a query.
pub const QUERY_DEPTH: usize = 64;

/// Choices that completion offers: an analyst who does not see the right choice among them types more letters.
pub const CHOICES: usize = 50;

/// Bytes of the text of a regular expression: matching takes time linear in this size.
pub const PATTERN_BYTES: usize = 1 << 10;
/// Bytes of a compiled regular expression: matching takes time linear in this size.
pub const PATTERN_COMPILED_BYTES: usize = 2 << 20;

/// Entries of the tables that number the distinct texts of fields over all segments of a shard, at 4 to 8 bytes each.
/// Tables of fields that were not used lately are dropped, and made again when they are needed.
pub const NUMBERED_ENTRIES: usize = 32 << 20;

/// Queries whose rows a shard keeps for the next question about them: each facet of a page leaves out one clause. With
/// 60 million rows, one query takes 8 MB.
pub const KEPT_QUERIES: usize = 16;

/// Buckets of a timeline: more than any screen has pixels.
pub const TIMELINE_BUCKETS: usize = 20_000;

/// Steps of a recipe: an analyst uses about a dozen.
pub const STEPS: usize = 200;

/// Columns of one step: a line that is split at white space may have a thousand words.
pub const STEP_COLUMNS: usize = 1_000;

/// Columns of a step whose columns the analyst did not name: more columns do not help, and the analyst can name
/// further ones.
pub const FOUND_COLUMNS: usize = 50;

/// Different keys that are counted while the columns of a step are looked for: every hostile value may have a new key.
pub const FOUND_KEYS: usize = 10_000;

/// Columns that one step reads.
pub const STEP_ORIGINS: usize = 32;

/// Bytes of one text of a step's settings: a name, a delimiter, a format.
pub const STEP_TEXT_BYTES: usize = 256;

/// Bytes of a grok pattern after its names are replaced by their definitions.
pub const GROK_BYTES: usize = 32 << 10;

/// Lines of a table that maps values.
pub const MAP_ROWS: usize = 10_000;

/// Bytes of a value that a step puts together. (Values that are parts of a log are limited by the log.) The texts of
/// one segment must fit 32 bits.
pub const MADE_BYTES: usize = 32 << 10;

/// Bytes of a list of steps or of a recipe: people type these texts, except for pasted tables.
pub const RECIPE_BYTES: usize = 4 << 20;

/// Nesting of a recipe: its content is nearly flat.
pub const RECIPE_DEPTH: usize = 16;

/// Values that are read to suggest a step.
pub const SUGGEST_VALUES: usize = 500;
/// Bytes that are read of each of these values.
pub const SUGGEST_BYTES: usize = 4 << 10;

/// Bytes of linear memory at which a shard takes no further file: a 32-bit WebAssembly memory ends at 4 GiB, and
/// answers need memory too.
pub const SHARD_BYTES: u64 = 3_400 << 20;

/// Bytes kept free for each row with deferred fields, in addition to the row's text, whose memory is freed when the
/// fields are read. Fields of lines of sshd and sudo take less.
pub const DEFERRED_ROW_BYTES: usize = 80;

/// Rows that a shard can number, in 28 bits. A shard's memory is full before: a row takes at least 16 bytes.
pub const SHARD_ROWS: usize = 1 << 28;

/// Cells of a pivot: nobody reads a larger table, and each cell has one state for each measure.
pub const PIVOT_CELLS: usize = 10_000;
