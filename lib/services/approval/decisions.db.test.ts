/**
 * People decide: at the same moment, too late, twice, not at all; and money leaves only for what they agreed to. Whole, because all parts
 * share one policy.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import type { Payout } from '#lib/services/ports.ts'
import { createTestPortal, eventually, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { approvePayout } from './approve-payout.ts'
import { rejectPayout } from './reject-payout.ts'
import { undoApproval } from './undo-approval.ts'

/** EUR and GBP need one person, USD and CHF two, JPY nobody. GBP, CHF and JPY have a send delay. */
const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'JPY']
const two = {
  ...plainCurrency,
  rules: [{ name: 'Two for everything', source: 'any' as const, from: '0', approvers: 2 }],
}
const rules = {
  currencies: {
    USD: two,
    CHF: two,
    JPY: { ...plainCurrency, autoApprove: { below: '1000', sources: ['api' as const] } },
  },
  risk: {},
}
const operator: Actor = { kind: 'operator', name: 'test' }
const delayS = 120

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal({ currencies })
  await portal.deps.policy.set(rules, 'for these tests', operator)
  await portal.deps.settings.change(
    { sendDelayS: { '*': 0, GBP: delayS, CHF: delayS, JPY: delayS } },
    operator,
  )
  portal.startWorker()
  portal.startWorker()
})
afterAll(() => portal.close())

type Approver = Actor & { kind: 'user' }
async function approver(name: string): Promise<Approver> {
  const id = randomUUID()
  const user = {
    id,
    email: `${id}@example.com`,
    name,
    role: 'approver' as const,
    passwordHash: null,
    totpSecret: null,
  }
  await portal.deps.people.createUser(user, operator)
  return { kind: 'user', id, role: 'approver', name, receiverId: null }
}

const askFor = (currency: string, amount: string) =>
  portal.ask({ currency, amount, receiver: { ...sampleRequest.receiver, externalId: randomUUID() } })

/** A payout to a new receiver, checked by the bank, that people decide about. */
const waiting = async (currency: 'EUR' | 'USD' | 'GBP' | 'CHF'): Promise<Payout> =>
  portal.until(await askFor(currency, '100.50'), 'awaiting_approval')

const approve = (actor: Actor, payout: Pick<Payout, 'id' | 'contentHash'>) =>
  approvePayout(portal.deps, actor, seen(payout))
const pays = (payout: Payout) => portal.gateway.order(payout.clientOrderId).paysReceived
const movesOf = async (id: string) =>
  (await portal.deps.payouts.timeline(id)).flatMap(({ move }) => (move === null ? [] : [move]))
/** Returns when the worker has looked. */
async function lookedAt({ id }: Payout): Promise<Payout> {
  await portal.wake(id)
  return eventually(async () => {
    const [row] = await portal.prisma.$queryRaw<{ rests: boolean }[]>`
      SELECT lease_until IS NULL AND (due_at IS NULL OR due_at > now()) AS rests FROM payout_work WHERE payout_id = ${id}::uuid`
    return row?.rests ? portal.payout(id) : 'still at it'
  })
}

