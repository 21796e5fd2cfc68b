/**
 * Receivers' destinations: saved once, cooling off before their first payment, released by somebody else. One file, because all of it is
 * one life of a destination and shares its portal.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { findWithdrawal } from '#lib/services/payout/find-withdrawal.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import type { WithdrawalForm } from '#lib/services/payout/request-withdrawal.ts'
import type { Destination, Payout } from '#lib/services/ports.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { addDestination } from './add-destination.ts'
import { chooseDefaultDestination } from './choose-default-destination.ts'
import { freezeByLink, freezeOwn, freezeUrlOf, showFreeze } from './freeze-destination.ts'
import { listDestinations } from './list-destinations.ts'
import { releaseDestination } from './release-destination.ts'
import { removeDestination } from './remove-destination.ts'
import { renameDestination } from './rename-destination.ts'
import { revealDestination } from './reveal-destination.ts'
import { listCoolingOff } from './show-cooling-off.ts'

type Receiver = Actor & { kind: 'user'; receiverId: string }

const operator: Actor = { kind: 'operator', name: 'test' }
const code = '123456'
const reason = 'Called the receiver back.'
const hourMs = 3_600_000

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal({ requiredFields: ['account_number', 'bank_name', 'first_name'] })
  await portal.deps.settings.change({ coolingOffH: 24 }, operator)
  portal.startWorker()
})
afterAll(() => portal.close())

async function receiver(): Promise<Receiver> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name: 'Ada Nowak', role: 'receiver' as const }
  const made = await portal.deps.people.createUser(
    { ...draft, passwordHash: null, totpSecret: null },
    operator,
  )
  if (made === 'email_taken' || made.receiverId === null) throw new Error('no receiver')
  return { kind: 'user', id, role: 'receiver', name: 'Ada Nowak', receiverId: made.receiverId }
}

const account = () => `DE${randomUUID().replaceAll('-', '').toUpperCase()}`
const typed = (number: string, more: Record<string, string> = {}) => ({
  account_number: number,
  bank_name: 'Example Bank',
  first_name: 'Ada',
  ...more,
})

let amounts = 0
function form(more: Partial<WithdrawalForm> = {}): WithdrawalForm {
  amounts += 1
  return {
    formId: randomUUID(),
    amount: `${10 + amounts}.50`,
    currency: 'EUR',
    destination: {},
    ipAddress: null,
    ...more,
  }
}

async function ask(actor: Actor, more: Partial<WithdrawalForm> = {}): Promise<Payout> {
  const asked = await requestWithdrawal(portal.deps, actor, form(more))
  if (!asked.ok) throw new Error(JSON.stringify(asked))
  return portal.payout(asked.payoutId)
}

const savedOf = ({ receiverId }: Receiver) => portal.deps.destinations.ofReceiver(receiverId)
async function theOne(actor: Receiver): Promise<Destination> {
  const [one, ...others] = await savedOf(actor)
  if (!one || others.length > 0) throw new Error(`${others.length + 1} destinations, not one`)
  return one
}

async function approved(actor: Receiver, more: Partial<WithdrawalForm>): Promise<Payout> {
  const { id } = await ask(actor, more)
  const waiting = await portal.until(id, 'awaiting_approval')
  const given = await approvePayout(portal.deps, await portal.approver(), seen(waiting))
  if (!given.ok) throw new Error(given.code)
  return portal.payout(id)
}

/** About their accounts: each request has a mail of its own. */
const mailsTo = async (id: string) => {
  const mails = await portal.mails({ recipient: `${id}@example.com` })
  return mails.filter(({ subject }) => !subject.startsWith('We’ve received your request'))
}

/** Until a worker has nothing to do for it now. */
const untilLookedAt = (id: string) =>
  eventually(async () => {
    const [row] = await portal.prisma.$queryRaw<{ rests: boolean }[]>`
      SELECT lease_until IS NULL AND (due_at IS NULL OR due_at > now()) AS rests FROM payout_work WHERE payout_id = ${id}::uuid`
    return row?.rests || 'still at it'
  })

const claimByHand = (id: string) =>
  portal.prisma.$executeRaw`UPDATE payout SET status = 'paying', version = version + 1 WHERE id = ${id}::uuid`

