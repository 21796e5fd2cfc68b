/** What is known of a receiver goes, from every table; money, history and books stay and still prove themselves. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { erasedNumber } from '#lib/payouts/receiver-name.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { writeNote } from '#lib/services/payout/write-note.ts'
import { decideSettings } from '#lib/services/policy/decide-settings.ts'
import { proposeSettings } from '#lib/services/policy/propose-settings.ts'
import { verifyHistory } from '#lib/services/safety/verify-history.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { createTestPortal, seen, system } from '#lib/services/testing/portal.ts'
import { eraseReceivers, findIdleReceivers, showErasure } from './erase-receiver.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: Person
let ben: Person
let clerk: Person
beforeAll(async () => {
  portal = await createTestPortal()
  const { person } = createStaff(portal)
  ;[ana, ben, clerk] = [await person('admin', 'Ana'), await person('admin', 'Ben'), await person('clerk')]
})
afterAll(() => portal.close())

const code = '123456'
const work = () => eraseReceivers(portal.deps, 'worker-1', new AbortController().signal)

/** Somebody of whom each thing is found nowhere else. */
function somebody() {
  const mark = randomUUID().slice(0, 8)
  return {
    externalId: `cust-${mark}`,
    firstName: `Wilhelmina${mark}`,
    lastName: `Quisenberry${mark}`,
    email: `w.${mark}@example.com`,
    description: `Rent for ${mark}`,
    account: `ACC-${mark}-771`,
  }
}
type Somebody = ReturnType<typeof somebody>

const ask = ({ externalId, firstName, lastName, email, description, account }: Somebody) =>
  portal.ask({
    receiver: { externalId, firstName, lastName, email },
    destination: { account_number: account },
    ...{ description, metadata: { reference: description } },
  })

async function receiverOf(payoutId: string) {
  return (await portal.payout(payoutId)).receiver
}

/** One payout of theirs that was paid, with a note of staff. */
async function paid(who: Somebody) {
  const id = await ask(who)
  const worker = portal.startWorker()
  const waiting = await portal.until(id, 'awaiting_approval')
  const noted = await writeNote(portal.deps, clerk, {
    payoutId: id,
    noteId: randomUUID(),
    text: `${who.firstName} called`,
    toReceiver: false,
  })
  expect(noted.ok).toBe(true)
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({ ok: true })
  await portal.until(id, 'paid')
  await worker.stop()
  return id
}

async function eraseByTwo(receiverId: string) {
  const proposed = await proposeSettings(portal.deps, ana, {
    erase: receiverId,
    reason: 'Asked on 1 May',
    code,
  })
  if (!proposed.ok) return proposed
  const { version } = proposed.proposal
  return decideSettings(portal.deps, ben, { version, decision: 'confirmed', code })
}

/** Each table with a row that holds one of these texts, whatever its column. */
async function tablesWith(texts: readonly string[]): Promise<string[]> {
  const tables = await portal.prisma.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`
  const found: string[] = []
  for (const { name } of tables) {
    const [row] = await portal.prisma.$queryRawUnsafe<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM "${name}" t WHERE t::text ILIKE ANY ($1::text[])`,
      texts.map((text) => `%${text}%`),
    )
    if (row && row.count > 0) found.push(name)
  }
  return found
}

