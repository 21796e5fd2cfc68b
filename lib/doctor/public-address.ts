/** The portal as the world sees it: its certificate and the way for callbacks. */
import { connect } from 'node:tls'
import type { PeerCertificate } from 'node:tls'
import { isLoopbackAddress } from '#lib/runtime/addresses.ts'
import { isCallbackAble } from '#lib/runtime/env/web.ts'
import { ask } from './ask.ts'
import { messageOf, noAddress, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'
import { proxies } from './proxies.ts'

export const publicChecks: readonly Check[] = [
  { name: 'public address', run: address },
  { name: 'certificate', run: certificate },
  { name: 'callbacks', run: callbacks },
  { name: 'proxies', run: proxies },
  { name: 'readiness', run: readiness },
]

/** Certificates that renew themselves do it a month before. */
const soonDays = 14
const dayMs = 86_400_000

const isOnThisMachine = (url: URL) => isLoopbackAddress(url.href)

function address({ appUrl, env }: World): Finding[] {
  const { ok, look, fault, not } = saying('public address')
  if (!appUrl) return [not('APP_URL', noAddress)]
  const wrongPort = env?.cardzo.loopback === true ? look : fault
  const port = isCallbackAble(appUrl)
    ? ok(`${appUrl.origin}: a port that Cardzo calls back`)
    : wrongPort(
        `${appUrl.origin}: not a port that Cardzo calls back`,
        'Use https on 443 or 8443, or http on 80 or 8080; until then no callback of the real Cardzo arrives.',
      )
  if (appUrl.protocol === 'https:') return [port]
  if (isOnThisMachine(appUrl))
    return [
      port,
      look(
        `${appUrl.origin} is this machine`,
        env?.cardzo.loopback === true
          ? 'Fine for trying; people and Cardzo need a public name with https.'
          : 'Nobody else can open it: set APP_URL to the public name.',
      ),
    ]
  return [
    port,
    fault(
      `${appUrl.origin} is not encrypted`,
      'Passwords, links and account numbers can be read on the way: put a proxy with TLS in front and set APP_URL to https.',
    ),
  ]
}

type Handshake = { certificate: PeerCertificate; trouble: string | null }

function handshake(url: URL): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 443),
      ...(/^[\d.]+$|^\[/.test(url.hostname) ? {} : { servername: url.hostname }),
      // What is wrong with it is what we want to know; nothing is sent.
      rejectUnauthorized: false,
      timeout: 8_000,
    })
    socket.once('secureConnect', () => {
      const { authorizationError } = socket
      resolve({
        certificate: socket.getPeerCertificate(),
        trouble: socket.authorized ? null : codeOf(authorizationError),
      })
      socket.destroy()
    })
    socket.once('timeout', () => socket.destroy(new Error('no answer in 8 s')))
    socket.once('error', reject)
  })
}

/** Declared as an error; it is a text. */
const codeOf = (error: unknown): string =>
  typeof error === 'string'
    ? error
    : error instanceof Error && 'code' in error
      ? String(error.code)
      : 'UNKNOWN'

async function certificate({ appUrl }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('certificate')
  if (!appUrl) return [not('APP_URL', noAddress)]
  if (appUrl.protocol !== 'https:') return [not(appUrl.origin, 'There is none without https.')]
  let seen: Handshake
  try {
    seen = await handshake(appUrl)
  } catch (error) {
    return [
      fault(
        `${appUrl.host}: ${messageOf(error)}`,
        'Nothing answers with TLS there: check the name in DNS, the firewall and the proxy.',
      ),
    ]
  }
  const { valid_from: from, valid_to: to, subjectaltname: names = '' } = seen.certificate
  const days = Math.floor((new Date(to).getTime() - Date.now()) / dayMs)
  const what = `${appUrl.host}: valid to ${new Date(to).toISOString().slice(0, 10)}`
  if (days < 0) return [fault(`${what}, ${-days} days ago`, 'Renew it: Cardzo and browsers refuse it.')]
  if (new Date(from).getTime() > Date.now())
    return [
      fault(
        `${appUrl.host}: valid only from ${from}`,
        'Check the clock where it was made, and that of this machine.',
      ),
    ]
  if (seen.trouble === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return [
      fault(
        `${what}, for ${names || 'no name'}`,
        `Get one that names ${appUrl.hostname}: Cardzo and browsers refuse this one.`,
      ),
    ]
  if (seen.trouble !== null)
    return [
      fault(
        `${what}, not trusted: ${seen.trouble}`,
        'Serve one that public authorities signed, with the chain up to theirs: Cardzo and browsers refuse this one.',
      ),
    ]
  return [
    days < soonDays
      ? look(`${what}, in ${days} days`, 'Renew it; if that happens by itself, find out why it has not.')
      : ok(`${what}, in ${days} days`),
  ]
}

/** OPTIONS: only our own route answers it like this, and it stores nothing. A request without parameters would be kept as refused. */
async function callbacks({ appUrl }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('callbacks')
  if (!appUrl) return [not('APP_URL', noAddress)]
  const url = new URL('/api/cardzo/callback', appUrl)
  const seen = (what: string) => `${url.href} from here: ${what}`
  let answer: Awaited<ReturnType<typeof ask>>
  try {
    answer = await ask(url, { method: 'OPTIONS', anyCertificate: true })
  } catch (error) {
    return [
      fault(
        seen(messageOf(error)),
        'Check DNS, firewall, proxy and web server; if only this machine can’t reach its own public name, try it from elsewhere.',
      ),
    ]
  }
  const { status, headers } = answer
  if (status >= 300 && status < 400)
    return [
      fault(
        seen(`redirects (${status}) to ${String(headers['location'] ?? 'nowhere')}`),
        'Set APP_URL to the address it redirects to: Cardzo calls exactly what the portal names.',
      ),
    ]
  const allow = String(headers['allow'] ?? '')
  if (status === 204 && allow.includes('POST') && allow.includes('GET'))
    return [ok(seen('the portal answers, and takes GET and POST'))]
  if (status === 502 || status === 503 || status === 504)
    return [
      fault(
        seen(`the proxy answers ${status}`),
        'Start the web server, or let the proxy know where it listens.',
      ),
    ]
  if (status === 401 || status === 403)
    return [
      fault(
        seen(`refused (${status})`),
        'Let everybody reach this path: Cardzo can’t sign in, and its signature is checked by the portal.',
      ),
    ]
  return status === 405
    ? [
        look(
          seen('OPTIONS is refused (405)'),
          'Something in front answers for the portal; see to it that GET and POST pass.',
        ),
      ]
    : [
        fault(
          seen(`${status}, which is not the portal’s answer`),
          'Something else answers at this address: let the proxy pass /api/cardzo/callback to the web server.',
        ),
      ]
}

async function readiness({ appUrl }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('readiness')
  if (!appUrl) return [not('APP_URL', noAddress)]
  const url = new URL('/api/health/ready', appUrl)
  try {
    const { status, body } = await ask(url, { anyCertificate: true })
    if (status === 200) return [ok(`${url.href}: ready`)]
    return [
      status === 503
        ? fault(
            `${url.href}: 503 ${body.slice(0, 300)}`,
            'See in docs/operations.md#health-and-metrics what each check means.',
          )
        : look(
            `${url.href}: ${status}`,
            'Let monitors reach it through the proxy, or ask the web server directly.',
          ),
    ]
  } catch (error) {
    return [not(`${url.href}: ${messageOf(error)}`, 'See the check of callbacks.')]
  }
}
