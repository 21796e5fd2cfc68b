import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { statusToken } from './links.ts'
import { ownLinks } from './own-links.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

it('the receiver of a payout gets links of their own; another receiver, staff and strangers get none', async () => {
  const id = await portal.ask()
  const payout = (await portal.deps.payouts.find(id))!
  const token = statusToken(portal.deps.config, id)
  const receiver = {
    kind: 'user',
    id,
    name: 'Ada',
    role: 'receiver',
    receiverId: payout.receiver.id,
  } as const
  const links = await ownLinks(portal.deps, receiver, token)
  expect(links).toMatchObject({ back: '/withdrawals', cancel: `/withdrawals?cancel=${id}#cancel-${id}` })
  expect(links?.again).toMatch(/^\/withdraw\?to=default&amount=[\d.]+&currency=EUR$/)
  expect(links?.other).toMatch(/^\/withdraw\?amount=[\d.]+&currency=EUR$/)
  const others = [
    { ...receiver, receiverId: '00000000-0000-4000-8000-000000000000' },
    { ...receiver, role: 'clerk', receiverId: null },
    { kind: 'stranger' },
  ] as const
  for (const other of others) expect(await ownLinks(portal.deps, other, token)).toBeNull()
})
