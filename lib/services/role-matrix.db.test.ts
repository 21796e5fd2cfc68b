/** Every verb against everybody who could call it. A verb without a row here fails the build. */
import { apiScopes } from '#lib/payouts/permissions.ts'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { addDestination } from './add-destination.ts'
import { anchorHistory } from './anchor-history.ts'
import { approveMany, hashOfSet } from './approve-many.ts'
import { approvePayout } from './approve-payout.ts'
import { askAnew } from './ask-anew.ts'
import { askNow } from './ask-now.ts'
import { changePassword } from './change-password.ts'
import { changeReceiver, showReceiver } from './change-receiver.ts'
import { changeRole } from './change-role.ts'
import { cancelPayout } from './cancel-payout.ts'
import { changeSettings } from './change-settings.ts'
import { chooseDefaultDestination } from './choose-default-destination.ts'
import { changeEmail } from './change-email.ts'
import { closeItem } from './close-item.ts'
import { confirmSettlement } from './confirm-settlement.ts'
import { createApiKey } from './create-api-key.ts'
import { createGrant } from './create-grant.ts'
import { createPayout } from './create-payout.ts'
import { createUser } from './create-user.ts'
import { decideAccess } from './decide-access.ts'
import { decidePolicy } from './decide-policy.ts'
import { declareRestore } from './declare-restore.ts'
import { disableUser } from './disable-user.ts'
import { giveApproval, mayApprove } from './give-approval.ts'
import { endOtherSessions, endOwnSession, endSessionsOf } from './end-sessions.ts'
import { endRestore } from './end-restore.ts'
import { dropItem } from './drop-item.ts'
import { enterPayout } from './enter-payout.ts'
import { listDestinations } from './list-destinations.ts'
import { importGrants } from './import-grants.ts'
import { exportDeskPayouts, listDeskPayouts, listOwnPayouts, listPayouts } from './list-payouts.ts'
import { previewLeaving } from './preview-leaving.ts'
import { proposePolicy } from './propose-policy.ts'
import { findSession } from './find-session.ts'
import { inviteAgain, inviteUser } from './invite-user.ts'
import { proposeSettlement } from './propose-settlement.ts'
import { rehearsePolicy } from './rehearse-policy.ts'
import { rejectPayout } from './reject-payout.ts'
import { releaseDestination } from './release-destination.ts'
import { releaseSending } from './release-sending.ts'
import { removeDestination } from './remove-destination.ts'
import { renameDestination } from './rename-destination.ts'
import { requestWithdrawal } from './request-withdrawal.ts'
import { removeDemo } from './remove-demo.ts'
import { reseal } from './reseal.ts'
import { revealDestination } from './reveal-destination.ts'
import { reviewMany } from './review-many.ts'
import { reverseGrant } from './reverse-grant.ts'
import { beginFactor, renewRecoveryCodes, replaceFactor } from './replace-factor.ts'
import { resetFactor } from './reset-factor.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { revokeLink } from './revoke-link.ts'
import { rotateSession } from './rotate-session.ts'
import { openSession } from './sessions.ts'
import { setPassword } from './set-password.ts'
import { setPerson } from './set-person.ts'
import { setPolicy } from './set-policy.ts'
import { listCoolingOff, showCoolingOff } from './show-cooling-off.ts'
import { showBalance } from './show-balance.ts'
import { listGrants, searchBalances, showBalancesOf, showReceiverBalances } from './show-balances.ts'
import { showDesk } from './show-desk.ts'
import { showDeskPayout } from './show-desk-payout.ts'
import { showPolicy } from './show-policy.ts'
import { showAudit } from './show-audit.ts'
import { showAccess } from './show-access.ts'
import { showAccount } from './show-account.ts'
import { showKeys } from './show-keys.ts'
import { showPayout, showPayoutWithTimeline } from './show-payout.ts'
import { showPeople, showPerson } from './show-people.ts'
import { showUnknown } from './show-unknown.ts'
import { startComparison } from './start-comparison.ts'
import { listAnchors, verifyHistory } from './verify-history.ts'
import { showSending, showStops } from './show-sending.ts'
import { stopSending } from './stop-sending.ts'
import { undoApproval } from './undo-approval.ts'
import { undoMany } from './undo-many.ts'
import { takeItem } from './take-item.ts'
import { watchPayout } from './watch-payout.ts'
import { withdrawSettlement } from './withdraw-settlement.ts'
import type { Payout } from './ports.ts'
import { createTestPortal, eventually, sampleRequest, system, seen } from './testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
const people = {} as Record<Who, Actor>
beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
  for (const role of ['receiver', 'clerk', 'approver', 'admin', 'auditor'] as const)
    people[role] = await person(role)
  people.otherReceiver = await person('receiver')
  people.system = system
  people.operator = { kind: 'operator', name: 'root' }
  people.worker = { kind: 'worker', id: 'w' }
  people.cardzo = { kind: 'cardzo' }
  people.stranger = { kind: 'stranger' }
})
afterAll(() => portal.close())

