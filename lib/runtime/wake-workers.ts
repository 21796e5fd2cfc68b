/** The same stores, which wake the workers once something is committed that they must look at now. */
import { coalesced } from '#lib/db/engine/coalesced.ts'
import type { Deps, Log } from '#lib/services/ports.ts'

type Stores = Pick<
  Deps,
  | 'payouts'
  | 'callbacks'
  | 'destinations'
  | 'stopSwitch'
  | 'askFirst'
  | 'batches'
  | 'batchDecisions'
  | 'exports'
  | 'endpoints'
  | 'ledger'
  | 'webhooks'
  | 'signIn'
>

/** What workers listen to. */
export const dueChannel = 'payout_due'

/** Between two rings: all that becomes due in the meantime needs one. */
const gapMs = 20

/**
 * `ring` runs NOTIFY. Never inside the transaction that made something due: those with a NOTIFY commit one after the other, each with its
 * own wait for the disk (docs/decisions/0011-push-by-server-sent-events.md). A ring that fails costs two seconds, because workers also
 * look by themselves. `rung` resolves when every ring so far has been sent or has failed.
 */
export function createBell(
  ring: () => Promise<unknown>,
  log: Pick<Log, 'warn'>,
): { ring: () => void; rung: () => Promise<void> } {
  const rings = coalesced(async () => {
    try {
      await ring()
    } catch (error) {
      log.warn({ err: error }, 'workers could not be woken: they look by themselves within two seconds')
    }
  }, gapMs)
  return { ring: rings.ask, rung: rings.done }
}

export function wakingWorkers<T extends Stores>(stores: T, ring: () => void): T {
  const { payouts, callbacks, destinations, stopSwitch, askFirst } = stores
  const { batches, batchDecisions, exports, endpoints, ledger, webhooks, signIn } = stores
  const then =
    <Asked extends unknown[], Answer>(act: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      const answer = await act(...asked)
      ring()
      return answer
    }
  return {
    ...stores,
    payouts: {
      ...payouts,
      async create(...asked) {
        const created = await payouts.create(...asked)
        if (created.kind === 'created') ring()
        return created
      },
      async advance(was, change, actor, happening, lease) {
        const now = await payouts.advance(was, change, actor, happening, lease)
        // A worker knows itself when the payout that it has in hand is due again.
        if (now !== 'stale' && lease === undefined && change.dueInMs != null) ring()
        return now
      },
      async wakeUnlessAsked(...asked) {
        const woken = await payouts.wakeUnlessAsked(...asked)
        if (woken) ring()
        return woken
      },
      async markReturned(...asked) {
        await payouts.markReturned(...asked)
        ring()
      },
    },
    callbacks: {
      ...callbacks,
      async take(...asked) {
        const answer = await callbacks.take(...asked)
        if (answer.answer === 'stored') ring()
        return answer
      },
    },
    destinations: {
      ...destinations,
      async release(...asked) {
        const released = await destinations.release(...asked)
        if (released !== null) ring()
        return released
      },
    },
    stopSwitch: {
      ...stopSwitch,
      async release(...asked) {
        const released = await stopSwitch.release(...asked)
        if (released !== null) ring()
        return released
      },
    },
    askFirst: {
      ...askFirst,
      async start(...asked) {
        const begun = await askFirst.start(...asked)
        if (begun.started) ring()
        return begun
      },
    },
    // Somebody waits for what a worker does of these.
    batches: { ...batches, submit: then(batches.submit), cancel: then(batches.cancel) },
    batchDecisions: { ...batchDecisions, decide: then(batchDecisions.decide) },
    exports: { ...exports, ask: then(exports.ask) },
    endpoints: { ...endpoints, askTest: then(endpoints.askTest) },
    ledger: {
      ...ledger,
      grant: then(ledger.grant),
      grantAll: then(ledger.grantAll),
      reverse: then(ledger.reverse),
    },
    webhooks: {
      ...webhooks,
      test: then(webhooks.test),
      resend: then(webhooks.resend),
      switchOn: then(webhooks.switchOn),
    },
    signIn: { ...signIn, createSignInLink: then(signIn.createSignInLink) },
  }
}
