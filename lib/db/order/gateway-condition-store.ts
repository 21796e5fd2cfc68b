/** What we know of each endpoint as a whole: since when it locks us out or keeps silent, and when it last answered well. */
import type { Database } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { closeOpenItem, openItem } from '#lib/db/payout/payout-changes.ts'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import type { GatewayCondition, GatewayConditionStore, ItemDraft } from '#lib/services/ports.ts'

/** What an endpoint's two rows say about it; null where there is no row yet. */
export type ConditionRow = {
  refusedAt: Date | null
  refusal: unknown
  simulator: boolean | null
  lastOkAt: Date | null
  silentSince: Date | null
  missedSince: Date | null
}

export const conditionOf = (row: ConditionRow): GatewayCondition => ({
  lockedOutAt: row.refusedAt,
  lockOut: row.refusal as GatewayCondition['lockOut'],
  simulator: row.simulator ?? false,
  lastOkAt: row.lastOkAt,
  silentSince: row.silentSince && (row.lastOkAt ?? row.missedSince),
})

/** A process that has noted a good answer looks again after this long. */
const noteEveryMs = 1000

/** Tells the items of several endpoints apart. That of the environment has its key from before there were others. */
const subjectOf = (endpointId: number) => (endpointId === environmentEndpoint ? '' : `endpoint:${endpointId}`)

const refusedItem = (
  endpointId: number,
  name: string | null,
  refusal: NonNullable<GatewayCondition['lockOut']>,
): ItemDraft => ({
  kind: 'locked_out',
  severity: 'critical',
  // An empty subject is none: the key of before.
  subject: subjectOf(endpointId),
  what: `Cardzo refuses our requests${name === null ? '' : ` by the endpoint ${name}`} (HTTP ${refusal.httpStatus} to ${refusal.command})`,
  why: `Nothing new is sent${name === null ? '' : ' there'} until a status request works again. Check login, keys, endpoint and clock: Cardzo's clock says ${refusal.gatewayDate ?? 'nothing'}, ours ${refusal.ourDate}.`,
  data: { ...refusal, ...(name !== null && { endpoint: name }) },
})

/** One picture of all endpoints: the first lock-out and silence, and the latest good answer. */
function worstOf(all: readonly GatewayCondition[]): GatewayCondition {
  const locked = all.filter(({ lockedOutAt }) => lockedOutAt !== null)
  const [first] = locked.sort((a, b) => Number(a.lockedOutAt) - Number(b.lockedOutAt))
  const silent = all.flatMap(({ silentSince }) => silentSince ?? [])
  const answered = all.flatMap(({ lastOkAt }) => lastOkAt ?? [])
  const byTime = (a: Date, b: Date) => a.getTime() - b.getTime()
  return {
    lockedOutAt: first?.lockedOutAt ?? null,
    lockOut: first?.lockOut ?? null,
    simulator: all.some(({ simulator }) => simulator),
    lastOkAt: answered.sort(byTime).at(-1) ?? null,
    silentSince: silent.sort(byTime)[0] ?? null,
  }
}

export function createGatewayConditionStore(prisma: Database): GatewayConditionStore {
  const each = new Map<number, ReturnType<typeof createOneCondition>>()
  const of = (endpointId: number) => {
    const condition = each.get(endpointId) ?? createOneCondition(prisma, endpointId)
    each.set(endpointId, condition)
    return condition
  }
  const readEach = async () => {
    const [states, gates] = await Promise.all([
      prisma.gatewayState.findMany(),
      prisma.gatewayGate.findMany({ orderBy: { id: 'asc' } }),
    ])
    const ids = [...new Set([...gates, ...states].map(({ id }) => id))]
    return ids.map((id) => {
      const row = states.find((one) => one.id === id)
      const gate = gates.find((one) => one.id === id)
      return {
        endpointId: id,
        ...conditionOf({
          refusedAt: row?.refusedAt ?? null,
          refusal: row?.refusal ?? null,
          simulator: row?.simulator ?? null,
          lastOkAt: row?.lastOkAt ?? null,
          silentSince: gate?.silentSince ?? null,
          missedSince: gate?.missedSince ?? null,
        }),
      }
    })
  }
  return {
    readEach,
    read: async () => worstOf(await readEach()),
    recordLockedOut: (endpointId, refusal) => of(endpointId).recordLockedOut(refusal),
    recordOk: (endpointId, simulator) => of(endpointId).recordOk(simulator),
  }
}

function createOneCondition(prisma: Database, endpointId: number) {
  let noted = { simulator: false, untilMs: 0, lockOuts: 0 }
  /** Those that this process began or ended to record: what was noted before is no longer true. */
  let lockOuts = 0
  /** A good answer that is being noted, and how many lock-outs there had been. */
  let noting: { simulator: boolean; lockOuts: number; done: Promise<void> } | undefined
  return {
    async recordLockedOut(refusal: NonNullable<GatewayCondition['lockOut']>) {
      lockOuts++
      // The first refusal is what "since when" means; the latest says why.
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO gateway_state (id, refused_at, refusal) VALUES (${endpointId}, now(), ${refusal as Prisma.InputJsonObject}::jsonb)
          ON CONFLICT (id) DO UPDATE SET refused_at = coalesce(gateway_state.refused_at, now()),
            refusal = excluded.refusal`
        const row = await tx.endpoint.findUnique({ where: { id: endpointId } })
        // With one endpoint there is nothing to tell apart.
        const name = endpointId === environmentEndpoint ? null : (row?.name ?? String(endpointId))
        await openItem(tx, refusedItem(endpointId, name, refusal), null)
      })
      lockOuts++
    },

    async recordOk(simulator: boolean) {
      // Every poll of every payout comes by here, so it looks once a second, and writes only news, and the time every ten seconds.
      const isNoted = noted.lockOuts === lockOuts && noted.simulator === simulator
      if (isNoted && performance.now() < noted.untilMs) return
      // Those who come while it is being noted wait for that, and not each for the row.
      if (noting?.simulator !== simulator || noting.lockOuts !== lockOuts) {
        const mine = { simulator, lockOuts, done: note(simulator, lockOuts) }
        noting = mine
        const forget = () => {
          if (noting === mine) noting = undefined
        }
        void mine.done.then(forget, forget)
      }
      await noting.done
    },
  }

  async function note(simulator: boolean, lockOutsBefore: number): Promise<void> {
    const news = { simulator, untilMs: performance.now() + noteEveryMs, lockOuts: lockOutsBefore }
    const known = await prisma.sql.query(
      `SELECT FROM gateway_state WHERE id = $2 AND refused_at IS NULL AND simulator = $1::boolean
         AND last_ok_at >= now() - interval '10 seconds'`,
      [simulator, endpointId],
    )
    // In one transaction: a worker that dies in between must not leave an alarm that nobody ever closes.
    if (known.length === 0)
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO gateway_state (id, simulator, last_ok_at) VALUES (${endpointId}, ${simulator}, now())
          ON CONFLICT (id) DO UPDATE SET refused_at = NULL, refusal = NULL, simulator = excluded.simulator,
            last_ok_at = now()`
        await closeOpenItem(tx, `locked_out:${subjectOf(endpointId)}`, 'A status request worked again.')
      })
    noted = news
  }
}
