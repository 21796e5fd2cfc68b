/** Each figure of a report opens exactly the payouts that it counts: both are counted, by their own ways through the database. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deskFilterOf, readFilter } from '#app/desk/payouts/filter.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { fillDatabase, filledVault, staffId } from '#lib/db/testing/fill.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { showReport } from '#lib/services/standby/show-report.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { ages, countOf, dayFigures, dayIn, groups, success } from './figures.ts'
import type { Group } from './figures.ts'
import { opens } from './opens.ts'

const auditor: Actor = { kind: 'user', id: staffId(10), name: 'Ada', role: 'auditor', receiverId: null }
let portal: Awaited<ReturnType<typeof createTestPortal>>

beforeAll(async () => {
  const database = await createTestDatabase()
  await fillDatabase(database.url, 3_000)
  portal = await createTestPortal({}, { database })
  const { prisma } = portal
  // Banks that can be read, in two spellings; a tenth names none. A rule asked for what people approved, and for some a second one.
  const rows = await prisma.payout.findMany({ orderBy: { seq: 'desc' }, take: 900 })
  const sealed = rows.map(({ id, seq }) => {
    const spelling = seq % 2n === 0n ? 'Bank' : 'BANK '
    const fields = { bank_name: `${spelling} ${seq % 40n}` }
    return filledVault.seal(JSON.stringify(fields), `payout:${id}`)
  })
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`
      UPDATE payout SET destination_sealed = new.sealed
      FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${sealed}::text[]) AS new (of, sealed) WHERE id = new.of`
    await tx.$executeRaw`UPDATE payout_search SET bank_print = NULL WHERE seq % 40 IN (3, 13, 23, 33)`
    await tx.$executeRaw`
      UPDATE payout SET approved_at = created_at, policy_note = jsonb_build_object('demands', CASE WHEN seq % 3 = 0
        THEN '[{"rule": "Every payout"}, {"rule": "Large ones"}]'::jsonb ELSE '[{"rule": "Every payout"}]' END)
      WHERE id IN (SELECT payout_id FROM approval)`
  })
}, 120_000)
afterAll(() => portal.close())

/** How many payouts the list has under an address, on all its pages. */
async function listed(path: string): Promise<number> {
  const query = new URL(path, 'https://portal.example').searchParams
  const given = Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]))
  const filter = deskFilterOf(readFilter(given), new Date(), 'UTC')
  let count = 0
  let cursor: string | undefined
  do {
    const page = await listDeskPayouts(portal.deps, auditor, {
      ...filter,
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    })
    if (!page.ok) throw new Error(page.code)
    count += page.rows.length
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return count
}

it.each(['UTC', 'Pacific/Kiritimati', 'Pacific/Niue'])('of days in %s', async (zone) => {
  const shown = await showReport(portal.deps, auditor, { days: 90, zone })
  if (!shown.ok) throw new Error(shown.code)
  const { report, openByDay, from } = shown
  const about = { zone, first: dayIn(zone, from), today: dayIn(zone, new Date()) }
  const figures = report.currencies.flatMap(({ currency, days, codes, banks, approvers, rules }) => {
    const own = { ...about, currency }
    const { paid, ended } = success(days)
    const each = dayFigures(days, about.first, about.today)
    // Some days, and both ends of the period.
    const some = each.filter((_day, n) => n % 9 === 0 || n === each.length - 1)
    const byDay = some.flatMap((day): [string, number][] => [
      [opens.day(own, day.day), countOf(day)],
      ...(Object.keys(groups) as Group[]).map((group): [string, number] => [
        opens.day(own, day.day, group),
        day[group].count,
      ]),
    ])
    return [
      ...byDay,
      [opens.paid(own), paid] as const,
      [opens.ended(own), ended] as const,
      ...codes.flatMap(({ code, count }) => (code === null ? [] : [[opens.code(own, code), count] as const])),
      ...banks.flatMap((one) => (one.bank === null ? [] : [[opens.bank(own, one.bank), one.ended] as const])),
      ...approvers.map(({ id, count }) => [opens.approver(own, id), count] as const),
      ...rules.map(({ rule, count }) => [opens.rule(own, rule), count] as const),
      ...ages(openByDay, currency, about.today).map((age) => [opens.age(own, age), age.count] as const),
    ]
  })
  for (const kind of ['code=', 'bank=', 'approver=', 'rule=Large'])
    expect(figures.filter(([path, count]) => path.includes(kind) && count > 0).length, kind).toBeGreaterThan(
      0,
    )
  const counted = await Promise.all(figures.map(async ([path]) => [path, await listed(path)] as const))
  expect(counted).toEqual(figures)
})
