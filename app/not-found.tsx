import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ButtonLink } from './_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('errors.notFound')
  return { title: t('name') }
}

export default function NotFound() {
  const t = useTranslations('errors')
  return (
    <NoticePage
      title={t('notFound.title')}
      next={
        <ButtonLink href="/" look="secondary">
          {t('home')}
        </ButtonLink>
      }
    >
      <p>{t('notFound.text')}</p>
    </NoticePage>
  )
}
