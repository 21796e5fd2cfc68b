import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { BankAccount } from '#app/_ui/amount.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Time } from '#app/_ui/time.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import { showCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import type { CoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { ReleaseForm } from './release-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('newAccounts.one')
  return { title: t('title') }
}

type Props = { params: Promise<{ id: string }> }

export default async function CoolingOffDestinationPage({ params }: Props) {
  const actor = await requireActor('item.see')
  const { id } = await params
  const { destination } = shown(await showCoolingOff(await getDeps(), actor, id))
  const t = await getTranslations('newAccounts')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/destinations">{t('title')}</BackLink>
      <PageTitle>{t('one.title')}</PageTitle>
      {destination ? (
        <Waiting destination={destination} />
      ) : (
        <Empty title={t('over')}>
          <p>{t('overText')}</p>
        </Empty>
      )}
    </Page>
  )
}

function Waiting({ destination }: { destination: CoolingOff }) {
  const t = useTranslations('newAccounts')
  const { bankName, last4, receiverExternalId, createdByName, createdAt, usableFrom, refusal } = destination
  return (
    <>
      <Card>
        <Facts>
          <Fact name={t('one.number')} mono>
            <span className="select-all">
              <bdi>{receiverExternalId}</bdi>
            </span>
          </Fact>
          <Fact name={t('one.account')}>
            <BankAccount bank={bankName} last4={last4} />
          </Fact>
          <Fact name={t('one.added')}>
            <Time at={createdAt} seconds />
            <span className="block text-sm text-ink-2">
              {t.rich('one.by', { name: () => <bdi>{createdByName}</bdi> })}
            </span>
          </Fact>
          <Fact name={t('one.usableFrom')}>
            {isFrozenUntil(usableFrom) ? t('frozen') : <Time at={usableFrom} seconds />}
          </Fact>
          <Fact name={t('one.payouts')}>
            <Link
              href={`/desk/payouts?search=${encodeURIComponent(receiverExternalId)}`}
              prefetch={false}
              className="text-link"
            >
              {t('one.allPayouts')}
            </Link>
          </Fact>
        </Facts>
      </Card>
      <Section id="release" title={t('release.title')}>
        <Card>
          {refusal === null ? (
            <BrowserWords areas={['newAccounts']}>
              <ReleaseForm id={destination.id} />
            </BrowserWords>
          ) : (
            <p className="text-[0.9375rem] leading-6 text-ink-2">{t(`refusal.${refusal}`)}</p>
          )}
        </Card>
      </Section>
    </>
  )
}
