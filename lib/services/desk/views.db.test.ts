import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Role } from '#lib/payouts/permissions.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { listViews } from './list-views.ts'
import { removeView } from './remove-view.ts'
import { renameView } from './rename-view.ts'
import { saveView } from './save-view.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())
const { person: account } = createAccounts(() => portal.deps)
const person = async (role: Role) => {
  const { id } = await account(role)
  return { actor: { kind: 'user', id, role, name: role, receiverId: null } as const }
}

const namesFor = async (actor: Parameters<typeof listViews>[1]) => {
  const result = await listViews(portal.deps, actor)
  if (!result.ok) throw new Error(result.code)
  return result.views.map(({ name, query }) => `${name}: ${query}`)
}
const audited = async () =>
  (
    await portal.prisma.auditEvent.findMany({
      where: { kind: { startsWith: 'view_' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ kind }) => kind)

it('is seen by its owner, and once it is shared by all staff', async () => {
  const [clerk, approver] = [await person('clerk'), await person('approver')]
  expect(
    await saveView(portal.deps, clerk.actor, {
      name: ' Big ones ',
      query: 'currency=EUR&min=1000',
      shared: false,
    }),
  ).toEqual({ ok: true })
  expect(await namesFor(clerk.actor)).toEqual(['Big ones: currency=EUR&min=1000'])
  expect(await namesFor(approver.actor)).toEqual([])
  expect(await audited()).toEqual([])

  await saveView(portal.deps, clerk.actor, { name: 'Big ones', query: 'currency=EUR&min=5000', shared: true })
  expect(await namesFor(approver.actor)).toEqual(['Big ones: currency=EUR&min=5000'])
  expect(await audited()).toEqual(['view_shared'])
})

it('is removed by its owner, and by an admin if it is shared', async () => {
  const [clerk, other, admin] = [await person('clerk'), await person('clerk'), await person('admin')]
  await saveView(portal.deps, clerk.actor, { name: 'Shared', query: '', shared: true })
  await saveView(portal.deps, clerk.actor, { name: 'Own', query: '', shared: false })
  const views = await portal.deps.views.list(clerk.actor.id, 100)
  const idOf = (name: string) => views.find((view) => view.name === name)?.id ?? ''
  expect(await removeView(portal.deps, other.actor, { id: idOf('Shared') })).toMatchObject({
    code: 'forbidden',
  })
  expect(await removeView(portal.deps, admin.actor, { id: idOf('Own') })).toMatchObject({ code: 'not_found' })
  expect(await removeView(portal.deps, admin.actor, { id: idOf('Shared') })).toEqual({ ok: true })
  expect(await removeView(portal.deps, clerk.actor, { id: idOf('Own') })).toEqual({ ok: true })
  expect(
    (await portal.deps.views.list(clerk.actor.id, 100)).filter(({ ownerId }) => ownerId === clerk.actor.id),
  ).toEqual([])
  expect(await audited()).toContain('view_removed')
})

it('is renamed by its owner alone, to a name that they have not given to another', async () => {
  const [clerk, admin] = [await person('clerk'), await person('admin')]
  await saveView(portal.deps, clerk.actor, { name: 'First', query: 'status=paid', shared: true })
  await saveView(portal.deps, clerk.actor, { name: 'Second', query: '', shared: false })
  const own = async () =>
    (await portal.deps.views.list(clerk.actor.id, 100)).filter(({ ownerId }) => ownerId === clerk.actor.id)
  const { id = '' } = (await own()).find(({ name }) => name === 'First') ?? {}
  const rename = (by: typeof clerk, name: string) => renameView(portal.deps, by.actor, { id, name })
  expect(await rename(admin, 'Mine now')).toMatchObject({ code: 'not_found' })
  for (const name of ['Second', ' ', 'x'.repeat(61)])
    expect(await rename(clerk, name)).toMatchObject({ code: 'invalid_request' })
  expect(await rename(clerk, ' Last ')).toEqual({ ok: true })
  expect(await rename(clerk, 'Last')).toEqual({ ok: true })
  expect((await own()).map(({ name, query, shared }) => [name, query, shared])).toEqual([
    ['Last', 'status=paid', true],
    ['Second', '', false],
  ])
  expect((await audited()).filter((kind) => kind === 'view_renamed')).toHaveLength(1)
})

it('has a short name, and nobody keeps more than fifty', async () => {
  const { actor } = await person('auditor')
  for (const name of ['', '  ', 'x'.repeat(61)])
    expect(await saveView(portal.deps, actor, { name, query: '', shared: false })).toMatchObject({
      code: 'invalid_request',
    })
  const all = Array.from({ length: 52 }, (_, n) =>
    saveView(portal.deps, actor, { name: `View ${n}`, query: '', shared: false }),
  )
  const refused = (await Promise.all(all)).filter(({ ok }) => !ok)
  expect(refused).toHaveLength(2)
})
