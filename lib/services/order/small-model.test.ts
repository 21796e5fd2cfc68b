// Everything that can happen to one payout with two workers is tried, not sampled. With a rule taken away, something must break.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createExplorer } from '#lib/services/testing/small-explorer.ts'
import { nothingMore } from '#lib/services/testing/small-steps.ts'
import type { Budget } from '#lib/services/testing/small-steps.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { orderId } from '#lib/services/testing/small-world.ts'
import type { Rule, World } from '#lib/services/testing/small-world.ts'

const start = Date.parse('2026-03-01T12:00:00Z')

const world = (row: Parameters<typeof samplePayout>[0], order: World['cardzo']['order']): World => ({
  now: start,
  row: samplePayout({
    ...{ stageSince: new Date(start), version: 1, approvalsRequired: 0, orderId: null },
    policyNote: { autoApproveBelow: '1000', currency: 'EUR', approved: true, why: 'below' },
    ...row,
  }),
  work: { dueAt: start, newsAt: null, fence: 0, until: 0 },
  stopped: false,
  callback: 'none',
  items: [],
  cardzo: { order, pays: 0, checksUnasked: 0, wire: [] },
  askFirstSince: null,
  wrong: null,
})

const requested = world({ status: 'requested' }, 'none')
const approved = world({ status: 'approved', orderId, validatedAt: new Date(start) }, 'validated')
const processing = world(
  { status: 'processing', orderId, payClaimedAt: new Date(start), gatewayStatus: 'processing' },
  'beyond',
)

/** What must never be, whatever happened. */
function broken({ row, work, callback, cardzo, items, wrong }: World): string | null {
  if (wrong !== null) return wrong
  if (cardzo.pays > 1) return 'payout-pay reached Cardzo twice'
  if (row.status === 'cancelled' && cardzo.pays > 0) return 'a cancelled payout was paid'
  if (cardzo.checksUnasked > 1)
    return 'payout-check left twice, and nobody asked in between whether there is an order'
  if (row.finalAt === null && work.dueAt === null) return 'nobody will look at the payout again'
  if (callback === 'waits' && work.dueAt === null) return 'a callback is forgotten'
  if (row.status === 'outcome_unknown' && items.length === 0)
    return 'nobody is told that the outcome is unknown'
  return null
}

const explore = (without: readonly Rule[], from: World, budget: Partial<Budget>, settles = false) =>
  createExplorer(from, (rule) => !without.includes(rule), broken).explore(
    { ...nothingMore, ...budget },
    { settles },
  )

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => vi.restoreAllMocks())

/** Where it starts, and how often each thing may happen on one path. Together about 250,000 situations. */
const lives = {
  'an approved payout, workers die and stall': [approved, { crash: 1, stall: 1, leaseEnd: 1, poll: 1 }],
  'an approved payout, answers get lost': [approved, { crash: 1, leaseEnd: 1, poll: 1, silence: 1 }],
  'an approved payout, people settle it': [approved, { stall: 1, leaseEnd: 1, settle: 1, poll: 1 }],
  'an approved payout, the receiver cancels it': [approved, { crash: 1, leaseEnd: 1, cancel: 1 }],
  'an approved payout, payments are stopped': [approved, { crash: 1, leaseEnd: 1, poll: 1, stop: 2 }],
  'an approved payout, the database is restored': [approved, { crash: 1, restore: 1, poll: 3 }],
  'a payout from the request on, workers die': [requested, { crash: 1, leaseEnd: 1, poll: 3, approve: 1 }],
  'a payout from the request on, answers get lost': [requested, { silence: 2, poll: 4, approve: 1 }],
  'a payout at Cardzo, with a callback': [
    processing,
    { crash: 1, leaseEnd: 1, bank: 1, callback: 1, poll: 2 },
  ],
} as const satisfies Record<string, [World, Partial<Budget>]>

describe('one payout, two workers, everything that can happen', () => {
  it.each(Object.entries(lives))('%s', async (_name, [from, budget]) => {
    const { broken, states } = await explore([], from, budget)
    expect(broken).toBeNull()
    // A world in which hardly anything can happen proves nothing.
    expect(states).toBeGreaterThan(150)
  })

  it('from wherever nobody is at work the payout ends, or people are told', async () => {
    const budget = { crash: 1, leaseEnd: 1, poll: 1, silence: 1 }
    expect((await explore([], approved, budget, true)).broken).toBeNull()
  })
})

type Life = keyof typeof lives

describe('a rule taken away', () => {
  it.each([
    ['version', 'an approved payout, the receiver cancels it'],
    ['fence', 'a payout from the request on, workers die'],
    ['stop', 'an approved payout, payments are stopped'],
    ['guard', 'an approved payout, people settle it'],
    ['intent_first', 'an approved payout, workers die and stall'],
    ['lost_is_unknown', 'an approved payout, answers get lost'],
    ['asks_status', 'an approved payout, the database is restored'],
    ['quiet_after_restore', 'an approved payout, the database is restored'],
    ['news', 'a payout at Cardzo, with a callback'],
  ] as const satisfies [Rule, Life][])('is missed: %s', async (rule, life) => {
    const [from, budget] = lives[life]
    expect((await explore([rule], from, budget)).broken).not.toBeNull()
  })

  it('is missed: lease_ends', async () => {
    const found = await explore(['lease_ends'], approved, { crash: 1 }, true)
    expect(found.broken?.why).toContain('nobody is told')
  })

  it('is missed: final, the second line where a writer does not name the version that it saw', async () => {
    const [from, budget] = lives['an approved payout, the receiver cancels it']
    const why = async (without: Rule[]) => (await explore(without, from, { ...budget, crash: 0 })).broken?.why
    expect(await why(['version'])).not.toBe('a final status was left')
    expect(await why(['version', 'final'])).toBe('a final status was left')
  })
})
