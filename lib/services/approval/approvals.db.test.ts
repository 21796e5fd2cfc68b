/**
 * Who may approve what, counted in people: the verbs, the worker, and the database's own guards against hand-written SQL. Whole, so that
 * each rule is tried in all three.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { voidAllOf } from '#lib/db/approval/approval-store.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import type { Payout } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { approvePayout } from './approve-payout.ts'
import { undoApproval } from './undo-approval.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  const own = { autoApprove: { below: '0', sources: [] }, rules: [], limits: noLimits }
  const large = { name: 'Large', source: 'any' as const, from: '1000.00', approvers: 2 }
  await portal.deps.policy.set(
    {
      currencies: {
        EUR: { ...own, rules: [large] },
        USD: { ...own, limits: { ...noLimits, approverDay: '1000.00' } },
      },
      risk: {},
    },
    'start',
    operator,
  )
})
afterAll(() => portal.close())

let worker: { stop: () => Promise<void> }
beforeEach(async () => {
  // Approved payouts wait, so that the test decides when they are sent.
  await portal.deps.settings.change({ sendDelayS: { '*': 3600 } }, operator)
  worker = portal.startWorker()
})
afterEach(async () => {
  await worker.stop()
  expect(portal.errors).toEqual([])
})

async function person(role: Role, more: { personId?: string; name?: string } = {}): Promise<User> {
  const id = randomUUID()
  const { name = role } = more
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error(made)
  if (more.personId !== undefined)
    await portal.prisma.user.update({ where: { id }, data: { personId: more.personId } })
  return { kind: 'user', id, role, name, receiverId: made.receiverId }
}
const personOf = async ({ id }: User) =>
  (await portal.prisma.user.findUniqueOrThrow({ where: { id } })).personId
/** The same person with another account. */
const otherAccountOf = async (user: User, role: Role = 'approver') =>
  person(role, { personId: await personOf(user), name: `${user.name} too` })
const setRole = (user: User, role: Role) =>
  portal.prisma.user.update({ where: { id: user.id }, data: { role } })

const waiting = async (amount = '100.50', currency = 'EUR'): Promise<Payout> =>
  portal.until(
    await portal.ask({ amount, currency, receiver: { externalId: randomUUID(), firstName: 'Ada' } }),
    'awaiting_approval',
  )
/** A payout that needs two people. */
const large = () => waiting('1000.00')

const approve = async (by: Actor, payout: Pick<Payout, 'id' | 'contentHash'>) =>
  approvePayout(portal.deps, by, seen(payout))
const counting = async (id: string) =>
  (await portal.deps.approvals.forPayouts([id])).filter(({ counts }) => counts)
const code = (answer: { ok: boolean; code?: string }) => (answer.ok ? 'ok' : answer.code)

/** Ends the send delay. */
const letGo = (id: string) =>
  portal.prisma
    .$executeRaw`WITH woken AS (UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now()) WHERE payout_id = ${id}::uuid)
      UPDATE payout SET send_after = now() - interval '1 second' WHERE id = ${id}::uuid`
const paysOf = async (id: string) =>
  portal.gateway.order((await portal.payout(id)).clientOrderId).paysReceived
const refusalsFor = (id: string) =>
  portal.prisma.auditEvent.findMany({ where: { kind: 'approval_refused', subject: id } })

