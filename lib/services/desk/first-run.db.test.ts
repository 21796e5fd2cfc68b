/** Each line of the first-run checklist, before and after it is done, in the order of a new installation. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMailStore } from '#lib/db/message/mail-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import type { Role } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import type { ApprovalRule } from '#lib/payouts/policy.ts'
import { deliverMail } from '#lib/runtime/mail-delivery.ts'
import { createMailTransport } from '#lib/runtime/mail-transport.ts'
import { startMailServer } from '#lib/runtime/testing/mail-server.ts'
import type { Answer } from '#lib/runtime/testing/mail-server.ts'
import { inviteUser } from '#lib/services/people/invite-user.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { operator } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { confirmBackup } from './confirm-backup.ts'
import { sendTestMail } from './send-test-mail.ts'
import { showDesk } from './show-desk.ts'
import { showFirstRun } from './show-first-run.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ada: Person
/** What the mail server does with the next mail. */
let answer: Answer = 'taken'
let server: Awaited<ReturnType<typeof startMailServer>>

beforeAll(async () => {
  portal = await createTestPortal({ demoMailbox: false, currencies: ['EUR', 'JPY'] })
  server = await startMailServer(() => answer)
  ada = await person('admin', 'Ada Admin', 'JBSWY3DPEHPK3PXP')
})
afterAll(async () => {
  await server.close()
  await portal.close()
})

async function person(role: Role, name: string, totpSecret: string | null): Promise<Person> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: 'x', totpSecret }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error('taken')
  return actorOf(made)
}

async function list() {
  const shown = await showFirstRun(portal.deps, ada)
  if (!shown.ok) throw new Error(shown.code)
  return shown.list
}

const auditOf = (kind: string) =>
  portal.prisma.auditEvent.findMany({ where: { kind }, select: { actorName: true, data: true } })

/** What is on the person's desk. */
async function onDesk(actor: Person, deps = portal.deps) {
  const desk = await showDesk(deps, actor)
  if (!desk.ok) throw new Error(desk.code)
  return desk.firstRun
}

