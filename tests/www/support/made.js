/** Trees that a test makes: CloudTrail as it comes from the bucket, in any number, and a file without end. */
import { gzipSync } from 'node:zlib'

/** @import { Page } from 'playwright-core' */
/** @import { TreeFile } from './case.js' */

const START = Date.UTC(2022, 2, 22, 12)

/**
 * An event of CloudTrail, as small as they come.
 *
 * @param {number} i its second
 * @param {Record<string, unknown>} [more]
 */
export const madeEvent = (i, more = {}) => ({
  eventVersion: '1.08',
  userIdentity: {
    type: 'IAMUser',
    userName: `user${i % 7}`,
    arn: `arn:aws:iam::111122223333:user/user${i % 7}`,
  },
  eventTime: new Date(START + 1000 * i).toISOString().replace('.000', ''),
  eventSource: 'ec2.amazonaws.com',
  eventName: i % 10 === 0 ? 'RunInstances' : 'DescribeInstances',
  awsRegion: 'us-east-1',
  sourceIPAddress: `198.51.100.${i % 200}`,
  userAgent: 'aws-cli/2.4.18',
  requestParameters: null,
  responseElements: null,
  eventID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
  ...more,
})

/**
 * `nFiles` files of `nEvents` each, gzipped, under paths of a bucket.
 *
 * @param {number} nFiles
 * @param {number} nEvents
 * @returns {TreeFile[]}
 */
export const madeTree = (nFiles, nEvents) =>
  Array.from({ length: nFiles }, (_, file) => ({
    path: `AWSLogs/111122223333/CloudTrail/us-east-1/2022/03/22/${String(file).padStart(4, '0')}.json.gz`,
    bytes: gzipSync(
      JSON.stringify({ Records: Array.from({ length: nEvents }, (_, i) => madeEvent(file * nEvents + i)) }),
    ),
  }))

/** The file that `dropWithoutEnd` drops last. */
export const ENDLESS = 'AWSLogs/zeros.bin'

/**
 * Drops `files` and behind them one that nobody reads to its end: fifty gigabytes of zeros, no log, but hashed as
 * any file is. So a load lasts until it is cancelled.
 *
 * @param {Page} page
 * @param {readonly TreeFile[]} files
 */
export async function dropWithoutEnd(page, files) {
  const packed = files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') }))
  await page.evaluate(
    ({ packed, endless }) => {
      const drop = new DataTransfer()
      for (const { path, base64 } of packed) {
        const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
        drop.items.add(new File([bytes], path))
      }
      const zeros = new Blob([new Uint8Array(16 * 2 ** 20)])
      drop.items.add(new File(Array(3000).fill(zeros), endless))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: drop, bubbles: true }))
    },
    { packed, endless: ENDLESS },
  )
}

/**
 * A tar archive (ustar) of `files`.
 *
 * @param {readonly TreeFile[]} files
 * @returns {Buffer}
 */
export function madeTar(files) {
  const blocks = files.flatMap(({ path, bytes }) => {
    const header = Buffer.alloc(512)
    const octal = (/** @type {number} */ value, /** @type {number} */ digits) =>
      value.toString(8).padStart(digits, '0')
    header.write(path, 0)
    header.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100)
    header.write(`${octal(bytes.length, 11)}\0${octal(START / 1000, 11)}\0        0`, 124)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((sum, byte) => sum + byte, 0)
    header.write(`${octal(sum, 6)}\0 `, 148)
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
