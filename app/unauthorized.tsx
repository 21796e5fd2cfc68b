import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ButtonLink } from './_ui/button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('errors.unauthorized')
  return { title: t('title') }
}

export default function Unauthorized() {
  const t = useTranslations('errors')
  return (
    <NoticePage
      title={t('unauthorized.title')}
      next={
        <ButtonLink href="/sign-in">
          <span lang="en">{fixedNames.signIn}</span>
        </ButtonLink>
      }
    >
      <p>{t('unauthorized.text')}</p>
    </NoticePage>
  )
}
