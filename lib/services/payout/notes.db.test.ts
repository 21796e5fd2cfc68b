import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import type { Note } from '#lib/services/ports.ts'
import { statusToken } from './links.ts'
import { showStatus } from './show-status.ts'
import { changeNote, noteMaxCharacters, writeNote } from './write-note.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: Actor & { kind: 'user' }
let ben: Actor & { kind: 'user' }
beforeAll(async () => {
  portal = await createTestPortal()
  ana = (await portal.approver()) as typeof ana
  ben = (await portal.approver()) as typeof ben
})
afterAll(() => portal.close())

const draft = (payoutId: string, more: { text?: string; toReceiver?: boolean } = {}) => ({
  payoutId,
  noteId: randomUUID(),
  text: 'Called the bank.',
  toReceiver: false,
  ...more,
})
const notesOf = (id: string): Promise<Note[]> => portal.deps.notes.forPayout(id)
const told = async (id: string) => {
  const shown = await showStatus(portal.deps, statusToken(portal.deps.config, id))
  return shown.ok ? shown.view.notes.map(({ text }) => text) : shown.code
}
/** As if it had been written `minutes` ago. */
const makeOlder = (noteId: string, minutes: number) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`
      UPDATE payout_note SET written_at = written_at - ${minutes} * interval '1 minute' WHERE id = ${noteId}::uuid`
  })

describe('a note', () => {
  it('has its author and time, is written once, and is on the timeline', async () => {
    const id = await portal.ask()
    const note = draft(id, { text: '  Called the bank.\r\nThey wait. ' })
    expect(await writeNote(portal.deps, ana, note)).toEqual({ ok: true })
    expect(await writeNote(portal.deps, ana, note)).toEqual({ ok: true })
    expect(await notesOf(id)).toMatchObject([
      {
        ...{ text: 'Called the bank.\nThey wait.', toReceiver: false, changedAt: null, changeable: true },
        ...{ authorId: ana.id, authorName: ana.name, writtenAt: expect.any(Date) as Date },
      },
    ])
    const events = await portal.deps.payouts.timeline(id)
    expect(events.filter(({ kind }) => kind === 'noted')).toMatchObject([
      { actorId: ana.id, data: { note: note.noteId, toReceiver: false } },
    ])
    expect((await portal.deps.history.verifyPayout(id)).firstBroken).toBeNull()
  })

  it('is read by the receiver only if it was written to them', async () => {
    const id = await portal.ask()
    await writeNote(portal.deps, ana, draft(id, { text: 'They look odd.' }))
    await writeNote(portal.deps, ana, draft(id, { text: 'We need your passport.', toReceiver: true }))
    expect(await told(id)).toEqual(['We need your passport.'])
  })

  it('can be changed by its author for five minutes, and by nobody else', async () => {
    const id = await portal.ask()
    const note = draft(id, { toReceiver: true })
    await writeNote(portal.deps, ana, note)
    const other = { ...note, text: 'Something else.', toReceiver: false }
    expect(await changeNote(portal.deps, ben, other)).toMatchObject({ code: 'note_fixed' })
    await makeOlder(note.noteId, 4)
    expect(await changeNote(portal.deps, ana, other)).toEqual({ ok: true })
    expect(await notesOf(id)).toMatchObject([
      { text: 'Something else.', changedAt: expect.any(Date) as Date },
    ])
    expect(await told(id)).toEqual([])
    await makeOlder(note.noteId, 2)
    expect(await changeNote(portal.deps, ana, note)).toMatchObject({ code: 'note_fixed' })
    expect(await notesOf(id)).toMatchObject([{ text: 'Something else.', changeable: false }])
  })

  it('is fixed after five minutes in the database too, and never deleted', async () => {
    const id = await portal.ask()
    const note = draft(id)
    await writeNote(portal.deps, ana, note)
    const { prisma } = portal
    const set = (what: string) =>
      prisma.$executeRawUnsafe(`UPDATE payout_note SET ${what} WHERE id = '${note.noteId}'`)
    const touch = () => set(`text = 'Other.'`)
    await expect(set(`author_name = 'Eva'`)).rejects.toThrow('only its text')
    await expect(set(`written_at = now() + interval '1 day'`)).rejects.toThrow('only its text')
    await touch()
    await makeOlder(note.noteId, 5)
    await expect(touch()).rejects.toThrow('fixed after five minutes')
    await expect(prisma.$executeRaw`DELETE FROM payout_note`).rejects.toThrow('never deleted')
    await expect(prisma.$executeRaw`TRUNCATE payout_note`).rejects.toThrow('only ever added to')
  })

  it('has the time of the database, whatever its writer says', async () => {
    const id = await portal.ask()
    const { id: noteId } = await portal.prisma.payoutNote.create({
      data: {
        ...{ id: randomUUID(), payoutId: id, text: 'x', toReceiver: false },
        ...{ authorId: ana.id, authorName: 'Ana', writtenAt: new Date('2030-01-01') },
      },
    })
    const [note] = await notesOf(id)
    expect(note?.id).toBe(noteId)
    expect(note?.writtenAt.getTime()).toBeLessThan(Date.now() + 60_000)
  })

  it('is not written by people who may not, in the database too', async () => {
    const id = await portal.ask()
    await portal.prisma.user.update({ where: { id: ben.id }, data: { role: 'auditor' } })
    const refused = await writeNote(portal.deps, { ...ben, role: 'auditor' }, draft(id))
    expect(refused).toMatchObject({ code: 'forbidden' })
    await expect(writeNote(portal.deps, ben, draft(id))).rejects.toThrow()
    await expect(
      portal.prisma.$executeRaw`
        INSERT INTO payout_note (id, payout_id, text, to_receiver, author_id, author_name)
        VALUES (gen_random_uuid(), ${id}::uuid, 'x', false, ${ben.id}::uuid, 'Ben')`,
    ).rejects.toThrow('Ben may not write notes')
  })

  it('says something, not too much, and never the full account number', async () => {
    const id = await portal.ask()
    for (const text of [
      '',
      ' \n ',
      'x'.repeat(noteMaxCharacters + 1),
      'Sent to DE89 3704-0044 0532 0130 00 twice',
    ])
      expect(await writeNote(portal.deps, ana, draft(id, { text }))).toMatchObject({
        code: 'invalid_request',
      })
    expect(await notesOf(id)).toEqual([])
    expect(await writeNote(portal.deps, ana, draft(id, { text: 'Ends with 3000.' }))).toEqual({ ok: true })
    expect(await writeNote(portal.deps, ana, draft(randomUUID()))).toMatchObject({ code: 'not_found' })
  })

  it('is one of at most two hundred', async () => {
    const id = await portal.ask()
    await portal.prisma.payoutNote.createMany({
      data: Array.from({ length: 199 }, () => ({
        ...{ id: randomUUID(), payoutId: id, text: 'x', toReceiver: false },
        ...{ authorId: ana.id, authorName: 'Ana' },
      })),
    })
    const both = await Promise.all([1, 2].map(() => writeNote(portal.deps, ana, draft(id))))
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true])
    expect(await notesOf(id)).toHaveLength(200)
  })
})
