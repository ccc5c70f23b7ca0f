/**
 * A small invented case, so that the page shows in seconds what it can do: CloudTrail of one day in two regions, with
 * files as in the bucket. Its random numbers have a seed, so it is the same each time; addresses and accounts are from
 * the ranges reserved for documentation.
 *
 * The story: a web server's role is abused from the server itself. 7 `RunInstances`: 5 from its address with the
 * AWS CLI, 4 of them refused, and 2 from the administrator's console. 12 calls from the address in all.
 */

/** @import { NamedBlob } from './types.d.ts' */

const ACCOUNT = '111122223333'
const SERVER = '203.0.113.77'
const OFFICE = ['198.51.100.20', '198.51.100.21', '198.51.100.34']
const REGIONS = /** @type {const} */ (['us-east-1', 'eu-central-1'])
const CLI = 'aws-cli/2.4.18 Python/3.8.8 Linux/4.14.268-205.500.amzn2.x86_64 exe/x86_64.amzn.2 prompt/off'
const CONSOLE = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.74'
const START = Date.UTC(2022, 2, 22, 12)
const HOUR_MS = 3_600_000
const DAY = '2022/03/22'

/** @typedef {{ [key: string]: unknown, eventTime: string }} CloudTrailEvent */
/** @typedef {typeof REGIONS[number]} Region */

/** What the office does all day: event, service, whether it only reads. @type {readonly [string, string, boolean][]} */
const ROUTINE = [
  ['DescribeInstances', 'ec2', true],
  ['DescribeSecurityGroups', 'ec2', true],
  ['DescribeVolumes', 'ec2', true],
  ['ListUsers', 'iam', true],
  ['GetCallerIdentity', 'sts', true],
  ['GetBucketAcl', 's3', true],
  ['LookupEvents', 'cloudtrail', true],
  ['PutMetricAlarm', 'monitoring', false],
  ['CreateTags', 'ec2', false],
  ['AssumeRole', 'sts', false],
]

/** What came from the web server: minute after noon, event, service, error. @type {readonly [number, string, string, string?][]} */
const INTRUSION = [
  [214, 'GetCallerIdentity', 'sts'],
  [216, 'ListBuckets', 's3'],
  [217, 'ListUsers', 'iam', 'AccessDenied'],
  [219, 'DescribeInstances', 'ec2'],
  [221, 'RunInstances', 'ec2', 'Client.UnauthorizedOperation'],
  [222, 'RunInstances', 'ec2', 'Client.InvalidParameterValue'],
  [224, 'RunInstances', 'ec2', 'Client.InstanceLimitExceeded'],
  [225, 'RunInstances', 'ec2', 'Client.UnauthorizedOperation'],
  [228, 'RunInstances', 'ec2'],
  [230, 'DescribeInstances', 'ec2'],
  [233, 'CreateAccessKey', 'iam', 'AccessDenied'],
  [236, 'ListBuckets', 's3'],
]

/**
 * The files of the case, under their paths in the bucket.
 *
 * @returns {Promise<NamedBlob[]>}
 */
export async function sampleFiles() {
  const random = randomFrom(20220322)
  /** @type {NamedBlob[]} */
  const files = []
  for (const region of REGIONS) {
    const events = [...office(region, random), ...(region === 'us-east-1' ? incident(random) : [])]
    events.sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
    for (let hour = 0; hour < 5; hour++) {
      const from = new Date(START + hour * HOUR_MS).toISOString()
      const end = new Date(START + (hour + 1) * HOUR_MS).toISOString()
      const records = events.filter(({ eventTime }) => eventTime >= from && eventTime < end)
      const text = JSON.stringify({ Records: records })
      files.push(await logFile(region, hour, random, text))
      // One file is delivered twice, and one is damaged: it ends within its last record.
      if (region === 'us-east-1' && hour === 1) files.push(await logFile(region, hour, random, text))
      if (region === 'eu-central-1' && hour === 4) {
        const late = Array.from({ length: 6 }, () => routine(region, START + 5 * HOUR_MS + 1000, random))
        files.push(await logFile(region, 5, random, JSON.stringify({ Records: late }).slice(0, -220)))
      }
    }
  }
  return files
}

/**
 * Numbers from 0 to 1, the same for the same seed.
 *
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 */
const pick = (items, random) => /** @type {T} */ (items[Math.floor(random() * items.length)])

/**
 * @param {() => number} random
 * @param {number} length
 */
const hex = (random, length) => Array.from({ length }, () => pick([...'0123456789abcdef'], random)).join('')

/**
 * @param {Region} region
 * @param {() => number} random
 */
const office = (region, random) =>
  Array.from({ length: 138 }, () => routine(region, START + Math.floor(random() * 5 * HOUR_MS), random))

/**
 * @param {Region} region
 * @param {number} time
 * @param {() => number} random
 */