describe('a receiver who asks in the browser', () => {
  it('has the destination saved, waits before it is used, and is asked by mail whether it was them', async () => {
    const ada = await receiver()
    const number = account()
    const payout = await ask(ada, { destination: typed(number) })
    const saved = await theOne(ada)
    expect(saved).toMatchObject({
      label: `Example Bank, ending ${number.slice(-4)}`,
      fields: { account_number: number, bank_name: 'Example Bank' },
      last4: number.slice(-4),
      isDefault: true,
      isCoolingOff: true,
      createdById: ada.id,
    })
    expect(payout).toMatchObject({ destinationId: saved.id, coolingOffUntil: saved.usableFrom })
    expect(saved.usableFrom.getTime() - Date.now()).toBeGreaterThan(23 * hourMs)
    const [mail, ...more] = await mailsTo(ada.id)
    expect(more).toEqual([])
    expect(mail?.subject).toMatch(/was this you/)
    expect(mail?.text).toContain(`ending ${number.slice(-4)}`)
    expect(mail?.text).toContain('contact us at once')
    expect(mail?.text).not.toContain(number)
    expect(mail?.text).not.toContain('/pay/')
  })

  it('finds it again, however it is written, and gets no more mails about it', async () => {
    const ada = await receiver()
    const number = account()
    const first = await ask(ada, { destination: typed(number) })
    const spaced = `${number.slice(0, 4).toLowerCase()} ${number.slice(4)}`
    const second = await ask(ada, { destination: typed(spaced, { bank_name: 'EXAMPLE BANK' }) })
    expect(second).toMatchObject({
      destinationId: first.destinationId,
      coolingOffUntil: first.coolingOffUntil,
    })
    expect(await mailsTo(ada.id)).toHaveLength(1)
  })

  it('gets another one for the same number with another bank code', async () => {
    const other = await createTestPortal({ requiredFields: ['account_number', 'bank_code'] })
    try {
      const save = (bank: string) =>
        other.deps.destinations.save(
          {
            id: randomUUID(),
            receiverId: receiverId,
            label: 'l',
            fields: { account_number: '12345678', bank_code: bank },
            coolingOffH: 1,
            mails: [],
          },
          operator,
        )
      const receiverId = randomUUID()
      await other.prisma.receiver.create({ data: { id: receiverId, externalId: receiverId } })
      expect(await save('20-00-00')).toMatchObject({ made: true })
      expect(await save('200000')).toMatchObject({ made: false })
      expect(await save('20-00-01')).toMatchObject({ made: true })
    } finally {
      await other.close()
    }
  })

  it('saves nothing with a request that is refused', async () => {
    const ada = await receiver()
    await portal.deps.settings.change({ requireBalance: true }, operator)
    const refused = await requestWithdrawal(portal.deps, ada, form({ destination: typed(account()) }))
    await portal.deps.settings.change({ requireBalance: false }, operator)
    expect(refused).toMatchObject({ code: 'insufficient_balance' })
    expect(await savedOf(ada)).toEqual([])
    expect(await mailsTo(ada.id)).toEqual([])
  })

  it('chooses a saved one or types another, but not both at once', async () => {
    const ada = await receiver()
    const [one, other] = [account(), account()]
    await ask(ada, { destination: typed(one) })
    const { id: savedId } = await theOne(ada)
    // The form also sends what it prefilled.
    const chosen = await ask(ada, { savedId, destination: { first_name: 'Ada', account_number: ' ' } })
    expect(chosen).toMatchObject({ destinationId: savedId, destination: typed(one) })
    const both = form({ savedId, destination: typed(other) })
    expect(await requestWithdrawal(portal.deps, ada, both)).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'savedId' }],
    })
    expect(await savedOf(ada)).toHaveLength(1)
  })

  it('finds the payout that their own form led to, and nobody else’s', async () => {
    const [ada, ben] = [await receiver(), await receiver()]
    const sent = form({ destination: typed(account()) })
    expect(await findWithdrawal(portal.deps, ada, sent)).toMatchObject({ code: 'not_found' })
    const made = await requestWithdrawal(portal.deps, ada, sent)
    expect(await findWithdrawal(portal.deps, ada, sent)).toMatchObject({
      ok: true,
      ...(made.ok && { payoutId: made.payoutId, statusPath: made.statusPath }),
    })
    expect(await findWithdrawal(portal.deps, ben, sent)).toMatchObject({ code: 'not_found' })
  })

  it("can't choose another receiver's, nor a removed one; an earlier request still leads to its payout", async () => {
    const [ada, ben] = [await receiver(), await receiver()]
    await ask(ada, { destination: typed(account()) })
    const { id: savedId } = await theOne(ada)
    expect(await requestWithdrawal(portal.deps, ben, form({ savedId }))).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'savedId' }],
    })
    const earlier = form({ savedId })
    const first = await requestWithdrawal(portal.deps, ada, earlier)
    await removeDestination(portal.deps, ada, { id: savedId })
    expect(await requestWithdrawal(portal.deps, ada, form({ savedId }))).toMatchObject({
      errors: [{ path: 'savedId' }],
    })
    expect(await requestWithdrawal(portal.deps, ada, form({ savedId: 'nonsense' }))).toMatchObject({
      errors: [{ path: 'savedId' }],
    })
    expect(await requestWithdrawal(portal.deps, ada, earlier)).toMatchObject({
      ok: true,
      replayed: true,
      ...(first.ok && { payoutId: first.payoutId }),
    })
  })

  it('does not wait for an account they were paid to before, nor get a mail about it', async () => {
    const ada = await receiver()
    const number = account()
    const { externalId } = (await portal.deps.people.findReceiver(ada.receiverId)) ?? { externalId: '' }
    const fromShop = await portal.ask({
      receiver: { externalId },
      destination: { account_number: number, bank_name: 'Example Bank', first_name: 'Ada' },
    })
    await approvePayout(
      portal.deps,
      await portal.approver(),
      seen(await portal.until(fromShop, 'awaiting_approval')),
    )
    expect(await portal.until(fromShop, 'paid')).toMatchObject({ destinationId: null, coolingOffUntil: null })
    expect(await savedOf(ada)).toEqual([])
    const before = (await mailsTo(ada.id)).length
    const payout = await ask(ada, { destination: typed(number) })
    expect(payout.coolingOffUntil).toBeNull()
    expect(await theOne(ada)).toMatchObject({ isCoolingOff: false })
    expect(await mailsTo(ada.id)).toHaveLength(before)
  })
})

