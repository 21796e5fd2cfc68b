/**
 * A request reserves its money; a payment captures the reserve, and every other end releases it. One file, because each part follows the
 * same money and shares the portal.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPayoutStore } from '#lib/db/payout/payout-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { confirmSettlement } from '#lib/services/settlement/confirm-settlement.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import type { Payout } from '#lib/services/ports.ts'
import { proposeSettlement } from '#lib/services/settlement/propose-settlement.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { createTestPortal, eventually, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { moverOf } from '#lib/services/testing/movers.ts'

type User = Actor & { kind: 'user' }
const operator = { kind: 'operator', name: 'test' } as const
const worker = { kind: 'worker', id: 'w' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ requireBalance: true }, operator)
})
afterAll(() => portal.close())

/** A signed-in receiver with this much (minor units of EUR). */
async function receiver(amountMinor = 0n): Promise<User & { receiverId: string }> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name: 'Ada', role: 'receiver' as const }
  const made = await portal.deps.people.createUser(
    { ...draft, passwordHash: null, totpSecret: null },
    operator,
  )
  if (made === 'email_taken' || made.receiverId === null) throw new Error('no receiver')
  if (amountMinor > 0n) await grant(draft.email, amountMinor)
  return { kind: 'user', id, role: 'receiver', name: 'Ada', receiverId: made.receiverId }
}

async function grant(externalId: string, amountMinor: bigint, currency = 'EUR') {
  const draft = { id: randomUUID(), receiver: { externalId }, currency, amountMinor }
  const more = { reference: randomUUID(), idempotencyKey: null, source: 'operator' as const }
  const answer = await portal.deps.ledger.grant({ ...draft, ...more }, operator)
  if (answer.kind !== 'made') throw new Error(answer.kind)
  return answer.grant
}

const ask = (who: User, amount: string, formId: string = randomUUID()) =>
  requestWithdrawal(portal.deps, who, {
    formId,
    amount,
    currency: 'EUR',
    destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
    ipAddress: null,
  })

