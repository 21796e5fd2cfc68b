/** The money equation: three books that agree, and the message when somebody has tampered with one. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { createTestPortal, eventually } from '#lib/services/testing/portal.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { createLedgerStore } from './ledger-store.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
/** One payout each that is paid, rejected, under way and unknown. */
let payouts: { paid: string; rejected: string; open: string; unknown: string; failed: string }
let externalId: string
let reference: string

beforeAll(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
})
afterAll(() => portal.close())

beforeEach(async () => {
  externalId = randomUUID()
  reference = randomUUID()
  const draft = { id: randomUUID(), receiver: { externalId }, currency: 'EUR', amountMinor: 1_000_000n }
  await portal.deps.ledger.grant({ ...draft, reference, idempotencyKey: null, source: 'operator' }, operator)
  payouts = {
    paid: await moved('10.00', 'confirm'),
    rejected: await moved('20.00', 'reject'),
    open: await moved('40.00', 'find_order'),
    unknown: await moved('80.00', 'proceed', 'lose_track'),
    failed: await moved('160.00', 'decline'),
  }
})

async function moved(amount: string, ...moves: PayoutMove[]): Promise<string> {
  const id = await portal.ask({ amount, receiver: { externalId, firstName: 'Ada' } })
  for (const move of moves)
    await portal.deps.payouts.advance(await portal.payout(id), { move }, moverOf(move), {
      kind: 'status_answered',
    })
  return id
}

const check = () => portal.deps.ledger.check()
const items = async () =>
  (await portal.deps.items.list()).filter(
    ({ kind, closedAt }) => kind === 'money_equation' && closedAt === null,
  )

/** Past every trigger, as somebody with full access to the database could. */
async function tamper(...statements: string[]): Promise<void> {
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    for (const statement of statements) await tx.$executeRawUnsafe(statement)
  })
}

describe('as long as nobody tampers', () => {
  it('requested = paid + in flight + rejected + cancelled + expired + failed + unknown, per currency', async () => {
    const before = await check()
    await moved('5.00', 'confirm')
    await moved('3.00', 'cancel')
    await moved('2.00', 'expire')
    const jpy = await portal.deps.ledger.grant(
      {
        id: randomUUID(),
        receiver: { externalId },
        currency: 'JPY',
        amountMinor: 700n,
        reference: randomUUID(),
        idempotencyKey: null,
        source: 'operator',
      },
      operator,
    )
    expect(jpy.kind).toBe('made')
    await portal.ask({ amount: '700', currency: 'JPY', receiver: { externalId, firstName: 'Ada' } })
    const after = await check()
    expect([before.balanced, after.balanced, after.wrong, after.brokenSince]).toEqual([true, true, [], null])
    const [euro, yen] = after.lines
    expect(euro).toEqual({
      currency: 'EUR',
      requestedMinor: 32_000n,
      paidMinor: 1_500n,
      inFlightMinor: 4_000n,
      rejectedMinor: 2_000n,
      cancelledMinor: 300n,
      expiredMinor: 200n,
      failedMinor: 16_000n,
      unknownMinor: 8_000n,
    })
    expect(yen).toMatchObject({ currency: 'JPY', requestedMinor: 700n, inFlightMinor: 700n })
    expect(await portal.deps.ledger.lastCheck()).toEqual(after)
    expect(await items()).toEqual([])
  })

  it('holds while payouts move and grants arrive during the computation', async () => {
    const busy = Promise.all(
      Array.from({ length: 30 }, async () => moved('1.00', 'proceed', 'lose_track', 'settle_failed')),
    )
    const looks: boolean[] = []
    for (let round = 0; round < 10; round++) looks.push((await check()).balanced)
    await busy
    expect(looks).toEqual(Array<boolean>(10).fill(true))
  })

  it('is computed by one worker at a time, about once in the time given', async () => {
    await check()
    expect(await portal.deps.ledger.checkUnlessRecent(60_000)).toBeNull()
    const others = [1, 2, 3, 4].map(() => createLedgerStore(portal.prisma))
    await portal.prisma.$executeRaw`UPDATE money_check SET checked_at = now() - interval '2 minutes'`
    const looked = await Promise.all(others.map((ledger) => ledger.checkUnlessRecent(60_000)))
    expect(looked.filter((one) => one !== null)).toHaveLength(1)
    await portal.prisma.$executeRaw`DELETE FROM money_check`
    expect(await portal.deps.ledger.checkUnlessRecent(60_000)).toMatchObject({ balanced: true })
  })
})

