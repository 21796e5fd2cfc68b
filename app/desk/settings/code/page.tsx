import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { codeMaxCharacters } from '#lib/payouts/error-codes.ts'
import { showSettings } from '#lib/services/policy/show-settings.ts'
import { WordsForm } from './words-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings')
  return { title: t('code.title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const locales = ['en', 'ru'] as const
const parts = ['receiver', 'todo', 'staff'] as const

/** What people read for one error code. */
export default async function CodePage({ searchParams }: Props) {
  const actor = await requireActor('settings.see')
  const { code: given } = await searchParams
  const code = typeof given === 'string' ? given.trim() : ''
  if (code === '' || code.length > codeMaxCharacters) notFound()
  const t = await getTranslations('settings')
  const { codes, mayPropose } = shown(await showSettings(await getDeps(), actor))
  const found = codes.find((one) => one.code === code)
  const words = found?.words ?? null
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/settings">{t('code.back')}</BackLink>
      <PageTitle lead={t('codes.lead')}>
        <span className="break-all">{t.rich('code.of', { code: () => <Foreign text={code} /> })}</span>
      </PageTitle>
      <Card>
        {mayPropose ? (
          <BrowserWords areas={['settings']}>
            <WordsForm code={code} words={words} own={found?.own ?? false} />
          </BrowserWords>
        ) : (
          <Facts>
            {locales.flatMap((locale) =>
              parts.map((part) => (
                <Fact key={`${locale}-${part}`} name={t(`part.${`${locale}-${part}` as const}`)}>
                  <bdi>{words?.[locale][part] ?? t('change.nothing')}</bdi>
                </Fact>
              )),
            )}
          </Facts>
        )}
      </Card>
    </Page>
  )
}
