// The people and systems around the portal: whom the lab makes before any fault, with their rights, policy and balances.
import { randomUUID } from 'node:crypto'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import type { Deps } from '#lib/services/ports.ts'
import { autoApproveBelow, money, receivers, sendDelayS, twoApproversFrom } from './schedule.ts'

export type Person = Extract<Actor, { kind: 'user' }>
export type People = {
  owner: Person
  approvers: [Person, Person]
  clerk: Person
  /** Who withdraw in the browser, by number. */
  receivers: Map<number, Person>
  apiKey: string
  /** A key of somebody else, by which nothing is asked for. */
  strangersKey: string
}

const operator: Actor = { kind: 'operator', name: 'fault lab' }

/** Before any fault: everybody who is needed. The API key belongs to an approver, who may therefore not approve what it asks for. */
export async function createPeople(deps: Deps): Promise<People> {
  const person = async (name: string, role: Role): Promise<Person> => {
    const id = randomUUID()
    const email = `${name.toLowerCase()}@lab.example`
    await deps.people.createUser({ id, email, name, role, passwordHash: null, totpSecret: null }, operator)
    return { kind: 'user', id, role, name, receiverId: null }
  }
  const owner = await person('Olga', 'approver')
  const approvers: [Person, Person] = [await person('Ana', 'approver'), await person('Boris', 'approver')]
  const clerk = await person('Clara', 'clerk')
  await person('Paul', 'clerk')
  const keyFor = async (name: string, ownerEmail: string) => {
    const made = await createApiKey(deps, operator, { name, ownerEmail })
    if (!made.ok) throw new Error(`no API key: ${made.code}`)
    return made.key
  }
  const apiKey = await keyFor('shop', 'olga@lab.example')
  const strangersKey = await keyFor('another system', 'paul@lab.example')
  await deps.policy.set(rules, 'The policy of the lab.', operator)
  await deps.settings.change(
    { requireBalance: true, requireBalanceMerchant: true, coolingOffH: 0, sendDelayS: { '*': sendDelayS } },
    operator,
  )
  for (const [currency, { granted }] of Object.entries(money))
    for (let receiver = 1; receiver <= receivers; receiver++)
      await deps.ledger.grant(
        {
          id: randomUUID(),
          receiver: receiverOf(receiver),
          currency,
          amountMinor: BigInt(granted) * 100n,
          reference: `${currency}-${receiver}`,
          idempotencyKey: null,
          source: 'operator',
        },
        operator,
      )
  const inBrowser = new Map<number, Person>()
  for (let receiver = 1; receiver <= receivers; receiver++)
    inBrowser.set(receiver, await receiverAccount(deps, receiver))
  return { owner, approvers, clerk, receivers: inBrowser, apiKey, strangersKey }
}

/** Somebody who may sign in, for a receiver that the shop has already named. */
async function receiverAccount(deps: Deps, n: number): Promise<Person> {
  const { externalId, email, firstName, lastName } = receiverOf(n)
  const id = randomUUID()
  const name = `${firstName} ${lastName}`
  const draft = { id, email, name, role: 'receiver', receiverExternalId: externalId } as const
  const user = await deps.people.createUser({ ...draft, passwordHash: null, totpSecret: null }, operator)
  if (user === 'email_taken') throw new Error(`two accounts of ${email}`)
  return { kind: 'user', id, role: 'receiver', name, receiverId: user.receiverId }
}

const rules: Policy = {
  currencies: Object.fromEntries(
    Object.entries(money).map(([currency, { dayMax }]) => [
      currency,
      {
        autoApprove: { below: currency === 'EUR' ? String(autoApproveBelow) : '0', sources: ['api'] },
        rules: [{ name: 'Much', source: 'any', from: String(twoApproversFrom), approvers: 2 }],
        limits: { ...noLimits, receiverDay: dayMax === null ? null : String(dayMax) },
      },
    ]),
  ),
  risk: {},
}

/** The receiver with this number, as the shop names them. */
export const receiverOf = (n: number) => ({
  externalId: `receiver-${n}`,
  email: `receiver-${n}@lab.example`,
  firstName: 'Rita',
  lastName: `Receiver ${n}`,
})