describe('two people', () => {
  it('FI-30: at the same moment both count, and the payout is paid once', async () => {
    const payout = await large()
    const people = [await person('approver'), await person('approver')]
    const answers = await Promise.all(people.map((by) => approve(by, payout)))
    expect(answers.map(code)).toEqual(['ok', 'ok'])
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'approved', approvalsRequired: 2 })
    expect(await counting(payout.id)).toHaveLength(2)
    await letGo(payout.id)
    await portal.until(payout.id, 'paid')
    expect(await paysOf(payout.id)).toBe(1)
  })

  it('FI-30: where one is enough exactly one wins, and the other is told who it was', async () => {
    const payout = await waiting()
    const people = [await person('approver', { name: 'Ana' }), await person('approver', { name: 'Ben' })]
    const answers = await Promise.all(people.map((by) => approve(by, payout)))
    expect(answers.map(code).sort()).toEqual(['approved_by_another', 'ok'])
    const told = answers.find(({ ok }) => !ok)
    expect(told).toMatchObject({
      detail: { code: 'by', names: expect.stringMatching(/^(Ana|Ben)$/) as string },
    })
    expect(await counting(payout.id)).toHaveLength(1)
  })

  it('FI-32: the same approver in two tabs counts once', async () => {
    const payout = await large()
    const ana = await person('approver')
    const answers = await Promise.all([1, 2, 3, 4].map(() => approve(ana, payout)))
    expect(answers.map(code).sort()).toEqual(['approved_by_you', 'approved_by_you', 'approved_by_you', 'ok'])
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })
    expect(await counting(payout.id)).toHaveLength(1)
    expect(code(await approve(ana, await portal.payout(payout.id)))).toBe('approved_by_you')
  })

  it('FI-32: two accounts of one person count once, one after the other or together', async () => {
    const ana = await person('approver')
    const her = await otherAccountOf(ana)
    const first = await large()
    expect(code(await approve(ana, first))).toBe('ok')
    expect(code(await approve(her, await portal.payout(first.id)))).toBe('approved_by_you')
    const second = await large()
    const answers = await Promise.all([approve(ana, second), approve(her, second)])
    expect(answers.map(code).sort()).toEqual(['approved_by_you', 'ok'])
    for (const { id } of [first, second]) {
      expect(await portal.payout(id)).toMatchObject({ status: 'awaiting_approval' })
      expect(await counting(id)).toHaveLength(1)
    }
  })

  it('may take back their own approval and give it again; the other one stays', async () => {
    const payout = await large()
    const [ana, ben] = [await person('approver'), await person('approver')]
    await approve(ana, payout)
    await approve(ben, await portal.payout(payout.id))
    expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({ ok: true })
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })
    expect((await counting(payout.id)).map(({ approverId }) => approverId)).toEqual([ben.id])
    expect(code(await approve(ana, await portal.payout(payout.id)))).toBe('ok')
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'approved' })
  })
})

