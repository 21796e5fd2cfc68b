import { useTranslations } from 'next-intl'
import { BankAccount } from '#app/_ui/amount.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import { destinationLabelText } from '#lib/words/destination-label-text.ts'
import type { DeskReceiver } from '#lib/services/desk/show-desk-receiver.ts'

/** The receiver's saved destinations, never in full: revealing one is for a payout's page, and audited. */
export function AccountList({ destinations }: Pick<DeskReceiver, 'destinations'>) {
  const [t, common] = [useTranslations('receivers'), useTranslations('common')]
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t('accounts.title')}</h2>
      {destinations.length === 0 ? (
        <p className="text-ink-2">{t('accounts.none')}</p>
      ) : (
        <ul className="space-y-2">
          {destinations.map((one) => (
            <li key={one.id} className="text-[0.9375rem]">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className={one.removedAt === null ? 'font-medium' : 'text-ink-3 line-through'}>
                  <bdi>{destinationLabelText(common, one)}</bdi>
                </span>
                {one.removedAt !== null && (
                  <Tag look="bg-sunken text-ink-2" icon="cross" text={t('accounts.removed')} />
                )}
                {one.isDefault && one.removedAt === null && (
                  <Tag look="bg-sunken text-ink-2" icon="check" text={t('accounts.default')} />
                )}
              </p>
              <p className="text-sm text-ink-2">
                <BankAccount bank={one.bankName} last4={one.last4} />
              </p>
              <p className="text-sm text-ink-3">
                {one.isCoolingOff
                  ? t.rich('accounts.usableFrom', { at: () => <Time at={one.usableFrom} /> })
                  : t.rich('accounts.since', { at: () => <Time at={one.createdAt} /> })}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
