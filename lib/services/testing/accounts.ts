/** Accounts with a password for tests. */
import { randomUUID } from 'node:crypto'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import type { Deps } from '#lib/services/ports.ts'
import { finishSignIn } from '#lib/services/sign-in/finish-sign-in.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'

export const operator: Actor = { kind: 'operator', name: 'Test operator' }
export const stranger: Actor = { kind: 'stranger' }
/** Where they sign in from. */
export const from = { ip: '192.0.2.1', userAgent: 'test' }
export const password = 'correct horse'
const totpSecret = 'JBSWY3DPEHPK3PXP'

/** Accounts made by the operator, and signing in as them. `deps` is asked at each call. */
export function createAccounts(deps: () => Deps) {
  async function person(
    role: Role = 'approver',
    more: { password?: string | null; totpSecret?: string | null } = {},
  ): Promise<{ id: string; email: string }> {
    const email = `${randomUUID()}@demo.example`
    const factor = role === 'receiver' ? {} : { totpSecret }
    const created = await createUser(deps(), operator, { email, role, password, ...factor, ...more })
    if (!created.ok) throw new Error(created.code)
    return { id: created.id, email }
  }
  /** E-mail and password alone. */
  const begin = (email: string, word = password) =>
    signIn(deps(), stranger, { email, password: word, ...from })

  /** All the way in; the test portal takes any code. */
  async function enter(email: string, word = password) {
    const half = await begin(email, word)
    if (!half.ok || half.step === 'in') return half
    return finishSignIn(deps(), stranger, { attempt: half.attempt, code: '123456', ...from })
  }

  async function tokenOf(email: string): Promise<string> {
    const result = await enter(email)
    if (!result.ok) throw new Error(result.code)
    return result.token
  }

  return { person, begin, enter, tokenOf }
}
