// What will happen in a run: who asks for what, who decides how, which faults come when. Made from the seed alone, before
// anything starts, so that the same seed always gives the same schedule.
/* oxlint-disable max-lines -- The shapes of a plan, how often each occurs and the order in which they draw from the seed are read together. */
import { scenarios } from '#lib/simulator/scenarios.ts'
import type { ScenarioName } from '#lib/simulator/scenarios.ts'
import { askedWithinMs, clusterFaultsOf, expectedFaultMs } from './cluster-faults.ts'
import type { ClusterFault } from './cluster-faults.ts'
import { createRandom } from './random.ts'
import type { Random } from './random.ts'

export type Decision =
  | {
      kind: 'approve' | 'approve_twice' | 'approve_and_cancel' | 'approve_and_undo' | 'approve_many'
      afterMs: number
    }
  /** At this time of the run, whatever the payout is doing then. */
  | { kind: 'reject' | 'cancel'; atMs: number }

export type PayoutPlan = {
  n: number
  /** The shop's system, or the receiver in the browser. */
  source: 'api' | 'browser'
  key: string
  askAtMs: number
  /** How many identical requests are sent at the same moment. */
  copies: number
  /** The first caller hangs up this long after sending, and asks again. */
  hangUpMs: number | null
  /** The same key with another body, which must be refused. */
  otherBody: boolean
  scenario: ScenarioName
  amount: string
  currency: string
  account: string
  receiver: number
  decision: Decision
  /** The owner of the API key, an approver too, tries to approve it. */
  ownerTries: boolean
  /** A key that it did not come by tries to cancel it. */
  strangerCancels: boolean
  /** A clerk asks for it again once it has ended unpaid. */
  askedAgain: boolean
  /** What goes wrong between the portal and Cardzo for this payout, in the order in which it is met. */
  gatewayFaults: GatewayFault[]
  form: 'confirm' | 'decline'
  formAfterMs: number
}

/** No answer that could be understood, or none at all. */
const spoiling = {
  drop: 5,
  reset: 3,
  cut: 2,
  truncated: 2,
  empty: 2,
  html: 2,
  garbage: 2,
  other_ids: 2,
  http: 5,
  slow: 4,
  redirect: 1,
  broken_encoding: 1,
  bad_id: 1,
}
/** The right answer in a shape that nobody asked for, which must be understood. */
const odd = { gzip: 1, deflate: 1, deflate_raw: 1, br: 1, mislabelled: 1, bom: 1, bad_text: 2, trimmed: 2 }
/** A readable answer that says something else. */
const otherWords = {
  'payout-check': { declined: 1, refused: 1 },
  'payout-pay': { declined: 3, refused: 5 },
  status: { no_status: 3, other_operation: 3, validating: 2, declined: 3 },
}

export type GatewayFault = {
  command: keyof typeof otherWords
  fault:
    | keyof typeof spoiling
    | keyof typeof odd
    | 'declined'
    | 'refused'
    | keyof (typeof otherWords)['status']
  does?: boolean
  times: number
  status?: number
  ms?: number
  /** Not before payout-pay has arrived. */
  afterPay?: boolean
}

export const callbackFaults = [
  'doubled',
  'forged',
  'boundary_shifted',
  'contradictory',
  'early',
  'late',
  'reversal',
  'other_params',
  'other_order',
] as const
export type CallbackFault = (typeof callbackFaults)[number]

export type Fault = { atMs: number } & (
  | { kind: 'callback'; callback: CallbackFault; delayMs: number; pick: number }
  /** For an order whose payout has ended unpaid here. */
  | { kind: 'approved_after_end'; pick: number }
  | { kind: 'gateway_away' | 'marker_unwritable'; forMs: number }
  | { kind: 'worker_killed'; worker: number }
  | { kind: 'worker_frozen'; worker: number; forMs: number }
  | { kind: 'web_restarted'; how: 'SIGKILL' | 'SIGTERM' }
  | { kind: 'database_restarted'; how: 'SIGKILL' | 'SIGINT' }
  | { kind: 'connections_reset'; all: boolean; pick: number }
  | { kind: 'database_stalled'; forMs: number }
  | { kind: 'commit_answer_lost' | 'commit_lost'; count: number }
  | { kind: 'mail_refused' | 'mail_answer_lost'; count: number }
)

