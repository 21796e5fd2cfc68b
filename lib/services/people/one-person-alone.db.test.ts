/** Nothing that one person does moves money without another, independent person: random acts of one admin, in any order. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor, ApiScope } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { retryPayout } from '#lib/services/payout/retry-payout.ts'
import { decidePolicy } from '#lib/services/policy/decide-policy.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { createTestPortal, eventually, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { changeRole } from './change-role.ts'
import { decideAccess } from './decide-access.ts'
import { disableUser } from './disable-user.ts'
import { inviteAgain, inviteUser } from './invite-user.ts'
import { setPerson } from './set-person.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let staff: ReturnType<typeof createStaff>
const deps = () => portal.deps

beforeAll(async () => {
  portal = await createTestPortal()
  staff = createStaff(portal)
  portal.startWorker()
})
afterAll(() => portal.close())

/** Everything that one admin can do, with any number of accounts of their own making; each may be refused. */
type Step = { act: (typeof acts)[number]; a: number; b: number }
const acts = [
  'invite',
  'invite-again',
  'role',
  'reset',
  'person',
  'key',
  'confirm',
  'day',
  'ask-by-key',
  'ask-own',
  'enter',
  'grant',
  'retry',
  'policy',
  'confirm-policy',
  'approve',
  'disable-others',
] as const

const oneStep = fc.record({ act: fc.constantFrom(...acts), a: fc.nat({ max: 7 }), b: fc.nat({ max: 7 }) })

describe('one person alone', () => {
  it('never gets a payout approved, whatever they do and in any order', { timeout: 240_000 }, async () => {
    await deps().settings.change({ requireBalance: true }, operator)
    await staff.approvedByPolicy(['browser', 'desk', 'api'])
    try {
      await fc.assert(
        fc.asyncProperty(
          fc
            .tuple(fc.boolean(), fc.array(oneStep, { minLength: 8, maxLength: 24 }))
            // Half of them begin as an attacker would: as the only admin, with accounts of every kind.
            .map(([prepared, steps]) => (prepared ? [...knownAttack.slice(0, 9), ...steps] : steps)),
          alone,
        ),
        // Some sequences that once worked, then random ones.
        {
          numRuns: 12,
          plugins: [fc.interruptAfterTimeLimit(60_000)],
          examples: [[knownAttack], [ownRoleEnds]],
        },
      )
    } finally {
      await deps().settings.change({ requireBalance: false }, operator)
    }
  })
})

const step = (act: Step['act'], a = 0, b = 0): Step => ({ act, a, b })
/** Makes a key and an approver, waits, asks, approves; then grants and withdraws with accounts of their own. */
const knownAttack: Step[] = [
  step('disable-others'),
  step('key'),
  step('invite', 2),
  step('invite', 2),
  step('invite', 1),
  step('invite', 0),
  step('invite', 3),
  step('day'),
  step('confirm', 4),
  step('ask-by-key'),
  step('approve', 1),
  step('approve', 2),
  step('grant', 3, 0),
  step('ask-own', 4),
  step('approve', 1),
  step('policy'),
  step('confirm-policy', 5),
  step('ask-by-key'),
]

/** Two proposals come due together, and the first ends the role of who proposed the second. */
const ownRoleEnds: Step[] = [
  ...knownAttack.slice(0, 9),
  step('role', 6),
  step('invite'),
  step('invite'),
  step('reset', 5, 3),
  step('retry', 0, 5),
  step('invite', 4),
  step('reset', 0, 6),
  step('grant', 5, 2),
  step('day', 1, 6),
]

