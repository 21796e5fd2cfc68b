// What every question to the gateway needs: connections, the order's fields, people to ask, and a record of all that was said.
import { CardzoError, createCardzoConnection, redactAnswer, redactFields } from '#lib/cardzo/index.ts'
import type { CardzoConnection, CardzoConnectionOptions, RawAnswer } from '#lib/cardzo/index.ts'
import type { Env } from '#lib/runtime/env.ts'
import type { FactName } from './facts.ts'
import type { Listener } from './listener.ts'

/** What may only be done after somebody said yes, by the word of `--yes`. */
export const consents = ['orders', 'early-pay', 'pay', 'second-pay'] as const
export type Consent = (typeof consents)[number]

/** One request and what came back, without secrets and account numbers. */
export type Exchange = {
  what: string
  command: string
  sent: Record<string, string>
  answer: ReturnType<typeof redactAnswer> | null
  contentType: string | null
  /** Why there is no answer. */
  trouble: string | null
}

/**
 * What Cardzo really did about a fact. `as assumed` and `differs` only where there was something to compare; `no clear answer`: silence, a
 * server's error, or what nobody can read says nothing about it.
 */
export const verdicts = ['as assumed', 'differs', 'seen', 'no clear answer'] as const
export type Finding = { fact: FactName; verdict: (typeof verdicts)[number]; answered: string }

export type World = {
  cardzo: Env['cardzo']
  amount: string
  currency: string
  /** What payout-check gets besides its own ids. */
  fields: Readonly<Record<string, string>>
  /** How long to wait for the bank to confirm, or for the end of a payout. */
  waitMs: number
  listener: Listener | null
  /** The portal's ordinary connection. */
  connection: CardzoConnection
  /** Another connection, with something changed. */
  connect: (change: Partial<CardzoConnectionOptions>) => CardzoConnection
  newId: () => string
  /** Sends, records what came, and says it in a line. Null: no answer came. */
  exchange: (what: string, send: () => Promise<RawAnswer>) => Promise<RawAnswer | null>
  find: (fact: FactName, verdict: Finding['verdict'], answered: string) => void
  say: (text: string) => void
  /** True after somebody said yes to exactly this. */
  may: (consent: Consent, question: string) => Promise<boolean>
  exchanges: readonly Exchange[]
  findings: readonly Finding[]
  close: () => void
}

export type WorldOptions = Pick<World, 'cardzo' | 'amount' | 'currency' | 'fields' | 'waitMs' | 'listener'> &
  Pick<World, 'say' | 'may'>

export function createWorld(options: WorldOptions): World {
  const { cardzo, say } = options
  const { privateKeyPem, merchantControl } = cardzo
  if (privateKeyPem === undefined || merchantControl === undefined)
    throw new Error('The private key and the control key are needed')
  const open: CardzoConnection[] = []
  const connect = (change: Partial<CardzoConnectionOptions>) => {
    const { apiUrl: baseUrl, endpoint, login, timeoutMs } = cardzo
    const usual = { baseUrl, endpoint, login, privateKeyPem, merchantControl, timeoutMs }
    const made = createCardzoConnection({ ...usual, ...change })
    open.push(made)
    return made
  }
  const exchanges: Exchange[] = []
  const findings: Finding[] = []
  const run = Date.now().toString(36)
  let count = 0
  return {
    ...options,
    connection: connect({}),
    connect,
    newId: () => `proof-${run}-${++count}`,
    async exchange(what, send) {
      try {
        const raw = await send()
        const { url, fields } = raw.request
        const answer = redactAnswer(raw)
        exchanges.push({
          ...{ what, command: new URL(url).pathname, sent: redactFields(fields), answer },
          ...{ contentType: raw.headers.contentType, trouble: null },
        })
        say(`  ${what}: ${describe(raw)}`)
        return raw
      } catch (error) {
        if (!(error instanceof CardzoError)) throw error
        const trouble = `${error.code}, ${error.message}`
        exchanges.push({ what, command: '', sent: {}, answer: null, contentType: null, trouble })
        say(`  ${what}: no answer (${trouble})`)
        return null
      }
    },
    find: (fact, verdict, answered) => void findings.push({ fact, verdict, answered }),
    exchanges,
    findings,
    close: () => {
      for (const connection of open) connection.close()
    },
  }
}

const shown = [
  ...['type', 'status', 'order-stage', 'transaction-type', 'paynet-order-id'],
  ...['amount', 'currency', 'error-code', 'error-message'],
]

/** One line: the HTTP status, how long it took, and the fields that decide. */
export function describe(raw: RawAnswer | null): string {
  if (raw === null) return 'no answer'
  const { fields, bodyStart } = redactAnswer(raw)
  return `HTTP ${raw.status} in ${raw.durationMs} ms, ${fields === null ? unreadable(bodyStart ?? '') : told(fields)}`
}

const unreadable = (start: string) =>
  start === '' ? 'an empty body' : `not readable: ${JSON.stringify(start)}`

function told(fields: Record<string, string>): string {
  const said = shown.flatMap((name) => (fields[name] === undefined ? [] : [`${name}=${fields[name]}`]))
  return said.length > 0 ? said.join(', ') : `only ${Object.keys(fields).join(', ') || 'an empty object'}`
}

/** What a field of the answer says, or undefined. */
export const fieldOf = (raw: RawAnswer | null, name: string) =>
  raw === null ? undefined : redactAnswer(raw).fields?.[name]

/** It says something, whatever it is: neither silence, nor a server in trouble, nor what nobody can read. */
export const isClear = (raw: RawAnswer | null): raw is RawAnswer =>
  raw !== null && raw.status < 500 && raw.status !== 429 && redactAnswer(raw).fields !== null

/** The verdict about a fact that `raw` shows. */
export const judged = (raw: RawAnswer | null, isAsAssumed: boolean): Finding['verdict'] =>
  isClear(raw) ? (isAsAssumed ? 'as assumed' : 'differs') : 'no clear answer'

export const isLockedOut = (raw: RawAnswer | null) => raw?.status === 401 || raw?.status === 403