describe('nobody approves their own', () => {
  const withdraw = async (receiver: User) => {
    const asked = await requestWithdrawal(portal.deps, receiver, {
      formId: randomUUID(),
      amount: '10.00',
      currency: 'EUR',
      destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
      ipAddress: null,
    })
    if (!asked.ok) throw new Error(asked.code)
    return portal.until(asked.payoutId, 'awaiting_approval')
  }
  const enter = async (clerk: User) => {
    const entered = await enterPayout(portal.deps, clerk, {
      formId: randomUUID(),
      amount: '10.00',
      currency: 'EUR',
      receiver: { externalId: randomUUID(), firstName: 'Ada' },
      destination: { account_number: 'DE89370400440532013000' },
    })
    if (!entered.ok) throw new Error(entered.code)
    return portal.until(entered.payoutId, 'awaiting_approval')
  }

  it('FI-33: not the requester who becomes an approver in between, nor a second account of theirs', async () => {
    const clerk = await person('clerk')
    const payout = await enter(clerk)
    await setRole(clerk, 'approver')
    const other = await otherAccountOf(clerk)
    for (const by of [{ ...clerk, role: 'approver' as const }, other])
      expect(code(await approve(by, payout))).toBe('own_request')
    // The audit trail says who tried.
    expect((await refusalsFor(payout.id)).map(({ actorId }) => actorId)).toEqual([clerk.id, other.id])
    expect(code(await approve(await person('approver'), payout))).toBe('ok')
    expect(await refusalsFor(payout.id)).toHaveLength(2)
  })

  it('FI-33: not the receiver, nor a second account of theirs', async () => {
    const ada = await person('receiver')
    const payout = await withdraw(ada)
    await setRole(ada, 'approver')
    for (const by of [{ ...ada, role: 'approver' as const }, await otherAccountOf(ada)])
      expect(code(await approve(by, payout))).toBe('own_request')
    expect(await refusalsFor(payout.id)).toHaveLength(2)
  })

  it('not an admin, who cannot give themselves the right', async () => {
    const payout = await waiting()
    const admin = await person('admin')
    expect(code(await approve(admin, payout))).toBe('forbidden')
    // A page from before they became one says otherwise; what they are now counts.
    expect(code(await approve({ ...admin, role: 'approver' }, payout))).toBe('forbidden')
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })
    await portal.deps.people.disableUser(admin.id, operator)
  })

  describe('in SQL', () => {
    const insert = async (payout: Payout, by: User, more: Record<string, unknown> = {}) => {
      const row = {
        content_hash: payout.contentHash,
        amount_minor: payout.amountMinor,
        order_id: payout.orderId,
        person_id: await personOf(by),
        open_key: `${payout.id}:${await personOf(by)}`,
        voided_at: null,
        ...more,
      }
      return portal.prisma.$executeRaw`
        INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, open_key, voided_at)
        VALUES (gen_random_uuid(), ${payout.id}::uuid, ${row.content_hash}, ${row.order_id}, ${by.id}::uuid, 'x', ${row.person_id}::uuid,
                ${row.amount_minor}, ${payout.currency}, ${row.open_key}, ${row.voided_at}::timestamptz)`
    }

    it("the database refuses the requester, the key's owner, the person who entered the destination, the receiver, and all their accounts", async () => {
      const clerk = await person('clerk')
      const entered = await enter(clerk)
      const ada = await person('receiver')
      const asked = await withdraw(ada)
      const owner = await person('approver')
      const keyId = randomUUID()
      await portal.prisma.apiKey.create({
        data: { id: keyId, name: 'own', keyHash: randomUUID(), ownerId: owner.id },
      })
      const made = await createPayout(
        portal.deps,
        { kind: 'api_key', id: keyId, name: 'own', ownerId: owner.id, scopes: apiScopes },
        { idempotencyKey: randomUUID(), body: sampleRequest },
      )
      if (!made.ok) throw new Error(made.code)
      const byKey = await portal.until(made.payout.id, 'awaiting_approval')
      const creator = await person('clerk')
      const saved = await savedBy(creator)
      for (const [payout, who] of [
        [entered, clerk],
        [asked, ada],
        [byKey, owner],
        [saved, creator],
      ] as const) {
        await setRole(who, 'approver')
        for (const by of [who, await otherAccountOf(who)]) {
          await expect(insert(payout, by)).rejects.toThrow('nobody approves their own payout')
          expect(code(await approve({ ...by, role: 'approver' }, payout))).toBe('own_request')
        }
      }
    })

    /** A payout to a saved destination that this person has entered. */
    async function savedBy(creator: User): Promise<Payout> {
      await worker.stop()
      const id = await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
      const { receiver, destination } = await portal.payout(id)
      const saving = {
        id: randomUUID(),
        receiverId: receiver.id,
        label: 'Mine',
        fields: destination,
        coolingOffH: 0,
        mails: [],
      }
      const made = await portal.deps.destinations.save(saving, creator)
      // As if it had been asked for with this destination. The guard is off for a moment.
      await portal.prisma.$transaction([
        portal.prisma.$executeRaw`ALTER TABLE payout DISABLE TRIGGER payout_guard`,
        portal.prisma
          .$executeRaw`UPDATE payout SET destination_id = ${made.destination.id}::uuid WHERE id = ${id}::uuid`,
        portal.prisma.$executeRaw`ALTER TABLE payout ENABLE TRIGGER payout_guard`,
      ])
      worker = portal.startWorker()
      return portal.until(id, 'awaiting_approval')
    }

    it('the database refuses every role but approver, a disabled approver, and one approver in the name of another', async () => {
      const payout = await waiting()
      for (const role of ['receiver', 'clerk', 'admin', 'auditor'] as const) {
        const by = await person(role)
        await expect(insert(payout, by)).rejects.toThrow('may not approve')
        if (role === 'admin') await portal.deps.people.disableUser(by.id, operator)
      }
      const ana = await person('approver')
      const stranger = await person('approver')
      await expect(insert(payout, ana, { person_id: await personOf(stranger) })).rejects.toThrow(
        'may not approve',
      )
      await portal.deps.people.disableUser(ana.id, operator)
      await expect(insert(payout, ana)).rejects.toThrow('may not approve')
    })

    it('the database refuses a second approval of the same person, even with another account', async () => {
      const payout = await large()
      const ana = await person('approver')
      expect(await insert(payout, ana)).toBe(1)
      const her = await otherAccountOf(ana)
      for (const by of [ana, her]) {
        await expect(insert(payout, by)).rejects.toThrow('approval_open_key_key')
        await expect(insert(payout, by, { open_key: null })).rejects.toThrow('approval_open_key')
        await expect(insert(payout, by, { open_key: randomUUID() })).rejects.toThrow('approval_open_key')
      }
    })

    it('the database refuses an approval of other content, and of what nobody may decide on', async () => {
      const payout = await waiting()
      const ana = await person('approver')
      for (const other of [{ content_hash: 'x' }, { amount_minor: 1n }, { order_id: 'x' }])
        await expect(insert(payout, ana, other)).rejects.toThrow('not what payout')
      await worker.stop()
      const early = await portal.payout(await portal.ask())
      await expect(insert(early, ana)).rejects.toThrow('not what payout')
    })

    it('the database refuses to change or remove an approval; it can only be voided, once', async () => {
      const payout = await large()
      const ana = await person('approver')
      await insert(payout, ana)
      for (const change of [
        `approver_id = gen_random_uuid()`,
        `person_id = gen_random_uuid(), open_key = NULL`,
        `content_hash = 'x'`,
        `order_id = 'x'`,
        `amount_minor = 1`,
        `currency = 'USD'`,
        `note = 'x'`,
        `approver_name = 'somebody'`,
        `at = now() - interval '1 day'`,
      ])
        await expect(
          portal.prisma.$executeRawUnsafe(`UPDATE approval SET ${change} WHERE payout_id = '${payout.id}'`),
          change,
        ).rejects.toThrow('voided, not changed')
      await expect(
        portal.prisma.$executeRaw`DELETE FROM approval WHERE payout_id = ${payout.id}::uuid`,
      ).rejects.toThrow()
      await portal.prisma.$executeRaw`
        UPDATE approval SET voided_at = now(), open_key = NULL WHERE payout_id = ${payout.id}::uuid`
      await expect(
        portal.prisma.$executeRaw`
          UPDATE approval SET voided_at = NULL, open_key = payout_id || ':' || person_id WHERE payout_id = ${payout.id}::uuid`,
      ).rejects.toThrow('voided, not changed')
    })
  })
})

