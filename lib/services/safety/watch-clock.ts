/** Does this machine's clock agree with the database's, by which everything is due, fresh or over? */
import type { Deps, ItemDraft } from '#lib/services/ports.ts'

/** Beyond this, codes of the second factor begin to fail and times on pages mislead. */
const mostMs = 5_000
/** A worker that has been silent for this long is gone, and its clock with it. */
const livesWithinMs = 60_000
/** A month: what the column holds, and more than anybody needs to know. */
const shownAtMostMs = 31 * 86_400_000

type Asked = Pick<Deps, 'monitoring' | 'clock'>

/**
 * By how many milliseconds this machine's clock is ahead of the database's; below zero it is behind. 0: they agree. The database read its
 * clock at some moment between question and answer, so only what no such moment explains counts as a difference.
 */
export async function clockAheadMs({ monitoring, clock }: Asked): Promise<number> {
  const began = clock.monotonicMs()
  const there = await monitoring.now()
  const took = clock.monotonicMs() - began
  const answered = clock.wallMs() - there.getTime()
  const asked = answered - took
  const ahead = asked > 0 ? asked : Math.min(0, answered)
  if (Math.abs(ahead) <= mostMs) return 0
  return Math.round(Math.max(-shownAtMostMs, Math.min(shownAtMostMs, ahead)))
}

/** Does this machine's clock differ, or that of any living worker? */
export async function doClocksDiffer(deps: Asked & Pick<Deps, 'heartbeats'>): Promise<boolean> {
  return (await clockAheadMs(deps)) !== 0 || (await deps.heartbeats.clockDiffers(livesWithinMs))
}

const differs = (workerId: string, aheadMs: number): ItemDraft => ({
  kind: 'clock_differs',
  severity: 'warning',
  what: 'A worker’s clock differs from the database’s',
  why: `It is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead' : 'behind'}. Payments are sent by the database’s clock all the same. Set the clocks of both machines by NTP. This closes by itself.`,
  data: { workerId, aheadMs },
})

/** A worker at its start and every minute: says so in its log and in an open item, which closes when every living worker's clock agrees. */
export async function watchClock(
  deps: Asked & Pick<Deps, 'heartbeats' | 'items' | 'log'>,
  workerId: string,
): Promise<void> {
  const aheadMs = await clockAheadMs(deps)
  await deps.heartbeats.reportClock(workerId, aheadMs === 0 ? null : aheadMs)
  if (aheadMs !== 0) {
    deps.log.error({ workerId, aheadMs }, "this machine's clock differs from the database's")
    await deps.items.open(differs(workerId, aheadMs))
  } else if (!(await deps.heartbeats.clockDiffers(livesWithinMs)))
    await deps.items.closeByKind('clock_differs', undefined, 'The clocks agree.')
}
