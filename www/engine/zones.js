/** Zones: what the clocks of a place showed when, which the browser knows. */
import { toError } from './messages.js'

/** Logs are from these years. */
const FIRST_YEAR = 1970
const LAST_YEAR = 2050

const FIXED = /^(?:UTC|GMT|Z)?([+-])(\d{1,2})(?::?(\d{2}))?$/i

/**
 * From which second since the epoch on a clock of `zone` is how many seconds ahead of UTC: `UTC`, `+02:00`,
 * `Europe/Berlin`. The first holds for all before it.
 *
 * @param {string} zone
 * @returns {{ name: string, seconds: Float64Array<ArrayBuffer>, offsets: Int32Array<ArrayBuffer> }}
 */
export function zoneChanges(zone) {
  const text = zone.trim()
  const fixed = FIXED.exec(text)
  if (fixed) {
    const [, sign, hours, minutes = '0'] = fixed
    const offset = (Number(hours) * 60 + Number(minutes)) * 60
    if (offset > 18 * 3600 || Number(minutes) > 59) throw unknownZone(zone)
    return constant(text, sign === '-' ? -offset : offset)
  }
  if (/^(?:UTC|GMT|Z)$/i.test(text)) return constant('UTC', 0)
  return named(text)
}

/** @param {string} zone */
const unknownZone = zone =>
  toError({
    code: 'range',
    message: `unknown zone ${JSON.stringify(zone)}: expected UTC, +02:00 or Europe/Berlin`,
  })

/** @param {string} name @param {number} offset */
const constant = (name, offset) => ({
  name,
  seconds: Float64Array.of(Number.NEGATIVE_INFINITY),
  offsets: Int32Array.of(offset),
})

/** @param {string} zone */
function named(zone) {
  /** @type {Intl.DateTimeFormat} */
  let format
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw unknownZone(zone)
  }
  /** @param {number} seconds */
  const offsetAt = seconds => {
    /** @type {Record<string, number>} */
    const part = {}
    for (const { type, value } of format.formatToParts(seconds * 1000)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - seconds
  }
  let before = Date.UTC(FIRST_YEAR, 0, 1) / 1000
  let offset = offsetAt(before)
  const seconds = [Number.NEGATIVE_INFINITY]
  const offsets = [offset]
  // Half a month: no zone has put its clocks forward and back in less.
  const step = 15 * 86_400
  for (const end = Date.UTC(LAST_YEAR, 0, 1) / 1000; before < end; before += step) {
    const next = offsetAt(before + step)
    if (next === offset) continue
    let [low, high] = [before, before + step]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetAt(middle) === offset) low = middle
      else high = middle
    }
    seconds.push(high)
    offsets.push(next)
    offset = next
  }
  return { name: zone, seconds: Float64Array.from(seconds), offsets: Int32Array.from(offsets) }
}