export type Schedule = {
  seed: number
  /** Faults come from 0 to here. */
  lengthMs: number
  payouts: PayoutPlan[]
  faults: Fault[]
  /** What the cluster below meets, one after the other; empty without one. */
  clusterFaults: ClusterFault[]
}

/** Time-outs of the run, which some faults must outlast. */
export type Times = { timeoutMs: number; leaseMs: number }

/** EUR payouts below this are approved by the policy, the rest by people. */
export const autoApproveBelow = 150
/** From this amount on two people must agree. */
export const twoApproversFrom = 600
/** How long a person's approval waits before it is sent: long enough to be undone now and then. */
export const sendDelayS = 1
export const receivers = 8
/**
 * What each receiver has been granted, and may ask for in a day: enough for most of what is asked for, not for all of it. In one currency
 * the limit is met first, in the other the balance.
 */
export const money = {
  EUR: { granted: 2400, dayMax: 2000 },
  USD: { granted: 700, dayMax: null },
} as const
/** Two crash points around each of some fifty calls that a payout's life takes: a few deaths per run, anywhere. */
const crashRate = 0.0015
/** Beside them, one death in each life where it hurts most: around the calls that move money or remember it. */
const deadlyCalls = [
  'gateway.pay',
  'gateway.pay',
  'gateway.check',
  'payouts.advance',
  'payouts.advance',
  'payouts.renew',
  'payouts.release',
] as const
/** At the latest in the so many-th such call of a life; a worker makes a few dozen of them. */
const latestDeath = { 'gateway.pay': 4, 'gateway.check': 5 } as const
const latestOtherDeath = 60

/** The crash points of one life of one worker, as its environment names them. */
export function crashPlan(seed: number, worker: number, life: number): string {
  const lifeSeed = seed * 10_000 + worker * 1000 + life
  const random = createRandom(lifeSeed)
  const call = random.pick(deadlyCalls)
  const latest = call in latestDeath ? latestDeath[call as keyof typeof latestDeath] : latestOtherDeath
  const side = random.chance(0.6) ? 'after' : 'before'
  return `seed=${lifeSeed},rate=${crashRate},at=${call}:${side}:${random.between(1, latest)}`
}

const scenarioWeights: Record<ScenarioName, number> = {
  approve: 40,
  'approve-with-form': 10,
  decline: 6,
  filtered: 3,
  error: 3,
  'unknown-then-approved': 6,
  'stays-validating': 3,
  'check-declined': 3,
  'check-validation-error': 3,
  'check-error': 4,
  'chain-declined': 3,
  'unlisted-status': 3,
  'no-callback': 7,
  'callback-first': 5,
  slow: 2,
  'amount-differs': 2,
  'post-final-change': 3,
}

/** `cluster`: the database is a cluster, with or without synchronous standbys. Its faults take the place of a restart. */
export function makeSchedule(
  seed: number,
  payouts: number,
  workers: number,
  times: Times,
  cluster?: { asynchronous: boolean },
): Schedule {
  const random = createRandom(seed)
  const clusterFaults = cluster ? clusterFaultsOf(seed, cluster.asynchronous) : []
  // Room for a restart of the database and the way back from it, then a little per payout.
  const lengthMs = 5000 + payouts * 150 + clusterFaults.length * expectedFaultMs
  return {
    seed,
    lengthMs,
    payouts: Array.from({ length: payouts }, (_, n) => planPayout(random, seed, n, lengthMs, times)).map(
      (plan) => (cluster?.asynchronous ? beforeTheLoss(plan, lengthMs) : plan),
    ),
    faults: planFaults(random, payouts, workers, lengthMs, times)
      .filter(({ kind }) => !cluster || kind !== 'database_restarted')
      .sort((a, b) => a.atMs - b.atMs),
    clusterFaults,
  }
}

