import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { buttonClass } from '#app/_ui/button.tsx'
import { Icon, Mark } from '#app/_ui/icons.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { NavLink } from './nav-link.tsx'

export type SiteLink = { href: string; label: string }

export function SkipLink() {
  const t = useTranslations('site')
  return (
    <a
      href="#content"
      className="sr-only rounded-lg bg-accent px-4 py-3 font-medium text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-20"
    >
      {t('skip')}
    </a>
  )
}

/** `person` is who is signed in; `signOut` is the form that ends the session. */
export function SiteHeader({
  links,
  person,
  signOut,
}: {
  links: readonly SiteLink[]
  person: { name: string; role: string } | null
  signOut: ReactNode
}) {
  const t = useTranslations('site')
  return (
    <header className="screen-only border-b border-line bg-surface">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 px-4 sm:px-6">
        <Link
          href="/"
          prefetch={false}
          className="mr-2 inline-flex min-h-14 items-center gap-2.5 font-semibold tracking-tight"
        >
          <Mark />
          {t('name')}
        </Link>
        {links.length > 0 && (
          <nav
            aria-label={t('mainNavigation')}
            className="order-last -mx-3 flex w-full flex-wrap pb-1 sm:order-none sm:mx-0 sm:w-auto sm:pb-0"
          >
            {links.map((link) => (
              <NavLink key={link.href} {...link} />
            ))}
          </nav>
        )}
        <div className="-mr-3 ml-auto flex items-center gap-1">
          {person ? (
            <>
              <Link
                href="/account"
                prefetch={false}
                className="inline-flex min-h-11 flex-col justify-center rounded-lg px-3 text-right text-sm leading-4 hover:bg-sunken"
              >
                <span className="sr-only">{t('account')} </span>
                <span className="block max-w-40 truncate text-ink">
                  <bdi>{person.name}</bdi>
                </span>
                <span className="text-[0.8125rem] text-ink-3">{person.role}</span>
              </Link>
              {signOut}
            </>
          ) : (
            <Link href="/sign-in" prefetch={false} className={buttonClass('quiet')} lang="en">
              {fixedNames.signIn}
            </Link>
          )}
        </div>
      </div>
    </header>
  )
}

/** On every page while the gateway is the simulator. */
export function SimulatorBanner({ mailbox, codes }: { mailbox: boolean; codes: boolean }) {
  const t = useTranslations('site.testMode')
  return (
    <aside
      aria-label={t('label')}
      className="screen-only border-b border-warn/30 bg-warn-soft text-sm text-warn"
    >
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 sm:px-6">
        <p className="flex items-center gap-2">
          <Icon name="flask" />
          {t('text')}
        </p>
        <p className="ml-auto flex flex-wrap gap-x-4">
          {codes && <BannerLink href="/demo/codes" label={t('codes')} />}
          {mailbox && <BannerLink href="/demo/mail" label={t('mailbox')} />}
        </p>
      </div>
    </aside>
  )
}

function BannerLink({ href, label }: SiteLink) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="inline-flex min-h-6 items-center underline underline-offset-3"
    >
      {label}
    </Link>
  )
}

export function SiteFooter({ children }: { children: ReactNode }) {
  return (
    <footer className="screen-only mx-auto w-full max-w-6xl px-4 pb-8 text-[0.8125rem] text-ink-3 sm:px-6">
      {children}
    </footer>
  )
}
