/** Reports and estimates against the same figures, worked out from the rows one by one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { bankPrints } from '#lib/db/payout/search-rows.ts'
import { createReportStore } from '#lib/db/report/report-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { fillDatabase, filledVault, staffId } from '#lib/db/testing/fill.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { estimateArrival } from './estimate-arrival.ts'
import { showReport } from '#lib/services/standby/show-report.ts'
import type { ReportPeriod } from '#lib/services/standby/show-report.ts'

const auditor: Actor = { kind: 'user', id: staffId(10), name: 'Ada', role: 'auditor', receiverId: null }
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  const database = await createTestDatabase()
  await fillDatabase(database.url, 3_000)
  portal = await createTestPortal({}, { database })
  // Odd times, so that every figure differs from the others.
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`UPDATE payout SET final_at = final_at + (seq % 977) * interval '1 minute' WHERE final_at IS NOT NULL`
  })
}, 120_000)
afterAll(() => portal.close())

const show = async (days: ReportPeriod, zone: string) => {
  const shown = await showReport(portal.deps, auditor, { days, zone })
  if (!shown.ok) throw new Error(shown.code)
  return shown
}
const rows = (from: Date) => portal.prisma.payout.findMany({ where: { createdAt: { gte: from } } })
const dayIn = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  return (at: Date) => format.format(at)
}
/** As PostgreSQL's percentile_cont: between two values, the share of the way. */
function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low + (high - low) * (place - Math.floor(place))
}

