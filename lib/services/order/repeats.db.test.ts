/**
 * An odd answer is reported once: a thousand of them cost no more rows than a few, and what a person has closed stays closed. Whole,
 * because all parts count the same rows.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { passMinutes } from '#lib/services/testing/time.ts'
import type { Exchange, OrderState, StatusAnswer } from '#lib/services/ports.ts'
import { repeatsOf } from './repeats.ts'
import { workPayout } from './work-payout.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let approver: Actor
let scripted: (ask: {
  endpointId: number
  clientOrderId: string
  orderId: string | null
}) => Promise<StatusAnswer>
beforeAll(async () => {
  portal = await createTestPortal()
  approver = await portal.approver()
  scripted = portal.gateway.status
})
afterAll(() => portal.close())

const exchange: Exchange = {
  command: 'status',
  url: 'memory:status',
  sent: {},
  httpStatus: 200,
  answer: null,
  durationMs: 0,
  gatewayDate: null,
  serialNumber: null,
  error: null,
}

type Known = Partial<OrderState>
const known =
  (told: Known) =>
  async (ask: Parameters<typeof scripted>[0]): Promise<StatusAnswer> => {
    const answer = await scripted(ask)
    if (answer.kind !== 'known') throw new Error('the scripted Cardzo knows its orders')
    return { ...answer, order: { ...answer.order, ...told } }
  }
const broken = (more: { httpStatus: number | null; why: string }) => (): Promise<StatusAnswer> =>
  Promise.resolve({
    exchange: { ...exchange, httpStatus: more.httpStatus },
    simulator: false,
    kind: 'silence',
    why: more.why,
  })

const surprise = (word: string): Known => ({ verdict: 'inconclusive', rawStatus: word, unlistedWord: word })
let turn = 0

/** Answers that say the same each time, some of them with other bytes. */
const odd = {
  'an unlisted word': known(surprise('surprising')),
  'a refused redirect, at another address each time': (ask: Parameters<typeof scripted>[0]) =>
    known({
      verdict: 'beyond',
      rawStage: 'payout_processing',
      redirect: { ok: false, why: 'not a host of ours', url: `https://evil.example/form?session=${turn++}` },
    })(ask),
  'the word unknown': known({ verdict: 'unknown', rawStatus: 'unknown' }),
  'another amount': known({ amount: '7.00' }),
  'another order id': known({ orderId: '999999' }),
  garbage: broken({ httpStatus: 200, why: 'unreadable' }),
  'an answer of a broken proxy': broken({ httpStatus: 502, why: 'HTTP 502' }),
  silence: broken({ httpStatus: null, why: 'timeout' }),
} satisfies Record<string, typeof scripted>

/** One look at this payout, which is due. */
async function look(id: string): Promise<void> {
  await portal.wake(id)
  const { leased } = await portal.deps.payouts.claimDue('w', 1, 60_000)
  for (const one of leased) await workPayout(portal.deps, one)
}

async function looks(id: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await look(id)
}

const others = () =>
  portal.prisma.$executeRaw`UPDATE payout_work SET due_at = now() + interval '1 day' WHERE due_at IS NOT NULL`

async function prepared(state: 'awaiting_approval' | 'processing'): Promise<string> {
  portal.gateway.status = scripted
  portal.gateway.afterPay = (order) => Object.assign(order, { stage: 'payout_processing' })
  await others()
  const id = await portal.ask()
  await looks(id, 3)
  if (state === 'processing') {
    const waiting = await portal.payout(id)
    expect(await approvePayout(portal.deps, approver, seen(waiting))).toMatchObject({ ok: true })
    await looks(id, 2)
  }
  expect((await portal.payout(id)).status).toBe(state)
  return id
}

const rowsOf = async (payoutId: string) => ({
  events: await portal.prisma.payoutEvent.count({ where: { payoutId } }),
  items: await portal.prisma.openItem.count({ where: { payoutId } }),
  mails: await portal.prisma.mail.count({ where: { payoutId } }),
})

const waitMs = async (id: string) => ((await portal.payout(id)).dueAt?.getTime() ?? 0) - Date.now()

/**
 * A look takes one of three ways: the answer says the same, the same in other bytes, or nothing. Each is walked a thousand times; for the
 * other answers a hundred are far beyond every number that anything here depends on (16 things remembered, 10 failures in a row).
 */
