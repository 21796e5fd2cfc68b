import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '#lib/services/safety/history-chain.ts'
import { packFormat, packedEvent, sealPack, verifyPack } from './evidence-pack.ts'
import type { PackVerdict } from './evidence-pack.ts'

const payoutId = '6f2d8f0e-53a1-4c5e-9d0f-2b7a1c9e4d11'
const moves: [from: string | null, to: string | null][] = [
  [null, null],
  ['requested', 'checking'],
  [null, null],
  ['checking', 'awaiting_approval'],
  ['awaiting_approval', 'rejected'],
  [null, null],
]
const note = { id: 'n1', text: 'Asked them twice.', toReceiver: true }

/** A payout that was rejected, with its events as the trigger chains them. */
function content(): Record<string, unknown> {
  let prevHash = ''
  const events = moves.map(([from, to], index) => {
    const isNote = index === moves.length - 1
    const data = isNote
      ? { note: note.id, toReceiver: note.toReceiver, sha256: sha256(note.text) }
      : { order: { amount: '10.00', n: 1.5 } }
    const who = ['user', null, 'Ana „Zoë“ \u{1f511}', data]
    const kind = isNote ? 'noted' : 'status_answered'
    const values = [prevHash, 10 + index, payoutId, 1764150000.25 + index, kind, null, from, to]
    const material = JSON.stringify([...values, index, ...who])
    prevHash = sha256(material)
    return packedEvent({ material, hash: prevHash })
  })
  return {
    format: packFormat,
    payout: { id: payoutId, status: 'rejected', amount: '10.00' },
    events,
    approvals: [{ approverName: 'Ana', note: null, counts: true }],
    callbacks: [],
    notes: [note],
    anchor: { day: '2026-11-25', hash: 'ab', events: 20n },
  }
}

const { text, seal } = sealPack(content())
const bytes = Buffer.from(text)
const verified: PackVerdict = {
  ok: true,
  payoutId,
  status: 'rejected',
  events: moves.length,
  seal,
  anchor: { day: '2026-11-25', events: '20', hash: 'ab' },
}

/** The way to each value in it that has no parts. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
}

type Holder = Record<string, unknown>
const holderOf = (pack: Holder, path: readonly string[]): Holder =>
  path.slice(0, -1).reduce<Holder>((inner, name) => inner[name] as Holder, pack)
const parsed = () => JSON.parse(text) as Holder & { events: Holder[] }
const written = (pack: unknown) => Buffer.from(`${JSON.stringify(pack, null, 2)}\n`)
/** As somebody would who knows how packs are made. */
const sealedAgain = ({ seal: _old, ...pack }: Holder) => Buffer.from(sealPack(pack).text)
const paths = leaves(parsed())

describe('an evidence pack', () => {
  it('verifies as it was made, and with the seal that was kept', () => {
    expect(verifyPack(bytes)).toEqual(verified)
    expect(verifyPack(bytes, seal)).toEqual(verified)
    expect(sealPack(content()).text).toBe(text)
  })

  it('is refused when any byte is another', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Buffer.from(bytes)
        altered[at] = altered[at]! ^ change
        expect(verifyPack(altered).ok).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is refused when bytes were put in or cut out anywhere', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.uint8Array({ minLength: 1, maxLength: 4 }), (at, more) => {
        const longer = Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
        expect(verifyPack(longer).ok).toBe(false)
        const shorter = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + more.length)])
        if (shorter.length < bytes.length) expect(verifyPack(shorter).ok).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(paths)('is refused when %s %s %s %s is another or missing', (...path) => {
    const name = path.at(-1)!
    const changed = parsed()
    holderOf(changed, path)[name] = 'another'
    expect(verifyPack(written(changed)).ok).toBe(false)
    const missing = parsed()
    Reflect.deleteProperty(holderOf(missing, path), name)
    expect(verifyPack(written(missing)).ok).toBe(false)
  })

  it.each(paths.filter(([part]) => part === 'events' || part === 'notes'))(
    'is refused when %s %s %s %s is another, even with a new seal',
    (...path) => {
      const changed = parsed()
      holderOf(changed, path)[path.at(-1)!] = 'another'
      expect(verifyPack(sealedAgain(changed)).ok).toBe(false)
    },
  )

  it('is refused with another seal than the one that was kept', () => {
    const changed = { ...parsed(), approvals: [] }
    expect(verifyPack(sealedAgain(changed)).ok).toBe(true)
    expect(verifyPack(sealedAgain(changed), seal)).toMatchObject({ ok: false, wrong: 'kept_seal' })
  })

  it.each<[string, (pack: ReturnType<typeof parsed>) => void]>([
    ['the last event is gone', ({ events }) => events.pop()],
    ['the first event is gone', ({ events }) => events.shift()],
    ['one in the middle is gone', ({ events }) => events.splice(2, 1)],
    ['two changed places', ({ events }) => events.splice(1, 0, events.pop()!)],
    ['one is there twice', ({ events }) => events.splice(1, 0, events[1]!)],
    ['the payout has another status', (pack) => ((pack['payout'] as Holder)['status'] = 'paid')],
    ['a note is gone', (pack) => (pack['notes'] = [])],
    ['it is about another payout', (pack) => ((pack['payout'] as Holder)['id'] = 'another')],
  ])('is refused when %s, even with a new seal', (_what, alter) => {
    const pack = parsed()
    alter(pack)
    expect(verifyPack(sealedAgain(pack)).ok).toBe(false)
  })

  it.each([
    '',
    '{}',
    '[]',
    'null',
    '{"format":"payout-evidence/1"}',
    text.replaceAll('\n', ''),
    `\ufeff${text}`,
  ])('is refused when it is no pack: %#', (file) => {
    expect(verifyPack(Buffer.from(file))).toMatchObject({ ok: false, wrong: 'file' })
  })
})
