/** The same store, which measures each attempt to send a webhook. */
import type { DeliveryResult, WebhookStore } from '#lib/services/ports.ts'
import { processMetrics } from './metrics.ts'

export const measuredWebhooks = (webhooks: WebhookStore): WebhookStore => ({
  ...webhooks,
  record(taken, result) {
    processMetrics().webhooks.observe({ outcome: outcomeOf(result) }, result.durationMs / 1000)
    return webhooks.record(taken, result)
  },
})

/** `refused`: the other system answered, but not with a 2xx. */
const outcomeOf = ({ arrived, status }: DeliveryResult) =>
  arrived ? 'arrived' : status === null ? 'no_answer' : 'refused'