describe('saving', () => {
  it('makes one destination when twenty requests save it at once', async () => {
    const ada = await receiver()
    const number = account()
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? ask(ada, { destination: typed(number) }).then(({ destinationId }) => destinationId)
          : addDestination(portal.deps, ada, { label: '', destination: typed(number) }).then((added) =>
              added.ok ? added.destination.id : added.code,
            ),
      ),
    )
    const { id } = await theOne(ada)
    expect(new Set(all)).toEqual(new Set([id]))
    expect(await mailsTo(ada.id)).toHaveLength(1)
  })

  it('makes one default of many at once, and one payout of a form sent twenty times', async () => {
    const ada = await receiver()
    const one = form({ destination: typed(account()) })
    const asked = await Promise.all([
      ...Array.from({ length: 20 }, () => requestWithdrawal(portal.deps, ada, one)),
      ...Array.from({ length: 5 }, () =>
        requestWithdrawal(portal.deps, ada, form({ destination: typed(account()) })),
      ),
    ])
    expect(new Set(asked.map((answer) => (answer.ok ? answer.payoutId : answer.code))).size).toBe(6)
    const saved = await savedOf(ada)
    expect(saved).toHaveLength(6)
    expect(saved.filter(({ isDefault }) => isDefault)).toHaveLength(1)
    await Promise.all(saved.map(({ id }) => chooseDefaultDestination(portal.deps, ada, { id })))
    expect((await savedOf(ada)).filter(({ isDefault }) => isDefault)).toHaveLength(1)
  })

  it('adds, renames, removes and brings back, and never shows or accepts a whole number as a label', async () => {
    const ada = await receiver()
    const number = account()
    expect(
      await addDestination(portal.deps, ada, {
        label: `at ${number.toLowerCase()}`,
        destination: typed(number),
      }),
    ).toMatchObject({ errors: [{ path: 'label' }] })
    const added = await addDestination(portal.deps, ada, { label: 'Home', destination: typed(number) })
    expect(added).toMatchObject({ ok: true, made: true, destination: { label: 'Home', isCoolingOff: true } })
    const { id } = await theOne(ada)
    expect(await renameDestination(portal.deps, ada, { id, label: number })).toMatchObject({
      code: 'invalid_request',
    })
    expect(await renameDestination(portal.deps, ada, { id, label: 'Salary' })).toEqual({ ok: true })
    const second = await addDestination(portal.deps, ada, { label: '', destination: typed(account()) })
    const listed = await listDestinations(portal.deps, ada)
    expect(listed).toMatchObject({
      destinations: [{ label: 'Salary', isDefault: true }, { isDefault: false }],
    })
    expect(JSON.stringify([added, listed])).not.toContain(number)

    expect(await removeDestination(portal.deps, ada, { id })).toEqual({ ok: true })
    expect(await theOne(ada)).toMatchObject({
      isDefault: true,
      ...(second.ok && { id: second.destination.id }),
    })
    expect(await renameDestination(portal.deps, ada, { id, label: 'x' })).toMatchObject({ code: 'not_found' })
    expect(await chooseDefaultDestination(portal.deps, ada, { id })).toMatchObject({ code: 'not_found' })
    expect(await addDestination(portal.deps, ada, { label: '', destination: typed(number) })).toMatchObject({
      made: false,
      destination: { id, label: 'Salary', isCoolingOff: true },
    })
  })

  it('says what is missing, beside its input', async () => {
    const ada = await receiver()
    expect(
      await addDestination(portal.deps, ada, { label: '', destination: { bank_name: 'B', iban: 'x' } }),
    ).toMatchObject({
      errors: [{ path: 'destination.iban' }, { path: 'destination.account_number' }],
    })
    expect(
      await addDestination(portal.deps, ada, { label: '', destination: typed('a\u0007b') }),
    ).toMatchObject({ errors: [{ path: 'destination.account_number' }] })
  })
})