async function alone(steps: readonly Step[]): Promise<void> {
  const me = await staff.person('admin', 'Mallory')
  // Somebody else administers too, at first.
  const other = await staff.person('admin', 'Olga')
  await staff.onlyThese(me, other)
  // Mallory has long been a receiver too.
  const accounts: Person[] = [me, await staff.person('receiver', 'Mallory')]
  const keys: Actor[] = []
  const payouts: string[] = []
  const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]
  const admins = () => accounts.filter(({ role }) => role === 'admin')
  const refresh = async () => {
    for (const [index, account] of accounts.entries()) {
      const user = await deps().people.findUser(account.id)
      if (user) accounts[index] = actorOf(user)
    }
  }
  const invited = new Set<string>()
  const own = new Set<string>()
  const run: Record<Step['act'], (a: number, b: number) => Promise<unknown>> = {
    async invite(a, b) {
      const role = pick(['receiver', 'clerk', 'approver', 'admin'] as const, a) ?? 'clerk'
      const by = pick(admins(), b) ?? me
      const answer = await inviteUser(deps(), by, staff.withEmail(role))
      if (answer.ok) invited.add(answer.id)
    },
    'invite-again': (a, b) =>
      inviteAgain(deps(), pick(admins(), b) ?? me, { userId: pick(accounts, a)?.id ?? '', code }),
    role: (a, b) =>
      changeRole(deps(), pick(admins(), b) ?? me, {
        userId: pick(accounts, a)?.id ?? '',
        role: pick(['approver', 'admin', 'clerk'] as const, b) ?? 'clerk',
        code,
      }),
    reset: (a, b) =>
      resetFactor(deps(), pick(admins(), b) ?? me, { userId: pick(accounts, a)?.id ?? '', code }),
    person: (a, b) =>
      setPerson(deps(), pick(admins(), b) ?? me, {
        userId: pick(accounts, a)?.id ?? '',
        sameAs: b % 2 === 0 ? '' : (pick(accounts, b)?.id ?? ''),
        code,
      }),
    async key(a, b) {
      const scopes: ApiScope[][] = [[...apiScopes], ['payouts:write'], ['grants:write']]
      const made = await createApiKey(deps(), pick(admins(), b) ?? me, {
        name: 'own',
        scopes: pick(scopes, a) ?? [],
        code,
      })
      if (!made.ok) return
      own.add(made.key)
    },
    async confirm(a) {
      const proposals = await deps().access.proposals()
      const id = pick(proposals, a)?.id ?? ''
      for (const by of admins()) await decideAccess(deps(), by, { id, decision: 'confirmed', code })
    },
    // Days pass, but not as many as count.
    day: () => staff.later(25),
    async 'ask-by-key'(a) {
      const key = pick(keys, a)
      if (!key) return
      const made = await createPayout(deps(), key, {
        idempotencyKey: randomUUID(),
        body: { ...sampleRequest, receiver: { externalId: randomUUID(), firstName: 'Mal' } },
      })
      if (made.ok) payouts.push(made.payout.id)
    },
    async 'ask-own'(a) {
      const receiver = pick(
        accounts.filter(({ role }) => role === 'receiver'),
        a,
      )
      if (!receiver) return
      const asked = await requestWithdrawal(deps(), receiver, {
        formId: randomUUID(),
        amount: '9.00',
        currency: 'EUR',
        destination: { account_number: 'DE89370400440532013000', first_name: 'Mal' },
        ipAddress: null,
      })
      if (asked.ok) payouts.push(asked.payoutId)
    },
    async enter(a) {
      const clerk = pick(
        accounts.filter(({ role }) => role === 'clerk'),
        a,
      )
      if (!clerk) return
      const entered = await enterPayout(deps(), clerk, {
        formId: randomUUID(),
        amount: '7.00',
        currency: 'EUR',
        destination: { account_number: 'DE89370400440532013000', first_name: 'Mal' },
        receiver: { externalId: randomUUID(), firstName: 'Mal' },
      })
      if (entered.ok) payouts.push(entered.payoutId)
    },
    async grant(a) {
      const by = pick([...accounts.filter(({ role }) => role === 'clerk'), ...keys], a)
      if (!by) return
      for (const receiver of accounts.filter(({ role }) => role === 'receiver')) {
        const user = await deps().people.findUser(receiver.id)
        const body = {
          receiver: { externalId: user?.email ?? '' },
          currency: 'EUR',
          amount: '100',
          reference: randomUUID(),
        }
        await createGrant(deps(), by, { body, code, idempotencyKey: randomUUID() })
      }
    },
    async retry(a) {
      const clerk = accounts.find(({ role }) => role === 'clerk')
      const id = pick(payouts, a)
      if (!clerk || id === undefined) return
      const answer = await retryPayout(deps(), clerk, { id })
      if (answer.ok && 'payoutId' in answer && typeof answer.payoutId === 'string')
        payouts.push(answer.payoutId)
    },
    async policy(a) {
      const below = pick(['500', '5000'], a) ?? '500'
      const policy = {
        currencies: {
          EUR: {
            autoApprove: { below, sources: ['browser', 'desk', 'api'] },
            rules: [],
            limits: { payout: null, receiverDay: null, receiverMonth: null, approverDay: null },
          },
        },
        risk: {},
      }
      await proposePolicy(deps(), pick(admins(), a) ?? me, { policy, reason: 'mine', code })
    },
    async 'confirm-policy'() {
      const proposal = await deps().policy.proposal()
      for (const by of admins())
        await decidePolicy(deps(), by, { version: proposal?.version ?? 0, decision: 'confirmed', code })
    },
    async approve() {
      for (const id of payouts) {
        const payout = await eventually(async () => {
          const now = await portal.payout(id)
          return now.status === 'requested' || now.status === 'checking' ? 'not judged yet' : now
        })
        for (const approver of accounts)
          await approvePayout(deps(), approver, { ...seen(payout), note: 'mine' })
      }
    },
    'disable-others': () => disableUser(deps(), me, { email: `${other.id}@example.com`, code }),
  }
  const learn = async () => {
    for (const id of invited) {
      const user = await deps().people.findUser(id)
      if (!user) continue
      invited.delete(id)
      // Mallory reads that mailbox too, accepts the invitation and sets up a factor.
      await portal.prisma.user.update({ where: { id }, data: { passwordHash: 'x', totpSecret: 'v1.x' } })
      accounts.push(actorOf(user))
    }
    for (const key of own) {
      const found = await authenticateApiKey(deps(), key)
      if (!found.ok) continue
      own.delete(key)
      keys.push(found.actor)
    }
    await refresh()
  }
  for (const { act, a, b } of steps) {
    await run[act](a, b)
    await learn()
  }
  await run.approve(0, 0)
  for (const id of payouts) {
    const payout = await portal.payout(id)
    expect(
      ['awaiting_approval', 'rejected', 'cancelled', 'failed', 'declined', 'expired'].includes(payout.status),
      `${id} is ${payout.status} after ${JSON.stringify(steps)}`,
    ).toBe(true)
  }
  const proposal = await deps().policy.proposal()
  if (proposal) await deps().policy.decide(proposal.version, 'rejected', operator)
}