describe('FI-30: two approvers at the same moment', () => {
  it('both count where two are needed, and the payout is approved and paid once', async () => {
    const [ana, ben] = [await approver('Ana'), await approver('Ben')]
    for (let round = 0; round < 10; round++) {
      const payout = await waiting('USD')
      const answers = await Promise.all([approve(ana, payout), approve(ben, payout)])
      expect(answers).toMatchObject([{ ok: true }, { ok: true }])
      await portal.until(payout.id, 'paid')
      expect(pays(payout)).toBe(1)
      const moves = await movesOf(payout.id)
      expect(moves.filter((move) => move === 'approve' || move === 'endorse')).toEqual(['endorse', 'approve'])
    }
  })

  it('one wins where one is needed, and the other is told who it was', async () => {
    const [ana, ben] = [await approver('Ana'), await approver('Ben')]
    for (let round = 0; round < 10; round++) {
      const payout = await waiting('EUR')
      const answers = await Promise.all([approve(ana, payout), approve(ben, payout)])
      const winner = answers.findIndex(({ ok }) => ok)
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
      expect(answers[1 - winner]).toMatchObject({
        code: 'approved_by_another',
        detail: { code: 'by', names: winner === 0 ? 'Ana' : 'Ben' },
      })
      await portal.until(payout.id, 'paid')
      expect(pays(payout)).toBe(1)
      expect(
        (await portal.deps.approvals.forPayouts([payout.id])).map(({ approverName }) => approverName),
      ).toEqual([winner === 0 ? 'Ana' : 'Ben'])
    }
  })

  it('count once when they are one person: with a second account, or pressing twice', async () => {
    const [ana, double, ben] = [await approver('Ana'), await approver('Ana too'), await approver('Ben')]
    const me = await portal.deps.people.findUser(ana.id)
    await portal.prisma.user.update({ where: { id: double.id }, data: { personId: me?.personId ?? '' } })
    const payout = await waiting('USD')
    const answers = await Promise.all([approve(ana, payout), approve(ana, payout), approve(double, payout)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    for (const answer of answers) if (!answer.ok) expect(answer.code).toBe('approved_by_you')
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })
    const desk = await showDeskPayout(portal.deps, double, payout.id)
    expect(desk).toMatchObject({ ok: true, buttons: ['reject'], agreed: { given: 1, needed: 2 } })
    expect(await approve(ben, payout)).toMatchObject({ ok: true })
    await portal.until(payout.id, 'paid')
  })
})

describe('FI-31: what is approved is what is sent', () => {
  it('when the receiver cancels at the same moment, the answer they get is what happens', async () => {
    const ana = await approver('Ana')
    for (let round = 0; round < 15; round++) {
      const payout = await waiting('EUR')
      const [approved, cancelled] = await Promise.all([
        approve(ana, payout),
        cancelPayout(portal.deps, system, { id: payout.id }),
      ])
      if (cancelled.ok) {
        expect((await lookedAt(payout)).status).toBe('cancelled')
        expect(pays(payout)).toBe(0)
      } else {
        expect(['payout_already_sent', 'payout_final']).toContain(cancelled.code)
        expect(approved).toMatchObject({ ok: true })
        await portal.until(payout.id, 'paid')
        expect(pays(payout)).toBe(1)
      }
    }
  })

  it('content other than what was looked at is refused', async () => {
    const payout = await waiting('EUR')
    const other = await waiting('EUR')
    const ana = await approver('Ana')
    expect(await approve(ana, { ...payout, contentHash: other.contentHash })).toMatchObject({ code: 'stale' })
    expect(await approve(ana, { ...payout, contentHash: '' })).toMatchObject({ code: 'stale' })
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })
  })

  it('an approval that is refused anyway uses up no code', async () => {
    const payout = await waiting('EUR')
    const ana = await approver('Ana')
    const asked: string[] = []
    const secondFactor = {
      ...portal.deps.secondFactor,
      verify: (_user: string, code: string, act: { subject: string }) => {
        asked.push(act.subject)
        return Promise.resolve(code === '123456' ? ('ok' as const) : ('wrong' as const))
      },
    }
    const deps = { ...portal.deps, secondFactor }
    expect(await approvePayout(deps, ana, { ...seen(payout), contentHash: 'x' })).toMatchObject({ ok: false })
    expect(asked).toEqual([])
    expect(await approvePayout(deps, ana, { ...seen(payout), code: ' ' })).toMatchObject({
      code: 'step_up_required',
    })
    expect(await approvePayout(deps, ana, { ...seen(payout), code: '000000' })).toMatchObject({
      code: 'wrong_code',
    })
    expect(await approvePayout(deps, ana, seen(payout))).toMatchObject({ ok: true })
    // The code is for exactly this payout with exactly this content.
    expect(new Set(asked)).toEqual(new Set([`${payout.id} ${payout.contentHash}`]))
  })

  it.each([
    ['the amount', 'UPDATE payout SET amount_minor = 999999 WHERE id = $1::uuid'],
    ['the currency', `UPDATE payout SET currency = 'EUR' WHERE id = $1::uuid`],
    [
      'the receiver',
      `UPDATE payout SET receiver_id = (SELECT id FROM receiver WHERE external_id = 'somebody-else') WHERE id = $1::uuid`,
    ],
  ])('%s changed in the database behind the guards is never sent', async (_what, sql) => {
    await portal.ask({ receiver: { ...sampleRequest.receiver, externalId: 'somebody-else' } })
    const [ana, ben] = [await approver('Ana'), await approver('Ben')]
    const payout = await waiting('GBP')
    expect(await approve(ana, payout)).toMatchObject({ ok: true, payout: { status: 'approved' } })
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      // Its time has come, so only the content is in the way.
      await tx.$executeRawUnsafe(sql, payout.id)
      await tx.$executeRawUnsafe('UPDATE payout SET send_after = now() WHERE id = $1::uuid', payout.id)
    })
    await portal.wake(payout.id)
    await portal.until(payout.id, 'awaiting_approval')
    expect(await portal.items(payout.id)).toContain('content_changed')
    expect(await approve(ben, payout)).toMatchObject({ ok: false })
    const { status } = await lookedAt(payout)
    expect(status).toBe('awaiting_approval')
    expect(pays(payout)).toBe(0)
    const [approval] = await portal.deps.approvals.forPayouts([payout.id])
    expect(approval).toMatchObject({ counts: false, voidReason: 'It is no longer what was asked for.' })
  })

  it('a changed payout cannot be approved at all', async () => {
    const payout = await waiting('EUR')
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRawUnsafe('UPDATE payout SET amount_minor = 1 WHERE id = $1::uuid', payout.id)
    })
    const answer = await approve(await approver('Ana'), payout)
    expect(answer.ok ? 'ok' : answer.code).toMatch(/^(content_changed|amount_differs)$/)
  })
})