type Case = [what: string, tamper: () => string[], undo: () => string[], words: () => RegExp]
const cases: Case[] = [
  [
    'a status is changed behind the history',
    () => [`UPDATE payout SET status = 'paid' WHERE id = '${payouts.rejected}'`],
    () => [`UPDATE payout SET status = 'rejected' WHERE id = '${payouts.rejected}'`],
    () => new RegExp(`Payout ${payouts.rejected} is paid, and its history says rejected`),
  ],
  [
    'an amount is changed',
    () => [`UPDATE payout SET amount_minor = 1 WHERE id = '${payouts.paid}'`],
    () => [`UPDATE payout SET amount_minor = 1000 WHERE id = '${payouts.paid}'`],
    () =>
      new RegExp(
        `was asked for, and the payouts account for.*Payout ${payouts.paid} does not have the amount`,
      ),
  ],
  [
    'a payout is removed',
    () => [
      `CREATE TABLE kept AS SELECT * FROM payout WHERE id = '${payouts.failed}'`,
      `DELETE FROM payout WHERE id = '${payouts.failed}'`,
    ],
    () => [`INSERT INTO payout SELECT * FROM kept`, `DROP TABLE kept`],
    () => new RegExp(`Payout ${payouts.failed} was asked for, and is gone`),
  ],
  [
    'a transfer is removed',
    () => [
      `CREATE TABLE kept AS SELECT * FROM ledger_transfer WHERE payout_id = '${payouts.paid}' AND kind = 'capture'`,
      `DELETE FROM ledger_transfer WHERE id IN (SELECT id FROM kept)`,
    ],
    () => [`INSERT INTO ledger_transfer SELECT * FROM kept`, `DROP TABLE kept`],
    () =>
      new RegExp(
        `balance of ${externalId} in EUR.*Payout ${payouts.paid} is paid, and in the ledger its money is reserve of 1000 EUR\\.`,
      ),
  ],
  [
    'a balance is raised with its grant',
    () => [
      `UPDATE balance SET available_minor = available_minor + 100, granted_minor = granted_minor + 100
       WHERE receiver_id = (SELECT id FROM receiver WHERE external_id = '${externalId}')`,
    ],
    () => [
      `UPDATE balance SET available_minor = available_minor - 100, granted_minor = granted_minor - 100
       WHERE receiver_id = (SELECT id FROM receiver WHERE external_id = '${externalId}')`,
    ],
    () => new RegExp(`balance of ${externalId} in EUR is not what its transfers add up to`),
  ],
  [
    'a grant is raised, with transfer and balance',
    () => [
      `UPDATE ledger_transfer SET amount_minor = amount_minor + 100 WHERE grant_id = (SELECT id FROM grant_row WHERE reference = '${reference}')`,
      `UPDATE balance SET available_minor = available_minor + 100, granted_minor = granted_minor + 100
       WHERE receiver_id = (SELECT id FROM receiver WHERE external_id = '${externalId}')`,
    ],
    () => [
      `UPDATE ledger_transfer SET amount_minor = amount_minor - 100 WHERE grant_id = (SELECT id FROM grant_row WHERE reference = '${reference}')`,
      `UPDATE balance SET available_minor = available_minor - 100, granted_minor = granted_minor - 100
       WHERE receiver_id = (SELECT id FROM receiver WHERE external_id = '${externalId}')`,
    ],
    () => new RegExp(`Grant ${reference} is not what the ledger says of it`),
  ],
  [
    'a grant is written without a transfer',
    () => [
      `INSERT INTO grant_row (id, receiver_id, currency, amount_minor, reference, source, actor_kind, actor_name)
       SELECT gen_random_uuid(), id, 'EUR', 5, 'forged', 'api', 'operator', 'x' FROM receiver WHERE external_id = '${externalId}'`,
    ],
    () => [`DELETE FROM grant_row WHERE reference = 'forged'`],
    () => /Grant forged is not what the ledger says of it/,
  ],
  [
    'an open payout has its money back',
    () => [
      `INSERT INTO ledger_transfer (id, receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
       SELECT 900000, receiver_id, currency, amount_minor, 'reserved', 'available', 'release', id, 'x' FROM payout WHERE id = '${payouts.unknown}'`,
    ],
    () => [`DELETE FROM ledger_transfer WHERE id = 900000`],
    () =>
      new RegExp(
        `Payout ${payouts.unknown} is outcome_unknown, and in the ledger its money is reserve of 8000 EUR, release of 8000 EUR`,
      ),
  ],
  [
    'payout-pay is claimed twice, and only one of them was proven not to be sent',
    () => [claims(payouts.unknown, 'claim', 'claim', 'release_unsent', 'claim')],
    () => [`DELETE FROM payout_event WHERE id < 0`],
    () =>
      new RegExp(
        `Payout ${payouts.unknown} was claimed for payout-pay 3 times, and proven not to be sent 1 times`,
      ),
  ],
  [
    'a payout is paid, and so is one that it retries, at a distance',
    () => [
      `UPDATE payout SET status = 'paid' WHERE id = '${payouts.rejected}'`,
      `UPDATE payout SET replaces_id = '${payouts.rejected}' WHERE id = '${payouts.failed}'`,
      `UPDATE payout SET replaces_id = '${payouts.failed}' WHERE id = '${payouts.paid}'`,
    ],
    () => [
      `UPDATE payout SET replaces_id = NULL WHERE id IN ('${payouts.paid}', '${payouts.failed}')`,
      `UPDATE payout SET status = 'rejected' WHERE id = '${payouts.rejected}'`,
    ],
    () => new RegExp(`Payout ${payouts.paid} is paid, and so is ${payouts.rejected}, which it retries`),
  ],
]

