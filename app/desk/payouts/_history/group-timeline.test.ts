import { describe, expect, it } from 'vitest'
import type { Note, StoredMail, TimelineEvent } from '#lib/services/ports.ts'
import { groupTimeline } from './group-timeline.ts'

const start = Date.parse('2026-11-26T10:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)
let ids = 0n
const event = (seconds: number, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  ...{ id: ids++, at: at(seconds), kind: 'status_answered', move: null, fromStatus: null, toStatus: null },
  ...{ version: 1, actorKind: 'worker', actorId: null, actorName: 'Portal', data: {} },
  ...more,
})
const mail = (seconds: number, recipient: string, subject = 'Paid'): StoredMail => ({
  ...{ id: recipient, recipient, subject, text: '', createdAt: at(seconds), sentAt: null, attempts: 0 },
  payoutId: 'p',
  locale: 'en',
})
const note = (id: string): Note => ({
  ...{ id, payoutId: 'p', text: id, toReceiver: false, authorId: 'u', authorName: 'Ana' },
  ...{ writtenAt: at(0), changedAt: null, changeable: false },
})
const grouped = (timeline: TimelineEvent[], more: Partial<Parameters<typeof groupTimeline>[0]> = {}) =>
  groupTimeline({ timeline, said: undefined, mails: [], notes: [], ...more })

describe('a timeline', () => {
  it('folds what a machine repeats, and counts what was said again without an event', () => {
    const entries = grouped(
      [
        event(0, { kind: 'requested', actorKind: 'user' }),
        event(10, { data: { said: 'a' } }),
        event(20, { data: { said: 'b' } }),
        event(30),
        event(40, { toStatus: 'paid', fromStatus: 'processing' }),
      ],
      { said: { a: { times: 3, at: at(15).toISOString() }, b: { times: 5, at: at(35).toISOString() } } },
    )
    expect(entries.map(({ kind }) => kind)).toEqual(['event', 'run', 'event'])
    expect(entries[1]).toMatchObject({ times: 9, from: at(10), to: at(35), entries: [{}, {}, {}] })
  })

  it('does not fold what people did, what moved the payout, or two of a kind', () => {
    const people = [1, 2, 3].map((s) => event(s, { kind: 'revealed', actorKind: 'user' }))
    const moves = [4, 5, 6].map((s) => event(s, { fromStatus: 'checking', toStatus: 'checking' }))
    const two = [event(7), event(8)]
    expect(grouped([...people, ...moves, ...two]).map(({ kind }) => kind)).toEqual(Array(8).fill('event'))
  })

  it('loses and doubles nothing', () => {
    const all = Array.from({ length: 60 }, (_, s) =>
      event(
        s,
        s % 7 === 0
          ? { toStatus: 'checking' }
          : { kind: s % 11 < 5 ? 'callback_received' : 'status_answered' },
      ),
    )
    const found = grouped(all).flatMap((entry) =>
      entry.kind === 'run'
        ? entry.entries.map((one) => one.event.id)
        : entry.kind === 'event'
          ? [entry.event.id]
          : [],
    )
    expect(found).toEqual(all.map(({ id }) => id))
  })

  it('has each mail once, after the event that it was written with', () => {
    const entries = grouped([event(0), event(60, { toStatus: 'paid' }), event(120, { kind: 'revealed' })], {
      mails: [mail(59.9, 'a@x'), mail(59.9, 'b@x'), mail(200, 'a@x', 'Later')],
    })
    expect(entries.map((entry) => (entry.kind === 'mail' ? entry.mails.length : entry.kind))).toEqual([
      ...['event', 'event', 2, 'event', 1],
    ])
  })

  it('shows a note where it was first written, and says where it was changed', () => {
    const noted = (seconds: number, id: string) =>
      event(seconds, { kind: 'noted', actorKind: 'user', data: { note: id } })
    const entries = grouped([noted(1, 'a'), noted(2, 'b'), noted(3, 'a'), noted(4, 'gone')], {
      notes: [note('a'), note('b')],
    })
    expect(
      entries.map(
        (entry) => entry.kind === 'event' && entry.note && [entry.note.note.id, entry.note.changed],
      ),
    ).toEqual([...[['a', false], ['b', false], ['a', true], null]])
  })
})