/**
 * So soon that a promoted standby lacks much of it. Nobody asks again for what ended unpaid: a clerk's request that was lost does not come
 * back by itself (docs/restore.md).
 */
const beforeTheLoss = (plan: PayoutPlan, lengthMs: number): PayoutPlan => ({
  ...plan,
  askAtMs: Math.round((plan.askAtMs / lengthMs) * askedWithinMs),
  askedAgain: false,
})

/** What a receiver's withdrawal meets more often than others, so that there is something to ask for again. */
const unpaidWeights = { decline: 3, error: 2, 'check-declined': 2, 'check-validation-error': 1 }

function planPayout(random: Random, seed: number, n: number, lengthMs: number, times: Times): PayoutPlan {
  const source = random.chance(0.25) ? 'browser' : 'api'
  const endsUnpaid = source === 'browser' && random.chance(0.35)
  const scenario: ScenarioName = endsUnpaid
    ? random.weighted(unpaidWeights)
    : random.weighted(scenarioWeights)
  const askAtMs = random.between(0, Math.round(lengthMs * 0.75))
  const kind = random.weighted({
    approve: 52,
    approve_twice: 10,
    approve_and_cancel: 6,
    approve_and_undo: 9,
    approve_many: 9,
    reject: 7,
    cancel: 7,
  })
  const later = random.between(0, Math.round(lengthMs * 0.2))
  return {
    n,
    source,
    key: `seed-${seed}-payout-${n}`,
    askAtMs,
    copies: random.weighted({ 1: 6, 2: 2, 3: 1 }) === '1' ? 1 : random.between(2, 3),
    hangUpMs: random.chance(0.25) ? random.between(1, 60) : null,
    otherBody: random.chance(0.1),
    scenario,
    amount: `${random.between(10, 900)}.${random.pick(['00', '50', '05'])}`,
    currency: random.chance(0.8) ? 'EUR' : 'USD',
    account: accountFor(random, scenarios[scenario].account),
    receiver: random.between(1, receivers),
    decision:
      kind === 'reject' || kind === 'cancel'
        ? { kind, atMs: askAtMs + later }
        : { kind, afterMs: random.chance(0.5) ? 0 : random.between(0, 1500) },
    ownerTries: source === 'api' && random.chance(0.2),
    strangerCancels: random.chance(0.25),
    askedAgain: random.chance(source === 'browser' ? 0.8 : 0.4),
    gatewayFaults: gatewayFaults(random, times),
    form: random.chance(0.8) ? 'confirm' : 'decline',
    formAfterMs: random.between(0, 800),
  }
}

/** The simulator chooses the scenario by the last four digits. Mostly an IBAN that passes its check, else a local number with hyphens. */
function accountFor(random: Random, ending: string): string {
  if (random.chance(0.25)) return `${random.digits(2)}-${random.digits(8)}-${ending}`
  const bban = `${random.digits(14)}${ending}`
  // The letters of DE are 13 and 14; the check digits make the whole number leave 1 when divided by 97.
  const check = 98n - (BigInt(`${bban}131400`) % 97n)
  return `DE${String(check).padStart(2, '0')}${bban}`
}