async function asked(who: User, amount: string): Promise<Payout> {
  const answer = await ask(who, amount)
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.detail)}`)
  return portal.payout(answer.payoutId)
}

/** [granted, available, reserved, paid] in EUR, minor units. */
async function standing({ receiverId }: { receiverId: string }) {
  const [one] = await portal.deps.ledger.balances(receiverId)
  return one ? [one.grantedMinor, one.availableMinor, one.reservedMinor, one.paidMinor] : []
}

/** Moves it as the worker does, without a gateway. */
async function move(payout: Payout, ...moves: PayoutMove[]): Promise<Payout> {
  let now = await portal.payout(payout.id)
  for (const one of moves) {
    const saved = await portal.deps.payouts.advance(now, { move: one }, moverOf(one), {
      kind: 'status_answered',
    })
    if (saved === 'stale') throw new Error(`${one} was stale`)
    now = saved
  }
  return now
}

const kinds = async (who: { receiverId: string }, payoutId: string) =>
  (await portal.deps.ledger.transfers(who.receiverId, 100))
    .filter((transfer) => transfer.payoutId === payoutId)
    .map(({ kind }) => kind)
    .reverse()

describe('a request', () => {
  it('reserves exactly its amount, and the rest can be asked for down to zero', async () => {
    const ada = await receiver(10_000n)
    const first = await asked(ada, '60.00')
    expect(first.reserves).toBe(true)
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 6_000n, 0n])
    expect(await ask(ada, '40.01')).toMatchObject({
      code: 'insufficient_balance',
      detail: { code: 'available', amount: '40.00 EUR' },
    })
    await asked(ada, '40.00')
    expect(await standing(ada)).toEqual([10_000n, 0n, 10_000n, 0n])
    expect(await ask(ada, '0.01')).toMatchObject({ detail: { code: 'available', amount: '0.00 EUR' } })
  })

  it('without any balance, or with one in another currency, is refused', async () => {
    const ada = await receiver()
    expect(await ask(ada, '0.01')).toMatchObject({ code: 'insufficient_balance' })
    const { externalId } = (await portal.deps.people.findReceiver(ada.receiverId)) ?? { externalId: '' }
    await grant(externalId, 10_000n, 'USD')
    expect(await ask(ada, '0.01')).toMatchObject({ detail: { code: 'available', amount: '0.00 EUR' } })
  })

  it('from the same form, sent twice or twenty times at once, reserves once', async () => {
    const ada = await receiver(10_000n)
    const formId = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(ada, '60.00', formId)))
    expect(new Set(answers.map((answer) => (answer.ok ? answer.payoutId : answer.code))).size).toBe(1)
    expect(await ask(ada, '60.00', formId)).toMatchObject({ ok: true, replayed: true })
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 6_000n, 0n])
  })

  it('that was refused uses up no key and leaves nothing behind', async () => {
    const ada = await receiver(1_000n)
    const formId = randomUUID()
    expect(await ask(ada, '60.00', formId)).toMatchObject({ code: 'insufficient_balance' })
    expect(await portal.prisma.payout.count({ where: { receiverId: ada.receiverId } })).toBe(0)
    // The corrected form, and the same form after a grant.
    expect(await ask(ada, '10.00', formId)).toMatchObject({ ok: true, replayed: false })
    const again = randomUUID()
    expect(await ask(ada, '5.00', again)).toMatchObject({ code: 'insufficient_balance' })
    const { externalId } = (await portal.deps.people.findReceiver(ada.receiverId)) ?? { externalId: '' }
    await grant(externalId, 500n)
    expect(await ask(ada, '5.00', again)).toMatchObject({ ok: true, replayed: false })
  })

  it('FI-34: twenty at once for the whole balance: one gets it', async () => {
    const ada = await receiver(10_000n)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(ada, '100.00')))
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.code)).sort()
    expect(codes).toEqual([...Array<string>(19).fill('insufficient_balance'), 'ok'])
    expect(await standing(ada)).toEqual([10_000n, 0n, 10_000n, 0n])
  })

  it('FI-34: twenty at once for a seventh each: seven get it, while a grant is taken back', async () => {
    const ada = await receiver(7_000n)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(ada, '10.00')))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(7)
    expect(await standing(ada)).toEqual([7_000n, 0n, 7_000n, 0n])
    const ben = await receiver(1_000n)
    const { externalId } = (await portal.deps.people.findReceiver(ben.receiverId)) ?? { externalId: '' }
    const bonus = await grant(externalId, 500n)
    const [reversed, ...rest] = await Promise.all([
      portal.deps.ledger.reverse(bonus.id, 'a slip', operator),
      ...Array.from({ length: 5 }, () => ask(ben, '5.00')),
    ])
    const got = BigInt(rest.filter(({ ok }) => ok).length) * 500n
    expect(got + (reversed === 'reversed' ? 500n : 0n)).toBe(1_500n)
    expect((await standing(ben))[1]).toBe(0n)
  })
})

describe('who vouches', () => {
  it('is the merchant for their systems and clerks, unless the setting says otherwise', async () => {
    const clerk: Actor = { kind: 'user', id: randomUUID(), role: 'clerk', name: 'Clara', receiverId: null }
    const body = () => ({ ...sampleRequest, receiver: { externalId: randomUUID(), firstName: 'Ada' } })
    const byApi = (request: object, key: string = randomUUID()) =>
      createPayout(portal.deps, system, { idempotencyKey: key, body: request })
    const byDesk = () =>
      enterPayout(portal.deps, clerk, {
        ...body(),
        formId: randomUUID(),
      })
    for (const made of [await byApi(body()), await byDesk()]) expect(made).toMatchObject({ ok: true })
    await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
    try {
      const request = body()
      const key = randomUUID()
      const refused = { code: 'insufficient_balance', detail: { code: 'available', amount: '0.00 EUR' } }
      expect(await byApi(request, key)).toMatchObject(refused)
      expect(await byDesk()).toMatchObject(refused)
      // Not even the receiver exists, and the key is still free.
      expect(await portal.deps.ledger.receivers([request.receiver.externalId])).toEqual([])
      await grant(request.receiver.externalId, 10_050n)
      expect(await byApi(request, key)).toMatchObject({ ok: true, replayed: false })
    } finally {
      await portal.deps.settings.change({ requireBalanceMerchant: false }, operator)
    }
  })

  it('is decided with the request: changing the setting later moves no money', async () => {
    const ada = await receiver(1_000n)
    const payout = await asked(ada, '10.00')
    await portal.deps.settings.change({ requireBalance: false }, operator)
    try {
      const free = await asked(ada, '500.00')
      expect(free.reserves).toBe(false)
      await move(payout, 'cancel')
      await move(free, 'confirm')
      expect(await standing(ada)).toEqual([1_000n, 1_000n, 0n, 0n])
    } finally {
      await portal.deps.settings.change({ requireBalance: true }, operator)
    }
  })
})

/** Every way to every end. */
const ways: [PayoutStatus, PayoutMove[]][] = [
  ['rejected', ['validate', 'reject']],
  ['cancelled', ['cancel']],
  ['expired', ['validate', 'expire']],
  ['declined', ['validate', 'decline']],
  ['filtered', ['proceed', 'filter']],
  ['failed', ['fail']],
  ['failed', ['proceed', 'lose_track', 'settle_failed']],
  ['paid', ['proceed', 'ask_receiver', 'proceed', 'confirm']],
  ['paid', ['proceed', 'lose_track', 'settle_paid']],
  ['paid', ['proceed', 'lose_track', 'confirm']],
]

describe('an end', () => {
  it.each(ways)('as %s by %j moves the money once', async (status, moves) => {
    const ada = await receiver(10_000n)
    const payout = await asked(ada, '60.00')
    for (const [index, one] of moves.entries()) {
      const now = await move(payout, one)
      if (!isFinal(now.status)) expect(await standing(ada)).toEqual([10_000n, 4_000n, 6_000n, 0n])
      else expect(index).toBe(moves.length - 1)
    }
    expect((await portal.payout(payout.id)).status).toBe(status)
    expect(await standing(ada)).toEqual(
      status === 'paid' ? [10_000n, 4_000n, 0n, 6_000n] : [10_000n, 10_000n, 0n, 0n],
    )
    expect(await kinds(ada, payout.id)).toEqual(['reserve', status === 'paid' ? 'capture' : 'release'])
  })

  it('by one person or by two moves it too', async () => {
    const ada = await receiver(30_000n)
    const [cancelled, rejected, settled] = [
      await asked(ada, '10.00'),
      await asked(ada, '20.00'),
      await asked(ada, '30.00'),
    ]
    expect(await cancelPayout(portal.deps, ada, cancelled)).toMatchObject({ ok: true })
    const [ana, ben] = [await portal.approver(), await portal.approver()]
    const waiting = await move(rejected, 'validate')
    expect(await rejectPayout(portal.deps, ana, { ...waiting, reason: 'no' })).toMatchObject({ ok: true })
    expect(await standing(ada)).toEqual([30_000n, 27_000n, 3_000n, 0n])
    await move(settled, 'proceed', 'lose_track')
    const answered = {
      lastAnsweredAt: new Date(Date.now() + 1000).toISOString(),
      lastVerdict: 'unknown' as const,
    }
    await portal.deps.payouts.advance(
      await portal.payout(settled.id),
      { facts: { progress: answered } },
      worker,
      { kind: 'status_answered' },
    )
    const { id, version } = await portal.payout(settled.id)
    const words = { outcome: 'paid', reason: 'Cardzo wrote so', evidence: 'Ticket 1', code: '123456' }
    const proposed = await proposeSettlement(portal.deps, ana, { id, version, ...words })
    if (!proposed.ok) throw new Error(proposed.code)
    const now = await portal.payout(id)
    const confirm = { id, version: now.version, settlementId: proposed.settlementId, code: '123456' }
    expect(await confirmSettlement(portal.deps, ben, confirm)).toMatchObject({ ok: true })
    expect(await standing(ada)).toEqual([30_000n, 27_000n, 0n, 3_000n])
  })

  it('comes once, however many race for it', async () => {
    const ada = await receiver(10_000n)
    const payout = await asked(ada, '60.00')
    const saved = await Promise.all(
      (['cancel', 'decline', 'confirm', 'fail', 'reject', 'expire'] as const).map((one) =>
        portal.deps.payouts.advance(payout, { move: one }, moverOf(one), { kind: 'status_answered' }),
      ),
    )
    expect(saved.filter((one) => one !== 'stale')).toHaveLength(1)
    expect(await kinds(ada, payout.id)).toHaveLength(2)
    const [granted = 0n, available = 0n, reserved, paid = 0n] = await standing(ada)
    expect([granted, reserved]).toEqual([10_000n, 0n])
    expect(available + paid).toBe(10_000n)
  })
})

describe('one transaction', () => {
  /** A store that fails right before the commit, after everything was written. */
  const dying = () =>
    createPayoutStore(
      portal.prisma,
      { enqueueMail: () => Promise.reject(new Error('killed')) },
      createVault([{ id: 'test', key: Buffer.alloc(32, 7) }]),
    )
  const mail = () => ({ to: 'a@example.com', dedupeKey: randomUUID(), subject: 's', text: 't' })

  it('contains the end and its money', async () => {
    const ada = await receiver(10_000n)
    const payout = await asked(ada, '60.00')
    for (const one of ['confirm', 'cancel', 'fail'] as const)
      await expect(
        dying().advance(payout, { move: one, mails: [mail()] }, moverOf(one), { kind: 'status_answered' }),
      ).rejects.toThrow('killed')
    expect((await portal.payout(payout.id)).status).toBe('requested')
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 6_000n, 0n])
    expect(await kinds(ada, payout.id)).toEqual(['reserve'])
    await move(payout, 'confirm')
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 0n, 6_000n])
  })

  it('contains the request and its reserve', async () => {
    const ada = await receiver(10_000n)
    const dead = { ...portal.deps, payouts: { ...portal.deps.payouts } }
    const store = dying()
    dead.payouts.create = (draft, actor, _mails, limits) => store.create(draft, actor, [mail()], limits)
    const form = { formId: randomUUID(), amount: '60.00', currency: 'EUR', ipAddress: null }
    const destination = { account_number: 'DE89370400440532013000', first_name: 'Ada' }
    await expect(requestWithdrawal(dead, ada, { ...form, destination })).rejects.toThrow('killed')
    expect(await standing(ada)).toEqual([10_000n, 10_000n, 0n, 0n])
    expect(await requestWithdrawal(portal.deps, ada, { ...form, destination })).toMatchObject({
      ok: true,
      replayed: false,
    })
  })

  it.each(['paid', 'declined', 'cancelled', 'expired', 'rejected', 'filtered', 'failed'])(
    'is refused at commit if a payout became %s and its money did not move',
    async (status) => {
      const ada = await receiver(10_000n)
      const { id } = await asked(ada, '60.00')
      await expect(
        portal.prisma.$executeRawUnsafe(
          `UPDATE payout SET status = '${status}', final_at = now() WHERE id = '${id}'`,
        ),
      ).rejects.toThrow('its money is still reserved')
      expect((await portal.payout(id)).status).toBe('requested')
    },
  )

  it('is refused if the money moved otherwise than the payout', async () => {
    const ada = await receiver(10_000n)
    const { id } = await asked(ada, '60.00')
    const end = (status: string, kind: string, credit: string) =>
      portal.prisma.$transaction([
        portal.prisma.$executeRawUnsafe(
          `INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
           VALUES ('${ada.receiverId}', 'EUR', 6000, 'reserved', '${credit}', '${kind}', '${id}', 'x')`,
        ),
        portal.prisma.$executeRawUnsafe(
          `UPDATE payout SET status = '${status}', final_at = now() WHERE id = '${id}'`,
        ),
      ])
    await expect(end('paid', 'release', 'available')).rejects.toThrow()
    await expect(end('declined', 'capture', 'paid')).rejects.toThrow()
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 6_000n, 0n])
    await move(await portal.payout(id), 'confirm')
    // The ledger accepts each entry once, with the payout's amount and receiver.
    await expect(end('paid', 'capture', 'paid')).rejects.toThrow()
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 0n, 6_000n])
  })
})

describe('a grant that is partly asked for', () => {
  it('can’t be taken back until the request has ended unpaid', async () => {
    const ada = await receiver()
    const { externalId } = (await portal.deps.people.findReceiver(ada.receiverId)) ?? { externalId: '' }
    const bonus = await grant(externalId, 1_000n)
    const payout = await asked(ada, '0.01')
    expect(await portal.deps.ledger.reverse(bonus.id, 'x', operator)).toBe('not_available')
    await move(payout, 'cancel')
    expect(await portal.deps.ledger.reverse(bonus.id, 'x', operator)).toBe('reversed')
    expect(await standing(ada)).toEqual([0n, 0n, 0n, 0n])
    expect(await ask(ada, '0.01')).toMatchObject({ code: 'insufficient_balance' })
  })
})

describe('with real workers', () => {
  it('a paid payout is captured', async () => {
    const ada = await receiver(10_000n)
    portal.gateway.afterPay = (order) =>
      Object.assign(order, { status: 'approved', stage: 'payout_approved' })
    const running = portal.startWorker()
    const payout = await asked(ada, '60.00')
    const waiting = await portal.until(payout.id, 'awaiting_approval')
    const approved = await approvePayout(portal.deps, await portal.approver(), seen(waiting))
    expect(approved).toMatchObject({ ok: true })
    await portal.until(payout.id, 'paid')
    expect(await standing(ada)).toEqual([10_000n, 4_000n, 0n, 6_000n])
    await eventually(async () => ((await portal.payout(payout.id)).dueAt === null ? true : 'still due'))
    await running.stop()
    expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true, wrong: [] })
  })
})
