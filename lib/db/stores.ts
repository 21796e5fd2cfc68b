/** Every store of the portal on one database, assembled once: what lib/services/ports.ts asks of persistence. */
import type { Deps, MailStore } from '#lib/services/ports.ts'
import { createApprovalStore } from './approval/approval-store.ts'
import { createRiskStore } from './approval/risk-store.ts'
import { createAuditTrail } from './audit/audit-trail.ts'
import { createLedgerStore } from './balance/ledger-store.ts'
import { createExportStore } from './desk/export-store.ts'
import { createItemStore } from './desk/item-store.ts'
import { createDeskViewStore } from './desk/view-store.ts'
import { createDestinationStore } from './destination/destination-store.ts'
import type { createPrisma } from './engine/client.ts'
import type { StoreHooks } from './engine/store-hooks.ts'
import { createApiKeyStore } from './key/api-key-store.ts'
import { createMailStore } from './message/mail-store.ts'
import { sendDigests } from './message/send-digests.ts'
import { createCallbackInbox } from './order/callback-inbox.ts'
import { createCallbackStore } from './order/callback-store.ts'
import { createGateStore } from './order/gate-store.ts'
import { createGatewayConditionStore } from './order/gateway-condition-store.ts'
import { createNoteStore } from './payout/note-store.ts'
import { createPayoutStore } from './payout/payout-store.ts'
import { createAccessStore } from './people/access-store.ts'
import { createPeopleStore } from './people/people-store.ts'
import { createBrandStore } from './policy/brand-store.ts'
import { createErrorCodeStore } from './policy/error-code-store.ts'
import { createPolicyStore } from './policy/policy-store.ts'
import { createSettingsChangeStore } from './policy/settings-change-store.ts'
import { createSettingsStore } from './policy/settings-store.ts'
import { createReportStore } from './report/report-store.ts'
import { createAskFirstStore } from './safety/ask-first-store.ts'
import { createComparisonStore } from './safety/comparison-store.ts'
import { createHeartbeatStore } from './safety/heartbeat-store.ts'
import { createHistoryStore } from './safety/history-store.ts'
import { createMonitoringStore } from './safety/monitoring-store.ts'
import { createStopSwitchStore } from './safety/stop-switch-store.ts'
import { createSealStore } from './seal/reseal.ts'
import type { Vault } from './seal/vault.ts'
import { createSettlementStore } from './settlement/settlement-store.ts'
import { createSessionStore } from './sign-in/session-store.ts'
import { createSignInStore } from './sign-in/sign-in-store.ts'

export function createStores(
  prisma: ReturnType<typeof createPrisma>,
  {
    hooks,
    vault,
    keepMailTexts,
    maxRequestsPerS,
  }: {
    hooks: StoreHooks
    vault: Vault
    /** For the demo mailbox; otherwise a mail's text goes once it is sent. */
    keepMailTexts: boolean
    /** The most requests a second that all workers together send to Cardzo. */
    maxRequestsPerS: number
  },
) {
  return {
    payouts: createPayoutStore(prisma, hooks, vault),
    notes: createNoteStore(prisma),
    items: createItemStore(prisma),
    views: createDeskViewStore(prisma),
    exports: createExportStore(prisma),
    settlements: createSettlementStore(prisma),
    approvals: createApprovalStore(prisma),
    policy: createPolicyStore(prisma, hooks, vault),
    risk: createRiskStore(prisma),
    ledger: createLedgerStore(prisma),
    destinations: createDestinationStore(prisma, hooks, vault),
    access: createAccessStore(prisma, hooks, vault),
    keys: createApiKeyStore(prisma, hooks, vault),
    sessions: createSessionStore(prisma),
    signIn: createSignInStore(prisma, hooks, vault),
    callbacks: createCallbackStore(prisma),
    callbackInbox: createCallbackInbox(prisma),
    history: createHistoryStore(prisma),
    auditTrail: createAuditTrail(prisma),
    comparisons: createComparisonStore(prisma),
    mails: {
      ...createMailStore(prisma, hooks, vault, { keepTexts: keepMailTexts }),
      sendDigests: (write: Parameters<MailStore['sendDigests']>[0]) =>
        sendDigests({ prisma, hooks, vault, keepTexts: keepMailTexts }, write),
    },
    people: createPeopleStore(prisma, hooks, vault),
    settings: createSettingsStore(prisma),
    settingsChanges: createSettingsChangeStore(prisma, hooks, vault),
    errorCodes: createErrorCodeStore(prisma),
    brand: createBrandStore(prisma),
    heartbeats: createHeartbeatStore(prisma),
    monitoring: createMonitoringStore(prisma),
    reports: createReportStore(prisma),
    seals: createSealStore(prisma, vault),
    gatewayCondition: createGatewayConditionStore(prisma),
    stopSwitch: createStopSwitchStore(prisma),
    askFirst: createAskFirstStore(prisma),
    gate: createGateStore(prisma, maxRequestsPerS),
  } satisfies Partial<Deps>
}
