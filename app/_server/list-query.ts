/** Reads the query of a list. An unknown name, or one given twice, is an error, not a guess. */
import { z } from 'zod'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'

type Read<T> = { ok: true; query: T } | { ok: false; errors: InputProblem[] }

/** `schema`: a parameter that it takes as an array may be repeated. */
export function readQuery<Schema extends z.ZodObject>(
  schema: Schema,
  query: URLSearchParams,
): Read<z.output<Schema>> {
  const errors: InputProblem[] = []
  const given: Record<string, string | string[]> = {}
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    const one = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined
    if (!one) errors.push({ path: name, message: 'Unknown parameter.' })
    else if (isRepeatable(one)) given[name] = values
    else if (values.length > 1) errors.push({ path: name, message: 'May be given once.' })
    else given[name] = values[0] ?? ''
  }
  const parsed = schema.safeParse(given)
  const told = new Set<string>()
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0] ?? '')
    if (!told.has(name)) errors.push({ path: name, message })
    told.add(name)
  }
  return parsed.success && errors.length === 0 ? { ok: true, query: parsed.data } : { ok: false, errors }
}

/** Is it a list of values? */
export const isRepeatable = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodArray || (schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodArray)

/** The repeatable `status` parameter, as the desk's list and export read it. */
export function readStatuses(query: URLSearchParams): { ok: true; statuses: PayoutStatus[] } | { ok: false } {
  const given = query.getAll('status')
  const statuses = payoutStatuses.filter((status) => given.includes(status))
  return new Set(given).size === statuses.length ? { ok: true, statuses } : { ok: false }
}
