/** Every verb against everybody who could call it. A verb without a row here fails the build. One table, so one file. */
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approveMany, hashOfSet } from '#lib/services/approval/approve-many.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { giveApproval, mayApprove } from '#lib/services/approval/give-approval.ts'
import { previewLeaving } from '#lib/services/approval/preview-leaving.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { reviewMany } from '#lib/services/approval/review-many.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import { undoMany } from '#lib/services/approval/undo-many.ts'
import { showAudit } from '#lib/services/audit/show-audit.ts'
import { openOutcome, openProblems } from '#lib/services/batch/batch-files.ts'
import { cancelBatch } from '#lib/services/batch/cancel-batch.ts'
import { checkImport } from '#lib/services/moving/check-import.ts'
import { decideImport } from '#lib/services/moving/decide-import.ts'
import { exportInstallation } from '#lib/services/moving/export-installation.ts'
import { listImported, listImports, openImportErrors, showImport } from '#lib/services/moving/show-imports.ts'
import { checkBatch } from '#lib/services/batch/check-batch.ts'
import {
  approveBatch,
  leaveNone,
  rejectBatch,
  reviewBatch,
  stopDecision,
} from '#lib/services/batch/decide-batch.ts'
import { makePayoutsOfBatches } from '#lib/services/batch/make-payouts.ts'
import { batchForApproval, listBatches, listBatchRows, showBatch } from '#lib/services/batch/show-batch.ts'
import { submitBatch } from '#lib/services/batch/submit-batch.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { importGrants } from '#lib/services/balance/import-grants.ts'
import { reverseGrant } from '#lib/services/balance/reverse-grant.ts'
import { showBalance } from '#lib/services/balance/show-balance.ts'
import {
  listGrants,
  searchBalances,
  showBalancesOf,
  showGrant,
  showReceiverBalances,
} from '#lib/services/balance/show-balances.ts'
import { confirmBackup } from '#lib/services/desk/confirm-backup.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import { dropItem } from '#lib/services/desk/drop-item.ts'
import {
  showCallbacks,
  showChanged,
  showMissedCallbacks,
  showRefusedCallbacks,
} from '#lib/services/desk/show-callbacks.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { listViews } from '#lib/services/desk/list-views.ts'
import { removeView } from '#lib/services/desk/remove-view.ts'
import { renameView } from '#lib/services/desk/rename-view.ts'
import { saveView } from '#lib/services/desk/save-view.ts'
import { sendTestMail } from '#lib/services/desk/send-test-mail.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { showFirstRun } from '#lib/services/desk/show-first-run.ts'
import { showDeskReceiver } from '#lib/services/desk/show-desk-receiver.ts'
import { takeItem } from '#lib/services/desk/take-item.ts'
import { dropPayout, takePayout } from '#lib/services/desk/take-payout.ts'
import { addDestination } from '#lib/services/destination/add-destination.ts'
import { chooseDefaultDestination } from '#lib/services/destination/choose-default-destination.ts'
import {
  addDestinationFor,
  disableDestinationOf,
  listDestinationsOf,
  readDestinationOf,
} from '#lib/services/destination/destinations-by-api.ts'
import { freezeOwn } from '#lib/services/destination/freeze-destination.ts'
import { listDestinations } from '#lib/services/destination/list-destinations.ts'
import { releaseDestination } from '#lib/services/destination/release-destination.ts'
import { removeDestination } from '#lib/services/destination/remove-destination.ts'
import { renameDestination } from '#lib/services/destination/rename-destination.ts'
import { revealDestination } from '#lib/services/destination/reveal-destination.ts'
import { listCoolingOff, showCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { askNow } from '#lib/services/order/ask-now.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { changeReceiver, showReceiver } from '#lib/services/payout/change-receiver.ts'
import { showErasure } from '#lib/services/receiver/erase-receiver.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { askForFile } from '#lib/services/payout/ask-for-file.ts'
import { listFiles } from '#lib/services/payout/list-files.ts'
import { openFile } from '#lib/services/payout/open-file.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { listOwnPayouts, listPayouts } from '#lib/services/payout/list-payouts.ts'
import { listNeighbours } from '#lib/services/payout/list-neighbours.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { retryByApi } from '#lib/services/payout/retry-by-api.ts'
import { retryPayout } from '#lib/services/payout/retry-payout.ts'
import { revokeLink } from '#lib/services/payout/revoke-link.ts'
import { takeEvidence } from '#lib/services/payout/take-evidence.ts'
import { changeNote, writeNote } from '#lib/services/payout/write-note.ts'
import { showPayout, showPayoutWithTimeline } from '#lib/services/payout/show-payout.ts'
import { watchPayout } from '#lib/services/payout/watch-payout.ts'
import { changeEmail } from '#lib/services/people/change-email.ts'
import { changeRole } from '#lib/services/people/change-role.ts'
import { choosePhrase, showPhrase } from '#lib/services/people/choose-phrase.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import { decideAccess } from '#lib/services/people/decide-access.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import { inviteAgain, inviteUser } from '#lib/services/people/invite-user.ts'
import { removeDemo } from '#lib/services/people/remove-demo.ts'
import { setPassword } from '#lib/services/people/set-password.ts'
import { setPerson } from '#lib/services/people/set-person.ts'
import { showAccess } from '#lib/services/people/show-access.ts'
import { showPeople, showPerson } from '#lib/services/people/show-people.ts'
import { listReceivers, readReceiver } from '#lib/services/receiver/list-receivers.ts'
import { saveReceiver } from '#lib/services/receiver/save-receiver.ts'
import { exportDeskPayouts, listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { showReport } from '#lib/services/standby/show-report.ts'
import { changeSettings } from '#lib/services/policy/change-settings.ts'
import { decidePolicy } from '#lib/services/policy/decide-policy.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { rehearsePolicy } from '#lib/services/policy/rehearse-policy.ts'
import { decideSettings } from '#lib/services/policy/decide-settings.ts'
import { proposeSettings } from '#lib/services/policy/propose-settings.ts'
import { showSettings } from '#lib/services/policy/show-settings.ts'
import { askTest } from '#lib/services/endpoint/ask-test.ts'
import { showEndpoints } from '#lib/services/endpoint/show-endpoints.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { showPolicy } from '#lib/services/policy/show-policy.ts'
import type { Payout } from '#lib/services/ports.ts'
import { anchorHistory } from '#lib/services/safety/anchor-history.ts'
import { archiveHistory, dropArchived } from '#lib/services/safety/archive-history.ts'
import type { ArchiveFolder } from '#lib/services/safety/archive-history.ts'
import { declareRestore } from '#lib/services/safety/declare-restore.ts'
import { endRestore } from '#lib/services/safety/end-restore.ts'
import { reseal } from '#lib/services/seal/reseal.ts'
import { releaseSending } from '#lib/services/safety/release-sending.ts'
import { showSending, showStops } from '#lib/services/safety/show-sending.ts'
import { startComparison } from '#lib/services/safety/start-comparison.ts'
import { stopSending } from '#lib/services/safety/stop-sending.ts'
import { checkMoney } from '#lib/services/balance/check-money.ts'
import { listAnchors, verifyHistory } from '#lib/services/safety/verify-history.ts'
import { confirmSettlement } from '#lib/services/settlement/confirm-settlement.ts'
import { proposeSettlement } from '#lib/services/settlement/propose-settlement.ts'
import { showUnknown } from '#lib/services/settlement/show-unknown.ts'
import { withdrawSettlement } from '#lib/services/settlement/withdraw-settlement.ts'
import { changePassword } from '#lib/services/sign-in/change-password.ts'
import { endOtherSessions, endOwnSession, endSessionsOf } from '#lib/services/sign-in/end-sessions.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'
import { beginFactor, renewRecoveryCodes, replaceFactor } from '#lib/services/sign-in/replace-factor.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { rotateSession } from '#lib/services/sign-in/rotate-session.ts'
import { openSession } from '#lib/services/sign-in/sessions.ts'
import { showAccount } from '#lib/services/sign-in/show-account.ts'
import { changeTarget, renewSecret, resendDelivery } from '#lib/services/webhook/change-target.ts'
import { listEvents } from '#lib/services/webhook/list-events.ts'
import { makeEvents } from '#lib/services/webhook/make-events.ts'
import { proposeTarget } from '#lib/services/webhook/propose-target.ts'
import { listTargets, showTarget } from '#lib/services/webhook/show-targets.ts'
import { createTestPortal, eventually, sampleRequest, system, seen } from './portal.ts'
import { passMinutes } from './time.ts'

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

/** What the last calls were about. */
const spares = new Map<() => Promise<unknown>, Promise<unknown>>()

/** What the last call was about, if it was refused, for a refusal changes nothing; else one that `make` makes. */
function untouched<T>(make: () => Promise<T>): Promise<T> {
  const made = (spares.get(make) as Promise<T> | undefined) ?? make()
  spares.set(make, made)
  return made
}

/** A receiver known by a first name. */
async function knownReceiver(): Promise<string> {
  const id = await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
  return (await portal.payout(id)).receiver.id
}

/** A payout to `receiver` that waits for a decision. */
async function waiting(): Promise<Payout> {
  const receiver = people.receiver
  if (receiver.kind !== 'user') throw new Error('no receiver')
  const asked = await requestWithdrawal(portal.deps, receiver, withdrawal())
  if (!asked.ok) throw new Error(JSON.stringify(asked))
  return portal.until(asked.payoutId, 'awaiting_approval')
}

/** The same in a currency with a send delay. */
async function held(): Promise<Payout> {
  await portal.deps.settings.change({ sendDelayS: { '*': 0, USD: 600 } }, { kind: 'operator', name: 'test' })
  return portal.until(await portal.ask({ currency: 'USD' }), 'awaiting_approval')
}

/** Each with its own amount: the same twice would need a note. */
let asked = 0
const withdrawal = () => ({
  formId: randomUUID(),
  amount: `${10 + asked++}.00`,
  currency: 'EUR',
  destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
  ipAddress: null,
})

const batchContent = () => ({
  name: 'batch',
  rows: [{ ...sampleRequest, key: randomUUID(), receiver: { externalId: randomUUID(), firstName: 'Ada' } }],
})

/** A checked batch of theirs, or the clerk's. */
async function batchOf(actor: Actor): Promise<string> {
  const own = await checkBatch(deps(), actor, batchContent())
  const made = own.ok ? own : await checkBatch(deps(), people.clerk, batchContent())
  return (made.ok && made.batch?.id) || ''
}

/** A batch of the clerk's with a payout that waits for approval. */
async function waitingBatch(): Promise<string> {
  const id = await batchOf(people.clerk)
  await submitBatch(deps(), people.clerk, { id, leaveOut: 0 })
  let payoutId: string | undefined
  while (payoutId === undefined) {
    await makePayoutsOfBatches(deps(), new AbortController().signal)
    payoutId = (await deps().batches.rows(id, { limit: 1 })).rows[0]?.payoutId ?? undefined
  }
  await portal.until(payoutId, 'awaiting_approval')
  return id
}

/** What they look at of such a batch, or what the approver does. */
async function decisionOf(actor: Actor) {
  const input = { id: await waitingBatch(), leaveOut: leaveNone }
  const own = await reviewBatch(deps(), actor, input)
  const made = own.ok ? own : await reviewBatch(deps(), people.approver, input)
  if (!made.ok) throw new Error(made.code)
  return made.decision
}

const importContent = () => ({
  ...{ kind: 'receivers' as const, name: 'old.csv', source: '', atOnce: false, code },
  bytes: `receiver\n${randomUUID()}`,
})

/** An import that another admin proposed. */
async function importOf(): Promise<string> {
  const made = await checkImport(deps(), await person('admin'), importContent())
  return (made.ok && made.imported?.id) || ''
}

const grant = () => ({
  body: { receiver: { externalId: 'cust-7' }, currency: 'EUR', amount: '5', reference: randomUUID() },
  code: '123456',
})
const note = () => ({ noteId: randomUUID(), text: 'A note.', toReceiver: false })

/** A destination of `receiver` that cools off. */
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

const accountToSave = () => ({ destination: { account_number: randomUUID(), first_name: 'Ada' } })

/** The external id of a receiver whom a system named. */
async function namedReceiver(): Promise<string> {
  const externalId = randomUUID()
  const named = await saveReceiver(portal.deps, system, { externalId, body: { firstName: 'Ada' } })
  if (!named.ok) throw new Error(named.code)
  return externalId
}

async function savedDestination(): Promise<{ externalId: string; id: string }> {
  const externalId = await namedReceiver()
  const saved = await addDestinationFor(portal.deps, system, { externalId, body: accountToSave() })
  if (!saved.ok) throw new Error(saved.code)
  return { externalId, id: saved.destination.id }
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

/** A payout to `receiver` whose payout-pay got lost; a new one for each verb, because all but one are refused. */
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
  await eventually(async () => (await portal.deps.payouts.heardWithin(payout.id, 60_000)) || 'not heard')
  // After six minutes Cardzo is asked twice a minute, and not fifty times a second.
  await passMinutes(portal.prisma, payout.id, 6)
  return portal.payout(payout.id)
}

const code = '123456'

async function victimId(): Promise<string> {
  return (await deps().people.findUserByEmail(await victim()))?.id ?? ''
}

/** A valid session of this person; no token for actors that are not people. */
async function sessionOf(actor: Actor): Promise<string> {
  if (actor.kind !== 'user') return ''
  const user = await deps().people.findUser(actor.id)
  return user ? openSession(deps(), user, { ip: null, userAgent: null }, 'second_factor') : ''
}

const settlement = { outcome: 'paid', reason: 'why', evidence: 'what', code: '123456' }

/** The same payout with somebody else's proposal. */
async function proposedFor(verb: string) {
  const { id, version } = await lostFor(verb)
  await proposeSettlement(portal.deps, await portal.approver(), { id, version, ...settlement })
  const settlements = await portal.deps.settlements.forPayouts([id])
  return { id, version, settlementId: settlements.at(-1)?.id ?? '' }
}

const deps = () => portal.deps
const noFolder: ArchiveFolder = {
  manifest: () => Promise.resolve(null),
  read: () => undefined,
  begin: () => Promise.reject(new Error('nothing is archived here')),
}

/** Differs from the policy in force, and needs no more people than it. */
const otherPolicy = { currencies: {}, risk: { many_requests: 'medium' } }
async function clearProposal(): Promise<void> {
  const waits = await deps().policy.proposal()
  if (waits) await deps().policy.decide(waits.version, 'rejected', { kind: 'operator', name: 'test' })
}
async function clearSettingsProposal(): Promise<void> {
  const waits = await deps().settingsChanges.proposal()
  if (waits)
    await deps().settingsChanges.decide(waits.version, 'rejected', { kind: 'operator', name: 'test' })
}
const staff = ['clerk', 'approver', 'admin', 'auditor'] as const
const signedIn = ['receiver', 'otherReceiver', ...staff] as const

const webhook = () => ({
  ...{ name: 'Shop', kind: 'signed', address: 'https://shop.example/hook', events: ['payout.paid'] },
  ...{ ownerEmail: '', code },
})

/** A target that two admins have agreed to. */
async function webhookTarget(): Promise<string> {
  const admin = people.admin
  const proposed = await proposeTarget(deps(), admin, webhook())
  if (!proposed.ok) throw new Error(JSON.stringify(proposed))
  const { id, subjectId } = proposed.change
  const other = await person('admin')
  const decided = await decideAccess(deps(), other, { id, decision: 'confirmed', code })
  if (!decided.ok) throw new Error(JSON.stringify(decided))
  return subjectId
}

type Row = { file: string; may: readonly Who[]; call: (actor: Actor) => Promise<Answer> | Answer }

const matrix: Record<string, Row> = {
  listEvents: { file: 'list-events.ts', may: ['system'], call: (actor) => listEvents(deps(), actor, {}) },
  listTargets: {
    file: 'show-targets.ts',
    may: ['admin', 'auditor'],
    call: (actor) => listTargets(deps(), actor),
  },
  showTarget: {
    file: 'show-targets.ts',
    may: ['admin', 'auditor'],
    call: async (actor) => showTarget(deps(), actor, { id: await untouched(webhookTarget) }),
  },
  proposeTarget: {
    file: 'propose-target.ts',
    may: ['admin'],
    call: (actor) => proposeTarget(deps(), actor, webhook()),
  },
  renewSecret: {
    file: 'change-target.ts',
    may: ['admin'],
    call: async (actor) => renewSecret(deps(), actor, { id: await untouched(webhookTarget), code }),
  },
  changeTarget: {
    file: 'change-target.ts',
    may: ['admin'],
    call: async (actor) =>
      changeTarget(deps(), actor, { id: await untouched(webhookTarget), act: 'switch_off' }),
  },
  resendDelivery: {
    file: 'change-target.ts',
    may: ['admin'],
    call: async (actor) => {
      const id = await webhookTarget()
      await renewSecret(deps(), people.admin, { id, code })
      await changeTarget(deps(), people.admin, { id, act: 'test' })
      const [row] = await eventually(async () => {
        await makeEvents(deps(), new AbortController().signal)
        const { rows } = await deps().webhooks.log(id, { limit: 1, before: null })
        return rows.length === 0 ? 'no delivery yet' : rows
      })
      return resendDelivery(deps(), actor, { id, eventId: String(row?.eventId) })
    },
  },
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
  checkBatch: {
    file: 'check-batch.ts',
    may: ['clerk', 'system'],
    call: (actor) => checkBatch(deps(), actor, batchContent()),
  },
  checkImport: {
    file: 'check-import.ts',
    may: ['admin', 'operator'],
    call: (actor) => checkImport(deps(), actor, importContent()),
  },
  decideImport: {
    file: 'decide-import.ts',
    // The operator confirms only while there is no admin, so here they reject.
    may: ['admin', 'operator'],
    call: async (actor) => decideImport(deps(), actor, { id: await importOf(), decision: 'rejected', code }),
  },
  listImports: {
    file: 'show-imports.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => listImports(deps(), actor, {}),
  },
  showImport: {
    file: 'show-imports.ts',
    may: ['admin', 'auditor', 'operator'],
    call: async (actor) => showImport(deps(), actor, { id: await importOf() }),
  },
  openImportErrors: {
    file: 'show-imports.ts',
    may: ['admin', 'auditor', 'operator'],
    call: async (actor) => openImportErrors(deps(), actor, { id: await importOf(), locale: 'en' }),
  },
  listImported: {
    file: 'show-imports.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listImported(deps(), actor, {}),
  },
  exportInstallation: {
    file: 'export-installation.ts',
    may: ['operator'],
    call: (actor) =>
      exportInstallation(deps(), actor, { openAccounts: false, why: '', write: () => Promise.resolve() }),
  },
  submitBatch: {
    file: 'submit-batch.ts',
    may: ['clerk', 'system'],
    // Everybody tries their own, and who can't make one tries the clerk's.
    call: async (actor) => submitBatch(deps(), actor, { id: await batchOf(actor), leaveOut: 0 }),
  },
  cancelBatch: {
    file: 'cancel-batch.ts',
    may: ['clerk', 'system'],
    call: async (actor) => cancelBatch(deps(), actor, { id: await batchOf(actor) }),
  },
  reviewBatch: {
    file: 'decide-batch.ts',
    may: ['approver'],
    call: async (actor) =>
      reviewBatch(deps(), actor, { id: await batchOf(people.clerk), leaveOut: leaveNone }),
  },
  approveBatch: {
    file: 'decide-batch.ts',
    may: ['approver'],
    call: async (actor) => approveBatch(deps(), actor, { ...(await decisionOf(actor)), code: '123456' }),
  },
  rejectBatch: {
    file: 'decide-batch.ts',
    may: ['approver'],
    call: async (actor) => rejectBatch(deps(), actor, { id: await waitingBatch(), reason: 'no' }),
  },
  stopDecision: {
    file: 'decide-batch.ts',
    may: ['approver'],
    call: async (actor) => {
      const decision = await decisionOf(people.approver)
      await approveBatch(deps(), people.approver, { ...decision, code: '123456' })
      return stopDecision(deps(), actor, decision)
    },
  },
  listBatches: {
    file: 'show-batch.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listBatches(deps(), actor, {}),
  },
  showBatch: {
    file: 'show-batch.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => showBatch(deps(), actor, { id: await batchOf(actor) }),
  },
  listBatchRows: {
    file: 'show-batch.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => listBatchRows(deps(), actor, { id: await batchOf(actor) }),
  },
  batchForApproval: {
    file: 'show-batch.ts',
    may: ['approver'],
    call: async (actor) => batchForApproval(deps(), actor, { id: await batchOf(actor) }),
  },
  openOutcome: {
    file: 'batch-files.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => openOutcome(deps(), actor, { id: await batchOf(actor), locale: 'en' }),
  },
  openProblems: {
    file: 'batch-files.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => openProblems(deps(), actor, { id: await batchOf(actor), locale: 'en' }),
  },
  approvePayout: {
    file: 'approve-payout.ts',
    may: ['approver'],
    call: async (actor) => approvePayout(deps(), actor, seen(await untouched(waiting))),
  },
  mayApprove: {
    file: 'give-approval.ts',
    may: ['approver'],
    call: async (actor) => mayApprove(deps(), actor, await untouched(waiting), 'why'),
  },
  giveApproval: {
    file: 'give-approval.ts',
    may: ['approver'],
    call: async (actor) => {
      // People who may not do this have nothing to hand over.
      const sure = await mayApprove(deps(), actor, await untouched(waiting), 'why')
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
    call: async (actor) => reviewMany(deps(), actor, { numbers: [String((await untouched(waiting)).seq)] }),
  },
  approveMany: {
    file: 'approve-many.ts',
    may: ['approver'],
    call: async (actor) => {
      const one = [await untouched(waiting)]
      return approveMany(deps(), actor, { seen: one, setHash: hashOfSet(one), code: '123456' })
    },
  },
  rejectPayout: {
    file: 'reject-payout.ts',
    may: ['approver'],
    call: async (actor) => rejectPayout(deps(), actor, { ...(await untouched(waiting)), reason: 'no' }),
  },
  cancelPayout: {
    file: 'cancel-payout.ts',
    may: ['receiver', 'system'],
    call: async (actor) => cancelPayout(deps(), actor, await untouched(waiting)),
  },
  showPayout: {
    file: 'show-payout.ts',
    may: ['receiver', ...staff, 'system', 'operator'],
    call: async (actor) => showPayout(deps(), actor, (await untouched(waiting)).id),
  },
  showReport: {
    file: 'show-report.ts',
    may: staff,
    call: (actor) => showReport(deps(), actor, { days: 30, zone: 'UTC' }),
  },
  showPayoutWithTimeline: {
    file: 'show-payout.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => showPayoutWithTimeline(deps(), actor, (await untouched(waiting)).id),
  },
  undoMany: {
    file: 'undo-many.ts',
    may: ['approver'],
    call: async (actor) => undoMany(deps(), actor, { ids: [(await untouched(waiting)).id] }),
  },
  showDeskReceiver: {
    file: 'show-desk-receiver.ts',
    may: staff,
    call: async (actor) => showDeskReceiver(deps(), actor, { id: await untouched(knownReceiver) }),
  },
  showErasure: {
    file: 'erase-receiver.ts',
    may: ['admin'],
    call: async (actor) => showErasure(deps(), actor, { id: await untouched(knownReceiver) }),
  },
  showReceiver: {
    file: 'change-receiver.ts',
    may: ['clerk'],
    call: async (actor) => showReceiver(deps(), actor, { id: await untouched(knownReceiver) }),
  },
  changeReceiver: {
    file: 'change-receiver.ts',
    // Not the approver, who would change the receiver of what they approve.
    may: ['clerk'],
    call: async (actor) =>
      changeReceiver(deps(), actor, {
        id: await untouched(knownReceiver),
        seen: { email: '', firstName: 'Ada', lastName: '' },
        to: { email: '', firstName: 'Adah', lastName: '' },
        reason: 'As on the passport.',
        code,
      }),
  },
  takeEvidence: {
    file: 'take-evidence.ts',
    may: staff,
    call: async (actor) => takeEvidence(deps(), actor, { id: (await untouched(waiting)).id }),
  },
  writeNote: {
    file: 'write-note.ts',
    may: ['clerk', 'approver', 'admin'],
    call: async (actor) => writeNote(deps(), actor, { ...note(), payoutId: (await untouched(waiting)).id }),
  },
  changeNote: {
    file: 'write-note.ts',
    may: ['clerk', 'approver', 'admin'],
    call: async (actor) => {
      const own = { ...note(), payoutId: (await untouched(waiting)).id }
      await writeNote(deps(), actor, own)
      return changeNote(deps(), actor, own)
    },
  },
  watchPayout: {
    file: 'watch-payout.ts',
    may: ['clerk', 'approver', 'admin', 'auditor', 'system', 'operator'],
    call: async (actor) => watchPayout(deps(), actor, { id: (await untouched(waiting)).id }),
  },
  showDeskPayout: {
    file: 'show-desk-payout.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => showDeskPayout(deps(), actor, (await untouched(waiting)).id),
  },
  showCallbacks: {
    file: 'show-callbacks.ts',
    may: staff,
    call: (actor) => showCallbacks(deps(), actor, { view: 'look' }),
  },
  showChanged: {
    file: 'show-callbacks.ts',
    may: staff,
    call: (actor) => showChanged(deps(), actor, {}),
  },
  showRefusedCallbacks: {
    file: 'show-callbacks.ts',
    may: staff,
    call: (actor) => showRefusedCallbacks(deps(), actor, {}),
  },
  showMissedCallbacks: {
    file: 'show-callbacks.ts',
    may: staff,
    call: (actor) => showMissedCallbacks(deps(), actor, { day: '2026-11-26' }),
  },
  showFirstRun: {
    file: 'show-first-run.ts',
    may: ['admin'],
    call: (actor) => showFirstRun(deps(), actor),
  },
  sendTestMail: {
    file: 'send-test-mail.ts',
    may: ['admin'],
    call: (actor) => sendTestMail(deps(), actor),
  },
  confirmBackup: {
    file: 'confirm-backup.ts',
    may: ['admin'],
    call: (actor) => confirmBackup(deps(), actor, { tried: true }),
  },
  showDesk: { file: 'show-desk.ts', may: staff, call: (actor) => showDesk(deps(), actor) },
  listPayouts: {
    file: 'list-payouts.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listPayouts(deps(), actor, {}),
  },
  listDeskPayouts: {
    file: 'list-desk-payouts.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => listDeskPayouts(deps(), actor, {}),
  },
  listNeighbours: {
    file: 'list-neighbours.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => listNeighbours(deps(), actor, { id: (await untouched(waiting)).id }),
  },
  exportDeskPayouts: {
    file: 'list-desk-payouts.ts',
    may: [...staff, 'system', 'operator'],
    call: (actor) => exportDeskPayouts(deps(), actor, { columns: [], format: 'csv' }),
  },
  listOwnPayouts: {
    file: 'list-payouts.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => listOwnPayouts(deps(), actor, {}),
  },
  closeItem: {
    file: 'close-item.ts',
    may: ['approver'],
    call: async (actor) => closeItem(deps(), actor, { id: await untouched(item), reason: 'done' }),
  },
  listViews: { file: 'list-views.ts', may: staff, call: (actor) => listViews(deps(), actor) },
  saveView: {
    file: 'save-view.ts',
    may: staff,
    call: (actor) => saveView(deps(), actor, { name: 'Mine', query: 'status=paid', shared: true }),
  },
  renameView: {
    file: 'rename-view.ts',
    may: staff,
    async call(actor) {
      if (actor.kind !== 'user') return renameView(deps(), actor, { id: randomUUID(), name: 'Other' })
      const { id: ownerId, name: ownerName } = actor
      const view = { id: randomUUID(), ownerId, ownerName, name: randomUUID(), query: '', shared: false }
      await deps().views.save(view, actor, 1000)
      return renameView(deps(), actor, { id: view.id, name: randomUUID() })
    },
  },
  removeView: {
    file: 'remove-view.ts',
    may: staff,
    call: async (actor) => {
      // Everybody tries their own: whose it is has a test of its own.
      if (actor.kind !== 'user') return removeView(deps(), actor, { id: randomUUID() })
      const view = {
        id: randomUUID(),
        ownerId: actor.id,
        ownerName: 'x',
        name: randomUUID(),
        query: '',
        shared: false,
      }
      await deps().views.save(view, actor, 1000)
      return removeView(deps(), actor, { id: view.id })
    },
  },
  askForFile: {
    file: 'ask-for-file.ts',
    may: staff,
    call: (actor) =>
      askForFile(deps(), actor, {
        ...{ filter: {}, sort: 'newest', columns: ['amount'], format: 'csv' },
        ...{ locale: 'en', query: '', zone: 'UTC' },
      }),
  },
  listFiles: { file: 'list-files.ts', may: staff, call: (actor) => listFiles(deps(), actor) },
  openFile: {
    file: 'open-file.ts',
    may: staff,
    // Everybody tries their own: whose it is has a test of its own.
    call: async (actor) => {
      const id = randomUUID()
      if (actor.kind !== 'user') return openFile(deps(), actor, { id })
      const order = { id, format: 'csv', locale: 'en', query: '', zone: 'UTC', filter: {} } as const
      await deps().exports.ask(order, actor, 1000)
      await portal.prisma.$executeRaw`
        UPDATE export SET manifest = '{}', ended_at = now(), expires_at = now() + interval '1 day', bytes = 0 WHERE id = ${id}::uuid`
      return openFile(deps(), actor, { id })
    },
  },
  takeItem: {
    file: 'take-item.ts',
    may: ['clerk', 'approver'],
    call: async (actor) => takeItem(deps(), actor, { id: await untouched(item), seenOwnerId: null }),
  },
  dropItem: {
    file: 'drop-item.ts',
    may: ['clerk', 'approver'],
    call: async (actor) => {
      const id = await item()
      if (actor.kind === 'user') await deps().items.take(id, actor, null, 60_000)
      return dropItem(deps(), actor, { id })
    },
  },
  takePayout: {
    file: 'take-payout.ts',
    may: ['approver'],
    call: async (actor) => takePayout(deps(), actor, await untouched(waiting)),
  },
  dropPayout: {
    file: 'take-payout.ts',
    may: ['approver'],
    call: async (actor) => {
      const payout = await waiting()
      if (actor.kind === 'user') await deps().approvals.take(payout.id, actor, 60_000)
      return dropPayout(deps(), actor, payout)
    },
  },
  showUnknown: { file: 'show-unknown.ts', may: staff, call: (actor) => showUnknown(deps(), actor) },
  askNow: {
    file: 'ask-now.ts',
    may: ['clerk', 'approver'],
    call: async (actor) => askNow(deps(), actor, await untouched(waiting)),
  },
  retryPayout: {
    file: 'retry-payout.ts',
    may: ['clerk'],
    call: async (actor) => {
      const payout = await waiting()
      await rejectPayout(deps(), await portal.approver(), { ...payout, reason: 'no' })
      return retryPayout(deps(), actor, payout)
    },
  },
  retryByApi: {
    file: 'retry-by-api.ts',
    may: ['system'],
    call: async (actor) => {
      const id = await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
      await portal.deps.payouts.advance(
        await portal.until(id, 'awaiting_approval'),
        { move: 'cancel', dueInMs: null },
        system,
        { kind: 'taken_back' },
      )
      return retryByApi(deps(), actor, { id, idempotencyKey: randomUUID() })
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
      renameDestination(deps(), actor, { id: await untouched(coolingDestination), label: 'Mine' }),
  },
  chooseDefaultDestination: {
    file: 'choose-default-destination.ts',
    may: ['receiver'],
    call: async (actor) =>
      chooseDefaultDestination(deps(), actor, { id: await untouched(coolingDestination) }),
  },
  removeDestination: {
    file: 'remove-destination.ts',
    may: ['receiver'],
    call: async (actor) => removeDestination(deps(), actor, { id: await untouched(coolingDestination) }),
  },
  // By the link in the mail anybody can, which has tests beside it.
  freezeOwn: {
    file: 'freeze-destination.ts',
    may: ['receiver'],
    call: async (actor) => freezeOwn(deps(), actor, { id: await untouched(coolingDestination) }),
  },
  releaseDestination: {
    file: 'release-destination.ts',
    may: ['approver'],
    call: async (actor) =>
      releaseDestination(deps(), actor, {
        id: await untouched(coolingDestination),
        reason: 'why',
        code: '123456',
      }),
  },
  listCoolingOff: { file: 'show-cooling-off.ts', may: staff, call: (actor) => listCoolingOff(deps(), actor) },
  showCoolingOff: {
    file: 'show-cooling-off.ts',
    may: staff,
    call: async (actor) => showCoolingOff(deps(), actor, await untouched(coolingDestination)),
  },
  revealDestination: {
    file: 'reveal-destination.ts',
    may: ['approver'],
    call: async (actor) =>
      revealDestination(deps(), actor, { id: (await untouched(waiting)).id, code: '123456' }),
  },
  removeDemo: { file: 'remove-demo.ts', may: ['operator'], call: (actor) => removeDemo(deps(), actor) },
  reseal: { file: 'reseal.ts', may: ['operator'], call: (actor) => reseal(deps(), actor) },
  revokeLink: {
    file: 'revoke-link.ts',
    may: ['admin', 'operator'],
    call: async (actor) => revokeLink(deps(), actor, (await untouched(waiting)).id),
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
    call: async (actor) => disableUser(deps(), actor, { email: await untouched(victim), code }),
  },
  changeEmail: {
    file: 'change-email.ts',
    may: ['operator'],
    call: async (actor) =>
      changeEmail(deps(), actor, { email: await untouched(victim), to: `${randomUUID()}@example.com` }),
  },
  setPassword: {
    file: 'set-password.ts',
    may: ['operator'],
    call: async (actor) =>
      setPassword(deps(), actor, { email: await untouched(victim), password: 'correct horse battery' }),
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
    call: async (actor) => inviteAgain(deps(), actor, { userId: await untouched(victimId), code }),
  },
  changeRole: {
    file: 'change-role.ts',
    may: ['admin', 'operator'],
    call: async (actor) =>
      changeRole(deps(), actor, { userId: await untouched(victimId), role: 'auditor', code }),
  },
  resetFactor: {
    file: 'reset-factor.ts',
    may: ['admin', 'operator'],
    call: async (actor) => resetFactor(deps(), actor, { userId: await untouched(victimId), code }),
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
    call: async (actor) => endSessionsOf(deps(), actor, { userId: await untouched(victimId), code }),
  },
  setPerson: {
    file: 'set-person.ts',
    may: ['admin', 'operator'],
    call: async (actor) => setPerson(deps(), actor, { userId: await untouched(victimId), sameAs: '', code }),
  },
  showPeople: {
    file: 'show-people.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => showPeople(deps(), actor),
  },
  showPerson: {
    file: 'show-people.ts',
    may: ['admin', 'auditor', 'operator'],
    call: async (actor) => showPerson(deps(), actor, { userId: await untouched(victimId) }),
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
      await deps().stopSwitch.release({ kind: 'operator', name: 'test' }, 'test', 1000)
      return answer
    },
  },
  releaseSending: {
    file: 'release-sending.ts',
    may: ['admin', 'operator'],
    call: async (actor) => {
      await deps().stopSwitch.pull({ kind: 'operator', name: 'test' }, 'test')
      const answer = await releaseSending(deps(), actor, { reason: 'why', code })
      await deps().stopSwitch.release({ kind: 'operator', name: 'test' }, 'test', 1000)
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
  checkMoney: {
    file: 'check-money.ts',
    may: ['admin', 'auditor', 'operator'],
    call: (actor) => checkMoney(deps(), actor),
  },
  verifyHistory: {
    file: 'verify-history.ts',
    may: ['admin', 'auditor', 'operator'],
    call: async (actor) => verifyHistory(deps(), actor, { payoutId: (await untouched(waiting)).id }),
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
  archiveHistory: {
    file: 'archive-history.ts',
    may: ['operator'],
    call: async (actor) => {
      await deps().settings.change({ archiveAfterDays: 3650 }, { kind: 'operator', name: 'test' })
      return archiveHistory(deps(), actor, noFolder)
    },
  },
  dropArchived: {
    file: 'archive-history.ts',
    may: ['operator'],
    call: async (actor) => {
      const answer = await dropArchived(deps(), actor, noFolder, '2001-01')
      // As far as somebody comes who may: there is no such month.
      return !answer.ok && answer.code === 'archive_missing' ? { ok: true } : answer
    },
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
  showGrant: {
    file: 'show-balances.ts',
    may: [...staff, 'system', 'operator'],
    call: async (actor) => {
      const made = await createGrant(deps(), system, { ...grant(), idempotencyKey: randomUUID() })
      return showGrant(deps(), actor, { id: made.ok ? made.grant.id : '' })
    },
  },
  listReceivers: {
    file: 'list-receivers.ts',
    may: ['system'],
    call: (actor) => listReceivers(deps(), actor, {}),
  },
  readReceiver: {
    file: 'list-receivers.ts',
    may: ['system'],
    call: async (actor) => readReceiver(deps(), actor, { externalId: await untouched(namedReceiver) }),
  },
  saveReceiver: {
    file: 'save-receiver.ts',
    may: ['system'],
    call: (actor) => saveReceiver(deps(), actor, { externalId: randomUUID(), body: {} }),
  },
  listDestinationsOf: {
    file: 'destinations-by-api.ts',
    may: ['system'],
    call: async (actor) => listDestinationsOf(deps(), actor, { externalId: await untouched(namedReceiver) }),
  },
  addDestinationFor: {
    file: 'destinations-by-api.ts',
    may: ['system'],
    call: async (actor) =>
      addDestinationFor(deps(), actor, { externalId: await untouched(namedReceiver), body: accountToSave() }),
  },
  readDestinationOf: {
    file: 'destinations-by-api.ts',
    may: ['system'],
    call: async (actor) => readDestinationOf(deps(), actor, await untouched(savedDestination)),
  },
  disableDestinationOf: {
    file: 'destinations-by-api.ts',
    may: ['system'],
    call: async (actor) => disableDestinationOf(deps(), actor, await untouched(savedDestination)),
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
  proposeSettings: {
    file: 'propose-settings.ts',
    may: ['admin'],
    call: async (actor) => {
      await clearSettingsProposal()
      return proposeSettings(deps(), actor, {
        settings: { grantHoldDays: '3' },
        reason: 'why',
        code: '123456',
      })
    },
  },
  decideSettings: {
    file: 'decide-settings.ts',
    may: ['admin'],
    call: async (actor) => {
      await clearSettingsProposal()
      const made = await deps().settingsChanges.propose(
        { settings: { grantHoldDays: 4 } },
        'why',
        { kind: 'operator', name: 'test' },
        () => ({ mails: [] }),
      )
      if (made === 'already_proposed') throw new Error(made)
      const { version } = made
      return decideSettings(deps(), actor, { version, decision: 'rejected', code: '123456' })
    },
  },
  showSettings: {
    file: 'show-settings.ts',
    may: ['admin', 'auditor'],
    call: (actor) => showSettings(deps(), actor),
  },
  showEndpoints: {
    file: 'show-endpoints.ts',
    may: ['admin', 'auditor'],
    call: (actor) => showEndpoints(deps(), actor),
  },
  askTest: {
    file: 'ask-test.ts',
    may: ['admin'],
    call: (actor) => askTest(deps(), actor, { endpointId: 1 }),
  },
  choosePhrase: {
    file: 'choose-phrase.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => choosePhrase(deps(), actor, { phrase: 'red bicycle' }),
  },
  showPhrase: {
    file: 'choose-phrase.ts',
    may: ['receiver', 'otherReceiver'],
    call: (actor) => showPhrase(deps(), actor),
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
      const user = await deps().people.findUserByEmail(await untouched(victim))
      return previewLeaving(deps(), actor, { userId: user?.id ?? '' })
    },
  },
}

/** Ways in and out, which must work for a stranger. Their limits are tested beside each. */
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

/** Parts that several verbs share; each of those verbs is in the table. */
const sharedParts = ['accept-request.ts', 'access-proposals.ts', 'admin-people.ts']

describe.each(Object.entries(matrix))('%s', (_name, row) => {
  it.each(everybody)('answers %s as the table says', async (who) => {
    const answer = await row.call(people[who])
    if (answer.ok) spares.clear()
    if (row.may.includes(who)) expect(answer).toMatchObject({ ok: true })
    // Foreign and unknown payouts look alike.
    else expect(['forbidden', 'not_found']).toContain(answer.code)
  })
})

describe('the matrix', () => {
  it('has a row for every verb', () => {
    const verbs = globSync('lib/services/*/*.ts')
      .filter((path) => !path.includes('.test.'))
      .filter((path) =>
        /export (async )?function \w+\(\s*deps: Deps,\s*_?actor: Actor/.test(readFileSync(path, 'utf8')),
      )
      .map((path) => basename(path))
    const covered = new Set([...Object.values(matrix).map(({ file }) => file), ...forStrangers])
    const rest = verbs.filter((file) => !covered.has(file) && !sharedParts.includes(file))
    expect(rest).toEqual([])
    expect(verbs.length).toBeGreaterThan(20)
  })
})

describe('maker-checker', () => {
  it('keeps approvers from deciding on what came in by their own API key', async () => {
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

  it('keeps a person from deciding on what they entered before they became an approver', async () => {
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