const everybody = [
  'receiver',
  'otherReceiver',
  'clerk',
  'approver',
  'admin',
  'auditor',
  'system',
  'operator',
  'worker',
  'cardzo',
  'stranger',
] as const
type Who = (typeof everybody)[number]
type Answer = { ok: boolean; code?: string }

async function person(role: 'receiver' | 'clerk' | 'approver' | 'admin' | 'auditor'): Promise<Actor> {
  const id = randomUUID()
  const made = await portal.deps.people.createUser(
    {
      id,
      email: `${id}@example.com`,
      name: role,
      role,
      passwordHash: null,
      totpSecret: role === 'receiver' ? null : 'JBSWY3DPEHPK3PXP',
    },
    { kind: 'operator', name: 'test' },
  )
  if (made === 'email_taken') throw new Error('taken')
  return { kind: 'user', id, role, name: role, receiverId: made.receiverId }
}

/** A receiver of another system, known by a first name. */
async function knownReceiver(): Promise<string> {
  const id = await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
  return (await portal.payout(id)).receiver.id
}

/** A payout of `receiver`, waiting for a decision. */
async function waiting(): Promise<Payout> {
  const receiver = people.receiver
  if (receiver.kind !== 'user') throw new Error('no receiver')
  const asked = await requestWithdrawal(portal.deps, receiver, withdrawal())
  if (!asked.ok) throw new Error(JSON.stringify(asked))
  return portal.until(asked.payoutId, 'awaiting_approval')
}

/** The same in a currency whose payments wait after approval. */
async function held(): Promise<Payout> {
  await portal.deps.settings.change({ sendDelayS: { '*': 0, USD: 600 } }, { kind: 'operator', name: 'test' })
  return portal.until(await portal.ask({ currency: 'USD' }), 'awaiting_approval')
}

/** Each of its own amount: asking for the same twice would need a note. */
let asked = 0
const withdrawal = () => ({
  formId: randomUUID(),
  amount: `${10 + asked++}.00`,
  currency: 'EUR',
  destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
  ipAddress: null,
})

const grant = () => ({
  body: { receiver: { externalId: 'cust-7' }, currency: 'EUR', amount: '5', reference: randomUUID() },
  code: '123456',
})
/** One of `receiver`'s, cooling off. */
async function coolingDestination(): Promise<string> {
  const receiver = people.receiver
  if (receiver.kind !== 'user' || receiver.receiverId === null) throw new Error('no receiver')
  const draft = {
    id: randomUUID(),
    receiverId: receiver.receiverId,
    label: 'l',
    fields: { account_number: randomUUID() },
    coolingOffH: 1,
    mails: [],
  }
  return (await portal.deps.destinations.save(draft, receiver)).destination.id
}

async function victim(): Promise<string> {
  const email = `${randomUUID()}@example.com`
  const user = {
    id: randomUUID(),
    email,
    name: 'v',
    role: 'clerk' as const,
    passwordHash: null,
    totpSecret: null,
  }
  await portal.deps.people.createUser(user, { kind: 'operator', name: 'test' })
  return email
}

async function item(): Promise<string> {
  const payout = await waiting()
  await portal.deps.items.open({ kind: 'stuck', severity: 'info', what: 'w', why: 'y' }, payout.id)
  const [opened] = await portal.deps.items.list({ payoutId: payout.id })
  return opened?.id ?? ''
}

