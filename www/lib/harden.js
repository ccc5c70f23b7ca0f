/**
 * Removes the ways out that a content-security policy does not stop, before any log is read; and shows what the policy
 * stops.
 */

/** Ways to another machine or page that no policy can forbid. */
const UNPOLICED = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'open']

/** @param {typeof globalThis} page */
export function removeUnpoliced(page) {
  const gone = { value: undefined, writable: false, configurable: false }
  for (const name of UNPOLICED) {
    if (name in page) Object.defineProperty(page, name, gone)
  }
  Object.defineProperty(Navigator.prototype, 'sendBeacon', gone)
}

/** A name that no server resolves, in case a request gets out after all. */
const NOWHERE = 'network-self-test.invalid/'

/**
 * Tries every way to the network that a script has, and reports which of them are blocked. Only a violation of the
 * policy, which the browser reports, counts as blocked: a request that merely failed does not.
 *
 * @returns {Promise<{ name: string, isBlocked: boolean }[]>}
 */
export async function testNetwork() {
  const stopped = (/** @type {() => void} */ attempt) =>
    /** @type {Promise<boolean>} */ (
      new Promise(resolve => {
        const done = new AbortController()
        const end = (/** @type {boolean} */ isBlocked) => {
          done.abort()
          resolve(isBlocked)
        }
        document.addEventListener('securitypolicyviolation', () => end(true), { signal: done.signal })
        setTimeout(() => end(false), 500)
        try {
          attempt()
        } catch {
          // The attempt was refused at once; the browser still reports the violation.
        }
      })
    )
  const showImage = () => {
    new Image().src = `https://${NOWHERE}`
  }
  return [
    { name: 'fetch', isBlocked: await stopped(() => void fetch(`https://${NOWHERE}`).catch(() => {})) },
    { name: 'WebSocket', isBlocked: await stopped(() => void new WebSocket(`wss://${NOWHERE}`)) },
    { name: 'image', isBlocked: await stopped(showImage) },
    ...UNPOLICED.map(name => ({
      name: name === 'open' ? 'new window' : name,
      isBlocked: Reflect.get(globalThis, name) === undefined,
    })),
    { name: 'sendBeacon', isBlocked: navigator.sendBeacon === undefined },
  ]
}
