import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Logo } from '#app/_ui/logo.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { brandTexts } from '#lib/payouts/brand.ts'
import { showSettings } from '#lib/services/policy/show-settings.ts'
import { BrandForm } from './brand-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings')
  return { title: t('brand.title') }
}

/** How the merchant presents itself to receivers. */
export default async function BrandPage() {
  const actor = await requireActor('settings.see')
  const t = await getTranslations('settings')
  const { brand, mayPropose } = shown(await showSettings(await getDeps(), actor))
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/settings">{t('title')}</BackLink>
      <PageTitle lead={t('brand.lead')}>{t('brand.title')}</PageTitle>
      <Card>
        {mayPropose ? (
          <BrowserWords areas={['settings']}>
            <BrandForm brand={brand} />
          </BrowserWords>
        ) : (
          <Facts>
            {brandTexts.map((name) => (
              <Fact key={name} name={t(`brand.${name}`)}>
                <bdi>{brand[name] ?? t('change.nothing')}</bdi>
              </Fact>
            ))}
            <Fact name={t('brand.logo')}>
              {brand.logo ? <Logo logo={brand.logo} name={t('brand.logoNow')} /> : t('change.nothing')}
            </Fact>
          </Facts>
        )}
      </Card>
    </Page>
  )
}
