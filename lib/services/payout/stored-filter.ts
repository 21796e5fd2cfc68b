/** A filter of the list as JSON, kept until a worker makes its file. Moments are ISO, amounts are text in minor units. */
import { z } from 'zod'
import { riskLevels } from '#lib/payouts/risk.ts'
import { listedSources } from '#lib/payouts/policy.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { DeskFilter } from './list-payouts.ts'
import { listColumns } from './list-columns.ts'
import type { ListColumn } from './list-columns.ts'
import type { PayoutSort } from '#lib/services/ports.ts'

export type ListAsked = { filter: DeskFilter; sort: PayoutSort; columns: readonly ListColumn[] }

const at = z.iso.datetime().transform((text) => new Date(text))
const minor = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt)
const text = z.string().max(500)

const stored = z.strictObject({
  sort: z.enum(['newest', 'oldest', 'largest', 'smallest', 'waiting']),
  columns: z.array(z.enum(listColumns)),
  filter: z.strictObject({
    ids: z.array(z.guid()).exactOptional(),
    statuses: z.array(z.enum(payoutStatuses)).exactOptional(),
    search: text.exactOptional(),
    receiverExternalId: text.exactOptional(),
    createdFrom: at.exactOptional(),
    createdBefore: at.exactOptional(),
    currency: text.exactOptional(),
    minMinor: minor.exactOptional(),
    maxMinor: minor.exactOptional(),
    sources: z.array(z.enum(listedSources)).exactOptional(),
    bank: text.exactOptional(),
    accountLast4: text.exactOptional(),
    approvedById: z.guid().exactOptional(),
    risks: z.array(z.enum(riskLevels)).exactOptional(),
    code: text.exactOptional(),
    rule: text.exactOptional(),
    endpointId: z.int().exactOptional(),
    waitingSince: at.exactOptional(),
  }),
})

export const writeStored = ({ filter, sort, columns }: ListAsked): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify({ filter, sort, columns }, (_name, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  ) as Record<string, unknown>

/** Throws on anything that `writeStored` did not write. */
export const readStored = (json: Record<string, unknown>): ListAsked => stored.parse(json)
