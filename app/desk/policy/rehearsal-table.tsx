import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Rehearsal, RehearsalLine } from '#lib/services/policy/rehearse-policy.ts'

/** The past under both policies. The list has no filter for how many people each payout would need, but for the payouts that were counted. */
export function RehearsalTable({ rehearsal }: { rehearsal: Rehearsal }) {
  const t = useTranslations('policy.rehearsal')
  const { days, payouts, lines } = rehearsal
  const counted = (currency: string | null, words: ReactNode) => (
    <Link
      href={`/desk/payouts?from=-${days}d${currency === null ? '' : `&currency=${currency}`}`}
      prefetch={false}
      className="text-link"
    >
      {words}
    </Link>
  )
  const outcomeText = ({ outcome, roles }: Pick<RehearsalLine, 'outcome' | 'roles'>) => {
    if (outcome === 'over_limit') return t('overLimit')
    if (outcome === 0) return t('auto')
    const [role] = roles
    if (role === undefined) return t('approvers', { n: outcome })
    return roles.length === 1
      ? t('approversRole', { n: outcome, role })
      : t('approversRoles', { n: outcome, roles: roles.length })
  }
  if (payouts === 0) return <p className="text-ink-2">{t('none', { days })}</p>
  return (
    <div className="text-[0.9375rem] leading-6">
      <table className="w-full">
        <caption className="pb-2 text-left text-sm text-ink-2">
          {t.rich('caption', { n: payouts, days, link: (words) => counted(null, words) })}
        </caption>
        <thead className="text-sm text-ink-3">
          <tr className="border-b border-line">
            <th scope="col" className="py-1.5 pr-3 text-left font-normal">
              {t('needs')}
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-normal">
              {t('inForce')}
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-normal">
              {t('proposed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ currency, inForce, proposed, ...line }) => (
            <tr
              key={[currency, line.outcome, ...line.roles].join(' ')}
              className="border-b border-line last:border-0"
            >
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {t.rich('line', {
                  currency,
                  outcome: outcomeText(line),
                  link: (words) => counted(currency, words),
                })}
              </th>
              <td className="py-1.5 pl-3 text-right text-ink-2 tabular-nums">{inForce}</td>
              <td
                className={`py-1.5 pl-3 text-right tabular-nums ${inForce === proposed ? 'text-ink-2' : 'font-medium'}`}
              >
                {proposed}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-sm text-ink-3">{t('note')}</p>
    </div>
  )
}