describe('a receiver who is erased by two admins', () => {
  it('is found in no table afterwards, and history and books still prove themselves', async () => {
    const who = somebody()
    const payoutId = await paid(who)
    const { id } = await receiverOf(payoutId)
    const texts = [who.externalId, who.firstName, who.lastName, who.email, who.description]
    expect(await tablesWith(texts)).toEqual(expect.arrayContaining(['payout', 'payout_note', 'receiver']))
    expect(await eraseByTwo(id)).toMatchObject({ ok: true })
    expect(await receiverOf(payoutId)).toMatchObject({
      ...{ externalId: erasedNumber(id), email: null, firstName: null, lastName: null },
    })
    await work()
    expect(await tablesWith(texts)).toEqual([])
    const after = await portal.payout(payoutId)
    expect(after).toMatchObject({ status: 'paid', destination: {}, description: null, accountLast4: null })
    const operator = { kind: 'operator', name: 'test' } as const
    expect(await verifyHistory(portal.deps, operator, {})).toMatchObject({
      ok: true,
      proof: { firstBroken: null },
    })
    const kinds = await portal.prisma.auditEvent.findMany({ where: { subject: id }, orderBy: { id: 'asc' } })
    expect(kinds.map(({ kind }) => kind)).toEqual(['receiver_erasing', 'receiver_erased'])
  })

  it('stays erased, and under the old number they are somebody new', async () => {
    const who = somebody()
    const { id } = await receiverOf(await paid(who))
    await eraseByTwo(id)
    await work()
    await expect(
      portal.prisma.$executeRaw`UPDATE receiver SET first_name = 'Back' WHERE id = ${id}::uuid`,
    ).rejects.toThrow('is erased and stays so')
    expect((await receiverOf(await ask(who))).id).not.toBe(id)
    const again = await createPayout(portal.deps, system, {
      idempotencyKey: randomUUID(),
      body: { amount: '1.00', currency: 'EUR', receiver: { externalId: erasedNumber(id) }, destination: {} },
    })
    expect(again).toMatchObject({ ok: false, code: 'invalid_request' })
    expect(await showErasure(portal.deps, ana, { id })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('has no payout under way and no money left, when it is proposed and when it is confirmed', async () => {
    const who = somebody()
    const payoutId = await paid(who)
    const { id } = await receiverOf(payoutId)
    const proposed = await proposeSettings(portal.deps, ana, { erase: id, reason: 'why', code })
    if (!proposed.ok) throw new Error(proposed.code)
    await ask(who)
    const decided = await decideSettings(portal.deps, ben, {
      ...{ version: proposed.proposal.version, decision: 'confirmed' as const, code },
    })
    expect(decided).toMatchObject({ ok: false, code: 'not_erasable' })
    expect(await receiverOf(payoutId)).toMatchObject({ firstName: who.firstName })
    await decideSettings(portal.deps, ben, {
      ...{ version: proposed.proposal.version, decision: 'rejected' as const, code },
    })
    expect(await showErasure(portal.deps, ana, { id })).toMatchObject({ obstacles: { open: 1 } })
    expect(await eraseByTwo(id)).toMatchObject({ ok: false, code: 'not_erasable' })

    const rich = somebody()
    const granted = await createGrant(portal.deps, system, {
      idempotencyKey: randomUUID(),
      body: {
        receiver: { externalId: rich.externalId },
        ...{ currency: 'EUR', amount: '5.00', reference: randomUUID() },
      },
    })
    if (!granted.ok) throw new Error(granted.code)
    const { id: richId } = await portal.prisma.receiver.findUniqueOrThrow({
      where: { externalId: rich.externalId },
    })
    expect(await eraseByTwo(richId)).toMatchObject({ ok: false, code: 'not_erasable' })
  })

  it('is not erased by one person alone, and nobody but an admin asks', async () => {
    const { id } = await receiverOf(await paid(somebody()))
    expect(await proposeSettings(portal.deps, clerk, { erase: id, reason: 'x', code })).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
    const proposed = await proposeSettings(portal.deps, ana, { erase: id, reason: 'x', code })
    if (!proposed.ok) throw new Error(proposed.code)
    const { version } = proposed.proposal
    expect(await decideSettings(portal.deps, ana, { version, decision: 'confirmed', code })).toMatchObject({
      ok: false,
      code: 'same_person',
    })
    await decideSettings(portal.deps, ana, { version, decision: 'withdrawn', code })
    expect((await portal.prisma.receiver.findUniqueOrThrow({ where: { id } })).eraseAskedAt).toBeNull()
  })
})

it('one whose payout has yet to end keeps no other from being finished', async () => {
  const ids = [
    (await receiverOf(await paid(somebody()))).id,
    (await receiverOf(await paid(somebody()))).id,
  ].toSorted()
  const open = await ask(somebody())
  for (const id of ids) expect(await eraseByTwo(id)).toMatchObject({ ok: true })
  // As if it had been asked for at that very moment; nobody may move a payout, so the guards are off.
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRaw`UPDATE payout SET receiver_id = ${ids[0]}::uuid WHERE id = ${open}::uuid`
  })
  await work()
  const rows = await portal.prisma.receiver.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
  expect(rows.map(({ erasedAt }) => erasedAt !== null)).toEqual([false, true])
})

describe('the database', () => {
  it('lets what was asked for go only once the payout has ended and its receiver is erased', async () => {
    const payoutId = await paid(somebody())
    await expect(
      portal.prisma.$executeRaw`
        UPDATE payout SET metadata = '{}', description = NULL, account_last4 = NULL, ip_address = NULL
        WHERE id = ${payoutId}::uuid`,
    ).rejects.toThrow('cannot be changed')
    await eraseByTwo((await receiverOf(payoutId)).id)
    await expect(
      portal.prisma.$executeRaw`UPDATE payout SET description = 'other' WHERE id = ${payoutId}::uuid`,
    ).rejects.toThrow('cannot be changed')
  })
})

describe('with the setting', () => {
  it('those with whom nothing has happened for long are erased, and nobody else', async () => {
    const [old, fresh] = [somebody(), somebody()]
    const [oldPayout, freshPayout] = [await paid(old), await paid(fresh)]
    const { id } = await receiverOf(oldPayout)
    // Nobody may move these times, so the guards are off for a moment.
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE receiver SET created_at = now() - interval '400 days' WHERE id = ${id}::uuid`
      await tx.$executeRaw`
        UPDATE payout SET created_at = now() - interval '400 days', final_at = now() - interval '399 days'
        WHERE id = ${oldPayout}::uuid`
    })
    const find = findIdleReceivers(portal.deps, 'worker-1')
    await find()
    expect(await receiverOf(oldPayout)).toMatchObject({ externalId: old.externalId })
    await portal.deps.settings.change({ eraseAfterDays: 365 }, { kind: 'operator', name: 'test' })
    await find()
    await work()
    expect(await receiverOf(oldPayout)).toMatchObject({ externalId: erasedNumber(id) })
    expect(await receiverOf(freshPayout)).toMatchObject({ externalId: fresh.externalId })
    expect(await tablesWith([old.externalId, old.firstName, old.email])).toEqual([])
  })
})
