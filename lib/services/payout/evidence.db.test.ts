import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { verifyPack } from './evidence-pack.ts'
import { takeEvidence } from './take-evidence.ts'
import { changeNote, writeNote } from './write-note.ts'

const account = 'DE89370400440532013000'
let portal: Awaited<ReturnType<typeof createTestPortal>>
let auditor: Actor
let id: string

beforeAll(async () => {
  portal = await createTestPortal()
  const worker = portal.startWorker()
  auditor = { ...(await portal.approver()), role: 'auditor' } as Actor
  id = await portal.ask({
    receiver: { externalId: randomUUID(), firstName: 'Ada', email: 'ada@example.com' },
    destination: { account_number: account, first_name: 'Ada' },
    description: 'Prize – Ünïcode "quoted" \\ back\u{1f511}',
    metadata: { big: 1e21, small: 1.5e-7, half: 0.5, ok: true },
  })
  const waiting = await portal.until(id, 'awaiting_approval')
  await approvePayout(portal.deps, await portal.approver(), { ...seen(waiting), note: 'Checked.' })
  await portal.until(id, 'paid')
  await worker.stop()
})
afterAll(() => portal.close())

async function taken(): Promise<{ text: string; seal: string; pack: Record<string, unknown> }> {
  const result = await takeEvidence(portal.deps, auditor, { id })
  if (!result.ok) throw new Error(result.code)
  return { ...result, pack: JSON.parse(result.text) as Record<string, unknown> }
}

describe('the evidence pack of a payout', () => {
  it('verifies without the database, and holds all that is known', async () => {
    const events = await portal.deps.payouts.timeline(id)
    const { text, pack, seal } = await taken()
    expect(verifyPack(Buffer.from(text), seal)).toMatchObject({
      ok: true,
      payoutId: id,
      status: 'paid',
      events: events.length,
      seal,
    })
    expect(pack).toMatchObject({
      payout: { id, status: 'paid', amount: '100.50', receiver: { firstName: 'Ada' } },
      approvals: [{ approverName: 'Ana', note: 'Checked.' }],
      policy: { version: 0 },
      madeBy: { role: 'auditor' },
    })
    const packed = pack['events'] as Record<string, unknown>[]
    expect(packed.map(({ id: number }) => number)).toEqual(events.map((event) => Number(event.id)))
    expect(packed.map(({ data }) => data)).toEqual(events.map(({ data }) => data))
    expect(packed.map(({ at }) => at)).toEqual(events.map(({ at }) => at.toISOString()))
    expect(pack['mails']).not.toEqual([])
  })

  it('holds no full account number, no link that opens a page, and no text of a mail', async () => {
    const { text, pack } = await taken()
    expect(text).not.toContain(account)
    expect(text).toContain(account.slice(-4))
    expect(text).not.toContain('/pay/')
    for (const mail of pack['mails'] as object[]) expect(Object.keys(mail)).not.toContain('text')
    for (const secret of ['control"', 'authorization', 'test key'])
      expect(text.toLowerCase()).not.toContain(secret)
  })

  it('is in the audit trail with its seal', async () => {
    const { seal } = await taken()
    const { rows } = await portal.deps.auditTrail.list(
      { who: null, kind: 'evidence_taken', subject: id, from: null, to: null },
      { limit: 1, before: null },
    )
    expect(rows).toMatchObject([{ actorName: 'Ana', subject: id, data: { seal } }])
  })

  it('holds the notes, which must be those that the history tells of', async () => {
    const clerk = { ...(await portal.approver()), role: 'clerk' } as Actor
    const note = { payoutId: id, noteId: randomUUID(), text: 'Asked twice.', toReceiver: false }
    await writeNote(portal.deps, clerk, note)
    await changeNote(portal.deps, clerk, { ...note, text: 'Asked three times.' })
    const { text, pack } = await taken()
    expect(pack['notes']).toMatchObject([{ text: 'Asked three times.', authorName: 'Ana' }])
    expect(verifyPack(Buffer.from(text)).ok).toBe(true)
    await portal.prisma.$executeRaw`UPDATE payout_note SET text = 'Never asked.'`
    expect(verifyPack(Buffer.from((await taken()).text))).toMatchObject({ ok: false, wrong: 'note' })
    await portal.prisma.$executeRaw`UPDATE payout_note SET text = 'Asked three times.'`
  })

  it('has the last anchor of the whole history', async () => {
    expect((await taken()).pack['anchor']).toBeNull()
    const made = await portal.deps.history.anchor()
    expect((await taken()).pack['anchor']).toMatchObject({ day: made?.anchor.day, hash: made?.anchor.hash })
  })

  it('verifies while the payout moves and messages come in', async () => {
    const worker = portal.startWorker()
    const other = await portal.ask()
    let last = ''
    while (last !== 'awaiting_approval') {
      const result = await takeEvidence(portal.deps, auditor, { id: other })
      if (!result.ok) throw new Error(result.code)
      const verdict = verifyPack(Buffer.from(result.text))
      expect(verdict).toMatchObject({ ok: true, payoutId: other })
      if (verdict.ok) last = verdict.status
    }
    await worker.stop()
  })

  it('does not verify when the history was tampered with', async () => {
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.$executeRaw`
        UPDATE payout_event SET actor_name = 'Somebody else' WHERE id = (
          SELECT min(id) FROM payout_event WHERE payout_id = ${id}::uuid AND kind = 'decided')`
    })
    expect(verifyPack(Buffer.from((await taken()).text))).toMatchObject({ ok: false, wrong: 'chain' })
  })
})
