'use client'
import { usePathname } from 'next/navigation'
import { keepTyped } from './typed-texts.tsx'

/** The way back in for somebody whose session ended while a form was being filled in: it leads back here, and what was typed with it. */
export function SignInAgain() {
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
      Sign in and come back
    </a>
  )
}