function routine(region, time, random) {
  const [eventName, service, isReadOnly] = pick(ROUTINE, random)
  const user = pick(['alice', 'bob', 'deploy'], random)
  return event({
    time,
    region,
    eventName,
    service,
    isReadOnly,
    random,
    address: pick(OFFICE, random),
    agent: user === 'deploy' ? 'Boto3/1.21.22 Python/3.9.11 Linux/5.10 Botocore/1.24.22' : CONSOLE,
    identity: {
      type: 'IAMUser',
      principalId: `AIDA${user.toUpperCase()}EXAMPLE`,
      arn: `arn:aws:iam::${ACCOUNT}:user/${user}`,
      accountId: ACCOUNT,
      userName: user,
    },
  })
}

/** @param {() => number} random */
function incident(random) {
  const role = {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLEWEBSERVER:i-0abc1234def567890',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web-server/i-0abc1234def567890`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLEKEY000001',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROAEXAMPLEWEBSERVER',
        arn: `arn:aws:iam::${ACCOUNT}:role/web-server`,
        accountId: ACCOUNT,
        userName: 'web-server',
      },
      attributes: { creationDate: '2022-03-22T15:31:07Z', mfaAuthenticated: 'false' },
      ec2RoleDelivery: '1.0',
    },
  }
  const administrator = {
    type: 'IAMUser',
    principalId: 'AIDAADMINEXAMPLE',
    arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
    accountId: ACCOUNT,
    userName: 'admin',
    invokedBy: 'AWS Internal',
  }
  const region = REGIONS[0]
  const abuse = INTRUSION.map(([minute, eventName, service, errorCode]) =>
    event({
      time: START + minute * 60_000 + Math.floor(random() * 50_000),
      region,
      eventName,
      service,
      errorCode,
      random,
      isReadOnly: !/^(Run|Create)/u.test(eventName),
      address: SERVER,
      agent: CLI,
      identity: role,
    }),
  )
  const launches = [31, 247].map(minute =>
    event({
      time: START + minute * 60_000,
      region,
      eventName: 'RunInstances',
      service: 'ec2',
      isReadOnly: false,
      random,
      address: 'AWS Internal',
      agent: 'AWS Internal',
      identity: administrator,
    }),
  )
  return [...abuse, ...launches]
}

/**
 * One event as CloudTrail writes it.
 *
 * @param {object} what
 * @param {number} what.time milliseconds since the epoch
 * @param {Region} what.region
 * @param {string} what.eventName
 * @param {string} what.service
 * @param {boolean} what.isReadOnly
 * @param {() => number} what.random
 * @param {string} what.address
 * @param {string} what.agent
 * @param {object} what.identity
 * @param {string} [what.errorCode]
 * @returns {CloudTrailEvent}
 */
function event({
  time,
  region,
  eventName,
  service,
  isReadOnly,
  random,
  address,
  agent,
  identity,
  errorCode,
}) {
  const isLaunch = eventName === 'RunInstances'
  const failure = errorCode && { errorCode, errorMessage: messageOf(errorCode, eventName) }
  const instance = {
    instanceId: `i-0${hex(random, 16)}`,
    imageId: 'ami-0c02fb55956c7d316',
    instanceType: 'p3.16xlarge',
  }
  return {
    eventVersion: '1.08',
    userIdentity: identity,
    eventTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: region,
    sourceIPAddress: address,
    userAgent: agent,
    ...failure,
    requestParameters: isLaunch
      ? {
          instancesSet: { items: [{ imageId: instance.imageId, minCount: 1, maxCount: 4 }] },
          instanceType: 'p3.16xlarge',
        }
      : null,
    responseElements: isLaunch && !errorCode ? { instancesSet: { items: [instance] } } : null,
    requestID: `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`,
    eventID: `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`,
    readOnly: isReadOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  }
}

/**
 * @param {string} errorCode
 * @param {string} eventName
 */
function messageOf(errorCode, eventName) {
  if (errorCode.endsWith('InstanceLimitExceeded'))
    return 'You have requested more instances than your current limit of 0.'
  if (errorCode.endsWith('InvalidParameterValue')) return 'The requested instance type is not supported here.'
  return `You are not authorized to perform this operation: ${eventName}`
}

/**
 * @param {Region} region
 * @param {number} hour
 * @param {() => number} random
 * @param {string} text
 * @returns {Promise<NamedBlob>}
 */
async function logFile(region, hour, random, text) {
  const stamp = `20220322T${12 + hour}55Z`
  const name = `${ACCOUNT}_CloudTrail_${region}_${stamp}_${hex(random, 16)}.json.gz`
  const gzipped = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return {
    path: `AWSLogs/${ACCOUNT}/CloudTrail/${region}/${DAY}/${name}`,
    blob: await new Response(gzipped).blob(),
  }
}