describe('an approver who no longer is one', () => {
  /** Approved, and waiting for its send delay. */
  const approved = async (by: User, payout: Payout) => {
    expect(code(await approve(by, payout))).toBe('ok')
    return portal.payout(payout.id)
  }

  it('FI-33: once disabled loses the approval: the payout waits for people again and is not sent', async () => {
    const [ana, ben] = [await person('approver', { name: 'Ana' }), await person('approver')]
    const payout = await waiting()
    expect((await approved(ana, payout)).status).toBe('approved')
    await portal.deps.people.disableUser(ana.id, operator)
    await portal.until(payout.id, 'awaiting_approval')
    await letGo(payout.id)
    const [approval] = await portal.deps.approvals.forPayouts([payout.id])
    expect(approval).toMatchObject({
      counts: false,
      voidReason: expect.stringContaining('disabled') as string,
    })
    expect((await portal.deps.payouts.timeline(payout.id)).map(({ kind }) => kind)).toContain(
      'approvals_voided',
    )
    expect(await paysOf(payout.id)).toBe(0)
    // Somebody else can approve it, and only then is it paid.
    expect(code(await approve(ben, await portal.payout(payout.id)))).toBe('ok')
    await letGo(payout.id)
    await portal.until(payout.id, 'paid')
    expect(await paysOf(payout.id)).toBe(1)
  })

  it('FI-33: whose role was changed by hand is noticed by the worker before it sends', async () => {
    const [ana, ben] = [await person('approver'), await person('approver')]
    const payout = await large()
    await approved(ben, payout)
    expect((await approved(ana, await portal.payout(payout.id))).status).toBe('approved')
    await setRole(ana, 'clerk')
    await letGo(payout.id)
    await portal.until(payout.id, 'awaiting_approval')
    expect(await counting(payout.id)).toMatchObject([{ approverId: ben.id }])
    expect(await paysOf(payout.id)).toBe(0)
  })

  it('FI-33: whose role a verb changes loses the approvals, and they do not come back with the role', async () => {
    const ana = await person('approver')
    const payout = await large()
    await approved(ana, payout)
    await setRole(ana, 'clerk')
    expect(await portal.prisma.$transaction((tx) => voidAllOf(tx, ana.id, 'No approver any more.'))).toEqual([
      payout.id,
    ])
    await setRole(ana, 'approver')
    expect(await counting(payout.id)).toEqual([])
    expect(code(await approve(ana, await portal.payout(payout.id)))).toBe('ok')
  })

  it('leaves no approval behind that was given at the moment of leaving', async () => {
    const payouts = await Promise.all([large(), large(), large(), large()])
    for (const payout of payouts) {
      const ana = await person('approver')
      const [answer] = await Promise.allSettled([
        approve(ana, payout),
        portal.deps.people.disableUser(ana.id, operator),
      ])
      // Refused by the trigger, or given and voided: never still valid.
      if (answer.status === 'rejected') expect(String(answer.reason)).toContain('may not approve')
      const standing = await portal.prisma.approval.count({ where: { payoutId: payout.id, voidedAt: null } })
      expect(standing).toBe(0)
    }
  })
})

