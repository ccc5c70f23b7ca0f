/** Charts as files. */

/** @import { ChartView } from '../elements/chart-view.js' */

import { saveBlob } from '../lib/save.js'

/**
 * @param {ChartView} chart
 * @param {string} kind `svg` or `png`
 */
export async function savePicture(chart, kind) {
  if (kind === 'svg') return saveBlob(new Blob([chart.svg()], { type: 'image/svg+xml' }), 'chart.svg')
  const png = await chart.png()
  if (!png) throw new Error('the browser could not make a picture of this chart')
  saveBlob(png, 'chart.png')
}