/** A payout of `receiver` whose payout-pay got lost; one for each verb, because all but one are refused. */
const lost = new Map<string, Promise<Payout>>()
function lostFor(verb: string): Promise<Payout> {
  const known = lost.get(verb)
  if (known) return known
  const made = losePay()
  lost.set(verb, made)
  return made
}

async function losePay(): Promise<Payout> {
  const payout = await waiting()
  portal.gateway.faults.pay.push({ answer: 'silence', effect: false })
  await approvePayout(portal.deps, await portal.approver(), seen(payout))
  await portal.until(payout.id, 'outcome_unknown')
  return eventually(async () =>
    (await portal.deps.payouts.heardWithin(payout.id, 60_000)) ? portal.payout(payout.id) : 'not heard',
  )
}

const code = '123456'

async function victimId(): Promise<string> {
  return (await deps().people.findUserByEmail(await victim()))?.id ?? ''
}

/** A living session of this person; no token for whoever is no person. */
async function sessionOf(actor: Actor): Promise<string> {
  if (actor.kind !== 'user') return ''
  const user = await deps().people.findUser(actor.id)
  return user ? openSession(deps(), user, { ip: null, userAgent: null }, 'second_factor') : ''
}

const settlement = { outcome: 'paid', reason: 'why', evidence: 'what', code: '123456' }

/** The same payout with a proposal of somebody else's. */
async function proposedFor(verb: string) {
  const { id, version } = await lostFor(verb)
  await proposeSettlement(portal.deps, await portal.approver(), { id, version, ...settlement })
  const settlements = await portal.deps.settlements.forPayouts([id])
  return { id, version, settlementId: settlements.at(-1)?.id ?? '' }
}

const deps = () => portal.deps

/** Differs from the rules in force and asks for nobody more. */
const otherPolicy = { currencies: {}, risk: { many_requests: 'medium' } }
async function clearProposal(): Promise<void> {
  const waits = await deps().policy.proposal()
  if (waits) await deps().policy.decide(waits.version, 'rejected', { kind: 'operator', name: 'test' })
}
const staff = ['clerk', 'approver', 'admin', 'auditor'] as const
const signedIn = ['receiver', 'otherReceiver', ...staff] as const

type Row = { file: string; may: readonly Who[]; call: (actor: Actor) => Promise<Answer> | Answer }

