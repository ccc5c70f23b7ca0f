/** What the analyst says of sources. */

/** @import { Engine, SourceInfo } from '../types.d.ts' */
/** @import { SourceChange } from '../state/sources.js' */

import { withoutLostEvent, withTimesAnew } from '../state/changes.js'
import { EVENT_FIELDS, eventLines, eventsQuery } from '../state/source-events.js'
import { refresh, refreshLists } from './asking.js'
import { engine, store } from './case.js'
import { checkOpened } from './opening.js'

/** Of a source so many events show in the sources, and so many fields may speak for one without a message. */
const FIRST_EVENTS = 5
const FIRST_FIELDS = 200

/**
 * Has sources read in another way, and everything on screen asked for again.
 *
 * @param {SourceChange} change
 */
export async function changeSources(change) {
  try {
    await applyChange(await engine, change)
  } finally {
    // Also where it failed: the selections may have ended.
    store.change(withTimesAnew)
    while (!(await refresh()));
    await refreshLists()
    const { answer } = store.get()
    if (answer) await checkOpened(answer)
    store.change(withoutLostEvent)
  }
}

/**
 * @param {Engine} ready
 * @param {SourceChange} change
 */
async function applyChange(ready, change) {
  switch (change.kind) {
    case 'format':
      return ready.treatAs(change.sources, change.treatAs)
    case 'year':
      return ready.setYear(change.year, change.sources)
    case 'zone': {
      if (change.sources) return ready.setZone(change.zone, change.sources)
      await ready.setZone(change.zone)
      // All are all: those too of which something else was said before.
      const others = (await ready.sources()).filter(({ clock }) => clock.isZoneSet)
      const ids = others.map(({ id }) => id)
      if (ids.length > 0) await ready.setZone(change.zone, ids)
    }
  }
}

/** The first events of `source`. @param {SourceInfo} source */
export async function firstEvents(source) {
  const selection = await (await engine).filter(eventsQuery(source))
  try {
    const { count } = selection
    const window = await selection.rows(0, FIRST_EVENTS, EVENT_FIELDS)
    if (eventLines(window).every(({ action, text }) => action !== '' || text !== '')) return { count, window }
    const others = store.get().fields.map(({ name }) => name)
    const fields = [...new Set([...EVENT_FIELDS, ...others.slice(0, FIRST_FIELDS)])]
    return { count, window: await selection.rows(0, FIRST_EVENTS, fields) }
  } finally {
    selection.close()
  }
}
