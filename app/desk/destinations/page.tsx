import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { BankAccount } from '#app/_ui/amount.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import { listCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('newAccounts')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** New destinations that are cooling off before their first payment. */
export default async function CoolingOffPage({ searchParams }: Props) {
  const actor = await requireActor('item.see')
  const { released, mailed } = await searchParams
  const { destinations } = shown(await listCoolingOff(await getDeps(), actor))
  const t = await getTranslations('newAccounts')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {typeof released === 'string' && !destinations.some(({ id }) => id === released) && (
        <DoneAlert title={t('over')}>
          <p>
            <span>{t('released')}</span> <span>{t(mailed === 'yes' ? 'told' : 'notTold')}</span>
          </p>
        </DoneAlert>
      )}
      {destinations.length === 0 ? (
        <Empty title={t('noneTitle')}>
          <p>{t('noneText')}</p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
          {destinations.map((one) => (
            <li
              key={one.id}
              className="relative grid gap-x-6 gap-y-1 px-4 py-3.5 transition-colors focus-within:bg-sunken hover:bg-sunken sm:grid-cols-[1fr_auto] sm:items-center sm:px-5"
            >
              <div className="min-w-0">
                <Link
                  href={`/desk/destinations/${one.id}`}
                  prefetch={false}
                  className="block truncate font-medium after:absolute after:inset-0"
                >
                  <bdi>{one.receiverExternalId}</bdi>
                </Link>
                <p className="text-sm text-ink-2">
                  <BankAccount bank={one.bankName} last4={one.last4} /> ·{' '}
                  <span>
                    {t.rich('added', {
                      name: () => <bdi>{one.createdByName}</bdi>,
                      age: () => <Age at={one.createdAt} />,
                    })}
                  </span>
                </p>
              </div>
              <p className="text-sm text-ink-2 sm:text-right">
                <span>
                  {isFrozenUntil(one.usableFrom)
                    ? t('frozen')
                    : t.rich('until', { at: () => <Time at={one.usableFrom} /> })}
                </span>
                <span className="block text-ink-3">{t('waiting', { n: one.waiting })}</span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