const thousandfold: readonly string[] = [
  'an unlisted word',
  'a refused redirect, at another address each time',
  'silence',
]

describe.each(['awaiting_approval', 'processing'] as const)('for a payout that is %s', (state) => {
  const kinds = (Object.keys(odd) as (keyof typeof odd)[]).map((name) => ({
    name,
    times: state === 'processing' && thousandfold.includes(name) ? 1000 : 100,
  }))
  it.each(kinds)(
    '$times times $name is a constant number of rows, ever more rarely',
    async ({ name, times }) => {
      const id = await prepared(state)
      portal.gateway.status = odd[name]
      await looks(id, 3)
      const before = await rowsOf(id)
      await looks(id, times - 3)
      expect(await rowsOf(id)).toEqual(before)
      // What writes no row is counted beside the row that says it.
      const timeline = await portal.deps.payouts.timeline(id)
      const repeats = repeatsOf(timeline, (await portal.payout(id)).progress.said)
      expect(Math.max(...[...repeats.values()].map(({ times }) => times))).toBeGreaterThanOrEqual(times - 3)

      // The pace slows with age, whatever the answer.
      await portal.prisma.$executeRaw`
        UPDATE payout SET stage_since = stage_since - interval '2 hours' WHERE id = ${id}::uuid`
      await look(id)
      expect(await waitMs(id)).toBeGreaterThan(8 * 60_000)
    },
    120_000,
  )
})

describe('an item that a person has closed', () => {
  const open = async (id: string) =>
    (await portal.deps.items.list({ payoutId: id })).filter(({ closedAt }) => closedAt === null)
  const closeAll = async (id: string) => {
    for (const item of await open(id)) {
      const closed = await closeItem(portal.deps, approver, { id: item.id, reason: 'Cardzo knows' })
      expect(closed).toMatchObject({ ok: true })
    }
  }

  it.each([
    'an unlisted word',
    'a refused redirect, at another address each time',
    'another amount',
    'another order id',
  ] as const)('stays closed by %s, and opens when something else is said', async (name) => {
    const id = await prepared('awaiting_approval')
    portal.gateway.status = odd[name]
    await looks(id, 3)
    expect((await open(id)).length).toBeGreaterThan(0)
    await closeAll(id)
    await looks(id, 20)
    expect(await open(id)).toEqual([])
    const more: Record<string, typeof scripted> = {
      'an unlisted word': known(surprise('astonishing')),
      'another amount': known({ amount: '8.00' }),
      'another order id': known({ orderId: '888888' }),
      'a refused redirect, at another address each time': known({
        verdict: 'beyond',
        redirect: { ok: false, why: 'not a host of ours', url: 'https://worse.example/' },
      }),
    }
    portal.gateway.status = more[name] ?? scripted
    await looks(id, 2)
    expect(await open(id)).toHaveLength(1)
  })

  it('about another amount opens again if the right one was named in between', async () => {
    const id = await prepared('awaiting_approval')
    for (let round = 0; round < 2; round++) {
      portal.gateway.status = odd['another amount']
      await looks(id, 2)
      expect((await open(id)).map(({ kind }) => kind)).toEqual(['amount_differs'])
      await closeAll(id)
      portal.gateway.status = scripted
      await looks(id, 2)
    }
    portal.gateway.status = odd['another amount']
    await look(id)
    expect(await open(id)).toHaveLength(1)
    portal.gateway.status = scripted
    await look(id)
    expect(await open(id)).toEqual([])
  })

  it('about a wait stays closed as long as it is the same wait', async () => {
    const id = await prepared('processing')
    const pass = () => passMinutes(portal.prisma, id, 180)
    await pass()
    await looks(id, 2)
    expect((await open(id)).map(({ kind }) => kind)).toEqual(['stuck'])
    await closeAll(id)
    await looks(id, 5)
    expect(await open(id)).toEqual([])
    portal.gateway.status = known({
      verdict: 'beyond',
      redirect: { ok: true, url: 'https://bank.example/form' },
    })
    await look(id)
    portal.gateway.status = scripted
    await look(id)
    await pass()
    await look(id)
    expect((await open(id)).map(({ kind }) => kind)).toEqual(['stuck'])
  })
})

