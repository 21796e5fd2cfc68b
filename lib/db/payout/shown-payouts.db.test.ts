import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { hashToken, statusToken } from '#lib/services/payout/links.ts'
import { listOwnPayouts } from '#lib/services/payout/list-payouts.ts'
import { payoutView } from '#lib/services/payout/payout-view.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Payout, PayoutFilter } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())
const { person } = createAccounts(() => portal.deps)

describe('the list for other systems', () => {
  let all: Payout[]
  let ownerId: string
  beforeAll(async () => {
    const owner = await person('admin')
    ownerId = owner.id
    const key = await createApiKey(portal.deps, operator, { name: 'Shop', ownerEmail: owner.email })
    if (!key.ok) throw new Error(key.code)
    const ids: string[] = []
    for (let n = 0; n < 9; n++)
      ids.push(
        await portal.ask({ receiver: { externalId: `cust-${n % 2}`, firstName: 'Ada' }, metadata: { n } }),
      )
    await portal.prisma
      .$executeRaw`UPDATE payout SET status = 'checking' WHERE id = ANY (${ids.slice(0, 4)}::uuid[])`
    await portal.prisma
      .$executeRaw`UPDATE payout SET status = 'cancelled', final_at = now() WHERE id = ${ids[8]}::uuid`
    await portal.prisma.$executeRaw`ALTER TABLE payout DISABLE TRIGGER USER`
    await portal.prisma
      .$executeRaw`UPDATE payout SET api_key_id = ${key.id}::uuid WHERE id = ANY (${ids.slice(2, 6)}::uuid[])`
    await portal.prisma.$executeRaw`ALTER TABLE payout ENABLE TRIGGER USER`
    all = (await portal.deps.payouts.findMany(ids)).sort((a, b) => Number(b.seq - a.seq))
  })

  const cases: [string, Omit<PayoutFilter, 'search'>, (payout: Payout) => boolean][] = [
    ['everything', {}, () => true],
    ['one status', { statuses: ['checking'] }, ({ status }) => status === 'checking'],
    [
      'several, one of them twice',
      { statuses: ['requested', 'checking', 'requested', 'paid'] },
      ({ status }) => status !== 'cancelled',
    ],
    ['none', { statuses: [] }, () => false],
    ['a receiver', { receiverExternalId: 'cust-1' }, ({ receiver }) => receiver.externalId === 'cust-1'],
    ['nobody', { receiverExternalId: 'cust-9' }, () => false],
    [
      'a receiver and a status',
      { receiverExternalId: 'cust-0', statuses: ['checking'] },
      ({ receiver, status }) => receiver.externalId === 'cust-0' && status === 'checking',
    ],
  ]
  it.each(cases)('shows %s, page by page, as each payout is shown by itself', async (_what, filter, fits) => {
    for (const owned of [false, true])
      for (const limit of [1, 3, 50, 100]) {
        const shown: unknown[] = []
        const asked = { ...filter, ...(owned && { apiKeyOwnerId: ownerId }) }
        let cursor: string | undefined
        do {
          const page = await portal.deps.payouts.listForApi(asked, { limit, cursor })
          expect(page.rows.length).toBeLessThanOrEqual(limit)
          shown.push(...page.rows.map((one) => payoutView(portal.deps.config, one, new Map())))
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        const expected = all.filter((one) => fits(one) && (!owned || one.apiKeyOwnerId === ownerId))
        expect(shown).toEqual(expected.map((one) => payoutView(portal.deps.config, one, new Map())))
        if (!('receiverExternalId' in filter) && !('statuses' in filter))
          expect(shown).toHaveLength(owned ? 4 : 9)
      }
  })
})

describe("a receiver's own list", () => {
  const externalId = randomUUID()
  const ask = (n: number, of = externalId) =>
    portal.ask({ receiver: { externalId: of, firstName: 'Ada' }, description: `Order ${n % 2}` })
  const since = new Date(Date.now() - 3_600_000)

  /** All pages of the list, `between` two of them. */
  async function walk(
    filter: Parameters<typeof listOwnPayouts>[2],
    between: () => Promise<unknown>,
  ): Promise<string[]> {
    const receiver = await portal.prisma.receiver.findUniqueOrThrow({ where: { externalId } })
    const ada = { kind: 'user', id: randomUUID(), role: 'receiver', name: 'Ada' } as const
    const shown: string[] = []
    let cursor: string | undefined
    do {
      const page = await listOwnPayouts(
        portal.deps,
        { ...ada, receiverId: receiver.id },
        { ...filter, ...(cursor !== undefined && { cursor }) },
      )
      if (!page.ok) throw new Error(page.code)
      shown.push(...page.rows.map(({ payout }) => payout.id))
      cursor = page.nextCursor ?? undefined
      await between()
    } while (cursor !== undefined)
    return shown
  }

  beforeAll(async () => {
    for (let n = 0; n < 45; n++) await ask(n)
  }, 60_000)

  it.each([
    ['everything', {}],
    ['what is open', { statuses: ['requested', 'checking'] }],
    ['some days', { createdFrom: since }],
    ['a search', { search: 'Order 1' }],
  ] as [string, Parameters<typeof listOwnPayouts>[2]][])(
    'shows %s, none twice and none left out, while payouts are made and end',
    async (_what, filter) => {
      const before = await walk(filter, () => Promise.resolve())
      expect(before.length).toBeGreaterThan(20)
      const gone = new Set<string>()
      const shown = await walk(filter, async () => {
        await Promise.all([1, 3, 5].map((n) => ask(n)))
        await ask(1, randomUUID())
        // The oldest two end, and are on a page that is still to come.
        for (const id of before.filter((one) => !gone.has(one)).slice(-2)) {
          expect(await cancelPayout(portal.deps, system, { id })).toMatchObject({ ok: true })
          gone.add(id)
        }
      })
      expect(new Set(shown).size).toBe(shown.length)
      expect(shown.filter((id) => before.includes(id) && !gone.has(id))).toEqual(
        before.filter((id) => !gone.has(id)),
      )
      // The new ones are above the first page, and of this receiver when the list is opened again.
      const again = await walk(filter, () => Promise.resolve())
      expect(again.length).toBeGreaterThan(before.length)
      const others = await portal.deps.payouts.findMany(again)
      expect(new Set(others.map(({ receiver }) => receiver.externalId))).toEqual(new Set([externalId]))
    },
    30_000,
  )
})

describe('what an open page of a link asks for', () => {
  const hashOf = (id: string) => hashToken(statusToken(portal.deps.config, id))

  it('is what the payout is, until the link is revoked', async () => {
    const id = await portal.ask()
    const found = await portal.deps.payouts.findForLink(hashOf(id))
    expect(await portal.payout(id)).toMatchObject(
      // Only what is sealed differs: a payout has its destination instead.
      Object.fromEntries(Object.entries(found!.payout).filter(([name]) => name !== 'destinationSealed')),
    )
    expect(found).toMatchObject({
      payout: { destination: sampleRequest.destination },
      isStopped: false,
      isSilent: false,
    })
    expect(await portal.deps.payouts.findForLink(hashToken(randomUUID()))).toBeNull()
    await portal.deps.payouts.revokeLink(id, operator)
    expect(await portal.deps.payouts.findForLink(hashOf(id))).toBeNull()
  })

  it('ends 90 days after the payout', async () => {
    const id = await portal.ask()
    await portal.prisma.$executeRaw`
      UPDATE payout SET status = 'cancelled', final_at = now() - interval '89 days' WHERE id = ${id}::uuid`
    expect(await portal.deps.payouts.findForLink(hashOf(id))).not.toBeNull()
    await portal.prisma.$executeRaw`ALTER TABLE payout DISABLE TRIGGER USER`
    await portal.prisma
      .$executeRaw`UPDATE payout SET final_at = now() - interval '90 days' WHERE id = ${id}::uuid`
    await portal.prisma.$executeRaw`ALTER TABLE payout ENABLE TRIGGER USER`
    expect(await portal.deps.payouts.findForLink(hashOf(id))).toBeNull()
  })

  it('says that all payments are stopped, and that Cardzo is silent', async () => {
    const { deps, prisma } = portal
    const id = await portal.ask()
    const seen = async () => {
      const { isStopped, isSilent } = (await deps.payouts.findForLink(hashOf(id)))!
      expect(isSilent).toBe((await deps.gatewayCondition.read()).silentSince !== null)
      expect(isStopped).toBe((await deps.stopSwitch.active()) !== null)
      return { isStopped, isSilent }
    }
    await deps.stopSwitch.pull(operator, 'a test')
    expect(await seen()).toEqual({ isStopped: true, isSilent: false })
    await prisma.$executeRaw`UPDATE gateway_gate SET silent_since = now(), missed_since = now()`
    expect(await seen()).toEqual({ isStopped: true, isSilent: true })
    await prisma.$executeRaw`UPDATE gateway_gate SET silent_since = NULL`
    await deps.stopSwitch.release(operator, 'it is over', 10)
    expect(await seen()).toEqual({ isStopped: false, isSilent: false })
  })
})
