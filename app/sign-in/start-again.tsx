import { useTranslations } from 'next-intl'

/** Back to the password, remembering where the person wanted to go. */
export function StartAgain({ next }: { next: string }) {
  const t = useTranslations('signIn')
  return (
    <a
      href={next === '' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`}
      className="inline-flex min-h-6 items-center text-link"
    >
      {t('startAgain')}
    </a>
  )
}