describe('a payout to a new destination', () => {
  it('is not claimed before its time, by the database’s clock', async () => {
    const ada = await receiver()
    const { id } = await approved(ada, { destination: typed(account()) })
    await expect(claimByHand(id)).rejects.toThrow(/may not be sent yet/)
    expect(await portal.payout(id)).toMatchObject({ status: 'approved' })
    expect(await portal.items(id)).toEqual([])
    // A moment later by the database's clock; only time wakes the worker.
    await portal.prisma.$executeRaw`
      WITH moment AS MATERIALIZED (SELECT clock_timestamp() + interval '300 milliseconds' AS at),
        due AS (UPDATE payout_work SET due_at = at, news_at = at FROM moment WHERE payout_id = ${id}::uuid)
      UPDATE payout SET cooling_off_until = at FROM moment WHERE id = ${id}::uuid`
    const paid = await portal.until(id, 'paid')
    const [{ early } = { early: true }] = await portal.prisma.$queryRaw<{ early: boolean }[]>`
      SELECT pay_claimed_at < cooling_off_until AS early FROM payout WHERE id = ${id}::uuid`
    expect(early).toBe(false)
    expect(portal.gateway.order(paid.clientOrderId).paysReceived).toBe(1)
  })

  it('is sent when an approver releases the destination: on the timeline, in the audit trail, and mailed to the receiver', async () => {
    const ada = await receiver()
    const number = account()
    const [held, undecided] = [
      await approved(ada, { destination: typed(number) }),
      await ask(ada, { destination: typed(number) }),
    ]
    const { id } = await theOne(ada)
    const approver = await portal.approver()
    expect((await listCoolingOffOf(approver, ada))?.waiting).toBe(2)
    expect(await releaseDestination(portal.deps, approver, { id, reason: ' ', code })).toMatchObject({
      code: 'reason_required',
    })
    expect(await releaseDestination(portal.deps, approver, { id, reason, code: '' })).toMatchObject({
      code: 'step_up_required',
    })
    expect(await releaseDestination(portal.deps, approver, { id, reason, code: 'no' })).toMatchObject({
      code: 'wrong_code',
    })
    const released = await releaseDestination(portal.deps, approver, { id, reason, code })
    expect(released.ok && [...released.payoutIds].sort()).toEqual([held.id, undecided.id].sort())
    await portal.until(held.id, 'paid')
    for (const payout of [held, undecided])
      expect(await portal.deps.payouts.timeline(payout.id)).toContainEqual(
        expect.objectContaining({ kind: 'destination_released', data: { reason }, actorName: 'Ana' }),
      )
    expect(await portal.deps.destinations.find(id)).toMatchObject({
      isCoolingOff: false,
      releasedByName: 'Ana',
      releaseReason: reason,
    })
    expect(
      await portal.prisma.auditEvent.count({ where: { kind: 'destination_released', subject: id } }),
    ).toBe(1)
    const mail = (await mailsTo(ada.id)).find(({ subject }) => subject.includes('can be used now'))
    expect(mail?.text).toContain(`ending ${number.slice(-4)}`)
    expect(await releaseDestination(portal.deps, approver, { id, reason, code })).toMatchObject({
      code: 'not_cooling_off',
    })
    expect(await listCoolingOffOf(approver, ada)).toBeUndefined()
    expect(await portal.deps.history.verifyPayout(held.id)).toMatchObject({ firstBroken: null })
  })

  it('is not released by anybody behind it, under any of their accounts', async () => {
    const ada = await receiver()
    await ask(ada, { destination: typed(account()) })
    const { id } = await theOne(ada)
    const me = await portal.approver()
    if (me.kind !== 'user') throw new Error('no approver')
    const user = await portal.prisma.user.findUniqueOrThrow({ where: { id: ada.id } })
    await portal.prisma.user.update({ where: { id: me.id }, data: { personId: user.personId } })
    expect(await releaseDestination(portal.deps, me, { id, reason, code })).toMatchObject({
      code: 'own_request',
    })
    // Nor by somebody who entered another payout to it before becoming an approver.
    const entered = await portal.approver()
    if (entered.kind !== 'user') throw new Error('no approver')
    await portal.prisma.$executeRaw`ALTER TABLE payout DISABLE TRIGGER payout_guard`
    await portal.prisma
      .$executeRaw`UPDATE payout SET requested_by_id = ${entered.id}::uuid WHERE destination_id = ${id}::uuid`
    await portal.prisma.$executeRaw`ALTER TABLE payout ENABLE TRIGGER payout_guard`
    expect(await releaseDestination(portal.deps, entered, { id, reason, code })).toMatchObject({
      code: 'own_request',
    })
    expect(
      await portal.prisma.auditEvent.count({ where: { kind: 'destination_release_refused', subject: id } }),
    ).toBe(2)
  })

  it('is never sent once its receiver has frozen it, until an approver releases it', async () => {
    const ada = await receiver()
    const number = account()
    const held = await approved(ada, { destination: typed(number) })
    const { id } = await theOne(ada)
    const added = (await mailsTo(ada.id)).find(({ subject }) => subject.includes('was this you'))
    const token = /\/freeze\/([\w.-]+)/.exec(added?.text ?? '')?.[1] ?? ''
    expect(await showFreeze(portal.deps, token)).toMatchObject({ ok: true, destination: { frozenAt: null } })
    for (let time = 0; time < 2; time += 1)
      expect(await freezeByLink(portal.deps, { kind: 'stranger' }, { token })).toEqual({ ok: true })
    await expect(claimByHand(held.id)).rejects.toThrow(/may not be sent yet/)
    const later = await ask(ada, { destination: typed(number) })
    for (const payout of [held, later])
      expect(isFrozenUntil((await portal.payout(payout.id)).coolingOffUntil)).toBe(true)
    expect(await portal.deps.payouts.timeline(held.id)).toContainEqual(
      expect.objectContaining({ kind: 'destination_frozen', actorName: 'Holder of the link' }),
    )
    const open = (await portal.deps.items.list()).filter(({ kind }) => kind === 'destination_frozen')
    expect(open.filter(({ data }) => data?.['destinationId'] === id)).toHaveLength(1)
    await portal.wake(held.id)
    await untilLookedAt(held.id)
    expect(await portal.payout(held.id)).toMatchObject({ status: 'approved' })
    expect(portal.gateway.order(held.clientOrderId).paysReceived).toBe(0)

    const approver = await portal.approver()
    expect(await releaseDestination(portal.deps, approver, { id, reason, code })).toMatchObject({ ok: true })
    const paid = await portal.until(held.id, 'paid')
    expect(portal.gateway.order(paid.clientOrderId).paysReceived).toBe(1)
    const still = (await portal.deps.items.list()).filter(({ kind }) => kind === 'destination_frozen')
    expect(still.filter(({ data }) => data?.['destinationId'] === id)).toEqual([])
  })

  it('is claimed before the freeze or not at all, while workers are busy', async () => {
    const others = [portal.startWorker(), portal.startWorker()]
    for (let round = 0; round < 5; round++) {
      const ada = await receiver()
      const { id: payoutId } = await approved(ada, { destination: typed(account()) })
      const { id } = await theOne(ada)
      await Promise.all([
        releaseDestination(portal.deps, await portal.approver(), { id, reason, code }),
        freezeOwn(portal.deps, ada, { id }),
        portal.wake(payoutId),
      ])
      const frozen = (await portal.deps.destinations.find(id))?.frozenAt !== null
      if (frozen) await untilLookedAt(payoutId)
      else await portal.until(payoutId, 'paid')
      const kinds = (await portal.deps.payouts.timeline(payoutId)).map(({ kind }) => kind)
      const [froze, claimed] = [kinds.indexOf('destination_frozen'), kinds.indexOf('pay_claimed')]
      if (frozen && claimed >= 0) expect(claimed).toBeLessThan(froze === -1 ? Infinity : froze)
    }
    await Promise.all(others.map((worker) => worker.stop()))
  })

  it('is frozen by its link alone, for thirty days, and on the page by its receiver alone', async () => {
    const [ada, other] = [await receiver(), await receiver()]
    await ask(ada, { destination: typed(account()) })
    const { id } = await theOne(ada)
    const token = freezeUrlOf(portal.deps.config, id).split('/').at(-1) ?? ''
    for (const wrong of [
      '',
      id,
      `${id}.`,
      `${token}x`,
      `${randomUUID()}.${token.split('.')[1] ?? ''}`,
      'x.y',
    ])
      expect(await freezeByLink(portal.deps, { kind: 'stranger' }, { token: wrong })).toMatchObject({
        code: 'not_found',
      })
    expect(await freezeOwn(portal.deps, other, { id })).toMatchObject({ code: 'not_found' })
    expect(await freezeOwn(portal.deps, await portal.approver(), { id })).toMatchObject({ code: 'forbidden' })
    const old = {
      ...portal.deps,
      clock: { ...portal.deps.clock, wallMs: () => Date.now() + 30 * 86_400_000 + 60_000 },
    }
    expect(await freezeByLink(old, { kind: 'stranger' }, { token })).toMatchObject({ code: 'not_found' })
    expect((await portal.deps.destinations.find(id))?.frozenAt).toBeNull()
    expect(await freezeOwn(portal.deps, ada, { id })).toEqual({ ok: true })
    expect((await portal.deps.destinations.find(id))?.frozenAt).not.toBeNull()
  })

  it('is released once by two people at once', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await receiver()
      const { id: payoutId } = await ask(ada, { destination: typed(account()) })
      const { id } = await theOne(ada)
      const two = [await portal.approver(), await portal.approver()]
      const answers = await Promise.all(
        two.map((actor) => releaseDestination(portal.deps, actor, { id, reason, code })),
      )
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
      expect(answers).toContainEqual(expect.objectContaining({ code: 'not_cooling_off' }))
      const released = (await portal.deps.payouts.timeline(payoutId)).filter(
        ({ kind }) => kind === 'destination_released',
      )
      expect(released).toHaveLength(1)
      expect((await mailsTo(ada.id)).filter(({ subject }) => subject.includes('now'))).toHaveLength(1)
    }
  })

  it('is sent once when the release comes while workers are busy', async () => {
    const others = [portal.startWorker(), portal.startWorker()]
    const ids: string[] = []
    for (let round = 0; round < 5; round++) {
      const ada = await receiver()
      const { id: payoutId } = await approved(ada, { destination: typed(account()) })
      const { id } = await theOne(ada)
      const [, released] = await Promise.all([
        portal.wake(payoutId),
        releaseDestination(portal.deps, await portal.approver(), { id, reason, code }),
        portal.wake(payoutId),
      ])
      expect(released).toMatchObject({ ok: true })
      ids.push(payoutId)
    }
    for (const id of ids) {
      const paid = await portal.until(id, 'paid')
      expect(portal.gateway.order(paid.clientOrderId).paysReceived).toBe(1)
    }
    await Promise.all(others.map((worker) => worker.stop()))
  })

  it('is released too if it is made during the release', async () => {
    for (let round = 0; round < 8; round++) {
      const ada = await receiver()
      const number = account()
      await ask(ada, { destination: typed(number) })
      const { id } = await theOne(ada)
      const approver = await portal.approver()
      const [late] = await Promise.all([
        ask(ada, round % 2 === 0 ? { savedId: id } : { destination: typed(number) }),
        releaseDestination(portal.deps, approver, { id, reason, code }),
      ])
      const [row] = await portal.prisma.$queryRaw<{ held: boolean }[]>`
        SELECT coalesce(cooling_off_until > clock_timestamp() + interval '1 second', false) AS held FROM payout WHERE id = ${late.id}::uuid`
      expect(row).toEqual({ held: false })
    }
  })

  it('continues when its destination is removed, and staff can still release it', async () => {
    const ada = await receiver()
    const { id: payoutId } = await approved(ada, { destination: typed(account()) })
    const { id } = await theOne(ada)
    await removeDestination(portal.deps, ada, { id })
    const approver = await portal.approver()
    expect(await listCoolingOffOf(approver, ada)).toMatchObject({ waiting: 1 })
    await releaseDestination(portal.deps, approver, { id, reason, code })
    expect(await portal.until(payoutId, 'paid')).toMatchObject({ destinationId: id })
  })
})

