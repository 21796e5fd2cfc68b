import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ButtonLink } from '#app/_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('pay')
  return { title: t('back.title'), robots: { index: false }, referrer: 'no-referrer' }
}

/** For browsers that come back from the bank after the link to their payout has ended. Says nothing about any payout. */
export default function BackPage() {
  const t = useTranslations('pay.back')
  return (
    <NoticePage
      title={t('title')}
      next={
        <ButtonLink href="/sign-in">
          <span lang="en">{fixedNames.signIn}</span>
        </ButtonLink>
      }
    >
      <p>{t('ended')}</p>
    </NoticePage>
  )
}
