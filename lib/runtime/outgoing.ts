/**
 * The one way to an address that a person typed. Only public addresses are reached: the name is looked up by us, each answer is judged, and
 * the connection goes to what was judged, so a name that answers differently the next time gains nothing. No redirect is followed.
 */
import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { Outgoing, OutgoingAnswer } from '#lib/services/ports.ts'

/** From the look-up to the last byte that we read. */
const usualTimeoutMs = 15_000
/** As much of an answer is kept. */
const answerMostBytes = 1_024
/** Where systems listen for webhooks; anything else is more likely somebody's database. */
const ports = ['', '443', '8443']
const maxAddressCharacters = 2_000

export type Resolve = (host: string) => Promise<LookupAddress[]>

class NotAllowed extends Error {
  override readonly name = 'NotAllowed'
}

type Options = {
  /** Beside a simulator on this machine: http, any port and this machine's own addresses are allowed, and nothing else that is private. */
  loopback: boolean
  timeoutMs?: number
  resolve?: Resolve
}

/** IPv6 that is given out to networks of the world; whatever else calls itself unicast leads somewhere inside. */
const worldWide = ipaddr.parseCIDR('2000::/3')
/** Within it, for examples in documents (RFC 9637). */
const onPaper = ipaddr.parseCIDR('3fff::/20')

/** Is this an address of the open internet (or, where that is allowed, of this machine)? */
export function isReachable(text: string, loopback: boolean): boolean {
  if (!ipaddr.isValid(text)) return false
  // What IPv6 only wraps is judged as the IPv4 that it leads to.
  const address = ipaddr.process(text)
  const range = address.range()
  if (range === 'loopback') return loopback
  if (range !== 'unicast') return false
  return address.kind() === 'ipv4' || (address.match(worldWide) && !address.match(onPaper))
}

export function createOutgoing({
  loopback,
  timeoutMs = usualTimeoutMs,
  resolve = resolveBySystem,
}: Options): Outgoing & { close: () => void } {
  const lookup: LookupFunction = (host, options, done) => {
    resolve(host)
      .then((found) => {
        const judged = found.filter(({ family }) => !options.family || family === options.family)
        const bad = found.find(({ address }) => !isReachable(address, loopback))
        if (bad) throw new NotAllowed(`${host} leads to ${bad.address}, which is not public`)
        const [first] = judged
        if (!first) throw new Error(`${host} has no address`)
        if (options.all) done(null, judged)
        else done(null, first.address, first.family)
      })
      .catch((error: unknown) => {
        done(error instanceof Error ? error : new Error('unknown'), '', 4)
      })
  }
  const options = { keepAlive: true, lookup, timeout: 30_000 }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }

  const problem: Outgoing['problem'] = (text) => {
    if (text.length > maxAddressCharacters || !URL.canParse(text)) return 'address'
    const url = new URL(text)
    if (url.username !== '' || url.password !== '' || url.hash !== '') return 'address'
    const host = bareHost(url)
    const isHere = host === 'localhost' || (isIP(host) !== 0 && isOwn(host))
    if (isHere && loopback) return url.protocol === 'http:' || url.protocol === 'https:' ? null : 'https'
    if (url.protocol !== 'https:') return 'https'
    if (!ports.includes(url.port)) return 'port'
    if (isHere || (isIP(host) !== 0 && !isReachable(host, loopback))) return 'private'
    return null
  }

  return {
    problem,

    async post(text, { headers, body }) {
      const since = performance.now()
      const durationMs = () => Math.round(performance.now() - since)
      const wrong = problem(text)
      if (wrong !== null) return { kind: 'refused', why: `not an allowed address: ${wrong}`, durationMs: 0 }
      const url = new URL(text)
      try {
        const answer = await exchange(url, headers, body)
        return { ...answer, durationMs: durationMs() }
      } catch (error) {
        const refused = findRefusal(error)
        if (refused) return { kind: 'refused', why: refused.message, durationMs: durationMs() }
        return { kind: 'no_answer', why: reasonOf(error), durationMs: durationMs() }
      }
    },

    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }

  function exchange(
    url: URL,
    headers: Record<string, string>,
    body: string,
  ): Promise<Omit<Extract<OutgoingAnswer, { kind: 'answered' }>, 'durationMs'>> {
    return new Promise((done, fail) => {
      const isHttps = url.protocol === 'https:'
      const sent = (isHttps ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: isHttps ? agents['https:'] : agents['http:'],
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      })
      const timer = setTimeout(() => {
        sent.destroy(new Error(`no whole answer within ${timeoutMs} ms`))
      }, timeoutMs)
      const over = (finish: () => void) => {
        clearTimeout(timer)
        finish()
      }
      sent.on('error', (error) => over(() => fail(error)))
      sent.on('response', (answer) => {
        beginningOf(answer).then(
          (beginning) =>
            over(() =>
              done({
                kind: 'answered',
                status: answer.statusCode ?? 0,
                retryAfterMs: retryAfterMs(answer.headers['retry-after']),
                beginning,
              }),
            ),
          (error: unknown) => over(() => fail(error instanceof Error ? error : new Error('unknown'))),
        )
      })
      sent.end(body)
    })
  }
}

/** Reads no further than that; what is longer costs its connection. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part)
    bytes += part.length
    if (bytes > answerMostBytes) break
  }
  return Buffer.concat(parts).subarray(0, answerMostBytes).toString('utf8')
}

/** The addresses of a host without brackets, as `node:net` wants them. */
const bareHost = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '')
const isOwn = (host: string) => ipaddr.process(host).range() === 'loopback'

const resolveBySystem: Resolve = (host) =>
  new Promise((done, fail) => {
    systemLookup(host, { all: true }, (error, found) => {
      if (error) fail(error)
      else done(found)
    })
  })

/** Where a name has several addresses, Node wraps what went wrong. */
function findRefusal(error: unknown): NotAllowed | undefined {
  if (error instanceof NotAllowed) return error
  if (error instanceof AggregateError) return error.errors.map(findRefusal).find((one) => one !== undefined)
  return undefined
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : 'unknown'
}

/** In seconds or as a date; 0: none. */
function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0
  const ms = /^\d{1,7}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? ms : 0
}