async function listCoolingOffOf(actor: Actor, { receiverId }: Receiver) {
  const listed = await listCoolingOff(portal.deps, actor)
  if (!listed.ok) throw new Error(listed.code)
  return listed.destinations.find((one) => one.receiverId === receiverId)
}

describe('the full account number', () => {
  it('is shown to an approver once per code, and recorded before they see it', async () => {
    const ada = await receiver()
    const number = account()
    const { id } = await ask(ada, { destination: typed(number) })
    const approver = await portal.approver()
    expect(await revealDestination(portal.deps, approver, { id, code: '' })).toMatchObject({
      code: 'step_up_required',
    })
    const kinds = async () => (await portal.deps.payouts.timeline(id)).map(({ kind }) => kind)
    expect(await kinds()).not.toContain('revealed')
    const revealed = await revealDestination(portal.deps, approver, { id, code })
    expect(revealed).toMatchObject({
      ok: true,
      fields: expect.arrayContaining([{ label: 'Account number', value: number }]) as unknown,
    })
    expect(await kinds()).toContain('revealed')
    expect(
      await portal.prisma.auditEvent.count({ where: { kind: 'destination_revealed', subject: id } }),
    ).toBe(1)
  })

  it('is readable in no column of any table: not in rows, timeline, mails or audit', async () => {
    const ada = await receiver()
    const number = account()
    const payout = await approved(ada, { destination: typed(number) })
    await addDestination(portal.deps, ada, { label: 'Home', destination: typed(number) })
    const { id } = await theOne(ada)
    const approver = await portal.approver()
    await revealDestination(portal.deps, approver, { id: payout.id, code })
    await releaseDestination(portal.deps, approver, { id, reason, code })
    await portal.until(payout.id, 'paid')
    await portal.ask({ destination: { account_number: number, bank_name: 'B', first_name: 'A' } })
    await eventually(async () =>
      (await portal.deps.payouts.timeline(payout.id)).length > 5 ? true : 'early',
    )
    expect(await columnsWith(ada.id)).not.toEqual([])
    // In any spelling: with spaces, as base64, in lower case.
    for (const text of [
      number,
      number.toLowerCase(),
      number.slice(2, -4),
      Buffer.from(number).toString('base64').slice(0, -4),
    ])
      expect(await columnsWith(text)).toEqual([])
    expect(JSON.stringify(portal.errors.map(String))).not.toContain(number)
  })
})

/** Every column of every table whose text contains this. */
async function columnsWith(text: string): Promise<string[]> {
  const columns = await portal.prisma.$queryRaw<{ table: string; column: string }[]>`
    SELECT format('%I.%I', c.table_schema, c.table_name) AS table, format('%I', c.column_name) AS column
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')`
  const found: string[] = []
  for (const { table, column } of columns) {
    const rows = await portal.prisma.$queryRawUnsafe<unknown[]>(
      `SELECT FROM ${table} WHERE strpos(lower(${column}::text), lower($1)) > 0 LIMIT 1`,
      text,
    )
    if (rows.length > 0) found.push(`${table}.${column}`)
  }
  return found
}
