import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventLines, eventsQuery } from '../../www/state/source-events.js'
import { confidenceText, formatWords, timesText, yearWords, zoneWords } from '../../www/state/source-words.js'
import {
  alikeSources,
  foundAgain,
  remarks,
  shownSources,
  sourceCell,
  sourceColumns,
  totalsOf,
  totalsText,
  withMembersBehind,
} from '../../www/state/sources.js'

/** @param {Partial<import('../../www/types.d.ts').SourceInfo>} source @returns {import('../../www/types.d.ts').SourceInfo} */
const source = source => ({
  id: 0,
  path: 'a.json',
  parent: null,
  members: 0,
  bytes: 10,
  modified: null,
  sha256: null,
  containers: [],
  format: null,
  confidence: null,
  isFormatSet: false,
  clock: { zone: 'UTC', isZoneSet: false, zoneless: 0, yearless: 0, year: null, yearReason: null },
  state: 'read',
  records: 0,
  events: 0,
  duplicates: 0,
  rejects: 0,
  firstTime: null,
  lastTime: null,
  problems: [],
  ...source,
})

const SOURCES = [
  source({ id: 0, path: 'AWSLogs/b.json.gz', bytes: 30, records: 5, events: 3, duplicates: 1, rejects: 1 }),
  source({ id: 1, path: 'damaged/a.json', problems: [{ code: 'truncated', message: 'ends early' }] }),
  source({ id: 2, path: 'digest.json', problems: [{ code: 'set-aside', message: 'a digest' }] }),
]

test('sources are filtered by path and problem, and sorted', () => {
  const ids = (/** @type {Parameters<typeof shownSources>} */ ...args) =>
    shownSources(...args).map(({ id }) => id)
  assert.deepEqual(ids(SOURCES, 'all', '', []), [0, 1, 2])
  assert.deepEqual(ids(SOURCES, 'problems', '', []), [1])
  assert.deepEqual(ids(SOURCES, 'rejects', '', []), [0])
  assert.deepEqual(ids(SOURCES, 'all', 'AWSLOGS', []), [0])
  assert.deepEqual(ids(SOURCES, 'all', '', [{ field: 'bytes' }]), [1, 2, 0])
  assert.deepEqual(ids(SOURCES, 'all', '', [{ field: 'path', descending: true }]), [2, 1, 0])
})

test('the totals of all sources', () => {
  assert.deepEqual(totalsOf(SOURCES), {
    sources: 3,
    members: 0,
    bytes: 50,
    records: 5,
    events: 3,
    duplicates: 1,
    rejects: 1,
    problems: 1,
  })
})

test('cells of the sources panel', () => {
  const wrapped = source({ format: 'aws.cloudtrail', containers: ['gzip'] })
  assert.equal(sourceCell(wrapped, 'format'), 'aws.cloudtrail, in gzip')
  assert.equal(sourceCell(wrapped, 'sha256'), null)
  assert.equal(sourceCell(wrapped, 'events'), '0')
  assert.equal(sourceCell(SOURCES[1] ?? wrapped, 'problem'), 'ends early')
  assert.equal(sourceCell(SOURCES[2] ?? wrapped, 'problem'), 'note: a digest')
})

/** @param {Partial<import('../../www/types.d.ts').ClockInfo>} clock */
const clocked = clock => source({ firstTime: 0n, clock: { ...source({}).clock, ...clock } })

/** An archive, its members told behind all files, as the engine does. */
const ARCHIVE = [
  source({ id: 0, path: 'z.tar.gz', bytes: 100, members: 2, containers: ['gzip', 'tar'], sha256: 'aa' }),
  source({ id: 1, path: 'a.log', bytes: 5, records: 2, events: 2, format: 'json' }),
  source({ id: 90, path: 'z.tar.gz!/b', parent: 0, bytes: 0, records: 3, events: 3, format: 'json' }),
  source({ id: 91, path: 'z.tar.gz!/a', parent: 0, bytes: 0, records: 1, rejects: 1 }),
]

/** @param {readonly { id: number }[]} sources */
const ids = sources => sources.map(({ id }) => id)

test('members stand right behind their file, and in their place where there is an order', () => {
  assert.deepEqual(ids(withMembersBehind(ARCHIVE)), [0, 90, 91, 1])
  assert.deepEqual(ids(withMembersBehind(ARCHIVE.slice(1))), [1, 90, 91])
  assert.deepEqual(ids(shownSources(ARCHIVE, 'all', '', [])), [0, 90, 91, 1])
  assert.deepEqual(ids(shownSources(ARCHIVE, 'rejects', '', [])), [91])
  assert.deepEqual(ids(shownSources(ARCHIVE, 'all', '', [{ field: 'path' }])), [1, 0, 91, 90])
  assert.deepEqual(
    ids(shownSources(ARCHIVE, 'all', '', [{ field: 'events', descending: true }])),
    [90, 1, 0, 91],
  )
})