const matrix: Record<string, Row> = {
  requestWithdrawal: {
    file: 'request-withdrawal.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => requestWithdrawal(deps(), actor, withdrawal()),
  },
  enterPayout: {
    file: 'enter-payout.ts',
    may: ['clerk'],
    call: (actor) =>
      enterPayout(deps(), actor, {
        ...withdrawal(),
        receiver: { externalId: randomUUID(), firstName: 'Ada' },
      }),
  },
  createPayout: {
    file: 'create-payout.ts',
    may: ['system'],
    call: (actor) => createPayout(deps(), actor, { idempotencyKey: randomUUID(), body: sampleRequest }),
  },
  approvePayout: {
    file: 'approve-payout.ts',
    may: ['approver'],
    call: async (actor) => approvePayout(deps(), actor, seen(await waiting())),
  },
  mayApprove: {
    file: 'give-approval.ts',
    may: ['approver'],
    call: async (actor) => mayApprove(deps(), actor, await waiting(), 'why'),
  },
  giveApproval: {
    file: 'give-approval.ts',
    may: ['approver'],
    call: async (actor) => {
      // Whoever may not has nothing to hand over here.
      const sure = await mayApprove(deps(), actor, await waiting(), 'why')
      return sure.ok ? giveApproval(deps(), actor, sure, 'why') : sure
    },
  },
  undoApproval: {
    file: 'undo-approval.ts',
    may: ['approver'],
    call: async (actor) => {
      const payout = await held()
      await approvePayout(deps(), actor, seen(payout))
      return undoApproval(deps(), actor, payout)
    },
  },
  reviewMany: {
    file: 'review-many.ts',
    may: ['approver'],
    call: async (actor) => reviewMany(deps(), actor, { numbers: [String((await waiting()).seq)] }),
  },
  approveMany: {
    file: 'approve-many.ts',
    may: ['approver'],
    call: async (actor) => {
      const one = [await waiting()]
      return approveMany(deps(), actor, { seen: one, setHash: hashOfSet(one), code: '123456' })
    },
  },
  rejectPayout: {
    file: 'reject-payout.ts',
    may: ['approver'],
    call: async (actor) => rejectPayout(deps(), actor, { ...(await waiting()), reason: 'no' }),
  },
  cancelPayout: {
    file: 'cancel-payout.ts',
    may: ['receiver', 'system'],
    call: async (actor) => cancelPayout(deps(), actor, await waiting()),
  },
  showPayout: {
    file: 'show-payout.ts',
    may: ['receiver', ...staff, 'system', 'operator'],
    call: async (actor) => showPayout(deps(), actor, (await waiting()).id),
  },
  showPayoutWithTimeline: {
    file: 'show-payout.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => showPayoutWithTimeline(deps(), actor, (await waiting()).id),
  },
  undoMany: {
    file: 'undo-many.ts',
    may: ['approver'],
    call: async (actor) => undoMany(deps(), actor, { ids: [(await waiting()).id] }),
  },
  showReceiver: {
    file: 'change-receiver.ts',
    may: ['clerk'],
    call: async (actor) => showReceiver(deps(), actor, { id: await knownReceiver() }),
  },
  changeReceiver: {
    file: 'change-receiver.ts',
    // Not the approver, who would alter whom they approve a payout to.
    may: ['clerk'],
    call: async (actor) =>
      changeReceiver(deps(), actor, {
        id: await knownReceiver(),
        seen: { email: '', firstName: 'Ada', lastName: '' },
        to: { email: '', firstName: 'Adah', lastName: '' },
        reason: 'As on the passport.',
        code,
      }),
  },
  watchPayout: {
    file: 'watch-payout.ts',
    may: ['clerk', 'approver', 'admin', 'auditor', 'system', 'operator'],
    call: async (actor) => watchPayout(deps(), actor, { id: (await waiting()).id }),
  },
  showDeskPayout: {
    file: 'show-desk-payout.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => showDeskPayout(deps(), actor, (await waiting()).id),
  },
  showDesk: { file: 'show-desk.ts', may: staff, call: (actor) => showDesk(deps(), actor) },
  listPayouts: {
    file: 'list-payouts.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listPayouts(deps(), actor, {}),
  },
  listDeskPayouts: {
    file: 'list-payouts.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listDeskPayouts(deps(), actor, {}),
  },
  exportDeskPayouts: {
    file: 'list-payouts.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => exportDeskPayouts(deps(), actor, {}),
  },
  listOwnPayouts: {
    file: 'list-payouts.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => listOwnPayouts(deps(), actor, {}),
  },
  closeItem: {
    file: 'close-item.ts',
    may: ['approver'],
    call: async (actor) => closeItem(deps(), actor, { id: await item(), reason: 'done' }),
  },
  takeItem: {
    file: 'take-item.ts',
    may: ['clerk', 'approver'],
    call: async (actor) => takeItem(deps(), actor, { id: await item(), seenOwnerId: null }),
  },
  dropItem: {
    file: 'drop-item.ts',
    may: ['clerk', 'approver'],
    call: async (actor) => {
      const id = await item()
      if (actor.kind === 'user') await deps().items.take(id, actor, null)
      return dropItem(deps(), actor, { id })
    },
  },
  showUnknown: { file: 'show-unknown.ts', may: staff, call: (actor) => showUnknown(deps(), actor) },
  askNow: {
    file: 'ask-now.ts',
    may: ['clerk', 'approver'],
    call: async (actor) => askNow(deps(), actor, await waiting()),
  },
  askAnew: {
    file: 'ask-anew.ts',
    may: ['clerk'],
    call: async (actor) => {
      const payout = await waiting()
      await rejectPayout(deps(), await portal.approver(), { ...payout, reason: 'no' })
      return askAnew(deps(), actor, payout)
    },
  },
  proposeSettlement: {
    file: 'propose-settlement.ts',
    may: ['approver'],
    call: async (actor) => proposeSettlement(deps(), actor, { ...(await lostFor('propose')), ...settlement }),
  },
  confirmSettlement: {
    file: 'confirm-settlement.ts',
    may: ['approver'],
    call: async (actor) =>
      confirmSettlement(deps(), actor, { ...(await proposedFor('confirm')), code: '123456' }),
  },
  withdrawSettlement: {
    file: 'withdraw-settlement.ts',
    may: ['approver'],
    call: async (actor) => withdrawSettlement(deps(), actor, await proposedFor('withdraw')),
  },
  listDestinations: {
    file: 'list-destinations.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => listDestinations(deps(), actor),
  },
  addDestination: {
    file: 'add-destination.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) =>
      addDestination(deps(), actor, {
        label: '',
        destination: { account_number: randomUUID(), first_name: 'Ada' },
      }),
  },
  renameDestination: {
    file: 'rename-destination.ts',
    may: ['receiver'],
    call: async (actor) =>
      renameDestination(deps(), actor, { id: await coolingDestination(), label: 'Mine' }),
  },
  chooseDefaultDestination: {
    file: 'choose-default-destination.ts',
    may: ['receiver'],
    call: async (actor) => chooseDefaultDestination(deps(), actor, { id: await coolingDestination() }),
  },
  removeDestination: {
    file: 'remove-destination.ts',
    may: ['receiver'],
    call: async (actor) => removeDestination(deps(), actor, { id: await coolingDestination() }),
  },
  releaseDestination: {
    file: 'release-destination.ts',
    may: ['approver'],
    call: async (actor) =>
      releaseDestination(deps(), actor, { id: await coolingDestination(), reason: 'why', code: '123456' }),
  },
  listCoolingOff: { file: 'show-cooling-off.ts', may: staff, call: (actor) => listCoolingOff(deps(), actor) },
  showCoolingOff: {
    file: 'show-cooling-off.ts',
    may: staff,
    call: async (actor) => showCoolingOff(deps(), actor, await coolingDestination()),
  },
  revealDestination: {
    file: 'reveal-destination.ts',
    may: ['approver'],
    call: async (actor) => revealDestination(deps(), actor, { id: (await waiting()).id, code: '123456' }),
  },
  removeDemo: { file: 'remove-demo.ts', may: ['operator'], call: (actor) => removeDemo(deps(), actor) },
  reseal: { file: 'reseal.ts', may: ['operator'], call: (actor) => reseal(deps(), actor) },
  revokeLink: {
    file: 'revoke-link.ts',
    may: ['admin', 'operator'],
    call: async (actor) => revokeLink(deps(), actor, (await waiting()).id),
  },
  createUser: {
    file: 'create-user.ts',
    may: ['operator'],
    call: (actor) =>
      createUser(deps(), actor, {
        email: `${randomUUID()}@example.com`,
        role: 'clerk',
        password: 'correct horse battery',
      }),
  },
  disableUser: {
    file: 'disable-user.ts',
    may: ['admin', 'operator'],
    call: async (actor) => disableUser(deps(), actor, { email: await victim(), code }),
  },
  changeEmail: {
    file: 'change-email.ts',
    may: ['operator'],
    call: async (actor) =>
      changeEmail(deps(), actor, { email: await victim(), to: `${randomUUID()}@example.com` }),
  },
  setPassword: {
    file: 'set-password.ts',
    may: ['operator'],
    call: async (actor) =>
      setPassword(deps(), actor, { email: await victim(), password: 'correct horse battery' }),
  },
  createApiKey: {
    file: 'create-api-key.ts',
    may: ['admin', 'operator'],
    call: (actor) => createApiKey(deps(), actor, { name: 'k', code }),
  },
  revokeApiKey: {
    file: 'revoke-api-key.ts',
    may: ['admin', 'operator'],
    call: async (actor) => {
      const made = await createApiKey(deps(), { kind: 'operator', name: 'test' }, { name: 'k' })
      if (!made.ok) throw new Error(made.code)
      return revokeApiKey(deps(), actor, { id: made.id, code })
    },
  },
  inviteUser: {
    file: 'invite-user.ts',
    may: ['admin', 'operator'],
    call: (actor) =>
      inviteUser(deps(), actor, { name: 'v', email: `${randomUUID()}@example.com`, role: 'clerk', code }),
  },
  inviteAgain: {
    file: 'invite-user.ts',
    may: ['admin', 'operator'],
    call: async (actor) => inviteAgain(deps(), actor, { userId: await victimId(), code }),
  },
  changeRole: {
    file: 'change-role.ts',
    may: ['admin', 'operator'],
    call: async (actor) => changeRole(deps(), actor, { userId: await victimId(), role: 'auditor', code }),
  },
  resetFactor: {
    file: 'reset-factor.ts',
    may: ['admin', 'operator'],
    call: async (actor) => resetFactor(deps(), actor, { userId: await victimId(), code }),
  },
  decideAccess: {
    file: 'decide-access.ts',
    may: ['admin'],
    call: async (actor) => {
      const proposer = await person('admin')
      const made = await resetFactor(deps(), proposer, { userId: await victimId(), code })
      const id = made.ok ? (made.waits?.id ?? '') : ''
      return decideAccess(deps(), actor, { id, decision: 'confirmed', code })
    },
  },
  showAccess: {
    file: 'show-access.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => showAccess(deps(), actor),
  },
  endSessionsOf: {
    file: 'end-sessions.ts',
    may: ['admin', 'operator'],
    call: async (actor) => endSessionsOf(deps(), actor, { userId: await victimId(), code }),
  },
  setPerson: {
    file: 'set-person.ts',
    may: ['admin', 'operator'],
    call: async (actor) => setPerson(deps(), actor, { userId: await victimId(), sameAs: '', code }),
  },
  showPeople: {
    file: 'show-people.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => showPeople(deps(), actor),
  },
  showPerson: {
    file: 'show-people.ts',
    may: ['admin', 'auditor', 'operator'],
    call: async (actor) => showPerson(deps(), actor, { userId: await victimId() }),
  },
  showKeys: {
    file: 'show-keys.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => showKeys(deps(), actor),
  },
  showAccount: {
    file: 'show-account.ts',
    may: signedIn,
    call: (actor) => showAccount(deps(), actor, { token: '' }),
  },
  changePassword: {
    file: 'change-password.ts',
    may: signedIn,
    call: async (actor) =>
      changePassword(deps(), actor, {
        token: await sessionOf(actor),
        present: '',
        password: 'correct horse battery',
        code,
      }),
  },
  endOwnSession: {
    file: 'end-sessions.ts',
    may: signedIn,
    call: async (actor) => {
      const found = await findSession(deps(), await sessionOf(actor))
      return endOwnSession(deps(), actor, { sessionId: found?.sessionId ?? randomUUID() })
    },
  },
  rotateSession: {
    file: 'rotate-session.ts',
    may: signedIn,
    call: async (actor) => rotateSession(deps(), actor, { token: await sessionOf(actor) }),
  },
  endOtherSessions: {
    file: 'end-sessions.ts',
    may: signedIn,
    call: async (actor) => endOtherSessions(deps(), actor, { token: await sessionOf(actor) }),
  },
  beginFactor: {
    file: 'replace-factor.ts',
    may: staff,
    call: (actor) => beginFactor(deps(), actor, { code }),
  },
  replaceFactor: {
    file: 'replace-factor.ts',
    may: staff,
    call: async (actor) => {
      const token = await sessionOf(actor)
      const begun = await beginFactor(deps(), actor, { code })
      return replaceFactor(deps(), actor, { attempt: begun.ok ? begun.attempt : '', token, code })
    },
  },
  renewRecoveryCodes: {
    file: 'replace-factor.ts',
    may: staff,
    call: (actor) => renewRecoveryCodes(deps(), actor, { code }),
  },
  stopSending: {
    file: 'stop-sending.ts',
    may: ['admin', 'operator'],
    call: async (actor) => {
      const answer = await stopSending(deps(), actor, { reason: 'why' })
      await deps().brake.release({ kind: 'operator', name: 'test' }, 'test', 1000)
      return answer
    },
  },
  releaseSending: {
    file: 'release-sending.ts',
    may: ['admin', 'operator'],
    call: async (actor) => {
      await deps().brake.pull({ kind: 'operator', name: 'test' }, 'test')
      const answer = await releaseSending(deps(), actor, { reason: 'why', code })
      await deps().brake.release({ kind: 'operator', name: 'test' }, 'test', 1000)
      return answer
    },
  },
  showSending: { file: 'show-sending.ts', may: staff, call: (actor) => showSending(deps(), actor) },
  showStops: { file: 'show-sending.ts', may: staff, call: (actor) => showStops(deps(), actor) },
  declareRestore: {
    file: 'declare-restore.ts',
    may: ['operator'],
    call: async (actor) => {
      const answer = await declareRestore(deps(), actor, { why: 'why' })
      await deps().askFirst.end({ kind: 'operator', name: 'test' }, 'test')
      return answer
    },
  },
  endRestore: {
    file: 'end-restore.ts',
    may: ['operator'],
    call: async (actor) => {
      await deps().askFirst.start('why', { kind: 'operator', name: 'test' }, 1000)
      const answer = await endRestore(deps(), actor, { by: 'Ana' })
      await deps().askFirst.end({ kind: 'operator', name: 'test' }, 'test')
      return answer
    },
  },
  verifyHistory: {
    file: 'verify-history.ts',
    may: ['admin', 'auditor', 'operator'],
    call: async (actor) => verifyHistory(deps(), actor, { payoutId: (await waiting()).id }),
  },
  listAnchors: {
    file: 'verify-history.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => listAnchors(deps(), actor),
  },
  anchorHistory: {
    file: 'anchor-history.ts',
    may: ['operator'],
    call: (actor) => anchorHistory(deps(), actor),
  },
  startComparison: {
    file: 'start-comparison.ts',
    may: ['admin', 'operator'],
    call: (actor) => startComparison(deps(), actor),
  },
  changeSettings: {
    file: 'change-settings.ts',
    may: ['operator'],
    call: (actor) => changeSettings(deps(), actor, { sendDelayS: '0' }),
  },
  createGrant: {
    file: 'create-grant.ts',
    may: ['clerk', 'system', 'operator'],
    call: (actor) => createGrant(deps(), actor, { ...grant(), idempotencyKey: randomUUID() }),
  },
  importGrants: {
    file: 'import-grants.ts',
    may: ['clerk', 'operator'],
    call: (actor) => {
      const content = `receiver,currency,amount,reference\ncust-7,EUR,5,${randomUUID()}`
      return importGrants(deps(), actor, { content, apply: true, code: '123456' })
    },
  },
  reverseGrant: {
    file: 'reverse-grant.ts',
    may: ['admin', 'operator'],
    call: async (actor) => {
      const made = await createGrant(deps(), { kind: 'operator', name: 'test' }, grant())
      if (!made.ok) throw new Error(made.code)
      return reverseGrant(deps(), actor, { id: made.grant.id, reason: 'a slip', code: '123456' })
    },
  },
  showBalance: {
    file: 'show-balance.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => showBalance(deps(), actor),
  },
  searchBalances: {
    file: 'show-balances.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => searchBalances(deps(), actor, { search: '' }),
  },
  showReceiverBalances: {
    file: 'show-balances.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => {
      const owner = people.receiver.kind === 'user' ? people.receiver.receiverId : null
      return showReceiverBalances(deps(), actor, { receiverId: owner ?? '' })
    },
  },
  showBalancesOf: {
    file: 'show-balances.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => {
      await createGrant(deps(), { kind: 'operator', name: 'test' }, grant())
      return showBalancesOf(deps(), actor, { externalId: 'cust-7' })
    },
  },
  listGrants: {
    file: 'show-balances.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listGrants(deps(), actor, {}),
  },
  setPolicy: {
    file: 'set-policy.ts',
    may: ['operator'],
    call: async (actor) => {
      await clearProposal()
      return setPolicy(deps(), actor, { currency: 'JPY', autoApproveBelow: '1' })
    },
  },
  proposePolicy: {
    file: 'propose-policy.ts',
    may: ['admin'],
    call: async (actor) => {
      await clearProposal()
      return proposePolicy(deps(), actor, { policy: otherPolicy, reason: 'why', code: '123456' })
    },
  },
  decidePolicy: {
    file: 'decide-policy.ts',
    may: ['admin'],
    call: async (actor) => {
      await clearProposal()
      const made = await setPolicy(
        deps(),
        { kind: 'operator', name: 'test' },
        { currency: 'JPY', autoApproveBelow: '2' },
      )
      if (!made.ok) throw new Error(made.code)
      const { version } = made.policy
      return decidePolicy(deps(), actor, { version, decision: 'rejected', code: '123456' })
    },
  },
  showAudit: {
    file: 'show-audit.ts',
    may: ['admin', 'auditor'],
    call: (actor) =>
      showAudit(deps(), actor, { who: '', kind: '', subject: '', from: '', to: '', cursor: null }),
  },
  showPolicy: {
    file: 'show-policy.ts',
    may: [...staff, 'operator'],
    call: (actor) => showPolicy(deps(), actor),
  },
  rehearsePolicy: {
    file: 'rehearse-policy.ts',
    may: [...staff, 'operator'],
    call: (actor) => rehearsePolicy(deps(), actor, { policy: otherPolicy }),
  },
  previewLeaving: {
    file: 'preview-leaving.ts',
    may: ['admin', 'operator'],
    call: async (actor) => {
      const user = await deps().people.findUserByEmail(await victim())
      return previewLeaving(deps(), actor, { userId: user?.id ?? '' })
    },
  },
}

