/**
 * Rows of an answer, collapsed by the values of fields: a tree of groups, and what a grid shows of it. Pure.
 *
 *     ▾ eventName: RunInstances   7 rows          a group that is open
 *       ▸ errorCode: Client.Limit…   2 rows       a group in it
 *       ▾ errorCode: no value   3 rows            an open one, and its rows
 *          1  2022-03-22T15:34:02Z  …
 */

/** @import { Nanos, RowIndex, RowWindow, Selection } from '../types.d.ts' */
/** @import { GridModel } from './blocks.js' */

/**
 * @typedef {object} Group
 * @property {string} field
 * @property {string | null} value null: the rows without a value
 * @property {number} count of its rows
 * @property {Nanos | null} first and last time of its rows; null: no row has a time
 * @property {Nanos | null} last
 * @property {readonly number[]} path its place in its parent, after the places of its parents, outermost first
 * @property {Branch | null} open null: the group is collapsed
 */

/**
 * The content of an expanded group: groups by the next field; after the last field, rows. `size` is its number of lines,
 * with those of expanded groups inside.
 *
 * @typedef {{ query: string, selection: Selection, size: number, groups: readonly Group[] | null }} Branch
 */

/** A line of the tree: a group, or a row of a selection. @typedef {{ group: Group } | { selection: Selection, row: RowIndex }} Line */

/** @param {readonly Group[]} groups */
const sizeOf = groups => groups.reduce((sum, { open }) => sum + 1 + (open?.size ?? 0), 0)

/**
 * @param {string} query
 * @param {Selection} selection the rows that `query` accepts
 * @param {readonly Group[] | null} groups null: the rows themselves
 * @returns {Branch}
 */
export const branchOf = (query, selection, groups) => ({
  query,
  selection,
  groups,
  size: groups ? sizeOf(groups) : selection.count,
})

/**
 * `branch` with the group at `path` expanded to `open`; null collapses it.
 *
 * @param {Branch} branch
 * @param {readonly number[]} path
 * @param {Branch | null} open
 * @returns {Branch}
 */
export function withOpen(branch, [place, ...deeper], open) {
  const groups = (branch.groups ?? []).map((group, i) => {
    if (i !== place) return group
    if (deeper.length === 0) return { ...group, open }
    return group.open ? { ...group, open: withOpen(group.open, deeper, open) } : group
  })
  return branchOf(branch.query, branch.selection, groups)
}

/**
 * The group at `path`, and the branch that lists it.
 *
 * @param {Branch} branch
 * @param {readonly number[]} path
 * @returns {{ group: Group, within: Branch } | null}
 */
export function groupAt(branch, [place = -1, ...deeper]) {
  const group = branch.groups?.[place]
  if (!group) return null
  if (deeper.length === 0) return { group, within: branch }
  return group.open && groupAt(group.open, deeper)
}

/** All open groups, outermost first. @param {Branch} branch @returns {Group[]} */
export const openGroups = branch =>
  (branch.groups ?? []).flatMap(group => (group.open ? [group, ...openGroups(group.open)] : []))

/**
 * A run of lines: one group, or rows `first..end` of a selection.
 *
 * @typedef {{ group: Group } | { selection: Selection, first: RowIndex, end: RowIndex }} Run
 */

/**
 * The lines `first..end` of a branch; rows that follow each other make one run.
 *
 * @param {Branch} branch
 * @param {number} first
 * @param {number} end
 * @returns {Generator<Run>}
 */
export function* runsIn({ groups, selection, size }, first, end) {
  if (first >= Math.min(end, size)) return
  if (!groups) {
    yield { selection, first, end: Math.min(end, size) }
    return
  }
  let at = 0
  for (const group of groups) {
    if (at >= end) return
    if (at >= first) yield { group }
    at += 1
    if (!group.open) continue
    yield* runsIn(group.open, Math.max(0, first - at), end - at)
    at += group.open.size
  }
}

/**
 * The line at `row`.
 *
 * @param {Branch} branch
 * @param {RowIndex} row
 * @returns {Line | null}
 */
export function lineAt(branch, row) {
  const { value: run } = runsIn(branch, row, row + 1).next()
  if (!run) return null
  return 'group' in run ? run : { selection: run.selection, row: run.first }
}

/**
 * What a grid shows of a tree.
 *
 * @param {Branch} root
 * @returns {GridModel}
 */
export const groupedModel = root => ({
  count: root.size,
  line: row => lineAt(root, row),
  async rows(first, end, fields, options) {
    /** @type {RowWindow} */
    const window = { first, end, fields, columns: fields.map(() => []), clipped: [] }
    for (const run of runsIn(root, first, end)) {
      const at = first + (window.columns[0]?.length ?? 0)
      if ('group' in run) {
        for (const [i, field] of fields.entries()) {
          window.columns[i]?.push(field === run.group.field ? run.group.value : null)
        }
        continue
      }
      const { columns, clipped } = await run.selection.rows(run.first, run.end, fields, options)
      for (const [i, column] of columns.entries()) window.columns[i]?.push(...column)
      window.clipped.push(...clipped.map(cell => ({ ...cell, row: cell.row - run.first + at })))
    }
    return window
  },
})