test('what has no value comes last, whatever the direction', () => {
  const times = [null, 5n, 2n].map((firstTime, id) => source({ id, firstTime }))
  assert.deepEqual(ids(shownSources(times, 'all', '', [{ field: 'times' }])), [2, 1, 0])
  assert.deepEqual(ids(shownSources(times, 'all', '', [{ field: 'times', descending: true }])), [1, 2, 0])
})

test('totals count no byte and no record twice', () => {
  const totals = totalsOf(ARCHIVE)
  assert.deepEqual([totals.sources, totals.members, totals.bytes, totals.records], [2, 2, 105, 6])
  assert.equal(
    totalsText(totals),
    '2 sources and 2 members, 105 B · 6 records = 5 events + 0 duplicates + 1 reject · 0 problems',
  )
  assert.match(totalsText(totalsOf(ARCHIVE.slice(2))), /^2 members, 0 B/)
  assert.match(totalsText(totalsOf([])), /^0 sources, 0 B/)
})

test('a file says how many members it has, and a member no size', () => {
  const [file = source({}), , member = source({})] = ARCHIVE
  assert.equal(sourceCell(file, 'format'), '2 members, in tar, in gzip')
  assert.equal(sourceCell(file, 'bytes'), '100 B')
  assert.equal(sourceCell(member, 'format'), 'json')
  assert.equal(sourceCell(member, 'bytes'), null)
})

test('how sure a format is', () => {
  const json = (/** @type {number} */ confidence) => source({ format: 'json', confidence })
  assert.equal(confidenceText(json(100)), 'certain')
  assert.equal(confidenceText(json(87)), '87 %')
  assert.equal(confidenceText(source({})), null)
  assert.equal(confidenceText({ ...json(100), isFormatSet: true }), 'set by you')
  assert.equal(formatWords(json(100)), 'json, certain: it can be no other')
  assert.equal(formatWords(json(87)), 'json, 87 %: very likely')
  assert.equal(formatWords(json(60)), 'json, 60 %: likely')
  assert.equal(formatWords(json(1)), 'json, 1 %: no better one was found')
  assert.equal(formatWords({ ...json(100), isFormatSet: true }), 'json, set by you')
  assert.equal(formatWords(source({})), 'not recognised')
})

test('first and last time, without what the second shares with the first', () => {
  const times = (/** @type {string} */ first, /** @type {string} */ last) =>
    timesText(
      source({
        firstTime: BigInt(Date.parse(first)) * 1_000_000n,
        lastTime: BigInt(Date.parse(last)) * 1_000_000n,
      }),
    )
  const first = '2022-03-20T12:00:00Z'
  assert.equal(times(first, first), '2022-03-20 12:00:00')
  assert.equal(times(first, '2022-03-20T12:00:09Z'), '2022-03-20 12:00:00 – 12:00:09')
  assert.equal(times(first, '2022-03-21T12:00:09Z'), '2022-03-20 12:00:00 – 03-21 12:00:09')
  assert.equal(times(first, '2023-03-20T12:00:00Z'), '2022-03-20 12:00:00 – 2023-03-20 12:00:00')
  assert.equal(timesText(source({})), null)
  const far = 2n ** 63n - 1n
  assert.equal(timesText(source({ firstTime: far, lastTime: far })), '2262-04-11 23:47:16')
})

test('where a zone comes from', () => {
  const zone = (/** @type {Parameters<typeof clocked>[0]} */ clock) => zoneWords(clocked(clock))
  assert.equal(zone({ zoneless: 847 }), 'no zone in 847 of its records; read as UTC unless you say otherwise')
  assert.match(zone({ zoneless: 1, zone: '+02:00' }), /read as \+02:00, set by you for all sources$/)
  assert.match(
    zone({ zoneless: 1, zone: 'UTC', isZoneSet: true }),
    /read as UTC, set by you for this source$/,
  )
  assert.equal(zone({}), 'its records have a zone')
  assert.equal(zoneWords(source({})), 'it has no times')
  assert.equal(sourceCell(clocked({ zoneless: 2, zone: '+02:00' }), 'zone'), '+02:00')
  assert.equal(sourceCell(clocked({}), 'zone'), 'in the records')
  assert.equal(sourceCell(source({}), 'zone'), null)
})

