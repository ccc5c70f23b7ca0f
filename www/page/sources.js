/** The list of sources, and what the analyst sets for them: format, zone, year. */

/** @import { Engine, SourceInfo } from '../types.d.ts' */
/** @import { SourcesPanel } from '../elements/sources-panel.js' */
/** @import { SourceChange } from '../state/sources.js' */
/** @import { Questions } from './asking.js' */
/** @import { Case } from './case.js' */
/** @import { OpenedEvent } from './opening.js' */
/** @import { Steps } from './steps.js' */

import { on } from '../lib/dom.js'
import { withoutLostEvent, withTimesAnew } from '../state/changes.js'
import { EVENT_FIELDS, eventLines, eventsQuery } from '../state/source-events.js'

/** How many events of a source are listed, and how many fields are read where no event has a message. */
const FIRST_EVENTS = 5
const FIRST_FIELDS = 200

/**
 * @param {Engine} engine
 * @param {SourceChange} change
 */
async function applyChange(engine, change) {
  switch (change.kind) {
    case 'format':
      return engine.treatAs(change.sources, change.treatAs)
    case 'year':
      return engine.setYear(change.year, change.sources)
    case 'zone': {
      if (change.sources) return engine.setZone(change.zone, change.sources)
      await engine.setZone(change.zone)
      // For all sources means for all: those with a zone of their own too.
      const others = (await engine.sources()).filter(({ clock }) => clock.isZoneSet)
      const ids = others.map(({ id }) => id)
      if (ids.length > 0) await engine.setZone(change.zone, ids)
    }
  }
}

/**
 * Has sources read in another way, and asks again for everything on screen.
 *
 * @param {Case} theCase
 * @param {{ questions: Questions, opened: OpenedEvent }} parts
 * @param {SourceChange} change
 */
async function changeSources({ engine, store }, { questions, opened }, change) {
  try {
    await applyChange(await engine, change)
  } finally {
    // After a failure too: the selections may have ended.
    store.change(withTimesAnew)
    await questions.refreshAll()
    const { answer } = store.get()
    if (answer) await opened.check(answer)
    store.change(withoutLostEvent)
  }
}

/**
 * The first events of `source`.
 *
 * @param {Case} theCase
 * @param {SourceInfo} source
 */
async function firstEvents({ engine, store }, source) {
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

/**
 * @param {Case} theCase
 * @param {{ questions: Questions, opened: OpenedEvent, steps: Steps, panel: SourcesPanel }} parts
 */
export function wireSources(theCase, { questions, opened, steps, panel }) {
  const { engine, store } = theCase
  on(panel, 'show-events', (/** @type {string} */ query) => {
    steps.show('rows')
    questions.ask(query)
  })
  panel.connect(store, {
    rejects: async (first, end) => (await engine).rejects(first, end),
    formats: async () => (await engine).formats(),
    firstEvents: source => firstEvents(theCase, source),
    change: change => changeSources(theCase, { questions, opened }, change),
  })
}
