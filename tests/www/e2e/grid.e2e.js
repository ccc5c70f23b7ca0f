/** The grid of the built page over ten million rows and three hundred columns of made cells. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openPage } from '../support/page.js'

const ROWS = 10_000_000
const COLUMNS = 300

describe('ten million rows, three hundred columns', () => {
  /** @type {import('../support/page.js').OpenedPage} */
  let opened
  /** @type {import('playwright-core').Page} */
  let page

  before(async () => {
    opened = await openPage({ context: { viewport: { width: 1600, height: 860 } } })
    page = opened.page
    await page.evaluate(
      ([count, nColumns]) => {
        const grid = /** @type {import('../../../www/elements/log-grid.js').LogGrid} */ (
          document.createElement('log-grid')
        )
        grid.setAttribute('label', 'Made rows')
        document.querySelector('main')?.replaceChildren(grid)
        grid.show({
          model: {
            count: Number(count),
            async rows(first, end, fields) {
              await new Promise(done => setTimeout(done, 3))
              const rows = Array.from({ length: end - first }, (_, i) => first + i)
              const columns = fields.map(field => rows.map(row => `${field} of ${row}`))
              return { first, end, fields, columns, clipped: [] }
            },
          },
          columns: Array.from({ length: Number(nColumns) }, (_, i) => ({ field: `f${i}`, width: 140 })),
        })
      },
      [ROWS, COLUMNS],
    )
    await settled()
  })

  after(() => opened?.close())

  /** Waits until all that is in sight is here. */
  const settled = () =>
    page.waitForFunction(() => {
      const cells = [...document.querySelectorAll('log-grid .body .row:not([hidden]) .cell:not([hidden])')]
      return cells.length > 0 && cells.every(cell => cell.textContent !== '…')
    })

  /** The first row in sight. */
  const firstRow = () =>
    page.evaluate(() => {
      const top = document.querySelector('log-grid .body')?.getBoundingClientRect().top ?? 0
      const rows = [...document.querySelectorAll('log-grid .body .row:not([hidden])')]
      const seen = rows.filter(row => row.getBoundingClientRect().bottom > top)
      return Math.min(...seen.map(row => Number(row.getAttribute('aria-rowindex')))) - 2
    })

  /** Row, column and text of the cell that has the focus. */
  const focused = () =>
    page.evaluate(() => {
      const cell = document.activeElement
      const row = cell?.closest('log-grid [role=row]')?.getAttribute('aria-rowindex')
      return [Number(row) - 2, Number(cell?.getAttribute('aria-colindex')) - 2, cell?.textContent]
    })

  /** Lets what was done reach the screen: input comes with one frame, its drawing with the next. */
  const frame = () =>
    page.evaluate(async () => {
      for (let i = 0; i < 4; i++) await new Promise(done => requestAnimationFrame(done))
    })

  test('one wheel notch moves five rows, at the top and in the middle', async () => {
    await page.mouse.move(700, 400)
    for (const place of [0, 3_000_000]) {
      await page.evaluate(top => {
        const bars = document.querySelector('log-grid .bars')
        if (bars) bars.scrollTop = top
      }, place)
      await frame()
      const from = await firstRow()
      await page.mouse.wheel(0, 120)
      await frame()
      assert.equal((await firstRow()) - from, 5)
    }
    assert.ok((await firstRow()) > 4_900_000)
    await settled()
  })

  test('keys reach the true ends, and the focus is on a cell of the grid', async () => {
    await page.locator('log-grid .body .cell:visible').nth(30).click()
    /** @type {[string, number, number][]} */
    const steps = [
      ['Control+End', ROWS - 1, COLUMNS - 1],
      ['ArrowDown', ROWS - 1, COLUMNS - 1],
      ['Home', ROWS - 1, 0],
      ['Control+Home', 0, 0],
      ['ArrowRight', 0, 1],
      ['Control+ArrowDown', ROWS - 1, 1],
      ['ArrowUp', ROWS - 2, 1],
      ['Control+ArrowUp', 0, 1],
      ['ArrowUp', -1, 1],
      ['ArrowDown', 0, 1],
      ['G', ROWS - 1, 1],
      ['End', ROWS - 1, COLUMNS - 1],
      ['Control+Home', 0, 0],
    ]
    for (const [key, row, column] of steps) {
      await page.keyboard.press(key)
      assert.deepEqual((await focused()).slice(0, 2), [row, column], key)
    }
    await settled()
    assert.deepEqual(await focused(), [0, 0, 'f0 of 0'])
  })

  test('the focus stays on its cell while that is out of sight', async () => {
    await page.keyboard.press('Control+Home')
    await page.mouse.wheel(0, 50_000)
    await page.mouse.wheel(2000, 0)
    await frame()
    assert.deepEqual((await focused()).slice(0, 2), [0, 0])
    await page.keyboard.press('ArrowDown')
    assert.deepEqual((await focused()).slice(0, 2), [1, 0])
    assert.equal(await firstRow(), 1)
  })

  test('the active row stays in sight when there is less room', async () => {
    /** How far its lower edge is above that of the rows; below 0: it is cut. */
    const room = () =>
      page.evaluate(() => {
        const bottom = document.querySelector('log-grid .body')?.getBoundingClientRect().bottom ?? 0
        return bottom - (document.activeElement?.getBoundingClientRect().bottom ?? 0)
      })
    await page.keyboard.press('Control+End')
    assert.ok((await room()) >= 0)
    await page.setViewportSize({ width: 1600, height: 600 })
    await frame()
    assert.ok((await room()) >= 0, `${await room()} px`)
    assert.equal((await focused())[0], ROWS - 1)
    await page.setViewportSize({ width: 1600, height: 860 })
    await page.keyboard.press('Control+Home')
    await frame()
  })

  test('there is one tab stop, and rows and cells are numbered in the order they stand in', async () => {
    await page.mouse.wheel(0, 50_000)
    await frame()
    const found = await page.evaluate(() => {
      const shown = (/** @type {ParentNode} */ root, /** @type {string} */ selector) => [
        ...root.querySelectorAll(`${selector}:not([hidden])`),
      ]
      const numbers = (/** @type {Element[]} */ elements, /** @type {string} */ name) =>
        elements.map(element => Number(element.getAttribute(name)))
      const rows = shown(document, 'log-grid [role=row]')
      const grid = document.querySelector('log-grid [role=grid]')
      return {
        tabStops: document.querySelectorAll('log-grid [tabindex="0"]').length,
        extent: [grid?.getAttribute('aria-rowcount'), grid?.getAttribute('aria-colcount')],
        rows: numbers(rows, 'aria-rowindex'),
        cells: rows.map(row => numbers(shown(row, '[aria-colindex]'), 'aria-colindex')),
        nElements: document.querySelectorAll('*').length,
      }
    })
    assert.equal(found.tabStops, 1)
    assert.deepEqual(found.extent, [String(ROWS + 1), String(COLUMNS + 1)])
    for (const indexes of [found.rows, ...found.cells]) {
      assert.deepEqual(
        indexes,
        [...new Set(indexes)].sort((a, b) => a - b),
      )
    }
    assert.ok(found.nElements < 2500, `${found.nElements} elements`)
  })

  test('it is accessible and nothing went wrong', async () => {
    await opened.assertAccessible()
    await opened.assertClean()
  })
})