/** Events that only the history has. Their numbers are below all others, so that nothing takes them for the latest. */
function claims(id: string, ...moves: PayoutMove[]): string {
  const rows = moves.map(
    (move, n) =>
      `(${n - moves.length}, '${id}', 'status_answered', '${move}', ${n}, 'worker', 'x', '{}', '', '')`,
  )
  return `INSERT INTO payout_event (id, payout_id, kind, move, version, actor_kind, actor_name, data, hash, prev_hash) VALUES ${rows.join(', ')}`
}

describe('when', () => {
  it.each(cases)('%s it fails, names the cause, and recovers by itself', async (_what, how, undo, words) => {
    expect((await check()).balanced).toBe(true)
    await tamper(...how())
    const broken = await check()
    expect(broken.balanced).toBe(false)
    expect(broken.wrong.join(' ')).toMatch(words())
    expect(broken.brokenSince).toBeInstanceOf(Date)
    // Found again, it stays one item with its first time.
    expect(await check()).toMatchObject({ balanced: false, brokenSince: broken.brokenSince })
    const [item, ...others] = await items()
    expect(others).toEqual([])
    expect(item).toMatchObject({ severity: 'critical', payoutId: null, seen: 2 })
    expect(item?.why).toMatch(/Stop payments until it is understood\.$/)
    await tamper(...undo())
    expect(await check()).toMatchObject({ balanced: true, wrong: [], brokenSince: null })
    expect(await items()).toEqual([])
  })

  it('payout-pay is claimed again after nothing was sent, nothing is wrong', async () => {
    await tamper(claims(payouts.open, 'claim', 'release_unsent', 'claim', 'release_unsent', 'claim'))
    expect(await check()).toMatchObject({ balanced: true, wrong: [] })
    await tamper(`DELETE FROM payout_event WHERE id < 0`)
  })

  it('requests of an older version name no amount, the payouts’ own amounts count', async () => {
    await tamper(`UPDATE payout_event SET data = '{"source": "api"}' WHERE kind = 'requested'`)
    expect(await check()).toMatchObject({ balanced: true, wrong: [] })
  })
})

