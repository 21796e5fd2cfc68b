import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Fold } from '#app/_ui/fold.tsx'

type Row = { key: string; cells: readonly ReactNode[] }
type Table = { label: string; heads: readonly string[]; rows: readonly Row[] }

/** The figures of a chart, folded away. The first column names the row; the others are figures. */
export function DataTable(table: Table) {
  const t = useTranslations('reports')
  if (table.rows.length === 0) return null
  return (
    <Fold title={t('table')} className="mt-3">
      <Figures {...table} />
    </Fold>
  )
}

/** The same where the figures are the chart. */
export function Figures({ label, heads, rows }: Table) {
  return (
    <div className="max-h-96 overflow-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-[0.9375rem]">
        <thead>
          <tr className="text-left text-[0.8125rem] text-ink-3">
            {heads.map((head, index) => (
              <th
                key={head}
                scope="col"
                className={`py-1.5 align-bottom font-normal wrap-break-word ${index > 0 ? 'pl-2 text-right sm:pl-4 sm:whitespace-nowrap' : ''}`}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(({ key, cells: [name, ...figures] }) => (
            <tr key={key}>
              <th scope="row" className="py-1.5 text-left font-normal wrap-break-word">
                {name}
              </th>
              {figures.map((figure, index) => (
                <td key={heads[index + 1]} className="py-1.5 pl-2 text-right whitespace-nowrap sm:pl-4">
                  {figure}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Opens the payouts behind a figure. */
export function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} prefetch={false} className="text-link inline-flex min-h-6 min-w-6 items-center">
      {children}
    </Link>
  )
}

/** A share of the longest bar, for the eye alone. */
export function ShareBar({ share, look = 'fill-accent' }: { share: number; look?: string }) {
  return (
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" className="block h-2 w-6 sm:w-40">
      <rect width="100" height="8" className="fill-sunken" />
      <rect width={share === 0 ? 0 : Math.max(1, share * 100)} height="8" className={look} />
    </svg>
  )
}

/** `zone`: whose days the chart is about. On each chart, because charts are read and copied one by one. */
export function ChartTitle({ title, text, zone }: { title: string; text?: string; zone: string }) {
  const t = useTranslations('reports')
  return (
    <div className="mb-4">
      <h2 className="font-semibold">{title}</h2>
      <p className="text-sm text-ink-2">
        {text !== undefined && <span>{text} </span>}
        <span>{t('zoned', { zone })}</span>
      </p>
    </div>
  )
}