describe('a report', () => {
  it.each([
    [7, 'UTC'],
    [30, 'Asia/Kathmandu'],
    [90, 'America/St_Johns'],
  ] as const)('of %i days counts each payout once, on its day in %s', async (days, zone) => {
    const { report, from } = await show(days, zone)
    const dayOf = dayIn(zone)
    expect(dayOf(from)).not.toBe(dayOf(new Date(from.getTime() - 1)))
    const wanted = new Map<string, [number, bigint]>()
    for (const { createdAt, currency, status, amountMinor } of await rows(from)) {
      const key = `${currency} ${dayOf(createdAt)} ${status}`
      const [count, sum] = wanted.get(key) ?? [0, 0n]
      wanted.set(key, [count + 1, sum + amountMinor])
    }
    const got = report.currencies.flatMap((one) =>
      one.days.map(
        (day) => [`${one.currency} ${day.day} ${day.status}`, [day.count, day.amountMinor]] as const,
      ),
    )
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted))
    expect(new Set(got.map(([key]) => key.split(' ')[1])).size).toBe(days)
    expect(report.cutAt).toBeNull()
  })

  it('says how long approving and ending took, of whom and by which rule', async () => {
    const note = {
      approved: false,
      demands: [
        { rule: 'Large', approvers: 1, why: '' },
        { rule: 'Every payout', approvers: 1, why: '' },
      ],
    }
    const ids = await portal.prisma.$queryRaw<{ id: string }[]>`
      SELECT p.id::text FROM payout p JOIN approval a ON a.payout_id = p.id WHERE p.currency = 'EUR' ORDER BY p.seq DESC LIMIT 40`
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.$executeRaw`
        UPDATE payout SET approved_at = created_at + (seq % 31 + 1) * interval '1 minute', policy_note = ${JSON.stringify(note)}::jsonb, gateway_code = NULL
        WHERE id = ANY (${ids.map(({ id }) => id)}::uuid[])`
      await tx.$executeRaw`
        UPDATE approval SET at = p.approved_at FROM payout p WHERE p.id = payout_id AND p.approved_at IS NOT NULL`
      await tx.$executeRaw`UPDATE payout SET gateway_code = (seq % 3)::text WHERE status IN ('declined', 'filtered')`
    })
    const { report, from } = await show(90, 'UTC')
    const eur = report.currencies.find(({ currency }) => currency === 'EUR')
    const own = (await rows(from)).filter(({ currency }) => currency === 'EUR')

    const waits = own.flatMap((p) => (p.approvedAt ? [p.approvedAt.getTime() - p.createdAt.getTime()] : []))
    expect(waits.length).toBe(40)
    const told = { count: 40, p50Ms: percentile(waits, 0.5), p95Ms: percentile(waits, 0.95) }
    expect(eur?.toApprove).toEqual({ ...told, p95Ms: Math.round(told.p95Ms) })
    expect(eur?.rules).toEqual(['Every payout', 'Large'].map((rule) => ({ rule, ...eur?.toApprove })))

    const lives = own.flatMap((p) => (p.finalAt ? [p.finalAt.getTime() - p.createdAt.getTime()] : []))
    expect(eur?.toFinal).toEqual({
      count: lives.length,
      p50Ms: Math.round(percentile(lives, 0.5)),
      p95Ms: Math.round(percentile(lives, 0.95)),
    })

    const unpaid = own.filter(({ status }) => ['declined', 'filtered', 'failed'].includes(status))
    const byCode = Map.groupBy(unpaid, ({ gatewayCode }) => gatewayCode)
    expect(new Map(eur?.codes.map(({ code, count }) => [code, count]))).toEqual(
      new Map([...byCode].map(([code, those]) => [code, those.length])),
    )
    expect(eur?.codes.map(({ count }) => count)).toEqual(
      eur?.codes.map(({ count }) => count).toSorted((a, b) => b - a),
    )

    const approvals = await portal.prisma.approval.findMany({
      where: { payout: { createdAt: { gte: from }, currency: 'EUR' } },
      include: { payout: true },
    })
    const byPerson = Map.groupBy(approvals, ({ approverId }) => approverId)
    expect(
      eur?.approvers
        .map(({ id, count, p50Ms }) => ({ id, count, p50Ms }))
        .toSorted((a, b) => a.id.localeCompare(b.id)),
    ).toEqual(
      [...byPerson]
        .map(([id, given]) => ({
          id,
          count: given.length,
          p50Ms: Math.round(
            percentile(
              given.map(({ at, payout }) => at.getTime() - payout.createdAt.getTime()),
              0.5,
            ),
          ),
        }))
        .toSorted((a, b) => a.id.localeCompare(b.id)),
    )
  })

  it('says of each bank how many of its payouts arrived, by hashes of the names, which are read from one payout each', async () => {
    const { prisma } = portal
    // One bank has as many as four others.
    const numberOf = (seq: bigint) => (seq % 40n > 5n && seq % 40n < 9n ? 5n : seq % 40n)
    const spelt = (seq: bigint) => `${seq % 2n === 0n ? 'Bank' : 'BANK '} ${numberOf(seq)}`
    const all = await prisma.payout.findMany({ select: { id: true, seq: true } })
    const sealed = all.map(({ id, seq }) =>
      filledVault.seal(JSON.stringify({ bank_name: spelt(seq) }), `payout:${id}`),
    )
    await prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.$executeRaw`
        UPDATE payout SET destination_sealed = new.sealed
        FROM unnest(${all.map(({ id }) => id)}::uuid[], ${sealed}::text[]) AS new (of, sealed) WHERE id = new.of`
      await tx.$executeRaw`UPDATE payout SET status = 'declined' WHERE status = 'paid' AND seq % 80 = 5`
      await tx.$executeRaw`UPDATE payout_search SET bank_print = NULL WHERE seq % 40 = 3`
      await tx.$executeRaw`
        UPDATE payout_search SET bank_print = ${bankPrints(filledVault, 'Bank 5')[0]} WHERE seq % 40 BETWEEN 6 AND 8`
    })
    const { report, from } = await show(90, 'UTC')
    const byCardzo = ['paid', 'declined', 'filtered', 'failed']
    const own = (await rows(from)).filter((p) => p.currency === 'EUR' && byCardzo.includes(p.status))
    const wanted = [...Map.groupBy(own, ({ seq }) => (seq % 40n === 3n ? null : `bank ${numberOf(seq)}`))]
      .map(([bank, those]) => ({
        bank,
        paid: those.filter(({ status }) => status === 'paid').length,
        ended: those.length,
      }))
      .sort((a, b) => b.ended - a.ended)
    const banks = report.currencies.find(({ currency }) => currency === 'EUR')?.banks ?? []
    expect(banks).toHaveLength(20)
    expect(banks.map(({ ended }) => ended)).toEqual(wanted.slice(0, 20).map(({ ended }) => ended))
    for (const { bank, ...figures } of banks) {
      const name = bank?.toLowerCase().replace('  ', ' ') ?? null
      expect({ bank: name, ...figures }).toEqual(wanted.find((one) => one.bank === name))
    }
    expect(banks.some(({ paid, ended }) => paid < ended)).toBe(true)

    // While the data key is replaced a bank has two hashes, and is still one bank.
    const both = createVault([
      { id: 'next', key: Buffer.alloc(32, 9) },
      { id: 'test', key: Buffer.alloc(32, 7) },
    ])
    await prisma.$executeRaw`
      UPDATE payout_search SET bank_print = ${bankPrints(both, 'Bank 5')[0]} WHERE seq % 40 IN (5, 7)`
    const again = (await createReportStore(prisma, both).since(from, 'UTC')).currencies.find(
      ({ currency }) => currency === 'EUR',
    )
    const fifth = again?.banks.filter(({ bank }) => bank?.toLowerCase().replace('  ', ' ') === 'bank 5')
    expect(fifth).toEqual([
      { ...wanted.find(({ bank }) => bank === 'bank 5'), bank: expect.any(String) as string },
    ])
  })

  it('has the age of what is open', async () => {
    const { openByDay } = await show(7, 'Asia/Tokyo')
    const open = (await portal.prisma.payout.findMany()).filter(({ status }) => !isFinal(status))
    const days = Map.groupBy(
      open,
      ({ currency, createdAt }) => `${currency} ${dayIn('Asia/Tokyo')(createdAt)}`,
    )
    expect(new Map(openByDay.map(({ currency, day, count }) => [`${currency} ${day}`, count]))).toEqual(
      new Map([...days].map(([key, those]) => [key, those.length])),
    )
  })

  it('takes an unknown zone for UTC, and an offset too, which PostgreSQL reads the other way round', async () => {
    expect((await show(7, 'Mars/Olympus')).zone).toBe('UTC')
    expect((await show(7, '+05:00')).zone).toBe('UTC')
  })
})