describe('between two whole comparisons', () => {
  /** What was just written counts once every transaction of that time is over, those of tests beside this one included. */
  const often = async () => {
    await eventually(async () => {
      await portal.deps.ledger.checkUnlessRecent(3_600_000)
      const [row] = await portal.prisma.$queryRaw<{ behind: boolean }[]>`
        SELECT last_event_id < (SELECT max(id) FROM payout_event) AS behind FROM books_mark`
      return row?.behind === false ? true : 'behind'
    })
    return portal.deps.ledger.checkUnlessRecent(0)
  }
  const later = () => tamper(`UPDATE money_check SET whole_at = whole_at - interval '1 day'`)

  it('what has just changed is compared, with sums that are exact', async () => {
    const whole = await check()
    const id = await moved('7.00', 'confirm')
    await moved('8.00', 'find_order')
    const fine = await often()
    expect(fine).toMatchObject({ balanced: true, wrong: [], wholeAt: whole.wholeAt })
    expect(fine?.lines).toEqual((await check()).lines)
    await moved('9.00', 'find_order')
    const other = await moved('1.00', 'find_order', 'confirm')
    await tamper(
      `UPDATE payout SET status = 'declined' WHERE id = '${other}'`,
      `UPDATE payout SET amount_minor = 1 WHERE id = '${id}'`,
    )
    // Only the one that has moved since, of these two.
    const broken = await often()
    expect(broken?.wrong.join(' ')).toMatch(
      new RegExp(`Payout ${other} is declined, and its history says paid`),
    )
    expect(broken?.wrong.join(' ')).not.toContain(id)
    // Something is wrong, so now everything is looked at.
    const all = await often()
    expect(all?.wrong.join(' ')).toMatch(new RegExp(`Payout ${id} does not have the amount`))
    await tamper(
      `UPDATE payout SET status = 'paid' WHERE id = '${other}'`,
      `UPDATE payout SET amount_minor = 700 WHERE id = '${id}'`,
    )
    expect(await often()).toMatchObject({ balanced: true, wrong: [] })
  })

  it('an old row is found by the next whole one, a day later at most', async () => {
    await check()
    await often()
    // As if many transfers had been written since: the last ones are looked at once more.
    await tamper(
      `UPDATE books_mark SET compared_transfer_id = 1000000`,
      `UPDATE payout SET status = 'paid' WHERE id = '${payouts.rejected}'`,
    )
    expect(await often()).toMatchObject({ balanced: true })
    await later()
    const broken = await often()
    expect(broken?.wrong.join(' ')).toMatch(
      new RegExp(`Payout ${payouts.rejected} is paid, and its history says rejected`),
    )
    await tamper(
      `UPDATE books_mark SET compared_transfer_id = 0`,
      `UPDATE payout SET status = 'rejected' WHERE id = '${payouts.rejected}'`,
    )
    expect(await often()).toMatchObject({ balanced: true })
  })

  it('a grant without a transfer and a balance that was raised are found where something has just moved', async () => {
    await check()
    await tamper(
      `INSERT INTO grant_row (id, receiver_id, currency, amount_minor, reference, source, actor_kind, actor_name)
       SELECT gen_random_uuid(), id, 'EUR', 5, 'forged', 'api', 'operator', 'x' FROM receiver WHERE external_id = '${externalId}'`,
    )
    expect((await often())?.wrong.join(' ')).toMatch(/Grant forged is not what the ledger says/)
    await tamper(`DELETE FROM grant_row WHERE reference = 'forged'`)
    expect(await often()).toMatchObject({ balanced: true })
    await moved('1.00', 'find_order')
    const raise = (by: number) =>
      tamper(`UPDATE balance SET available_minor = available_minor + ${by}, granted_minor = granted_minor + ${by}
        WHERE receiver_id = (SELECT id FROM receiver WHERE external_id = '${externalId}')`)
    await raise(100)
    expect((await often())?.wrong.join(' ')).toMatch(/balance of .* is not what its transfers add up to/)
    await raise(-100)
    expect(await often()).toMatchObject({ balanced: true })
  })

  it('sums that were altered are noticed by the whole one, and set right', async () => {
    await check()
    await tamper(`UPDATE payout_sum SET amount_minor = amount_minor + 1`)
    expect((await check()).wrong).toEqual([
      'The sums that were kept were not those of the payouts. They have been added up again.',
    ])
    expect(await check()).toMatchObject({ balanced: true, wrong: [] })
  })
})
