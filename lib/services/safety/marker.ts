/** What was sent is remembered outside the database, so that a database which has lost something is noticed (docs/restore.md). */
import type { Deps, ItemDraft, Leased } from '#lib/services/ports.ts'
import { startAskFirst } from './ask-first.ts'

/** The marker's file or folder can't be read or written. Only people can mend that. */
export class MarkerUnwritable extends Error {}

/** A worker that has been silent for this long is gone, and its trouble with it. */
const livesWithinMs = 60_000

const unwritableItem = (workerId: string, why: string): ItemDraft => ({
  kind: 'marker_unwritable',
  severity: 'critical',
  what: 'A worker can not write its marker, so it sends nothing',
  why: `${why} Payouts wait where they are. Check that the folder of MARKER_FILE on that machine, and the one of SENT_MARKS_DIR if it is set, exist, are writable and have room. This closes by itself.`,
  data: { workerId },
})

/**
 * A worker asks before its first step and at each heartbeat: does the database still hold everything that was seen on this machine? While
 * the marker can't be written there is an open item, and readiness fails.
 */
export async function watchMarker(
  deps: Pick<Deps, 'askFirst' | 'heartbeats' | 'items' | 'log' | 'marker' | 'sentMarks'>,
  workerId: string,
): Promise<void> {
  try {
    const lost = await deps.marker.missing()
    if (lost) await startAskFirst(deps, lost.why, { kind: 'worker', id: workerId })
    // Forgotten only now: a worker that stops in between finds it again.
    await deps.marker.renew()
    const unmarked = await deps.sentMarks.missing()
    if (unmarked) await startAskFirst(deps, unmarked.why, { kind: 'worker', id: workerId })
    await deps.sentMarks.begin()
  } catch (error) {
    if (error instanceof MarkerUnwritable) await tellUnwritable(deps, workerId, error)
    throw error
  }
  await deps.heartbeats.reportMarker(workerId, null)
  if (!(await deps.heartbeats.markerUnwritable(livesWithinMs)))
    await deps.items.closeByKind('marker_unwritable', undefined, 'Every worker can write its marker.')
}

async function tellUnwritable(
  deps: Pick<Deps, 'heartbeats' | 'items'>,
  workerId: string,
  { message }: MarkerUnwritable,
): Promise<void> {
  await deps.heartbeats.reportMarker(workerId, message)
  await deps.items.open(unwritableItem(workerId, message))
}

/**
 * Between the intent and the first byte: may this request leave? Not if the intent can't be remembered outside the database, and not if
 * the database has lost what this worker saw (a failover loses the last moments too).
 */
export async function rememberSending(deps: Deps, leased: Leased): Promise<boolean> {
  try {
    if (await deps.marker.remember(leased.payout.id)) return true
    const { workerId } = leased.lease
    await watchMarker(deps, workerId)
  } catch (error) {
    deps.log.error(
      { err: error, payoutId: leased.payout.id },
      'the marker could not be kept; nothing was sent',
    )
    if (error instanceof MarkerUnwritable) await tellUnwritableSafely(deps, leased.lease.workerId, error)
  }
  return false
}

/** Marks it in the place all workers share. `unmarked`: that place could not be reached, so nothing may leave. */
export async function markSending(
  deps: Deps,
  leased: Leased,
  orderId: string,
): Promise<'mine' | 'taken' | 'unmarked'> {
  const { workerId } = leased.lease
  try {
    return await deps.sentMarks.put(leased.payout.clientOrderId, { orderId, workerId })
  } catch (error) {
    deps.log.error(
      { err: error, payoutId: leased.payout.id },
      'the shared mark could not be made; nothing was sent',
    )
    if (error instanceof MarkerUnwritable) await tellUnwritableSafely(deps, workerId, error)
    return 'unmarked'
  }
}

/** Provably nothing left. If the mark can't be withdrawn, the next attempt finds it and ends as unknown: never sent twice. */
export async function unmarkSending(deps: Deps, { payout }: Pick<Leased, 'payout'>): Promise<void> {
  try {
    await deps.sentMarks.withdraw(payout.clientOrderId)
  } catch (error) {
    deps.log.error(
      { err: error, payoutId: payout.id },
      'the shared mark of what was not sent could not be withdrawn',
    )
  }
}

/** Between claim and answer nothing may throw; the heartbeat reports it again. */
const tellUnwritableSafely = (deps: Deps, workerId: string, error: MarkerUnwritable): Promise<void> =>
  tellUnwritable(deps, workerId, error).catch((second: unknown) =>
    deps.log.error({ err: second }, 'an unwritable marker could not be reported'),
  )
