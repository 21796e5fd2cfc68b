/** Open items that nobody takes: who is told of them, when, and how often. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ItemDraft } from '#lib/services/ports.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { escalateItems } from './escalate-items.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
let portal: Awaited<ReturnType<typeof createTestPortal>>
let [ana, ben] = [] as unknown as [Person, Person]
beforeAll(async () => {
  portal = await createTestPortal()
  const staff = createStaff(portal)
  ana = await staff.person('admin', 'Ana')
  ben = await staff.person('admin', 'Ben')
  await staff.person('approver', 'Cleo')
})
afterAll(() => portal.close())
beforeEach(async () => {
  await portal.prisma
    .$executeRaw`UPDATE open_item SET closed_at = now(), open_key = NULL WHERE closed_at IS NULL`
  await portal.deps.settings.change({ escalateAfterH: 24 }, operator)
})

/** Opened so many hours ago. */
async function open(subject: string, hours: number, more: Partial<ItemDraft> = {}): Promise<string> {
  await portal.deps.items.open({
    ...{ kind: 'mail_failed', severity: 'warning', what: 'A mail', why: 'It broke', subject, data: {} },
    ...more,
  })
  const row = await portal.prisma.openItem.findFirstOrThrow({
    where: { closedAt: null },
    orderBy: { openedAt: 'desc' },
  })
  await portal.prisma
    .$executeRaw`UPDATE open_item SET opened_at = now() - make_interval(hours => ${hours}::int) WHERE id = ${row.id}::uuid`
  return row.id
}
const escalate = () => escalateItems(portal.deps)
const mailsNow = async () =>
  (await portal.mails({})).filter(({ subject }) => subject.includes('nobody has taken'))

it('tells each admin once, in one mail, of all that has waited long enough, and nobody else', async () => {
  const before = (await mailsNow()).length
  await open('one', 25)
  await open('two', 30)
  await open('young', 23)
  // Two workers look in the same moment.
  const [first, second] = await Promise.all([escalate(), escalate()])
  expect(first + second).toBe(2)
  expect(await escalate()).toBe(0)
  const mails = (await mailsNow()).slice(before)
  const people = await portal.prisma.user.findMany({ where: { id: { in: [ana.id, ben.id] } } })
  expect([...new Set(mails.map(({ recipient }) => recipient))].sort()).toEqual(
    people.map(({ email }) => email).sort(),
  )
})

it('leaves what somebody has taken, until their time is over', async () => {
  const id = await open('taken', 30)
  await portal.deps.items.take(id, ana, null, 3_600_000)
  expect(await escalate()).toBe(0)
  await portal.prisma
    .$executeRaw`UPDATE open_item SET owned_until = now() - interval '1 minute' WHERE id = ${id}::uuid`
  expect(await escalate()).toBe(1)
})

it('leaves what is only for information, what was closed, and everything where the setting says so', async () => {
  await open('note', 48, { severity: 'info' })
  const closed = await open('closed', 48)
  await portal.prisma
    .$executeRaw`UPDATE open_item SET closed_at = now(), open_key = NULL WHERE id = ${closed}::uuid`
  expect(await escalate()).toBe(0)
  await open('late', 48)
  await portal.deps.settings.change({ escalateAfterH: 0 }, operator)
  expect(await escalate()).toBe(0)
  await portal.deps.settings.change({ escalateAfterH: 72 }, operator)
  expect(await escalate()).toBe(0)
  await portal.deps.settings.change({ escalateAfterH: 24 }, operator)
  expect(await escalate()).toBe(1)
})

it('names what waits and leads to the desk; the link decides nothing', async () => {
  const before = (await mailsNow()).length
  await open('named', 48)
  await escalate()
  const [mail] = (await mailsNow()).slice(before)
  expect(mail?.text).toContain('mail')
  const links = [...(mail?.text ?? '').matchAll(/https?:\S+/g)].map(([link]) => link)
  expect(links).toEqual([`${portal.deps.config.appUrl}/desk`])
})
