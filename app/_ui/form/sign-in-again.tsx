'use client'
import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { keepTyped } from './typed-texts.tsx'

/** For people whose session ended while they filled in a form: signs them in and leads back here, with what they typed. */
export function SignInAgain() {
  const t = useTranslations('common.form')
  const pathname = usePathname()
  return (
    <a
      href={`/sign-in?next=${encodeURIComponent(pathname)}`}
      onClick={(event) => {
        const { pathname: path, search } = window.location
        keepTyped()
        event.currentTarget.href = `/sign-in?next=${encodeURIComponent(path + search)}`
      }}
      className="text-link inline-flex min-h-8 items-center"
    >
      {t('signInAgain')}
    </a>
  )
}