describe('the claim for payout-pay', () => {
  /** Approved by its status, and no worker looks at it. */
  async function claimable(people: number): Promise<Payout> {
    await worker.stop()
    worker = portal.startWorker()
    const payout = await large()
    await worker.stop()
    for (let n = 0; n < people; n++) await approve(await person('approver'), await portal.payout(payout.id))
    await portal.prisma.$executeRaw`
      UPDATE payout SET status = 'approved', send_after = NULL WHERE id = ${payout.id}::uuid`
    return portal.payout(payout.id)
  }
  const claim = ({ id }: Payout) =>
    portal.prisma.$executeRaw`UPDATE payout SET status = 'paying' WHERE id = ${id}::uuid`
  const change = ({ id }: Payout, sql: string) =>
    portal.prisma.$transaction([
      portal.prisma.$executeRaw`ALTER TABLE payout DISABLE TRIGGER payout_guard`,
      portal.prisma.$executeRawUnsafe(`UPDATE payout SET ${sql} WHERE id = '${id}'`),
      portal.prisma.$executeRaw`ALTER TABLE payout ENABLE TRIGGER payout_guard`,
    ])

  it('is allowed with as many people as it needs', async () => {
    expect(await claim(await claimable(2))).toBe(1)
  })

  it('is refused with too few, none, or voided ones', async () => {
    for (const people of [0, 1])
      await expect(claim(await claimable(people))).rejects.toThrow(`has ${people} of 2 approvals`)
    const payout = await claimable(2)
    await portal.prisma.$executeRaw`
      UPDATE approval SET voided_at = now(), open_key = NULL
      WHERE id = (SELECT id FROM approval WHERE payout_id = ${payout.id}::uuid LIMIT 1)`
    await expect(claim(payout)).rejects.toThrow('has 1 of 2 approvals')
  })

  it('is refused when an approver has been disabled or has another role', async () => {
    const payout = await claimable(2)
    const [one, other] = await counting(payout.id)
    await portal.prisma.user.update({
      where: { id: one?.approverId ?? '' },
      data: { disabledAt: new Date() },
    })
    await expect(claim(payout)).rejects.toThrow('has 1 of 2 approvals')
    await portal.prisma.user.update({ where: { id: other?.approverId ?? '' }, data: { role: 'clerk' } })
    await expect(claim(payout)).rejects.toThrow('has 0 of 2 approvals')
  })

  it('is refused for other content or another order than was approved', async () => {
    for (const other of [`content_hash = 'f1.x'`, `order_id = '${randomUUID()}'`]) {
      const payout = await claimable(2)
      await change(payout, other)
      await expect(claim(payout), other).rejects.toThrow('has 0 of 2 approvals')
    }
  })

  it('is refused before its time, and before the policy has judged it', async () => {
    for (const held of [
      `send_after = now() + interval '1 second'`,
      `cooling_off_until = now() + interval '1 hour'`,
    ]) {
      const payout = await claimable(2)
      await change(payout, held)
      await expect(claim(payout), held).rejects.toThrow('may not be sent yet')
    }
    for (const unjudged of [`approvals_required = NULL`, `approvals_required = 0`]) {
      const payout = await claimable(2)
      await change(payout, unjudged)
      await expect(claim(payout), unjudged).rejects.toThrow('nobody has judged')
    }
  })
})

