import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { Amount } from '#app/_ui/amount.tsx'
import { Button, ButtonLink } from '#app/_ui/button.tsx'
import { Card, Empty, Page, PageTitle, Section, TitleRow } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { searchBalances } from '#lib/services/balance/show-balances.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { GrantForm } from './grant-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('balances')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }
type Found = Extract<Awaited<ReturnType<typeof searchBalances>>, { ok: true }>['receivers'][number]

/** All balances; clerks can grant more. */
export default async function BalancesPage({ searchParams }: Props) {
  const actor = await requireActor('balance.see_all')
  const deps = await getDeps()
  const given = (await searchParams)['search']
  const search = typeof given === 'string' ? given : ''
  const { receivers, isCut } = shown(await searchBalances(deps, actor, { search }))
  const t = await getTranslations('balances')
  const grants = may(actor, 'balance.grant')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <TitleRow>
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        {grants && (
          <ButtonLink href="/desk/balances/import" look="secondary">
            {t('upload')}
          </ButtonLink>
        )}
      </TitleRow>
      <form method="get" action="/desk/balances" role="search" className="mb-6 flex flex-wrap gap-3">
        <label htmlFor="search" className="sr-only">
          {t('search')}
        </label>
        <input
          key={search}
          id="search"
          name="search"
          type="search"
          dir="auto"
          maxLength={200}
          defaultValue={search}
          placeholder={t('searchHint')}
          className="block min-h-11 min-w-56 flex-1 rounded-lg border border-line-strong bg-surface px-3.5 py-2 text-base placeholder:text-ink-3 hover:border-ink-2"
        />
        <Button look="secondary">{t('search')}</Button>
      </form>
      {receivers.length === 0 ? (
        <Empty title={search === '' ? t('noneTitle') : t('noMatchTitle')}>
          <p>{search === '' ? t('noneText') : t('noMatchText')}</p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {receivers.map((receiver) => (
            <ReceiverRow key={receiver.id} receiver={receiver} />
          ))}
        </ul>
      )}
      {isCut && <p className="mt-3 text-sm text-ink-2">{t('more')}</p>}
      {grants && (
        <Section id="grant" title={t('grant')}>
          <Card className="max-w-xl">
            <BrowserWords areas={['balances']}>
              <GrantForm currencies={await currenciesPaid(deps)} />
            </BrowserWords>
          </Card>
        </Section>
      )}
    </Page>
  )
}

function ReceiverRow({ receiver }: { receiver: Found }) {
  const t = useTranslations('balances')
  const name = receiverName(receiver)
  return (
    <li className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 focus-within:bg-sunken hover:bg-sunken sm:px-5">
      <div className="min-w-0">
        <Link
          href={`/desk/balances/${receiver.id}`}
          prefetch={false}
          className="block font-medium break-words after:absolute after:inset-0"
        >
          <bdi>{name}</bdi>
        </Link>
        {name !== receiver.externalId && (
          <p className="text-sm break-all text-ink-2">
            <bdi>{receiver.externalId}</bdi>
          </p>
        )}
      </div>
      <dl className="ml-auto text-right text-[0.9375rem]">
        {receiver.balances.map((one) => (
          <div key={one.currency} className="flex flex-wrap justify-end gap-x-2">
            <dt className="text-ink-3">{t('available')}</dt>
            <dd>
              <Amount display={displayAmount(one.availableMinor, one.currency)} />
            </dd>
          </div>
        ))}
        {receiver.balances.length === 0 && <div className="text-ink-3">{t('noBalance')}</div>}
      </dl>
    </li>
  )
}
