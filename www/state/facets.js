/**
 * The entries of the list of fields, and the fields that are open in it. Pure.
 */

/** @import { CssPixels, Facet, FacetOptions, FieldInfo } from '../types.d.ts' */

/** @typedef {NonNullable<FacetOptions['order']>} FacetOrder */

/**
 * The question about an open field, and the newest answer.
 *
 * @typedef {object} OpenFacet
 * @property {string} field
 * @property {FacetOrder} order
 * @property {string} search only values that contain this text
 * @property {number} limit how many values are listed
 * @property {Facet | null} facet null: not here yet
 * @property {boolean} isOld the answer is to an older question, or of other rows
 */

/** @typedef {Partial<Pick<OpenFacet, 'order' | 'search' | 'limit'>>} FacetChange */

const FIRST_VALUES = 10
const MORE_TIMES = 10
/** At most this many values are listed; others are found by searching. */
const VALUES_LIMIT = 10_000

/** @type {readonly { order: FacetOrder, label: string }[]} */
export const FACET_ORDERS = [
  { order: 'count', label: 'frequent' },
  { order: 'rare', label: 'rare' },
  { order: 'value', label: 'by value' },
  { order: 'first', label: 'first seen' },
  { order: 'last', label: 'last seen' },
]

/**
 * @param {readonly OpenFacet[]} facets
 * @param {string} field
 * @returns {readonly OpenFacet[]}
 */
export function withFacet(facets, field) {
  if (facets.some(open => open.field === field)) return facets
  const opened = { field, limit: FIRST_VALUES, search: '', facet: null, isOld: false }
  return [...facets, { ...opened, order: /** @type {const} */ ('count') }]
}

/**
 * @param {readonly OpenFacet[]} facets
 * @param {string} field
 */
export const withoutFacet = (facets, field) => facets.filter(open => open.field !== field)

/**
 * Changes the question about a field; its values stay listed until the answer is here.
 *
 * @param {readonly OpenFacet[]} facets
 * @param {string} field
 * @param {FacetChange} change
 */
export const withFacetChange = (facets, field, change) =>
  facets.map(open => (open.field === field ? { ...open, ...change, isOld: open.facet !== null } : open))

/** Marks all answers as old: the rows have changed. @param {readonly OpenFacet[]} facets */
export const withOldFacets = facets => facets.map(open => (open.facet ? { ...open, isOld: true } : open))

/**
 * @param {readonly OpenFacet[]} facets
 * @param {Facet} facet
 */
export const withFacetAnswer = (facets, facet) =>
  facets.map(open => (open.field === facet.field ? { ...open, facet, isOld: false } : open))

/** How many values will be listed after "more". @param {OpenFacet} open */
export const moreValues = ({ limit }) => Math.min(VALUES_LIMIT, limit * MORE_TIMES)

/**
 * One entry of the list: a field, or a part of an open field. `key` is unique and stays the same; `share` is the length
 * of its bar, from 0 to 1, relative to the longest bar.
 *
 * @typedef {{ key: string, field: string } & (
 *   | { kind: 'field', info: FieldInfo, open: OpenFacet | undefined }
 *   | { kind: 'tools', open: OpenFacet }
 *   | { kind: 'value', open: OpenFacet, value: Facet['values'][number], share: number }
 *   | { kind: 'none', open: OpenFacet, count: number, share: number }
 *   | { kind: 'end', open: OpenFacet }
 * )} Entry
 */

/** How high each kind of entry is. @type {Record<Entry['kind'], CssPixels>} */
export const ENTRY_PX = { field: 24, tools: 34, value: 40, none: 28, end: 32 }

/**
 * The entries of the list, from top to bottom.
 *
 * @param {readonly FieldInfo[]} fields
 * @param {readonly OpenFacet[]} facets
 * @returns {Entry[]}
 */
export function entriesOf(fields, facets) {
  const byField = new Map(facets.map(open => [open.field, open]))
  return fields.flatMap(info => {
    const field = info.name
    const open = byField.get(field)
    /** @type {Entry[]} */
    const entries = [{ key: `field ${field}`, kind: 'field', field, info, open }]
    if (!open) return entries
    entries.push({ key: `tools ${field}`, kind: 'tools', field, open })
    const values = open.facet?.values ?? []
    const count = open.search === '' ? (open.facet?.missing ?? 0) : 0
    const largest = Math.max(count, ...values.map(value => value.count))
    for (const value of values) {
      const share = value.count / largest
      entries.push({ key: `value ${field} ${value.value}`, kind: 'value', field, open, value, share })
    }
    if (count > 0) {
      entries.push({ key: `none ${field}`, kind: 'none', field, open, count, share: count / largest })
    }
    entries.push({ key: `end ${field}`, kind: 'end', field, open })
    return entries
  })
}

/** How many values are not listed. @param {OpenFacet} open */
export const nUnlisted = ({ facet }) => (facet ? Math.max(0, facet.distinct - facet.values.length) : 0)

/** Whether more values can be listed. @param {OpenFacet} open */
export const hasMore = open => nUnlisted(open) > 0 && moreValues(open) > open.limit