describe("an approver's daily limit", () => {
  const approvedOf = async (by: User) => portal.deps.approvals.approvedToday(by.id, 'USD')

  it('is never exceeded by 20 approvals at once, with any of their accounts', async () => {
    const ana = await person('approver', { name: 'Ana' })
    const accounts = [ana, await otherAccountOf(ana)]
    const payouts = await Promise.all(Array.from({ length: 20 }, () => waiting('150.00', 'USD')))
    const answers = await Promise.all(payouts.map((payout, n) => approve(accounts[n % 2] ?? ana, payout)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(6)
    const refused = answers.filter((answer) => !answer.ok)
    for (const answer of refused)
      expect(answer).toMatchObject({
        code: 'approver_limit',
        detail: { code: 'usedToday', used: '900.00 USD', most: '1,000.00 USD' },
      })
    for (const account of accounts) expect(await approvedOf(account)).toBe(90_000n)
    const statuses = (await portal.deps.payouts.findMany(payouts.map(({ id }) => id))).map(
      ({ status }) => status,
    )
    expect(statuses.filter((status) => status === 'approved')).toHaveLength(6)
    expect(statuses.filter((status) => status === 'awaiting_approval')).toHaveLength(14)
  }, 60_000)

  it('counts to the cent and per currency, without what was taken back', async () => {
    const ana = await person('approver')
    const exact = await waiting('1000.00', 'USD')
    const cent = await waiting('0.01', 'USD')
    expect(code(await approve(ana, exact))).toBe('ok')
    expect(code(await approve(ana, cent))).toBe('approver_limit')
    expect(code(await approve(ana, await waiting('900.00', 'EUR')))).toBe('ok')
    await undoApproval(portal.deps, ana, exact)
    expect(await approvedOf(ana)).toBe(0n)
    expect(code(await approve(ana, cent))).toBe('ok')
  })

  it('starts again with each day (UTC)', async () => {
    const ana = await person('approver')
    await approve(ana, await waiting('1000.00', 'USD'))
    await portal.prisma.$transaction([
      portal.prisma.$executeRaw`ALTER TABLE approval DISABLE TRIGGER approval_guard`,
      portal.prisma
        .$executeRaw`UPDATE approval SET at = date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '1 millisecond'
        WHERE approver_id = ${ana.id}::uuid`,
      portal.prisma.$executeRaw`ALTER TABLE approval ENABLE TRIGGER approval_guard`,
    ])
    expect(await approvedOf(ana)).toBe(0n)
  })
})

describe('a payout that nobody may approve any more', () => {
  it('is refused, without an error, when it is no longer what was asked for', async () => {
    const payout = await waiting()
    const other = randomUUID()
    await portal.prisma.receiver.update({ where: { id: payout.receiver.id }, data: { externalId: other } })
    expect(code(await approve(await person('approver'), payout))).toBe('content_changed')
  })
})
