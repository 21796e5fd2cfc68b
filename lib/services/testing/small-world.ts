/**
 * A world small enough to try everything that can happen in it: one payout, two workers that run the real code of
 * lib/services/order, one Cardzo. Every call of a worker is a moment at which anything else may happen first. What the
 * database guarantees is written here a second time, rule by rule, so that a test can take one away and see who notices.
 */
import { isFinal, next } from '#lib/payouts/transitions.ts'
import type { Change, Lease, Payout, PayoutFacts } from '#lib/services/ports.ts'

/** What keeps money from being sent twice or lost sight of. Each can be taken away. */
export const rules = [
  /** A change names the version that its writer saw. */
  'version',
  /** A final status stays, by a trigger. */
  'final',
  /** A change of a worker names its fence, and counts only while its lease lasts. */
  'fence',
  /** A lease ends by itself. */
  'lease_ends',
  /** No claim while payments are stopped, by a trigger. */
  'stop',
  /** The client asks the guard before the first byte leaves. */
  'guard',
  /** The claim is committed before the first byte leaves, so a crash does not undo it. */
  'intent_first',
  /** No answer to payout-pay means that the outcome is unknown, not that nothing was sent. */
  'lost_is_unknown',
  /** Right before the claim Cardzo is asked for the status. */
  'asks_status',
  /** After a restore, payout-pay waits until everything that was on its way has arrived. */
  'quiet_after_restore',
  /** What arrives while a worker has the payout is not forgotten when it gives the payout back. */
  'news',
] as const
export type Rule = (typeof rules)[number]

/** What is on its way to Cardzo. `from`: the worker that waits for the answer, if it still lives and waits. */
export type Message = {
  command: 'check' | 'pay'
  from: string | null
  at: 'flying' | 'arrived'
  sentAt: number
}

export type World = {
  /** Milliseconds; every clock shows the same. */
  now: number
  row: Payout
  work: { dueAt: number | null; newsAt: number | null; fence: number; until: number }
  stopped: boolean
  /** A signed callback about the payout: did one come, and was it compared? */
  callback: 'none' | 'waits' | 'compared'
  /** Kinds of open items. */
  items: readonly string[]
  cardzo: {
    order: 'none' | 'validating' | 'validated' | 'beyond' | 'approved' | 'declined'
    /** How many payout-pays reached it. */
    pays: number
    /** How many payout-checks left since it was asked last whether there is an order. */
    checksUnasked: number
    wire: readonly Message[]
  }
  /** Since when Cardzo is asked first, because the database was restored. */
  askFirstSince: number | null
  /** What must never happen, and did. */
  wrong: string | null
}

/** One call of a worker: a method of a port, and what it was given. */
export type Call = { method: string; args: readonly unknown[] }

/** The world afterwards, and what the caller is told. `wait`: the answer comes later, or never. `fails`: the database refuses. */
export type Effect = { world: World; result?: unknown; wait?: true; fails?: Error }

export const orderId = '6768788'
const minute = 60_000

export const isLeased = ({ work, now }: World, keeps: Keeps): boolean =>
  work.until > (keeps('lease_ends') ? now : 0)

export type Keeps = (rule: Rule) => boolean

/** Gives the payout to a worker if it is due and nobody has it. */
export function claim(
  world: World,
  keeps: Keeps,
  leaseMs: number,
): { world: World; lease: Omit<Lease, 'workerId'> } | null {
  const { work, now } = world
  if (work.dueAt === null || work.dueAt > now || isLeased(world, keeps)) return null
  const fence = work.fence + 1
  return {
    world: { ...world, work: { ...work, fence, until: now + leaseMs, newsAt: null } },
    lease: { payoutId: world.row.id, fence: BigInt(fence) },
  }
}

/** Since when Cardzo is asked first, as far as anybody heeds it. */
export const quietSince = ({ askFirstSince }: World, keeps: Keeps): number | null =>
  keeps('quiet_after_restore') ? askFirstSince : null

const holds = (world: World, keeps: Keeps, lease: Lease) =>
  !keeps('fence') ||
  (BigInt(world.work.fence) === lease.fence && world.work.until > (keeps('lease_ends') ? world.now : 0))