describe('a new installation', () => {
  it('is told on the desk of admins, of nobody else, and not beside the demo mailbox', async () => {
    expect(await onDesk(ada)).toEqual(await list())
    for (const role of ['clerk', 'approver', 'auditor'] as const)
      expect(await onDesk(await person(role, role, null))).toBeNull()
    const demo = { ...portal.deps, config: { ...portal.deps.config, demoMailbox: true } }
    expect(await onDesk(ada, demo)).toBeNull()
  })

  it('needs two admins who are two people, each with a second factor, neither of whom let the other in', async () => {
    expect((await list()).admins).toMatchObject({ since: null, lacks: 'few' })

    // Another account of hers.
    const { personId } = await portal.prisma.user.findUniqueOrThrow({ where: { id: ada.id } })
    const second = await person('admin', 'Ada Again', 'JBSWY3DPEHPK3PXP')
    await portal.prisma.user.update({ where: { id: second.id }, data: { personId } })
    expect((await list()).admins).toMatchObject({ since: null, lacks: 'few' })

    const bare = await person('admin', 'Bare Admin', null)
    expect((await list()).admins).toMatchObject({ since: null, lacks: 'no_factor' })
    const leave = { disabledAt: new Date() }
    await portal.prisma.user.updateMany({ where: { id: { in: [second.id, bare.id] } }, data: leave })
    expect((await list()).admins).toMatchObject({ since: null, lacks: 'few' })

    // With nobody to confirm it, her invitation takes effect after its wait: until it is long ago she may be both.
    const staff = createStaff(portal)
    const invited = await inviteUser(portal.deps, ada, staff.withEmail('admin'))
    if (!invited.ok) throw new Error(invited.code)
    await staff.later(25)
    const { totpSecret } = await portal.prisma.user.findUniqueOrThrow({ where: { id: ada.id } })
    // Which secret it is doesn't matter here.
    await portal.prisma.user.update({ where: { id: invited.id }, data: { totpSecret } })
    expect((await list()).admins).toMatchObject({ since: null, lacks: 'one_hand', pair: null })

    const berta = await person('admin', 'Berta Admin', 'JBSWY3DPEHPK3PXP')
    const { createdAt } = await portal.prisma.user.findUniqueOrThrow({ where: { id: berta.id } })
    const pair = { one: 'Ada Admin', other: 'Berta Admin', since: createdAt }
    expect((await list()).admins).toEqual({ since: createdAt, lacks: null, pair })
  })

  it('needs a policy in force that asks for two people from some amount on, in each currency and from everywhere', async () => {
    expect((await list()).policy).toEqual({ since: null, lacks: 'none', lacking: [] })
    const rule = (more: Partial<ApprovalRule>): ApprovalRule => ({
      ...{ name: 'Large', source: 'any', from: '1000', approvers: 2 },
      ...more,
    })
    // As two people would: the guards let nobody set one alone once there are admins.
    const set = (rules: Record<string, ApprovalRule[]>) =>
      portal.prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
        await tx.policyVersion.updateMany({ where: { activeKey: 'active' }, data: { activeKey: null } })
        const currencies = Object.entries(rules).map(([currency, own]) => [
          currency,
          { ...plainCurrency, rules: own },
        ])
        const body = { currencies: Object.fromEntries(currencies) as Record<string, never>, risk: {} }
        const decided = { decidedAt: new Date(), decision: 'confirmed', activeKey: 'active' }
        return tx.policyVersion.create({ data: { body, reason: 'why', proposedByName: 'root', ...decided } })
      })
    const lacks: [string[], Record<string, ApprovalRule[]>][] = [
      [['JPY'], { EUR: [rule({})] }],
      [['EUR', 'JPY'], { EUR: [rule({ approvers: 1 })], JPY: [] }],
      [['EUR'], { EUR: [rule({ source: 'api' }), rule({ source: 'desk' })], JPY: [rule({ from: '0' })] }],
    ]
    for (const [lacking, rules] of lacks) {
      await set(rules)
      expect((await list()).policy, JSON.stringify(rules)).toEqual({ since: null, lacks: 'lacks', lacking })
    }
    const each = (['api', 'desk', 'browser'] as const).map((source) => rule({ source, approvers: 3 }))
    const { decidedAt } = await set({ EUR: each, JPY: [rule({})] })
    expect((await list()).policy).toEqual({ since: decidedAt, lacks: null, lacking: [] })
  })

  it('needs a test mail that a mail server took, and says what the server answered', async () => {
    expect((await list()).mail).toEqual({ since: null, lacks: 'none', mail: null })
    // The one of the test portal.
    const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
    const hooks = { enqueueMail: () => Promise.resolve() }
    const outbox = createMailStore(portal.prisma, hooks, vault, { keepTexts: false })
    const transport = createMailTransport({ url: server.url, from: 'Payouts <payouts@example.com>' })
    const { user, deliver } = {
      user: await portal.prisma.user.findUniqueOrThrow({ where: { id: ada.id } }),
      deliver: async (way = transport) => {
        const [newest] = await portal.deps.mails.latest(1)
        await deliverMail({ ...portal.deps, outbox, transport: way }, newest?.id ?? '')
      },
    }
    const send = async () =>
      expect(await sendTestMail(portal.deps, ada)).toEqual({ ok: true, to: user.email })

    await send()
    expect((await list()).mail).toMatchObject({ lacks: 'waits', mail: { to: user.email } })
    answer = 'refused'
    await expect(deliver()).rejects.toThrow()
    expect((await list()).mail).toMatchObject({
      lacks: 'refused',
      mail: { error: expect.stringContaining('451') as string },
    })
    answer = 'hang_up'
    await deliver()
    expect((await list()).mail).toMatchObject({ since: null, lacks: 'unanswered' })

    answer = 'taken'
    await send()
    expect((await list()).mail).toMatchObject({ since: null, lacks: 'waits' })
    await deliver()
    const { mail } = await list()
    expect(mail).toMatchObject({ lacks: null, mail: { answer: expect.stringMatching(/^250 /) as string } })
    expect(mail.since).toBeInstanceOf(Date)

    // Another mail changes nothing of it, and a mail in the demo mailbox was taken by no server.
    const other = { to: 'eve@example.com', dedupeKey: randomUUID(), subject: 'Hello', text: 'Hello' }
    await portal.deps.mails.enqueue(other)
    await deliver()
    expect((await list()).mail).toEqual(mail)
    await send()
    await deliver(createMailTransport(null))
    expect((await list()).mail).toMatchObject({ since: null, lacks: 'unanswered' })
    await send()
    await deliver()
    transport.close()
    expect(await auditOf('test_mail_sent')).toEqual(
      Array.from({ length: 4 }, () => ({ actorName: 'Ada Admin', data: { email: user.email } })),
    )
  })

  it('needs a callback of Cardzo’s: one that was refused is shown, but anybody can send that', async () => {
    const url = 'http://localhost:3000/api/cardzo/callback'
    expect((await list()).callback).toEqual({ since: null, lacks: 'none', refused: null, url })
    const said = { status: 'approved', orderId: '1', clientOrderId: 'x' }
    await portal.deps.callbackInbox.keepRefused({
      ...{ reason: 'wrong_control', why: 'control differs', network: '192.0.2.7' },
      ...said,
    })
    expect((await list()).callback).toMatchObject({
      ...{ since: null, lacks: 'refused' },
      refused: { reason: 'wrong_control', at: expect.any(Date) as Date },
    })
    const callback = { ...said, digest: 'd', signed: 's', params: {} }
    const first = new Date('2026-11-20T10:00:00Z')
    await portal.prisma.callback.createMany({
      data: [
        { ...callback, id: randomUUID(), receivedAt: first },
        { ...callback, id: randomUUID(), digest: 'e', receivedAt: new Date('2026-11-21T10:00:00Z') },
      ],
    })
    expect((await list()).callback).toMatchObject({ since: first, lacks: null })
  })

  it('needs an admin’s word that the backup was restored once; the first to give it is on record', async () => {
    expect((await list()).backup).toEqual({ since: null, lacks: 'none', by: null })
    expect(await confirmBackup(portal.deps, ada, { tried: false })).toMatchObject({
      errors: [{ path: 'tried', said: { code: 'tickFirst' } }],
    })
    expect((await list()).backup.since).toBeNull()
    // Four lines are done, so it is still on the desk.
    expect(await onDesk(ada)).not.toBeNull()
    expect(await confirmBackup(portal.deps, ada, { tried: true })).toEqual({ ok: true })
    const { backup } = await list()
    expect(backup).toMatchObject({ since: expect.any(Date) as Date, lacks: null, by: 'Ada Admin' })
    const carl = await person('admin', 'Carl Admin', null)
    await confirmBackup(portal.deps, carl, { tried: true })
    expect((await list()).backup).toEqual(backup)
    expect(await auditOf('backup_confirmed')).toEqual([{ actorName: 'Ada Admin', data: {} }])
  })

  it('leaves the desk once all of it is done, and then costs nothing', async () => {
    let asked = 0
    const { facts } = portal.deps.firstRun
    const counting = {
      ...portal.deps.firstRun,
      facts: () => {
        asked += 1
        return facts()
      },
    }
    const deps = { ...portal.deps, firstRun: counting }
    expect(await onDesk(ada, deps)).toBeNull()
    expect(await onDesk(ada, deps)).toBeNull()
    expect(asked).toBe(1)
  })
})
