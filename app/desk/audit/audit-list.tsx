import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import { titleOf } from '#lib/payouts/text.ts'
import type { AuditRow } from '#lib/services/ports.ts'
import { factText, valueText } from './words.ts'

const kinds = {
  user: 'person',
  api_key: 'API key',
  operator: 'operator at the server',
  worker: 'portal',
  cardzo: 'Cardzo',
  stranger: 'nobody signed in',
} as const satisfies Record<AuditRow['actorKind'], string>

export function AuditList({ rows }: { rows: readonly AuditRow[] }) {
  return (
    <ol className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map((row) => (
        <Row key={String(row.id)} row={row} />
      ))}
    </ol>
  )
}

function Row({ row }: { row: AuditRow }) {
  const facts = Object.entries(row.data).filter(([, value]) => value !== null)
  return (
    <li className="px-5 py-4 text-[0.9375rem] leading-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <p className="font-medium">{titleOf(row.kind)}</p>
        <p className="text-sm text-ink-3">
          <Time at={row.at} seconds />
        </p>
      </div>
      <p className="text-sm break-words text-ink-2">
        <span>by </span>
        <bdi>{row.actorKind === 'stranger' ? kinds.stranger : row.actorName}</bdi>
        {row.actorKind !== 'user' && row.actorKind !== 'stranger' && <span> ({kinds[row.actorKind]})</span>}
        {row.subject !== null && (
          <>
            <span> · about </span>
            <span className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">
              <Foreign text={row.subject} />
            </span>
          </>
        )}
      </p>
      {facts.length > 0 && (
        <dl className="mt-1 text-[0.8125rem] leading-5 text-ink-3">
          {facts.map(([name, value]) => (
            <div key={name} className="flex flex-wrap gap-x-2">
              <dt>{factText(name)}:</dt>
              <dd className="min-w-0 text-ink-2 [overflow-wrap:anywhere]">
                <Foreign text={valueText(value)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  )
}
