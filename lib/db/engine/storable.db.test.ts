/** Whatever text arrives from outside, its row can be written, with all of the text that can be stored. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storable, storableText } from '#lib/payouts/storable.ts'
import { turnsWriting } from '#lib/payouts/text.ts'
import { anyText } from '#lib/payouts/testing/any-text.ts'
import { createRateLimit } from '#lib/runtime/rate-limit.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'

const operator = { kind: 'operator', name: 'test' } as const
const worker = { kind: 'worker', id: 'w' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const examples: [string, string][] = [
  ['\\u0000', 'the six characters'],
  ['a\\u0000b', '\\\\u0000'],
  ['\0', 'a\0b'],
  ['\ud800', 'a\udc00b'],
  ['\\ud800', '"\\u0000"'],
]
const each = (
  check: (text: string, other: string) => Promise<void>,
  /** Random, so that no index can compress it. */
  long = '',
) =>
  fc.assert(
    fc.asyncProperty(anyText, anyText, (text, other) => check(text + long, other + long)),
    { numRuns: 60, examples },
  )
const noise = Array.from({ length: 300 }, () => randomUUID()).join('')

describe('any text', () => {
  it('in the metadata of a request is kept', () =>
    each(async (text, other) => {
      // A request that could be read in another direction is refused.
      fc.pre(!turnsWriting(text) && !turnsWriting(other))
      const metadata = { [text.slice(0, 64)]: other.slice(0, 500), plain: '\\u0000' }
      const id = await portal.ask({ metadata })
      // Values are stored in NFC, like all text of a request.
      const kept = Object.entries(metadata).map(([name, value]) => [name, value.normalize('NFC')])
      expect((await portal.payout(id)).metadata).toEqual(storable(Object.fromEntries(kept)))
    }))

  it('in an answer of Cardzo moves the payout and is on its timeline', () =>
    each(async (text, other) => {
      const was = await portal.payout(await portal.ask())
      const now = await portal.deps.payouts.advance(
        was,
        {
          move: 'decline',
          facts: { gatewayMessage: text, gatewayStatus: other, progress: { lastAfterEnd: text } },
          items: [
            {
              kind: 'callback_disagrees',
              severity: 'high',
              subject: text,
              what: text,
              why: other,
              data: { text },
            },
          ],
          gatewayChange: {
            status: 'declined',
            gatewayStatus: text,
            gatewayStage: other,
            amount: text,
            currency: null,
          },
        },
        worker,
        { kind: 'status_answered', data: { answer: JSON.stringify({ text }), [text]: [text, other] } },
      )
      expect(now).toMatchObject({ status: 'declined', gatewayMessage: storableText(text) })
      expect(now).toMatchObject({ progress: { lastAfterEnd: storableText(text) } })
      const event = (await portal.deps.payouts.timeline(was.id)).at(-1)
      expect(event?.data).toEqual(storable({ answer: JSON.stringify({ text }), [text]: [text, other] }))
    }, noise))

  it('in a callback is stored, with and without a payout', () =>
    each(async (text, other) => {
      const payout = await portal.payout(await portal.ask())
      const { clientOrderId, id } = payout
      const params = { error_message: text, [other]: text }
      const message = { status: 'approved', orderId: '1', clientOrderId, type: text.slice(0, 50), params }
      await portal.deps.callbacks.store(message, id)
      const [stored] = await portal.deps.callbacks.forPayout(id)
      expect(stored?.params).toEqual(storable(params))
      await portal.deps.callbacks.store(
        { ...message, clientOrderId: text.slice(0, 128) + randomUUID() },
        null,
      )
    }))

  it('in a sign-in, a refusal of the gateway, a setting or the audit trail is stored', async () => {
    const rateLimit = createRateLimit((sql, values) => portal.prisma.$queryRawUnsafe(sql, ...values))
    await each(async (text, other) => {
      expect(await rateLimit('sign_in', text)).toBe(true)
      expect(await portal.deps.people.findUserByEmail(text)).toBeNull()
      await portal.deps.gatewayCondition.recordLockedOut(1, {
        command: 'status',
        httpStatus: 403,
        gatewayDate: text,
        ourDate: other,
      })
      await writeAudit(portal.prisma, 'act_refused', operator, text, { text, [other]: { text } })
      const [row] = await portal.prisma.auditEvent.findMany({ orderBy: { id: 'desc' }, take: 1 })
      expect(row).toMatchObject({ subject: storableText(text) })
      expect(row?.data).toEqual(storable({ text, [other]: { text } }))
    })
  })
})