/** Ways in and out, which must work for a stranger; what they may do is tested beside each. */
const forStrangers = [
  'sign-in.ts',
  'sign-out.ts',
  'request-sign-in-link.ts',
  'use-sign-in-link.ts',
  'finish-sign-in.ts',
  'set-up-factor.ts',
  'accept-invitation.ts',
  'authenticate-api-key.ts',
]

/** What several verbs share; each of them is in the table. */
const sharedParts = ['accept-request.ts', 'access-proposals.ts', 'admin-people.ts']

describe.each(Object.entries(matrix))('%s', (_name, row) => {
  it.each(everybody)('answers %s as the table says', async (who) => {
    const answer = await row.call(people[who])
    if (row.may.includes(who)) expect(answer).toMatchObject({ ok: true })
    // Foreign and unknown payouts look alike.
    else expect(['forbidden', 'not_found']).toContain(answer.code)
  })
})

describe('the matrix', () => {
  it('has a row for every verb', () => {
    const folder = import.meta.dirname
    const verbs = readdirSync(folder).filter((file) => {
      if (!file.endsWith('.ts') || file.includes('.test.')) return false
      return /export (async )?function \w+\(\s*deps: Deps,\s*_?actor: Actor/.test(
        readFileSync(`${folder}/${file}`, 'utf8'),
      )
    })
    const covered = new Set([...Object.values(matrix).map(({ file }) => file), ...forStrangers])
    const rest = verbs.filter((file) => !covered.has(file) && !sharedParts.includes(file))
    expect(rest).toEqual([])
    expect(verbs.length).toBeGreaterThan(20)
  })
})

describe('four eyes', () => {
  it('keeps an approver from deciding what came in by his own API key', async () => {
    const owner = people.approver
    if (owner.kind !== 'user') throw new Error('no approver')
    const keyId = randomUUID()
    await portal.prisma.apiKey.create({
      data: { id: keyId, name: 'own', keyHash: randomUUID(), ownerId: owner.id },
    })
    const made = await createPayout(
      deps(),
      { kind: 'api_key', id: keyId, name: 'own', ownerId: owner.id, scopes: apiScopes },
      { idempotencyKey: randomUUID(), body: sampleRequest },
    )
    if (!made.ok) throw new Error(made.code)
    const payout = await portal.until(made.payout.id, 'awaiting_approval')
    expect(await approvePayout(deps(), owner, seen(payout))).toMatchObject({ code: 'own_request' })
    expect(await rejectPayout(deps(), owner, { ...payout, reason: 'x' })).toMatchObject({
      code: 'own_request',
    })
  })

  it('keeps a person from deciding on what he entered before he became an approver', async () => {
    const clerk = people.clerk
    if (clerk.kind !== 'user') throw new Error('no clerk')
    const entered = await enterPayout(deps(), clerk, {
      ...withdrawal(),
      receiver: { externalId: randomUUID(), firstName: 'Ada' },
    })
    if (!entered.ok) throw new Error(entered.code)
    const payout = await portal.until(entered.payoutId, 'awaiting_approval')
    expect(await approvePayout(deps(), { ...clerk, role: 'approver' }, seen(payout))).toMatchObject({
      code: 'own_request',
    })
  })
})
