/** A wrong id is refused, never an error, and tells nobody without the right whether there is such a thing. */
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maySee } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from './approve-payout.ts'
import { askAnew } from './ask-anew.ts'
import { askNow } from './ask-now.ts'
import { cancelPayout } from './cancel-payout.ts'
import { changeRole } from './change-role.ts'
import { chooseDefaultDestination } from './choose-default-destination.ts'
import { closeItem } from './close-item.ts'
import { confirmSettlement } from './confirm-settlement.ts'
import { createGrant } from './create-grant.ts'
import { disableUserById } from './disable-user.ts'
import { dropItem } from './drop-item.ts'
import { endOwnSession, endSessionsOf } from './end-sessions.ts'
import { inviteAgain } from './invite-user.ts'
import type { Deps } from './ports.ts'
import { previewLeaving } from './preview-leaving.ts'
import { proposeSettlement } from './propose-settlement.ts'
import { rejectPayout } from './reject-payout.ts'
import { releaseDestination } from './release-destination.ts'
import { removeDestination } from './remove-destination.ts'
import { renameDestination } from './rename-destination.ts'
import { resetFactor } from './reset-factor.ts'
import { revealDestination } from './reveal-destination.ts'
import { reverseGrant } from './reverse-grant.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { revokeLink } from './revoke-link.ts'
import { setPerson } from './set-person.ts'
import { showReceiverBalances } from './show-balances.ts'
import { showCoolingOff } from './show-cooling-off.ts'
import { showDeskPayout } from './show-desk-payout.ts'
import { showPayout, showPayoutWithTimeline } from './show-payout.ts'
import { showPerson } from './show-people.ts'
import { takeItem } from './take-item.ts'
import { createTestPortal, system } from './testing/portal.ts'
import { undoApproval } from './undo-approval.ts'
import { verifyHistory } from './verify-history.ts'
import { withdrawSettlement } from './withdraw-settlement.ts'

const code = '123456'
type Answer = { ok: boolean; code?: string }
type Call = (deps: Deps, actor: Actor, id: string) => Promise<Answer>
type Thing = 'payout' | 'user' | 'grant' | 'receiver' | 'destination' | 'item' | 'key' | 'session'

const calls: [string, Thing, Call][] = [
  ['approvePayout', 'payout', (d, a, id) => approvePayout(d, a, { id, contentHash: 'x', code })],
  ['rejectPayout', 'payout', (d, a, id) => rejectPayout(d, a, { id, version: 1, reason: 'why' })],
  ['undoApproval', 'payout', (d, a, id) => undoApproval(d, a, { id })],
  ['cancelPayout', 'payout', (d, a, id) => cancelPayout(d, a, { id })],
  ['askAnew', 'payout', (d, a, id) => askAnew(d, a, { id })],
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
  it('refuses every wrong id, whoever sends it', async () => {
    for (const [who, actor] of actors)
      for (const id of [...malformed, randomUUID()]) {
        const answer = await call(portal.deps, actor, id)
        if (answer.ok) expect(answer, `${who} ${id.slice(0, 40)}`).toEqual({ ok: true, destination: null })
        else expect(answer.code, `${who} ${id.slice(0, 40)}`).toMatch(/^(not_found|forbidden|item_taken)$/)
      }
  })

  it('answers those without the right the same, whether there is such a thing or not', async () => {
    for (const [who, actor] of actors) {
      const existing = await call(portal.deps, actor, there[thing])
      // Who sees every payout anyway may hear that there is one.
      if (!isTurnedAway(existing) || (thing === 'payout' && maySee(actor, { receiverId: there.receiver })))
        continue
      expect(await call(portal.deps, actor, randomUUID()), who).toEqual(existing)
    }
  })
})

it('no action reaches for data but through a verb, which authorises first', () => {
  const stores =
    /\bdeps\.(payouts|items|settlements|approvals|policy|risk|ledger|destinations|access|callbacks|people|mails)\b/
  const offenders = actionFiles().filter(([, source]) => stores.test(source))
  expect(offenders.map(([file]) => file)).toEqual([])
  expect(actionFiles().length).toBeGreaterThan(10)
})