describe('within the send delay', () => {
  it('a person’s approval waits as long as its currency says, an automatic one does not', async () => {
    const ana = await approver('Ana')
    const answer = await approve(ana, await waiting('GBP'))
    if (!answer.ok) throw new Error(answer.code)
    const { sendAfter, approvedAt } = answer.payout
    const waitsMs = (sendAfter?.getTime() ?? 0) - (approvedAt?.getTime() ?? 0)
    expect(Math.abs(waitsMs - delayS * 1000)).toBeLessThan(50)
    // The worker looks, and leaves it alone.
    expect(await lookedAt(answer.payout)).toMatchObject({ status: 'approved' })
    expect(pays(answer.payout)).toBe(0)
    const desk = await showDeskPayout(portal.deps, ana, answer.payout.id)
    expect(desk).toMatchObject({ ok: true, mayUndo: true, waitsUntil: sendAfter })

    const automatic = await portal.until(await askFor('JPY', '500'), 'paid')
    expect(automatic).toMatchObject({ sendAfter: null, approvalsRequired: 0 })
    expect(pays(automatic)).toBe(1)
  })

  it('an approver takes it back, and it is not paid when its time comes', async () => {
    const [ana, ben] = [await approver('Ana'), await approver('Ben')]
    const payout = await waiting('GBP')
    await approve(ana, payout)
    expect(await undoApproval(portal.deps, ben, payout)).toMatchObject({ code: 'not_undoable' })
    expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({
      ok: true,
      payout: { status: 'awaiting_approval', approvedById: null },
    })
    expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({ code: 'not_undoable' })
    await portal.prisma.payout.update({ where: { id: payout.id }, data: { sendAfter: new Date(0) } })
    expect(await lookedAt(payout)).toMatchObject({ status: 'awaiting_approval' })
    expect(pays(payout)).toBe(0)
    const [approval] = await portal.deps.approvals.forPayouts([payout.id])
    expect(approval).toMatchObject({ counts: false, voidReason: 'Taken back by Ana.' })
    // Undecided again: the same approver may decide, and so may another.
    expect(await approve(ana, payout)).toMatchObject({ ok: true, payout: { status: 'approved' } })
  })

  it('the other’s approval stays when one of two takes theirs back', async () => {
    const [ana, ben, cleo] = [await approver('Ana'), await approver('Ben'), await approver('Cleo')]
    const payout = await waiting('CHF')
    await approve(ana, payout)
    expect(await approve(ben, payout)).toMatchObject({ ok: true, payout: { status: 'approved' } })
    expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({
      ok: true,
      payout: { status: 'awaiting_approval' },
    })
    const approvals = await portal.deps.approvals.forPayouts([payout.id])
    expect(approvals.map(({ approverName, counts }) => [approverName, counts])).toEqual([
      ['Ana', false],
      ['Ben', true],
    ])
    expect(await approve(cleo, payout)).toMatchObject({ ok: true, payout: { status: 'approved' } })
  })

  it('one of two takes theirs back while the other agrees: the other alone never approves it', async () => {
    const [ana, ben] = [await approver('Ana'), await approver('Ben')]
    for (let round = 0; round < 20; round++) {
      const payout = await waiting('USD')
      await approve(ana, payout)
      const [undone, agreed] = await Promise.all([
        undoApproval(portal.deps, ana, payout),
        approve(ben, payout),
      ])
      expect(agreed).toMatchObject({ ok: true })
      const approvals = await portal.deps.approvals.forPayouts([payout.id])
      if (undone.ok) {
        expect((await lookedAt(payout)).status).toBe('awaiting_approval')
        expect(approvals.filter(({ counts }) => counts).map(({ approverName }) => approverName)).toEqual([
          'Ben',
        ])
        expect(await movesOf(payout.id)).not.toContain('void_approval')
        expect(pays(payout)).toBe(0)
      } else {
        await portal.until(payout.id, 'paid')
        expect(pays(payout)).toBe(1)
      }
    }
  })

  it('either an undo or the worker’s claim wins, fifty times, and nothing is paid after an undo', async () => {
    const ana = await approver('Ana')
    const won = { undo: 0, claim: 0 }
    for (let round = 0; round < 50; round++) {
      const payout = await waiting('EUR')
      // Every other round it starts at the last moment: when the worker asks for the status before its claim.
      const asked = Promise.withResolvers<undefined>()
      const status = portal.gateway.status
      if (round % 2 === 0)
        portal.gateway.status = (ask) => {
          if (ask.clientOrderId === payout.clientOrderId) asked.resolve(undefined)
          return status(ask)
        }
      await approve(ana, payout)
      if (round % 2 === 0) await asked.promise
      portal.gateway.status = status
      const undone = await undoApproval(portal.deps, ana, payout)
      if (undone.ok) {
        won.undo += 1
        expect((await lookedAt(payout)).status).toBe('awaiting_approval')
        expect(pays(payout)).toBe(0)
        expect(await movesOf(payout.id)).not.toContain('claim')
      } else {
        won.claim += 1
        expect(['payout_already_sent', 'payout_final']).toContain(undone.code)
        await portal.until(payout.id, 'paid')
        expect(pays(payout)).toBe(1)
      }
    }
    expect(won.undo + won.claim).toBe(50)
  })

  it('another approver may reject it: the receiver gets the reason, and nobody’s limit is used up', async () => {
    const [ana, ben] = [await approver('Ana'), await approver('Ben')]
    const payout = await waiting('GBP')
    const approved = await approve(ana, payout)
    if (!approved.ok) throw new Error(approved.code)
    expect(await portal.deps.approvals.approvedToday(ana.id, 'GBP')).toBe(10_050n)
    const { id } = payout
    const stale = await rejectPayout(portal.deps, ben, { id, version: payout.version, reason: 'No' })
    expect(stale).toMatchObject({ code: 'stale' })
    const { version } = approved.payout
    expect(await rejectPayout(portal.deps, ben, { id, version, reason: 'Asked for twice' })).toMatchObject({
      ok: true,
      payout: { status: 'rejected', failureMessage: 'Asked for twice' },
    })
    expect((await lookedAt(payout)).status).toBe('rejected')
    expect(pays(payout)).toBe(0)
    expect(await portal.deps.approvals.approvedToday(ana.id, 'GBP')).toBe(0n)
    const mails = await portal.mails({ payoutId: id, recipient: 'ada@example.com' })
    expect(mails.map(({ text }) => text).join()).toContain('Asked for twice')
  })

  it('the receiver may cancel it, and is never paid', async () => {
    const ana = await approver('Ana')
    const payout = await waiting('GBP')
    await approve(ana, payout)
    expect(await cancelPayout(portal.deps, system, { id: payout.id })).toMatchObject({
      ok: true,
      payout: { status: 'cancelled' },
    })
    expect((await lookedAt(payout)).status).toBe('cancelled')
    expect(pays(payout)).toBe(0)
    expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({ code: 'payout_final' })
    const [approval] = await portal.deps.approvals.forPayouts([payout.id])
    expect(approval).toMatchObject({ counts: false, voidReason: 'The request was taken back.' })
  })
})

