/** Every store of the portal on one database, assembled once: what lib/services/ports.ts asks of persistence. */
import type { Deps, MailStore } from '#lib/services/ports.ts'
import { createApprovalStore } from './approval/approval-store.ts'
import { createRiskStore } from './approval/risk-store.ts'
import { createAuditTrail } from './audit/audit-trail.ts'
import { createLedgerStore } from './balance/ledger-store.ts'
import { createBatchStore } from './batch/batch-store.ts'
import { createBatchDecisionStore } from './batch/decision-store.ts'
import { createExportStore } from './desk/export-store.ts'
import { createFirstRunStore } from './desk/first-run-store.ts'
import { createItemStore } from './desk/item-store.ts'
import { createDeskViewStore } from './desk/view-store.ts'
import { createDestinationStore } from './destination/destination-store.ts'
import { createEndpointStore } from './endpoint/endpoint-store.ts'
import type { createPrisma } from './engine/client.ts'
import type { StoreHooks } from './engine/store-hooks.ts'
import { createApiKeyStore } from './key/api-key-store.ts'
import { createApiRequestStore } from './key/api-request-store.ts'
import { createMerchantBalanceStore } from './merchant-balance/merchant-balance-store.ts'
import { createMailStore } from './message/mail-store.ts'
import { sendDigests } from './message/send-digests.ts'
import { createCallbackInbox } from './order/callback-inbox.ts'
import { createCallbackStore } from './order/callback-store.ts'
import { createGateStore } from './order/gate-store.ts'
import { createGatewayConditionStore } from './order/gateway-condition-store.ts'
import { createImportStore } from './moving/import-store.ts'
import { createInstallationStore } from './moving/installation-store.ts'
import { createNoteStore } from './payout/note-store.ts'
import { createPayoutStore } from './payout/payout-store.ts'
import { createAccessStore } from './people/access-store.ts'
import { createPeopleStore } from './people/people-store.ts'
import { createBrandStore } from './policy/brand-store.ts'
import { createErrorCodeStore } from './policy/error-code-store.ts'
import { createPolicyStore } from './policy/policy-store.ts'
import { createSettingsChangeStore } from './policy/settings-change-store.ts'
import { createSettingsStore } from './policy/settings-store.ts'
import { createErasureStore } from './receiver/erasure.ts'
import { createReceiverStore } from './receiver/receiver-store.ts'
import { createReportStore } from './report/report-store.ts'
import { createArchiveStore } from './safety/archive-store.ts'
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
import { createWebhookStore } from './webhook/webhook-store.ts'

export function createStores(
  prisma: ReturnType<typeof createPrisma>,
  {
    hooks,
    vault,
    keepMailTexts,
  }: {
    hooks: StoreHooks
    vault: Vault
    /** For the demo mailbox; otherwise a mail's text goes once it is sent. */
    keepMailTexts: boolean
  },
) {
  return {
    payouts: createPayoutStore(prisma, hooks, vault),
    notes: createNoteStore(prisma),
    items: createItemStore(prisma, hooks, vault),
    views: createDeskViewStore(prisma),
    exports: createExportStore(prisma),
    batches: createBatchStore(prisma),
    batchDecisions: createBatchDecisionStore(prisma),
    imports: createImportStore(prisma, hooks, vault),
    installation: createInstallationStore(prisma, vault),
    firstRun: createFirstRunStore(prisma, hooks, vault),
    settlements: createSettlementStore(prisma),
    approvals: createApprovalStore(prisma),
    policy: createPolicyStore(prisma, hooks, vault),
    risk: createRiskStore(prisma),
    ledger: createLedgerStore(prisma),
    destinations: createDestinationStore(prisma, hooks, vault),
    access: createAccessStore(prisma, hooks, vault),
    keys: createApiKeyStore(prisma, hooks, vault),
    apiRequests: createApiRequestStore(prisma),
    receivers: createReceiverStore(prisma),
    erasures: createErasureStore(prisma, vault),
    sessions: createSessionStore(prisma),
    signIn: createSignInStore(prisma, hooks, vault),
    callbacks: createCallbackStore(prisma),
    callbackInbox: createCallbackInbox(prisma),
    history: createHistoryStore(prisma),
    archive: createArchiveStore(prisma),
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
    endpoints: createEndpointStore(prisma, vault),
    merchantBalances: createMerchantBalanceStore(prisma),
    errorCodes: createErrorCodeStore(prisma),
    brand: createBrandStore(prisma),
    heartbeats: createHeartbeatStore(prisma),
    monitoring: createMonitoringStore(prisma),
    reports: createReportStore(prisma, vault),
    seals: createSealStore(prisma, vault),
    gatewayCondition: createGatewayConditionStore(prisma),
    stopSwitch: createStopSwitchStore(prisma),
    askFirst: createAskFirstStore(prisma),
    gate: createGateStore(prisma),
    webhooks: createWebhookStore(prisma, hooks, vault),
  } satisfies Partial<Deps>
}
