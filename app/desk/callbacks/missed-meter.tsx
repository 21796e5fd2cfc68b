import { useTranslations } from 'next-intl'
import { Empty } from '#app/_ui/card.tsx'
import { Money } from '#app/_ui/amount.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { MissedDay, Payout } from '#lib/services/ports.ts'

/** Ends that no callback told of, by day; each number opens its payouts. */
export function MissedMeter({
  meter: { days, payouts },
  day,
}: {
  meter: { days: readonly MissedDay[]; payouts: readonly Payout[] }
  day?: string
}) {
  const t = useTranslations('callbacks')
  return (
    <>
      <p className="mb-4 text-[0.9375rem] text-ink-2">{t('missedIntro')}</p>
      {days.length === 0 ? (
        <Empty title={t('none')} />
      ) : (
        <table className="w-full max-w-md text-[0.9375rem]">
          <thead className="text-left text-sm text-ink-3">
            <tr>
              <th className="py-2 font-normal">{t('day')}</th>
              <th className="py-2 text-right font-normal">{t('ended')}</th>
              <th className="py-2 text-right font-normal">{t('neverCame')}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-t border-line">
            {days.map((one) => (
              <tr key={one.day}>
                <th scope="row" className="py-2.5 text-left font-normal">
                  {one.day}
                </th>
                <td className="py-2.5 text-right tabular-nums">{one.ended}</td>
                <td className="py-2.5 text-right tabular-nums">
                  {one.missed === 0 ? (
                    one.missed
                  ) : (
                    <TextLink href={`/desk/callbacks?view=missed&day=${one.day}`}>
                      {String(one.missed)}
                    </TextLink>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {day !== undefined && <OfDay day={day} payouts={payouts} />}
    </>
  )
}

function OfDay({ day, payouts }: { day: string; payouts: readonly Payout[] }) {
  const t = useTranslations('callbacks')
  return (
    <section aria-labelledby="missed-of" className="mt-10">
      <h2 id="missed-of" className="mb-4 text-lg font-semibold tracking-tight">
        {t('missedOf', { day })}
      </h2>
      {payouts.length === 0 ? (
        <p className="text-ink-2">{t('allCame')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface px-4 sm:px-5">
          {payouts.map((payout) => (
            <li key={payout.id} className="flex flex-wrap items-center justify-between gap-x-5 py-3">
              <TextLink href={`/desk/payouts/${payout.id}`}>{receiverName(payout.receiver)}</TextLink>
              <StatusBadge status={payout.status} />
              <Money display={displayAmount(payout.amountMinor, payout.currency)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
