import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { buttonClass } from '#app/_ui/button.tsx'
import { Icon, Mark } from '#app/_ui/icons.tsx'
import { Logo } from '#app/_ui/logo.tsx'
import type { Logo as Picture } from '#lib/payouts/logo.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { NavLink } from './nav-link.tsx'
import { NavMenu } from './nav-menu.tsx'

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

/** As wide as the desk, or as a list that takes all the room there is. */
const width = 'mx-auto max-w-6xl px-4 sm:px-6 in-[body:has([data-full])]:max-w-[120rem]'

/** Links with more letters than this, each link counted as three more, get a row of their own: they don't fit beside the name. */
const lettersBesideName = 95
/** With more than this they are smaller, so that an admin's are one row in Russian too. */
const lettersOfOneRow = 140

type Person = { name: string; role: string }

/** `name` and `logo` are the merchant's; `person` is who is signed in; `signOut` is the form that ends the session. On small screens all of it is in a menu. */
export function SiteHeader({
  name,
  logo,
  links,
  person,
  signOut,
}: {
  name: string | null
  logo: Picture | null
  links: readonly SiteLink[]
  person: Person | null
  signOut: ReactNode
}) {
  const t = useTranslations('site')
  const letters = links.reduce((sum, { label }) => sum + label.length + 3, 0)
  const row =
    letters > lettersOfOneRow
      ? 'order-last -mx-1.5 w-full [&>a]:px-1.5 [&>a]:text-sm'
      : letters > lettersBesideName
        ? 'order-last -mx-2 w-full [&>a]:px-2'
        : ''
  return (
    <header className="screen-only relative border-b border-line bg-surface">
      <div className={`flex flex-wrap items-center gap-x-4 ${width}`}>
        <Link
          href="/"
          prefetch={false}
          className="mr-2 inline-flex min-h-14 items-center gap-2.5 font-semibold tracking-tight"
        >
          {logo ? (
            <Logo logo={logo} name={name ?? t('name')} />
          ) : (
            <>
              <Mark />
              <bdi>{name ?? t('name')}</bdi>
            </>
          )}
        </Link>
        {person ? (
          <>
            <nav aria-label={t('mainNavigation')} className={`flex flex-wrap max-lg:hidden ${row}`}>
              {links.map((link) => (
                <NavLink key={link.href} {...link} />
              ))}
            </nav>
            <div className="-mr-3 ml-auto flex items-center gap-1 max-lg:hidden">
              <AccountLink person={person} />
              {signOut}
            </div>
            <NavMenu label={t('menu')}>
              <nav aria-label={t('mainNavigation')} className="grid sm:grid-cols-3">
                {links.map((link) => (
                  <NavLink key={link.href} {...link} />
                ))}
              </nav>
              <div className="mt-2 flex items-center justify-between border-t border-line pt-2">
                <AccountLink person={person} />
                {signOut}
              </div>
            </NavMenu>
          </>
        ) : (
          <div className="-mr-3 ml-auto">
            <Link href="/sign-in" prefetch={false} className={buttonClass('quiet')} lang="en">
              {fixedNames.signIn}
            </Link>
          </div>
        )}
      </div>
    </header>
  )
}

function AccountLink({ person }: { person: Person }) {
  const t = useTranslations('site')
  return (
    <Link
      href="/account"
      prefetch={false}
      className="inline-flex min-h-11 flex-col justify-center rounded-lg px-3 text-sm leading-4 hover:bg-sunken"
    >
      <span className="sr-only">{t('account')} </span>
      <span className="block max-w-40 truncate text-ink">
        <bdi>{person.name}</bdi>
      </span>
      <span className="text-[0.8125rem] text-ink-3">{person.role}</span>
    </Link>
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
      <div className={`flex flex-wrap items-center gap-x-4 gap-y-1 py-2 ${width}`}>
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
    <footer className={`screen-only w-full pb-8 text-[0.8125rem] text-ink-3 ${width}`}>{children}</footer>
  )
}