function planFaults(
  random: Random,
  payouts: number,
  workers: number,
  lengthMs: number,
  times: Times,
): Fault[] {
  const at = () => random.between(Math.round(lengthMs * 0.03), Math.round(lengthMs * 0.95))
  const some = (count: number, make: () => Fault) =>
    Array.from({ length: Math.max(1, Math.round(count)) }, make)
  return [
    ...some(payouts * 0.7, () => ({
      atMs: at(),
      kind: 'callback',
      callback: random.pick(callbackFaults),
      delayMs: random.between(1, 3000),
      pick: random.next(),
    })),
    ...some(payouts * 0.1, () => ({
      atMs: random.between(Math.round(lengthMs * 0.6), Math.round(lengthMs * 0.95)),
      kind: 'approved_after_end',
      pick: random.next(),
    })),
    ...some(1, () => ({ atMs: at(), kind: 'gateway_away', forMs: random.between(800, 3000) })),
    ...some(1, () => ({ atMs: at(), kind: 'marker_unwritable', forMs: random.between(800, 3000) })),
    ...some(2, () => ({ atMs: at(), kind: 'worker_killed', worker: random.between(0, workers - 1) })),
    ...some(3, () => ({
      atMs: at(),
      kind: 'worker_frozen',
      worker: random.between(0, workers - 1),
      // From a hiccup to longer than a lease, so that somebody else has taken over when it wakes.
      forMs: random.between(200, Math.round(times.leaseMs * 1.5)),
    })),
    ...some(1, () => ({ atMs: at(), kind: 'web_restarted', how: random.pick(['SIGKILL', 'SIGTERM']) })),
    ...some(1, () => ({ atMs: at(), kind: 'database_restarted', how: random.pick(['SIGKILL', 'SIGINT']) })),
    ...some(1, () => ({ atMs: at(), kind: 'connections_reset', all: true, pick: 0 })),
    ...some(6, () => ({ atMs: at(), kind: 'connections_reset', all: false, pick: random.next() })),
    ...some(2, () => ({ atMs: at(), kind: 'database_stalled', forMs: random.between(50, 1500) })),
    ...some(4, () => ({
      atMs: at(),
      kind: random.pick(['commit_answer_lost', 'commit_lost']),
      count: random.between(1, 2),
    })),
    ...some(3, () => ({
      atMs: at(),
      kind: random.pick(['mail_refused', 'mail_answer_lost']),
      count: random.between(1, 3),
    })),
  ]
}

/** About two of five payouts have trouble with payout-check, half with payout-pay and with their status. */
function gatewayFaults(random: Random, times: Times): GatewayFault[] {
  const faults: GatewayFault[] = []
  if (random.chance(0.4)) faults.push(gatewayFault(random, times, 'payout-check', random.chance(0.2) ? 2 : 1))
  if (random.chance(0.5)) faults.push(gatewayFault(random, times, 'payout-pay', random.chance(0.2) ? 2 : 1))
  if (random.chance(0.3)) faults.push(gatewayFault(random, times, 'status', random.between(1, 3)))
  if (random.chance(0.2)) faults.push(gatewayFault(random, times, 'status', 1))
  // Refused, and then not even confirmed any more: it proves neither that it failed nor that it was paid.
  const isRefused = faults.some(({ command, fault }) => command === 'payout-pay' && fault === 'refused')
  if (isRefused && random.chance(0.6))
    faults.push({ command: 'status', fault: 'validating', times: random.between(1, 3), afterPay: true })
  return faults
}

function gatewayFault(
  random: Random,
  { timeoutMs }: Times,
  command: GatewayFault['command'],
  times: number,
): GatewayFault {
  const fault = random.weighted<GatewayFault['fault']>({
    ...spoiling,
    ...odd,
    ...otherWords[command],
  } as Record<GatewayFault['fault'], number>)
  return {
    command,
    fault,
    times,
    // Half of the time the command is carried out although its answer is spoilt: the dangerous half.
    ...(random.chance(0.5) && { does: random.chance(0.5) }),
    ...(fault === 'http' && { status: random.pick([500, 502, 503, 504, 401, 403, 404, 429]) }),
    ...(fault === 'slow' && { ms: random.between(Math.round(timeoutMs / 2), timeoutMs * 3) }),
  }
}