export function advance(
  world: World,
  keeps: Keeps,
  [was, change, , , lease]: readonly [Payout, Change, unknown, unknown, Lease?],
): Effect {
  const { row, now, work } = world
  const isCurrent = !keeps('version') || row.version === was.version
  const fresh = isCurrent && (!lease || holds(world, keeps, lease))
  const isStopped = change.move === 'claim' && world.stopped && keeps('stop')
  const isQuiet = now - (quietSince(world, keeps) ?? -Infinity) < (change.quietMs ?? 0)
  const refused = isStopped || isQuiet
  if (!fresh || refused) {
    const learns = row.orderId === null && change.facts?.orderId !== undefined && !refused
    const items = change.move === undefined ? opened(world.items, change) : world.items
    return {
      world: { ...world, items, row: learns ? { ...row, orderId: change.facts?.orderId ?? null } : row },
      result: 'stale',
    }
  }
  const move = change.move === 'lose_track' && !keeps('lost_is_unknown') ? 'release_unsent' : change.move
  const to = move === undefined ? row.status : next(was.status, move)
  if (to === undefined) throw new Error(`the move ${change.move ?? ''} does not exist in ${was.status}`)
  if (row.finalAt !== null && to !== row.status && keeps('final'))
    return { world, fails: new Error('a final status stays') }
  const changed: Payout = {
    ...row,
    ...plainFacts(change.facts ?? {}, now),
    status: to,
    version: row.version + (change.move === undefined ? 0 : 1),
    stageSince: to === row.status ? row.stageSince : new Date(now),
    finalAt: isFinal(to) ? new Date(now) : row.finalAt,
  }
  // A worker says when it is due with its release.
  const due = change.dueInMs === undefined || lease ? {} : dueByPerson(world, keeps, change.dueInMs)
  return {
    world: {
      ...world,
      row: changed,
      work: {
        ...work,
        ...due,
        ...(lease && change.leaseMs !== undefined && { until: now + change.leaseMs }),
      },
      items: closed(opened(world.items, change), change, to !== row.status),
      ...(change.move === 'claim' &&
        world.stopped && { wrong: 'a payout was claimed while payments were stopped' }),
      ...(row.finalAt !== null && to !== row.status && { wrong: 'a final status was left' }),
    },
    result: changed,
  }
}

const newsOf = ({ work, callback }: World, keeps: Keeps) => ({
  at: keeps('news') ? (work.newsAt ?? Infinity) : Infinity,
  waits: keeps('news') && callback === 'waits',
})

function dueByPerson(world: World, keeps: Keeps, dueInMs: number | null): Partial<World['work']> {
  const { now, work } = world
  const news = newsOf(world, keeps)
  if (dueInMs !== null) return newsAt(work, news.waits ? now : now + dueInMs)
  return { dueAt: news.at < Infinity || news.waits ? Math.min(work.dueAt ?? Infinity, now) : null }
}

function dueByRelease(world: World, keeps: Keeps, row: Payout, dueInMs: number | null): number | null {
  const { now, work } = world
  const news = newsOf(world, keeps)
  if (dueInMs !== null) return work.dueAt === null ? null : Math.min(news.at, now + dueInMs)
  const goesOn = news.at < Infinity || news.waits || row.finalAt === null
  return goesOn ? Math.min(news.at, now + minute) : null
}

const newsAt = (work: World['work'], at: number): Pick<World['work'], 'dueAt' | 'newsAt'> => ({
  dueAt: Math.min(work.dueAt ?? Infinity, at),
  newsAt: Math.min(work.newsAt ?? Infinity, at),
})

/** The database comes back as it was at first. Its processes are stopped for that; what is on its way to Cardzo is not. */
export const restored = (world: World, first: World): World => ({
  ...world,
  ...{ row: first.row, work: { ...first.work, dueAt: world.now }, items: first.items },
  askFirstSince: world.now,
  cardzo: { ...world.cardzo, wire: world.cardzo.wire.map((one) => ({ ...one, from: null })) },
})

export function release(
  world: World,
  keeps: Keeps,
  [lease, dueInMs, facts]: readonly [Lease, number | null, PayoutFacts?],
): Effect {
  if (keeps('fence') && BigInt(world.work.fence) !== lease.fence) return { world, result: undefined }
  const row = { ...world.row, ...plainFacts(facts ?? {}, world.now) }
  const dueAt = dueByRelease(world, keeps, row, dueInMs)
  return {
    world: { ...world, row, work: { ...world.work, until: 0, dueAt } },
    result: undefined,
  }
}

/** Something arrived: due now. */
export const wake = (world: World): World => ({
  ...world,
  work: { ...world.work, ...newsAt(world.work, world.now) },
})

function plainFacts(facts: PayoutFacts, now: number): Partial<Payout> {
  const { validatedNow, claimedNow, approvedNow, returnedNow, sendAfterInMs, expiresInMs, ...plain } = facts
  return {
    ...plain,
    ...(validatedNow && { validatedAt: new Date(now) }),
    ...(claimedNow && { payClaimedAt: new Date(now) }),
    ...(approvedNow && { approvedAt: new Date(now) }),
    ...(returnedNow && { returnedAt: new Date(now) }),
    ...(sendAfterInMs !== undefined && { sendAfter: new Date(now + sendAfterInMs) }),
    ...(expiresInMs !== undefined && { expiresAt: new Date(now + expiresInMs) }),
  }
}

const opened = (items: readonly string[], { items: drafts = [] }: Change) =>
  [...new Set([...items, ...drafts.map(({ kind }) => kind)])].sort()

const closed = (items: readonly string[], { closeItems }: Change, moved: boolean) =>
  items.filter(
    (kind) => !closeItems?.kinds.some((one) => one === kind) && !(moved && kind === 'worker_failed'),
  )