test('where a year comes from: each reason has a word and a sentence', () => {
  /** @type {[NonNullable<import('../../www/types.d.ts').ClockInfo['yearReason']>, string, string][]} */
  const reasons = [
    ['set', '2022, set by you', 'set by you'],
    ['name', '2022, its name', 'from the date in its name'],
    ['sibling', '2022, a sibling', 'from the date in the name of a sibling'],
    ['records', '2022, its records', 'from other records of it, which say theirs'],
    ['modified', '2022, modified', 'the file was modified when its last record was written'],
    ['case', '2022, the others', 'nearest to the other sources'],
    ['modified-later', '2022, modified later', 'the last one before the file was modified'],
    ['unknown', 'unknown', 'nothing indicates it'],
  ]
  for (const [yearReason, cell, words] of reasons) {
    const made = clocked({ yearless: 3, zoneless: 3, year: 2022, yearReason })
    assert.equal(sourceCell(made, 'year'), cell)
    assert.equal(yearWords(made), `no year in 3 of its records; ${words}`)
  }
  assert.equal(sourceCell(clocked({}), 'year'), null)
})

test('zone and year are columns where a record lacks them; else the path has their room', () => {
  const fields = (/** @type {Parameters<typeof sourceColumns>[0]} */ sources) =>
    sourceColumns(sources)
      .map(({ field }) => field)
      .filter(field => field === 'zone' || field === 'year')
  assert.deepEqual(fields([source({})]), [])
  assert.deepEqual(fields([source({}), clocked({ zoneless: 1 })]), ['zone'])
  assert.deepEqual(fields([clocked({ zoneless: 1, yearless: 1 })]), ['zone', 'year'])
  const width = (/** @type {Parameters<typeof sourceColumns>[0]} */ sources) =>
    sourceColumns(sources).reduce((sum, { width }) => sum + width, 0)
  assert.equal(width([source({})]), width([clocked({ zoneless: 1, yearless: 1 })]))
})

test('alike are those of the same format, or all of none; no archive, nothing that is being read', () => {
  const alike = (/** @type {number} */ id) => {
    const all = [
      ...ARCHIVE,
      source({ id: 2, path: 'c.log', format: 'json', state: 'reading' }),
      source({ id: 3, path: 'd.bin' }),
    ]
    return ids(alikeSources(all, all.find(source => source.id === id) ?? source({})))
  }
  assert.deepEqual(alike(1), [1, 90])
  assert.deepEqual(alike(91), [91, 3])
  assert.deepEqual(alike(0), [0])
})

test('a source is found again, a member by its path', () => {
  const chosen = source({ id: 91, path: 'z.tar.gz!/a' })
  const later = [source({ id: 0, path: 'z.tar.gz' }), source({ id: 97, path: 'z.tar.gz!/a' })]
  assert.equal(foundAgain(later, chosen)?.id, 97)
  assert.equal(
    foundAgain([source({ id: 4, path: 'x' }), source({ id: 5, path: 'x' })], source({ id: 5, path: 'x' }))
      ?.id,
    5,
  )
  assert.equal(foundAgain([], chosen), null)
})

test('remarks: what is wrong comes first', () => {
  const problems = [
    { code: 'empty', message: 'empty' },
    { code: 'checksum', message: 'wrong checksum' },
  ]
  assert.deepEqual(remarks(source({ problems })), [
    { isWrong: true, message: 'wrong checksum' },
    { isWrong: false, message: 'empty' },
  ])
})

test('the question for the events of a source', () => {
  assert.equal(eventsQuery(source({ path: 'a "b".log' })), 'log.file.path = "a \\"b\\".log"')
  assert.equal(eventsQuery(source({ path: 'z.tar', members: 1 })), 'log.file.path: z\\.tar\\!\\/*')
})

test('an event without action and message is told by other fields', () => {
  /** @type {(string | null)[][]} */
  const columns = [
    ['t1', 't2', null],
    ['json', 'json', 'json'],
    ['login', null, null],
    ['hello', null, null],
    ['a.json', 'a.json', 'a.json'],
    ['1', '2', null],
    [null, 'x', null],
  ]
  const fields = ['@timestamp', 'event.dataset', 'event.action', 'message', 'log.file.path', 'n', 'user']
  assert.deepEqual(eventLines({ first: 0, end: 3, fields, columns, clipped: [] }), [
    { time: 't1', action: 'login', text: 'hello' },
    { time: 't2', action: '', text: 'n: 2 · user: x' },
    { time: '', action: '', text: '' },
  ])
})
