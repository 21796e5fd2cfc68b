import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { hashToken, statusToken } from '#lib/services/payout/links.ts'
import { payoutView } from '#lib/services/payout/payout-view.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Payout, PayoutFilter } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest } from '#lib/services/testing/portal.ts'

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
