/** A wrong id is refused and never an error, and doesn't tell people without the right whether the thing exists. */
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maySee } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { previewLeaving } from '#lib/services/approval/preview-leaving.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { reverseGrant } from '#lib/services/balance/reverse-grant.ts'
import { showReceiverBalances } from '#lib/services/balance/show-balances.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import { dropItem } from '#lib/services/desk/drop-item.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { takeItem } from '#lib/services/desk/take-item.ts'
import { chooseDefaultDestination } from '#lib/services/destination/choose-default-destination.ts'
import { releaseDestination } from '#lib/services/destination/release-destination.ts'
import { removeDestination } from '#lib/services/destination/remove-destination.ts'
import { renameDestination } from '#lib/services/destination/rename-destination.ts'
import { revealDestination } from '#lib/services/destination/reveal-destination.ts'
import { showCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { askNow } from '#lib/services/order/ask-now.ts'
import { changeRole } from '#lib/services/people/change-role.ts'
import { disableUserById } from '#lib/services/people/disable-user.ts'
import { inviteAgain } from '#lib/services/people/invite-user.ts'
import { setPerson } from '#lib/services/people/set-person.ts'
import { showPerson } from '#lib/services/people/show-people.ts'
import type { Deps } from '#lib/services/ports.ts'
import { verifyHistory } from '#lib/services/safety/verify-history.ts'
import { confirmSettlement } from '#lib/services/settlement/confirm-settlement.ts'
import { proposeSettlement } from '#lib/services/settlement/propose-settlement.ts'
import { withdrawSettlement } from '#lib/services/settlement/withdraw-settlement.ts'
import { endOwnSession, endSessionsOf } from '#lib/services/sign-in/end-sessions.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { createTestPortal, system } from '#lib/services/testing/portal.ts'
import { retryPayout } from './retry-payout.ts'
import { cancelPayout } from './cancel-payout.ts'
import { revokeLink } from './revoke-link.ts'
import { showPayout, showPayoutWithTimeline } from './show-payout.ts'

const code = '123456'
type Answer = { ok: boolean; code?: string }
type Call = (deps: Deps, actor: Actor, id: string) => Promise<Answer>
type Thing = 'payout' | 'user' | 'grant' | 'receiver' | 'destination' | 'item' | 'key' | 'session'

const calls: [string, Thing, Call][] = [
  ['approvePayout', 'payout', (d, a, id) => approvePayout(d, a, { id, contentHash: 'x', code })],
  ['rejectPayout', 'payout', (d, a, id) => rejectPayout(d, a, { id, version: 1, reason: 'why' })],
  ['undoApproval', 'payout', (d, a, id) => undoApproval(d, a, { id })],
  ['cancelPayout', 'payout', (d, a, id) => cancelPayout(d, a, { id })],
  ['retryPayout', 'payout', (d, a, id) => retryPayout(d, a, { id })],
  ['askNow', 'payout', (d, a, id) => askNow(d, a, { id })],
  ['revokeLink', 'payout', (d, a, id) => revokeLink(d, a, id)],
  ['revealDestination', 'payout', (d, a, id) => revealDestination(d, a, { id, code })],
  ['showPayout', 'payout', (d, a, id) => showPayout(d, a, id)],
  ['showPayoutWithTimeline', 'payout', (d, a, id) => showPayoutWithTimeline(d, a, id)],
  ['showDeskPayout', 'payout', (d, a, id) => showDeskPayout(d, a, id)],
  ['verifyHistory', 'payout', (d, a, id) => verifyHistory(d, a, { payoutId: id })],
  [
    'proposeSettlement',
    'payout',
    (d, a, id) =>
      proposeSettlement(d, a, { id, version: 1, outcome: 'paid', reason: 'why', evidence: 'what', code }),
  ],
  [
    'confirmSettlement',
    'payout',
    (d, a, id) => confirmSettlement(d, a, { id, settlementId: id, version: 1, code }),
  ],
  ['withdrawSettlement', 'payout', (d, a, id) => withdrawSettlement(d, a, { id, settlementId: id })],
  ['disableUserById', 'user', (d, a, id) => disableUserById(d, a, { userId: id, code: 'wrong' })],
  ['changeRole', 'user', (d, a, id) => changeRole(d, a, { userId: id, role: 'auditor', code: 'wrong' })],
  ['resetFactor', 'user', (d, a, id) => resetFactor(d, a, { userId: id, code: 'wrong' })],
  ['setPerson', 'user', (d, a, id) => setPerson(d, a, { userId: id, sameAs: '', code: 'wrong' })],
  ['setPerson, the other', 'user', (d, a, id) => setPerson(d, a, { userId: id, sameAs: id, code: 'wrong' })],
  ['endSessionsOf', 'user', (d, a, id) => endSessionsOf(d, a, { userId: id, code: 'wrong' })],
  ['inviteAgain', 'user', (d, a, id) => inviteAgain(d, a, { userId: id, code: 'wrong' })],
  ['showPerson', 'user', (d, a, id) => showPerson(d, a, { userId: id })],
  ['previewLeaving', 'user', (d, a, id) => previewLeaving(d, a, { userId: id })],
  ['reverseGrant', 'grant', (d, a, id) => reverseGrant(d, a, { id, reason: 'why', code: 'wrong' })],
  ['showReceiverBalances', 'receiver', (d, a, id) => showReceiverBalances(d, a, { receiverId: id })],
  [
    'releaseDestination',
    'destination',
    (d, a, id) => releaseDestination(d, a, { id, reason: 'why', code: 'wrong' }),
  ],
  ['showCoolingOff', 'destination', (d, a, id) => showCoolingOff(d, a, id)],
  ['removeDestination', 'destination', (d, a, id) => removeDestination(d, a, { id })],
  ['renameDestination', 'destination', (d, a, id) => renameDestination(d, a, { id, label: 'Mine' })],
  ['chooseDefaultDestination', 'destination', (d, a, id) => chooseDefaultDestination(d, a, { id })],
  ['closeItem', 'item', (d, a, id) => closeItem(d, a, { id, reason: 'why' })],
  ['takeItem', 'item', (d, a, id) => takeItem(d, a, { id, seenOwnerId: null })],
  ['takeItem, from whom', 'item', (d, a, id) => takeItem(d, a, { id: randomUUID(), seenOwnerId: id })],
  ['dropItem', 'item', (d, a, id) => dropItem(d, a, { id })],
  ['revokeApiKey', 'key', (d, a, id) => revokeApiKey(d, a, { id, code: 'wrong' })],
  ['endOwnSession', 'session', (d, a, id) => endOwnSession(d, a, { sessionId: id })],
]

const malformed = [
  '',
  'x',
  '-'.repeat(36),
  "' OR 1=1 --",
  `${randomUUID()}0`,
  'é'.repeat(36),
  '0'.repeat(5000),
]

let portal: Awaited<ReturnType<typeof createTestPortal>>
const actors: [string, Actor][] = []
const there = {} as Record<Thing, string>

beforeAll(async () => {
  portal = await createTestPortal()
  const { deps, prisma } = portal
  const operator: Actor = { kind: 'operator', name: 'test' }
  for (const role of ['receiver', 'clerk', 'approver', 'admin', 'auditor'] as const) {
    const id = randomUUID()
    const user = { id, email: `${id}@example.com`, name: role, role, passwordHash: null, totpSecret: null }
    const made = await deps.people.createUser(user, operator)
    if (made === 'email_taken') throw new Error('taken')
    actors.push([role, { kind: 'user', id, role, name: role, receiverId: made.receiverId }])
  }
  actors.push(['system', system], ['operator', operator], ['stranger', { kind: 'stranger' }])
  there.payout = await portal.ask()
  there.user = randomUUID()
  await deps.people.createUser(
    {
      id: there.user,
      email: 'victim@example.com',
      name: 'V',
      role: 'clerk',
      passwordHash: null,
      totpSecret: null,
    },
    operator,
  )
  const granted = await createGrant(deps, operator, {
    body: { receiver: { externalId: 'cust-42' }, currency: 'EUR', amount: '5', reference: 'r' },
  })
  if (!granted.ok) throw new Error(granted.code)
  there.grant = granted.grant.id
  there.receiver = granted.grant.receiver.id
  const draft = { label: 'x', fields: { account_number: '12345678' }, coolingOffH: 24, mails: [] }
  const saved = await deps.destinations.save(
    { ...draft, id: randomUUID(), receiverId: there.receiver },
    operator,
  )
  there.destination = saved.destination.id
  await deps.items.open({ kind: 'stuck', severity: 'warning', what: 'x', why: 'y' }, there.payout)
  there.item = (await deps.items.list())[0]?.id ?? ''
  there.key = system.kind === 'api_key' ? system.id : ''
  there.session = randomUUID()
  await prisma.session.create({
    data: { id: there.session, tokenHash: 'x', userId: there.user, expiresAt: new Date(Date.now() + 60_000) },
  })
})
afterAll(() => portal.close())

const actionFiles = () =>
  globSync('app/**/*.ts')
    .map((file): [string, string] => [file, readFileSync(file, 'utf8')])
    .filter(([, source]) => source.startsWith("'use server'"))

/** Refused, and not for anything about the thing itself. */
const isTurnedAway = ({ code }: Answer) => code === 'forbidden' || code === 'not_found'

describe.each(calls)('%s', (_name, thing, call) => {
  it('refuses every wrong id, from everybody', async () => {
    for (const [who, actor] of actors)
      for (const id of [...malformed, randomUUID()]) {
        const answer = await call(portal.deps, actor, id)
        if (answer.ok) expect(answer, `${who} ${id.slice(0, 40)}`).toEqual({ ok: true, destination: null })
        else expect(answer.code, `${who} ${id.slice(0, 40)}`).toMatch(/^(not_found|forbidden|item_taken)$/)
      }
  })

  it('answers people without the right the same, whether the thing exists or not', async () => {
    for (const [who, actor] of actors) {
      const existing = await call(portal.deps, actor, there[thing])
      // People who see every payout may learn that it exists.
      if (!isTurnedAway(existing) || (thing === 'payout' && maySee(actor, { receiverId: there.receiver })))
        continue
      expect(await call(portal.deps, actor, randomUUID()), who).toEqual(existing)
    }
  })
})

it('no action reaches data except through a verb, which authorises first', () => {
  const stores =
    /\bdeps\.(payouts|items|settlements|approvals|policy|risk|ledger|destinations|access|callbacks|people|mails)\b/
  const offenders = actionFiles().filter(([, source]) => stores.test(source))
  expect(offenders.map(([file]) => file)).toEqual([])
  expect(actionFiles().length).toBeGreaterThan(10)
})
