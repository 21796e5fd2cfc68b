/** What approvers choose to get later: it is held, comes as one mail, and is never lost. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { chooseMailRhythm, showMailRhythm } from './choose-mail-rhythm.ts'
import { sendDigests } from './send-digests.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let worker: ReturnType<typeof portal.startWorker>
let anna: Actor & { kind: 'user' }
let annasAddress: string
beforeAll(async () => {
  portal = await createTestPortal()
  worker = portal.startWorker()
})
afterAll(async () => {
  await worker.stop()
  await portal.close()
})
beforeEach(async () => {
  anna = (await portal.approver()) as typeof anna
  annasAddress = (await portal.prisma.user.findUniqueOrThrow({ where: { id: anna.id } })).email
})

const choose = (pace: string, quiet: [string, string] = ['', ''], zone = 'UTC') =>
  chooseMailRhythm(portal.deps, anna, { pace, quietFrom: quiet[0], quietUntil: quiet[1], zone })
const waiting = async () => portal.until(await portal.ask(), 'awaiting_approval')
const mailsOf = (payoutId: string | null) =>
  portal.prisma.mail.findMany({ where: { recipient: annasAddress, payoutId } })
const digests = async () =>
  (await mailsOf(null)).map(({ id, subject }) => ({ id, subject })).sort((a, b) => (a.id < b.id ? -1 : 1))
const passTime = () =>
  portal.prisma
    .$executeRaw`UPDATE mail_digest SET due_at = now() - interval '1 second' WHERE user_id = ${anna.id}::uuid`
const send = () => sendDigests(portal.deps)

it('without a choice each payout is told at once', async () => {
  const { id } = await waiting()
  expect(await mailsOf(id)).toMatchObject([{ heldFor: null, heldUntil: null }])
  await send()
  expect(await digests()).toEqual([])
})

it('held mails become one mail when it is due, once, however many workers look', async () => {
  await choose('daily')
  const [one, two] = [await waiting(), await waiting()]
  const [mail] = await mailsOf(one.id)
  expect(mail).toMatchObject({ heldFor: anna.id, sentAt: null })
  // Not by itself, nor by the sweep for mails whose job was lost.
  await send()
  expect(await digests()).toEqual([])
  await passTime()
  await Promise.all([send(), send(), send()])
  const [digest, ...more] = await digests()
  expect(more).toEqual([])
  expect(digest?.subject).toBe('2 payouts are waiting for approval')
  const text = (await portal.deps.mails.find(digest?.id ?? ''))?.text
  expect(text).toContain('100.50 EUR to Ada Nowak\n100.50 EUR to Ada Nowak')
  expect(text).toContain('Review them:\nhttp://localhost:3000/desk')
  for (const { id } of [one, two]) expect((await mailsOf(id))[0]?.sentAt).not.toBeNull()
  await passTime()
  await send()
  expect(await digests()).toHaveLength(1)
})

it('what comes after a digest has another one', async () => {
  await choose('hourly')
  await waiting()
  await passTime()
  await send()
  await waiting()
  await passTime()
  await send()
  expect((await digests()).map(({ subject }) => subject)).toEqual([
    '1 payout is waiting for approval',
    '1 payout is waiting for approval',
  ])
})

it('what is held while a digest is sent is in that one or in the next, never in none', async () => {
  await choose('daily')
  const over = new AbortController()
  const asked = Promise.all(Array.from({ length: 12 }, waiting)).finally(() => over.abort())
  while (!over.signal.aborted) {
    await passTime()
    await send()
  }
  const payouts = await asked
  await passTime()
  await send()
  const left = await portal.prisma.mail.count({ where: { heldFor: anna.id, sentAt: null } })
  expect(left).toBe(0)
  const told = await Promise.all((await digests()).map(({ id }) => portal.deps.mails.find(id)))
  const lines = told.flatMap((mail) => mail?.text?.match(/EUR to Ada Nowak/g) ?? [])
  expect(lines).toHaveLength(payouts.length)
})

it('what was decided in the meantime is left out', async () => {
  await choose('daily')
  const [one, two] = [await waiting(), await waiting()]
  const other = await portal.approver()
  const reject = async ({ id }: { id: string }) => {
    const { version } = await portal.payout(id)
    expect(await rejectPayout(portal.deps, other, { id, version, reason: 'Wrong account' })).toMatchObject({
      ok: true,
    })
  }
  await reject(one)
  await passTime()
  await send()
  expect(await digests()).toMatchObject([{ subject: '1 payout is waiting for approval' }])
  await waiting().then(reject)
  await reject(two)
  await passTime()
  await send()
  expect(await digests()).toHaveLength(1)
})

it('a new choice brings what is held, in the language that the person chose', async () => {
  await choose('daily')
  await portal.deps.people.chooseLanguage(anna.id, 'ru')
  await waiting()
  await choose('at_once')
  await send()
  expect(await digests()).toMatchObject([{ subject: '1 выплата ждёт согласования' }])
  const { id } = await waiting()
  expect(await mailsOf(id)).toMatchObject([{ heldFor: null, locale: 'ru' }])
})

it('alarms and mails about access wait for nobody’s quiet hours', async () => {
  // Quiet for 23 hours.
  const hour = new Date().getUTCHours()
  await choose('at_once', [String(hour), String((hour + 23) % 24)])
  expect(await showMailRhythm(portal.deps, anna)).toMatchObject({ rhythm: { quiet: { from: hour } } })
  const dedupeKey = randomUUID()
  const write = () => ({ subject: 'Alarm', text: 'Alarm' })
  await portal.deps.mails.enqueue({ to: 'approvers', dedupeKey, write })
  expect(
    await portal.prisma.mail.findUnique({ where: { dedupeKey: `${dedupeKey}:${anna.id}` } }),
  ).toMatchObject({ heldUntil: null })
  const { id } = await waiting()
  expect((await mailsOf(id))[0]?.heldUntil).not.toBeNull()
})

it('an account that was disabled gets nothing, and holds up nobody', async () => {
  await choose('daily')
  await waiting()
  await portal.prisma.user.update({ where: { id: anna.id }, data: { disabledAt: new Date() } })
  await passTime()
  await send()
  expect(await digests()).toEqual([])
  expect(await portal.prisma.mailDigest.count({ where: { userId: anna.id } })).toBe(0)
})

it('only approvers choose, and only what there is', async () => {
  const clerk: Actor = { kind: 'user', id: anna.id, role: 'clerk', name: 'Clara', receiverId: null }
  const input = { pace: 'daily', quietFrom: '', quietUntil: '', zone: 'UTC' }
  expect(await chooseMailRhythm(portal.deps, clerk, input)).toMatchObject({ code: 'forbidden' })
  expect(await showMailRhythm(portal.deps, clerk)).toMatchObject({ code: 'forbidden' })
  expect(await choose('never')).toMatchObject({ errors: [{ path: 'pace' }] })
  expect(await choose('daily', ['', ''], 'Mars/Base')).toMatchObject({ errors: [{ path: 'zone' }] })
  expect(await choose('hourly', ['22', '22'])).toEqual({ ok: true })
  expect(await showMailRhythm(portal.deps, anna)).toEqual({
    ok: true,
    rhythm: { pace: 'hourly', quiet: null, zone: 'UTC' },
  })
  expect(await choose('hourly', ['22', '7'], 'Asia/Tokyo')).toEqual({ ok: true })
  expect(await showMailRhythm(portal.deps, anna)).toMatchObject({
    rhythm: { quiet: { from: 22, until: 7 }, zone: 'Asia/Tokyo' },
  })
})
