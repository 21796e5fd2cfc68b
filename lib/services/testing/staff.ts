/** Staff for tests about two people: accounts of the operator's, and time that passes for proposals. */
import { randomUUID } from 'node:crypto'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { applyDueAccess } from '#lib/services/people/apply-due-access.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import type { createTestPortal } from './portal.ts'

type TestPortal = Awaited<ReturnType<typeof createTestPortal>>
export type Person = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'

export function createStaff(portal: TestPortal) {
  /** Made on the command line, so nobody counts as behind them. */
  async function person(role: Role, name = role as string): Promise<Person> {
    const id = randomUUID()
    const made = await portal.deps.people.createUser(
      { id, email: `${id}@example.com`, name, role, passwordHash: 'x', totpSecret: null },
      operator,
    )
    if (made === 'email_taken') throw new Error('taken')
    return actorOf(made)
  }

  /** All admins from other tests are gone. */
  async function onlyThese(...admins: Person[]): Promise<void> {
    await portal.prisma.user.updateMany({
      where: { role: 'admin', id: { notIn: admins.map(({ id }) => id) } },
      data: { disabledAt: new Date() },
    })
  }

  /** Moves every proposal and decision this far into the past, which the guards let nobody do. */
  async function later(hours: number): Promise<void> {
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`
        UPDATE access_change SET due_at = due_at - make_interval(hours => ${hours}::int),
          decided_at = decided_at - make_interval(hours => ${hours}::int)`
    })
    await applyDueAccess(portal.deps)
  }

  /** A policy that two other people have set: below 500 EUR nobody needs to agree. */
  async function approvedByPolicy(sources: string[]): Promise<void> {
    const body = { currencies: { EUR: { autoApprove: { below: '500.00', sources } } }, risk: {} }
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.policyVersion.updateMany({ where: { activeKey: 'active' }, data: { activeKey: null } })
      await tx.policyVersion.create({
        data: { body, reason: 'test', proposedByName: 'root', activeKey: 'active', decision: 'confirmed' },
      })
    })
  }

  const withEmail = (role: Role) => ({ name: 'Nina New', email: `${randomUUID()}@example.com`, role, code })

  async function accountOf(id: string): Promise<Person> {
    const user = await portal.deps.people.findUser(id)
    if (!user) throw new Error(`nobody is ${id}`)
    return actorOf(user)
  }

  return { person, onlyThese, later, approvedByPolicy, withEmail, accountOf }
}
