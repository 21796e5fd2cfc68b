/** A clerk changes what is known of a receiver: read like a request, seen by the risk checks, and no way around the second person. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { addDestination } from '#lib/services/destination/add-destination.ts'
import { releaseDestination } from '#lib/services/destination/release-destination.ts'
import type { Payout } from '#lib/services/ports.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { changeReceiver } from './change-receiver.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
const code = '123456'
const reason = 'As on the passport.'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
})
afterAll(() => portal.close())

async function person(role: Role, by: Actor = operator): Promise<Actor & { kind: 'user' }> {
  const id = randomUUID()
  const user = {
    id,
    email: `${id}@example.com`,
    name: 'Ada Nowak',
    role,
    passwordHash: null,
    totpSecret: null,
  }
  const made = await portal.deps.people.createUser(user, by)
  if (made === 'email_taken') throw new Error('taken')
  return actorOf(made)
}
const waiting = async (more: Record<string, unknown> = {}): Promise<Payout> =>
  portal.until(
    await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada', ...more } }),
    'awaiting_approval',
  )
const textsOf = ({ receiver: { email, firstName, lastName } }: Payout) => ({
  email: email ?? '',
  firstName: firstName ?? '',
  lastName: lastName ?? '',
})
const change = (by: Actor, payout: Payout, to: Partial<ReturnType<typeof textsOf>>) =>
  changeReceiver(portal.deps, by, {
    id: payout.receiver.id,
    seen: textsOf(payout),
    to: { ...textsOf(payout), ...to },
    reason,
    code,
  })

describe('what a clerk types', () => {
  it('is kept as in a request: NFC, without invisible characters', async () => {
    const changed = await change(await person('clerk'), await waiting(), {
      email: '\u200b  Ada@bücher.example\u00a0',
      firstName: ' A\u200bda\u00a0Maria ',
      lastName: 'Mu\u0308ller',
    })
    expect(changed).toMatchObject({
      ok: true,
      receiver: { email: 'Ada@bücher.example', firstName: 'Ada Maria', lastName: 'M\u00fcller' },
    })
  })

  it('is refused, with the field named, when it would turn the writing on a page or is not an address', async () => {
    const body = { email: 'ada@', firstName: 'A\u202eda', lastName: 'N\u0000w' }
    expect(await change(await person('clerk'), await waiting(), body)).toMatchObject({
      errors: [{ path: 'email' }, { path: 'firstName' }, { path: 'lastName' }],
    })
  })

  it('is no change when it differs only in invisible characters', async () => {
    expect(await change(await person('clerk'), await waiting(), { firstName: 'A\u200bda ' })).toMatchObject({
      errors: [{ path: 'email', said: { code: 'nothingDiffers' } }],
    })
  })
})

describe('a changed e-mail', () => {
  it('counts for the risk check that looks at changed addresses; a changed name does not', async () => {
    const payout = await waiting({ email: `${randomUUID()}@example.com` })
    const by = await person('clerk')
    const contactChangedAt = async () =>
      (await portal.deps.risk.factsOf([payout.id])).get(payout.id)?.contactChangedAt
    expect(await change(by, payout, { lastName: 'Nowak' })).toMatchObject({ ok: true })
    expect(await contactChangedAt()).toBeNull()
    const now = await portal.payout(payout.id)
    expect(await change(by, now, { email: `${randomUUID()}@example.com` })).toMatchObject({ ok: true })
    expect(await contactChangedAt()).toBeInstanceOf(Date)
  })
})

describe('a person who has lately changed a receiver', () => {
  const insertApproval = (payout: Payout, approver: Actor & { kind: 'user' }) => portal.prisma.$executeRaw`
    INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, open_key)
    SELECT gen_random_uuid(), p.id, p.content_hash, p.order_id, u.id, u.name, u.person_id, p.amount_minor, p.currency, p.id || ':' || u.person_id
    FROM payout p, app_user u WHERE p.id = ${payout.id}::uuid AND u.id = ${approver.id}::uuid`

  /** A clerk, and an approver's account that belongs to the same person in some way. */
  const inOneHand: Record<string, () => Promise<[Actor, Actor & { kind: 'user' }]>> = {
    'two accounts of one person': async () => {
      const [clerk, approver] = [await person('clerk'), await person('approver')]
      await portal.deps.access.setPerson(approver.id, clerk.id, 'the same', operator)
      return [clerk, approver]
    },
    'an account that the approver, who is an admin too, has made': async () => {
      const [admin, approver] = [await person('admin'), await person('approver')]
      await portal.deps.access.setPerson(approver.id, admin.id, 'the same', operator)
      return [await person('clerk', admin), approver]
    },
  }

  it.each(Object.entries(inOneHand))(
    'approves no payout to them: %s, in the verb and in the database',
    async (_how, make) => {
      const [clerk, approver] = await make()
      const payout = await waiting()
      expect(await change(clerk, payout, { lastName: 'Nowak' })).toMatchObject({ ok: true })
      expect(await approvePayout(portal.deps, approver, seen(payout))).toMatchObject({ code: 'own_request' })
      await expect(insertApproval(payout, approver)).rejects.toThrow('nobody approves their own payout')
      // Other receivers are not affected, and it ends with time.
      const other = await waiting()
      expect(await approvePayout(portal.deps, approver, seen(other))).toMatchObject({ ok: true })
      await portal.prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
        await tx.$executeRaw`
          UPDATE receiver_change SET changed_at = now() - interval '31 days' WHERE receiver_id = ${payout.receiver.id}::uuid`
        await tx.$executeRaw`UPDATE access_change SET decided_at = decided_at - interval '31 days'`
      })
      expect(await approvePayout(portal.deps, approver, seen(payout))).toMatchObject({ ok: true })
    },
  )

  it('ends no cooling-off time of their accounts', async () => {
    const [clerk, approver] = await inOneHand['two accounts of one person']!()
    await portal.deps.settings.change({ coolingOffH: 24 }, operator)
    const receiver = await person('receiver')
    const added = await addDestination(portal.deps, receiver, {
      label: 'Home',
      destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
    })
    expect(added).toMatchObject({ ok: true })
    await portal.deps.settings.change({ coolingOffH: 0 }, operator)
    const [{ id } = { id: '' }] = await portal.deps.destinations.ofReceiver(receiver.receiverId ?? '')
    await portal.prisma.receiverChange.create({
      data: {
        id: randomUUID(),
        receiverId: receiver.receiverId ?? '',
        changedById: clerk.kind === 'user' ? clerk.id : null,
        emailChanged: false,
      },
    })
    expect(await releaseDestination(portal.deps, approver, { id, reason, code })).toMatchObject({
      code: 'own_request',
    })
    const other = await person('approver')
    expect(await releaseDestination(portal.deps, other, { id, reason, code })).toMatchObject({ ok: true })
  })

  it('is kept in the history', async () => {
    const payout = await waiting()
    await change(await person('clerk'), payout, { lastName: 'Nowak' })
    await expect(portal.prisma.receiverChange.updateMany({ data: { changedById: null } })).rejects.toThrow()
    await expect(portal.prisma.receiverChange.deleteMany()).rejects.toThrow()
  })
})
