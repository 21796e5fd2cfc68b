import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import type { AuditFilter, AuditRow, Deps } from '#lib/services/ports.ts'

const pageSize = 50
const textMax = 200

/** As in the page's address: empty texts filter nothing; days as 2026-11-23, both included. */
export type AuditQuery = {
  who: string
  kind: string
  subject: string
  from: string
  to: string
  cursor: string | null
}

/**
 * What people did and were refused, newest first. Pages start after the number of the last row shown, so no row comes twice or is missed
 * while others are written.
 */
export async function showAudit(
  deps: Pick<Deps, 'auditTrail'>,
  actor: Actor,
  query: AuditQuery,
): Promise<
  | { ok: true; rows: AuditRow[]; kinds: string[]; nextCursor: string | null; problems: InputProblem[] }
  | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'audit.see')) return refuse('forbidden')
  const { cursor } = query
  if (cursor !== null && !/^\d{1,18}$/.test(cursor)) return refuse('not_found')
  const { filter, problems } = filterOf(query)
  const [kinds, { rows, next }] = await Promise.all([
    deps.auditTrail.kinds(),
    problems.length > 0
      ? { rows: [], next: null }
      : deps.auditTrail.list(filter, { limit: pageSize, before: cursor === null ? null : BigInt(cursor) }),
  ])
  return { ok: true, rows, kinds, nextCursor: next === null ? null : String(next), problems }
}

function filterOf({ who, kind, subject, from, to }: AuditQuery): {
  filter: AuditFilter
  problems: InputProblem[]
} {
  const problems: InputProblem[] = []
  const text = (value: string) => {
    const kept = value
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, textMax)
    return kept === '' ? null : kept
  }
  const day = (path: string, value: string, plusDays: number): Date | null => {
    if (value === '') return null
    const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
    if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(value))
      return new Date(at + plusDays * 86_400_000)
    problems.push({ path, said: { code: 'day' } })
    return null
  }
  const filter = {
    who: text(who),
    kind: text(kind),
    subject: text(subject),
    from: day('from', from, 0),
    to: day('to', to, 1),
  }
  return { filter, problems }
}