describe('nobody decides', () => {
  /** As if the days had passed: it ends in `hours` from now. */
  async function endsIn({ id }: Payout, hours: number) {
    await portal.prisma.$executeRaw`
      UPDATE payout SET expires_at = now() + make_interval(secs => ${hours * 3600}::double precision) WHERE id = ${id}::uuid`
    await portal.wake(id)
  }
  const mailsTo = (recipient: string, subject: string) =>
    portal.prisma.mail.count({ where: { recipient, subject: { startsWith: subject } } })

  it('a new payout expires after the days in the settings', async () => {
    const { expiresAt, stageSince } = await waiting('EUR')
    const { expireAfterDays } = await portal.deps.settings.read()
    const days = ((expiresAt?.getTime() ?? 0) - stageSince.getTime()) / 86_400_000
    expect(days).toBeCloseTo(expireAfterDays, 3)
  })

  it('it expires: the receiver is told, approvals end, and the reserved money is free again', async () => {
    await portal.deps.settings.change({ requireBalance: true }, operator)
    const receiver = await askingReceiver()
    const asked = await requestWithdrawal(portal.deps, receiver, {
      formId: randomUUID(),
      amount: '40.00',
      currency: 'CHF',
      destination: { account_number: 'CH9300762011623852957', first_name: 'Ada' },
      ipAddress: null,
    })
    await portal.deps.settings.change({ requireBalance: false }, operator)
    if (!asked.ok) throw new Error(JSON.stringify(asked))
    const payout = await portal.until(asked.payoutId, 'awaiting_approval')
    const balance = async () => (await portal.deps.ledger.balances(payout.receiver.id))[0]
    expect(await balance()).toMatchObject({ availableMinor: 1000n, reservedMinor: 4000n })
    const ana = await approver('Ana')
    expect(await approve(ana, payout)).toMatchObject({ ok: true, payout: { status: 'awaiting_approval' } })
    await endsIn(payout, -1)
    await portal.until(payout.id, 'expired')
    expect(await balance()).toMatchObject({ availableMinor: 5000n, reservedMinor: 0n })
    const [approval] = await portal.deps.approvals.forPayouts([payout.id])
    expect(approval).toMatchObject({ counts: false, voidReason: 'The payout expired.' })
    expect(await mailsTo(payout.receiver.email ?? '', 'Your request for 40.00 CHF expired')).toBe(1)
    expect(await approve(await approver('Ben'), payout)).toMatchObject({ code: 'wrong_status' })
    expect(pays(payout)).toBe(0)
  })

  it('approvers are reminded once, a day before', async () => {
    const ana = await approver('Ana')
    const payout = await waiting('EUR')
    const reminders = () => mailsTo(`${ana.id}@example.com`, 'Expires soon')
    await endsIn(payout, 25)
    await lookedAt(payout)
    expect(await reminders()).toBe(0)
    await endsIn(payout, 23)
    await lookedAt(payout)
    expect(await reminders()).toBe(1)
    await lookedAt(payout)
    await lookedAt(payout)
    expect(await reminders()).toBe(1)
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })
  })

  it('it expires while Cardzo is silent', async () => {
    const payout = await waiting('EUR')
    const status = portal.gateway.status
    portal.gateway.status = (ask) => {
      if (ask.clientOrderId === payout.clientOrderId)
        portal.gateway.faults.status.unshift({ answer: 'silence', effect: false })
      return status(ask)
    }
    await endsIn(payout, -1)
    await portal.until(payout.id, 'expired')
    portal.gateway.status = status
  })

  it.each([
    ['somebody else had it paid', { status: 'approved', stage: 'payout_approved' }, 'paid'],
    ['somebody else sent it', { stage: 'payout_processing' }, 'processing'],
    ['Cardzo does not know its state', { status: 'unknown' }, 'awaiting_approval'],
    ['Cardzo names another amount as paid', { status: 'approved', amount: '7.00' }, 'paid'],
  ] as const)('it does not expire when %s', async (_what, told, status) => {
    const payout = await waiting('EUR')
    Object.assign(portal.gateway.order(payout.clientOrderId), told)
    await endsIn(payout, -1)
    if (status === 'awaiting_approval') {
      await lookedAt(payout)
      await lookedAt(payout)
    }
    await portal.until(payout.id, status)
    expect(await movesOf(payout.id)).not.toContain('expire')
    expect(await portal.items(payout.id)).not.toEqual([])
  })

  it('the first deadline stays when an approval is taken back', async () => {
    const ana = await approver('Ana')
    const payout = await waiting('GBP')
    for (let round = 0; round < 2; round++) {
      expect(await approve(ana, await portal.payout(payout.id))).toMatchObject({ ok: true })
      expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({ ok: true })
    }
    expect((await portal.payout(payout.id)).expiresAt).toEqual(payout.expiresAt)
    expect(payout.expiresAt).not.toBeNull()
    await approve(ana, payout)
    await endsIn(payout, -1)
    await lookedAt(payout)
    expect(await undoApproval(portal.deps, ana, payout)).toMatchObject({ ok: true })
    await portal.until(payout.id, 'expired')
  })

  it('it also stays when the bank takes its confirmation back and gives it again', async () => {
    const payout = await waiting('EUR')
    const order = portal.gateway.order(payout.clientOrderId)
    Object.assign(order, { stage: 'payout_check_validating' })
    await portal.wake(payout.id)
    await portal.until(payout.id, 'checking')
    Object.assign(order, { stage: 'payout_check_validated' })
    expect((await portal.until(payout.id, 'awaiting_approval')).expiresAt).toEqual(payout.expiresAt)
  })

  /** A receiver with 50.00 CHF. */
  async function askingReceiver(): Promise<Actor & { kind: 'user' }> {
    const id = randomUUID()
    const email = `${id}@example.com`
    const made = await portal.deps.people.createUser(
      { id, email, name: 'Ada', role: 'receiver', passwordHash: null, totpSecret: null },
      operator,
    )
    if (made === 'email_taken') throw new Error('taken')
    const granted = await portal.deps.ledger.grant(
      {
        id: randomUUID(),
        receiver: { externalId: email },
        currency: 'CHF',
        amountMinor: 5000n,
        reference: randomUUID(),
        idempotencyKey: null,
        source: 'operator',
      },
      operator,
    )
    expect(granted.kind).toBe('made')
    return { kind: 'user', id, role: 'receiver', name: 'Ada', receiverId: made.receiverId }
  }
})

it('nothing of all this was a bug', () => expect(portal.errors).toEqual([]))
