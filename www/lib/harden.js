/**
 * What a content-security policy does not stop is taken away, before any log is read; and what it does stop can
 * be shown.
 */

/** Ways to reach another machine, or another page, that no policy forbids. */
const UNPOLICED = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'open']

/** @param {typeof globalThis} page */
export function removeUnpoliced(page) {
  const gone = { value: undefined, writable: false, configurable: false }
  for (const name of UNPOLICED) {
    if (name in page) Object.defineProperty(page, name, gone)
  }
  Object.defineProperty(Navigator.prototype, 'sendBeacon', gone)
}

/** Never resolved by anyone, should a request get out after all. */
const NOWHERE = 'network-self-test.invalid/'

/**
 * Tries to reach the network in every way a script has, and tells what became of it. The browser says itself
 * what the policy stopped; a request that only failed does not count.
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
          // Refused on the spot; the browser still reports what refused it.
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