describe('a doubt', () => {
  const declined = known({ verdict: 'declined', rawStatus: 'declined', amount: '7.00' })
  /** The interval has passed since. */
  const later = (id: string, path: string) =>
    portal.prisma.$executeRawUnsafe(
      `UPDATE payout_work SET progress = jsonb_set(progress, '${path}', '"2020-01-01T00:00:00.000Z"', false) WHERE payout_id = $1::uuid`,
      id,
    )

  it('about a final status with another figure ends with the first answer that says something else', async () => {
    const id = await prepared('processing')
    portal.gateway.status = declined
    await look(id)
    expect((await portal.payout(id)).progress.doubtedFinal).toBeDefined()
    await later(id, '{doubtedFinal,at}')
    portal.gateway.status = odd.silence
    await look(id)
    expect((await portal.payout(id)).progress.doubtedFinal).toBeDefined()
    portal.gateway.status = scripted
    await look(id)
    expect((await portal.payout(id)).progress.doubtedFinal).toBeUndefined()
    portal.gateway.status = declined
    await look(id)
    expect((await portal.payout(id)).status).toBe('processing')
    await later(id, '{doubtedFinal,at}')
    await look(id)
    expect((await portal.payout(id)).status).toBe('declined')
  })

  it('about a refused payout-pay starts again after an answer that proves nothing, and ends with the move', async () => {
    const id = await prepared('awaiting_approval')
    portal.gateway.faults.pay.push({ answer: 'refused', code: '5' })
    expect(await approvePayout(portal.deps, approver, seen(await portal.payout(id)))).toMatchObject({
      ok: true,
    })
    await looks(id, 2)
    expect((await portal.payout(id)).progress.payRefused?.validatedAt).toBeDefined()
    await later(id, '{payRefused,validatedAt}')
    portal.gateway.status = odd['an unlisted word']
    await look(id)
    expect((await portal.payout(id)).progress.payRefused).toEqual({ code: '5', message: 'refused' })
    portal.gateway.status = scripted
    await look(id)
    expect((await portal.payout(id)).status).toBe('paying')
    portal.gateway.status = known({ verdict: 'beyond', rawStage: 'payout_processing' })
    await look(id)
    const moved = await portal.payout(id)
    expect(moved.status).toBe('processing')
    expect(moved.progress.payRefused).toBeUndefined()
  })

  it('whose figures change each time is not asked about at the interval without end', async () => {
    const id = await prepared('processing')
    let amount = 1
    portal.gateway.status = (ask) =>
      known({ verdict: 'declined', rawStatus: 'declined', amount: `${amount++}.00` })(ask)
    await portal.prisma.$executeRaw`
      UPDATE payout SET stage_since = stage_since - interval '2 hours' WHERE id = ${id}::uuid`
    await look(id)
    expect(await waitMs(id)).toBeLessThan(60_000)
    await look(id)
    expect(await waitMs(id)).toBeGreaterThan(8 * 60_000)
  })
})

it('an order that goes back and forth is also asked about less and less often', async () => {
  const id = await prepared('processing')
  await portal.prisma.$executeRaw`
    UPDATE payout SET pay_claimed_at = pay_claimed_at - interval '2 hours' WHERE id = ${id}::uuid`
  for (let n = 0; n < 12; n++) {
    portal.gateway.status =
      n % 2 === 1
        ? scripted
        : known({ verdict: 'beyond', redirect: { ok: true, url: 'https://bank.example/form' } })
    await look(id)
    if (n === 0) expect(await waitMs(id)).toBeLessThan(60_000)
  }
  expect(await waitMs(id)).toBeGreaterThan(8 * 60_000)
})

it('a lost payout-check that Cardzo does not know costs a few rows, and then none', async () => {
  portal.gateway.status = scripted
  await others()
  portal.gateway.faults.check.push({ answer: 'silence', effect: false }, { answer: 'silence', effect: false })
  const id = await portal.ask()
  for (let n = 0; n < 200 && !(await portal.items(id)).includes('check_unresolved'); n++) await look(id)
  expect(await portal.items(id)).toEqual(['check_unresolved'])
  const before = await rowsOf(id)
  await looks(id, 100)
  expect(await rowsOf(id)).toEqual(before)
})

it('nothing of all this was a bug', () => expect(portal.errors).toEqual([]))