describe('when a payout arrives', () => {
  it('is told from twenty samples on, of this currency, and not from those that people settled', async () => {
    const database = await createTestDatabase()
    await fillDatabase(database.url, 600)
    const young = await createTestPortal({}, { database })
    try {
      const pay = (paid: number) =>
        young.prisma.$transaction(async (tx) => {
          await tx.$executeRaw`SET LOCAL session_replication_role = replica`
          await tx.$executeRaw`UPDATE payout SET status = 'cancelled', final_at = coalesce(final_at, now()), settled_by = NULL`
          await tx.$executeRaw`
            UPDATE payout SET status = 'paid', final_at = created_at + (150 + n) * interval '1 minute'
            FROM (SELECT seq AS of, row_number() OVER (ORDER BY seq) AS n FROM payout WHERE currency = 'EUR') AS eur WHERE seq = of AND n <= ${paid}`
          await tx.$executeRaw`
            UPDATE payout SET status = 'paid', final_at = created_at + interval '30 days', settled_by = '[]'
            WHERE seq IN (SELECT seq FROM payout WHERE currency = 'EUR' AND status <> 'paid' LIMIT 30)`
        })
      const ask = async () => {
        // Another portal remembers nothing.
        const fresh = await createTestPortal({}, { database })
        try {
          return await Promise.all(['EUR', 'USD'].map((currency) => estimateArrival(fresh.deps, currency)))
        } finally {
          await fresh.stopAll()
        }
      }
      await pay(19)
      expect(await ask()).toEqual([null, null])
      await pay(20)
      expect(await ask()).toEqual([
        { usual: { unit: 'hours', count: 3 }, nearlyAll: { unit: 'hours', count: 3 } },
        null,
      ])
      // One that has waited for longer than nearly all is told nothing.
      const { p95Ms } = (await young.deps.reports.arrival('EUR'))!
      const old = new Date(Date.now() - p95Ms - 1_000)
      expect(await estimateArrival(young.deps, 'EUR', old)).toBeNull()
      expect(await estimateArrival(young.deps, 'EUR', new Date())).not.toBeNull()
    } finally {
      await young.close()
    }
  })

  it('is remembered for a while', async () => {
    const first = await portal.deps.reports.arrival('EUR')
    expect(first?.count).toBe(500)
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.$executeRaw`UPDATE payout SET final_at = created_at + interval '9 days' WHERE status = 'paid'`
    })
    expect(await portal.deps.reports.arrival('EUR')).toEqual(first)
  })
})
