import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps, getEnv } from '#app/_server/deps.ts'
import { zoneHere } from '#app/_server/locale.ts'
import { currentActor } from '#app/_server/session.ts'
import { versionHere } from '#app/_server/version.ts'
import { SignOutForm } from '#app/sign-in/sign-out-form.tsx'
import { accentAddress } from '#lib/payouts/accent.ts'
import { contactLinks } from '#lib/payouts/brand.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { countUnknown } from '#lib/services/desk/show-desk.ts'
import { showBrand } from '#lib/services/policy/show-brand.ts'
import { ContactKnown } from '#app/_ui/contact.tsx'
import { NewVersion } from '#app/_ui/page/new-version.tsx'
import { OnTheWay } from '#app/_ui/page/on-the-way.tsx'
import { KeepTyped } from '#app/_ui/form/typed-texts.tsx'
import { SimulatorBanner, SiteFooter, SiteHeader, SkipLink } from '#app/_ui/page/site-header.tsx'
import { TimeZone } from '#app/_ui/time-zone.tsx'
import type { Words } from '#lib/words/words.ts'
import { LanguageChoice } from './language-choice.tsx'
import type { SiteLink } from '#app/_ui/page/site-header.tsx'
import './globals.css'

// Every page depends on the session and shows the current state.
export const dynamic = 'force-dynamic'

export async function generateMetadata(): Promise<Metadata> {
  const [t, brand] = [await getTranslations('site'), await showBrand(await getDeps())]
  const name = brand.name ?? t('name')
  return {
    // A name is never part of the pattern that titles are put into.
    title: { default: name, template: `%s · ${name.replaceAll('%s', '')}` },
    description: t('description'),
    robots: { index: false, follow: false },
    icons: { icon: '/icon.svg' },
    // Safari would turn order ids into phone links.
    formatDetection: { telephone: false },
  }
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#141918' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [deps, { cardzo }] = await Promise.all([getDeps(), getEnv()])
  const [actor, condition, brand] = await Promise.all([
    currentActor(),
    deps.gatewayCondition.read(),
    showBrand(deps),
  ])
  const [t, locale, zone] = await Promise.all([getTranslations('site'), getLocale(), zoneHere()])
  const unknown = may(actor, 'item.see') ? await countUnknown(deps) : 0
  const version = versionHere()
  const colours = accentAddress({ light: brand.accentLight, dark: brand.accentDark })
  return (
    <html lang={locale} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="flex min-h-dvh flex-col bg-paper font-sans text-ink antialiased">
        {colours !== null && <link rel="stylesheet" href={colours} precedence="brand" />}
        <BrowserWords>
          <TimeZone chosen={zone}>
            <SkipLink />
            {condition.simulator && (
              <SimulatorBanner
                mailbox={deps.config.demoMailbox}
                codes={deps.config.demoMailbox && cardzo.loopback}
              />
            )}
            <SiteHeader
              name={brand.name}
              logo={brand.logo}
              links={linksFor(t, actor, unknown)}
              person={actor.kind === 'user' ? { name: actor.name, role: t(`role.${actor.role}`) } : null}
              signOut={<SignOutForm />}
            />
            <main id="content" tabIndex={-1} className="flex-1 outline-none">
              <ContactKnown ways={contactLinks(brand)}>{children}</ContactKnown>
            </main>
            <SiteFooter>
              <LanguageChoice />
            </SiteFooter>
            {/* Staff keep the desk open for days. */}
            {version !== undefined && may(actor, 'item.see') && <NewVersion version={version} />}
            <KeepTyped />
            <OnTheWay />
          </TimeZone>
        </BrowserWords>
      </body>
    </html>
  )
}

/** Links this person can open; the pages and verbs behind them authorise by themselves. */
function linksFor(t: Words<'site'>, actor: Actor, unknown: number): SiteLink[] {
  const links: SiteLink[] = []
  if (may(actor, 'payout.ask')) links.push({ href: '/withdraw?to=default', label: t('nav.withdraw') })
  if (may(actor, 'payout.see_own')) links.push({ href: '/withdrawals', label: t('nav.withdrawals') })
  if (may(actor, 'destination.manage_own'))
    links.push({ href: '/destinations', label: t('nav.destinations') })
  if (may(actor, 'balance.see_own')) links.push({ href: '/balance', label: t('nav.balance') })
  if (may(actor, 'item.see')) links.push({ href: '/desk', label: t('nav.desk') })
  if (may(actor, 'item.see')) links.push({ href: '/desk/unknown', label: t('nav.unknown', { n: unknown }) })
  if (may(actor, 'payout.see_all')) links.push({ href: '/desk/payouts', label: t('nav.payouts') })
  if (may(actor, 'payout.see_all')) links.push({ href: '/desk/callbacks', label: t('nav.callbacks') })
  if (may(actor, 'destination.release'))
    links.push({ href: '/desk/destinations', label: t('nav.newAccounts') })
  if (may(actor, 'payout.enter')) links.push({ href: '/desk/payouts/new', label: t('nav.newPayout') })
  if (may(actor, 'payout.see_all')) links.push({ href: '/desk/batches', label: t('nav.batches') })
  if (may(actor, 'payout.see_all')) links.push({ href: '/desk/reports', label: t('nav.reports') })
  if (may(actor, 'policy.see')) links.push({ href: '/desk/policy', label: t('nav.policy') })
  if (may(actor, 'settings.see')) links.push({ href: '/desk/settings', label: t('nav.settings') })
  if (may(actor, 'settings.see')) links.push({ href: '/desk/endpoints', label: t('nav.endpoints') })
  if (may(actor, 'user.see')) links.push({ href: '/desk/users', label: t('nav.users') })
  if (may(actor, 'key.see')) links.push({ href: '/desk/keys', label: t('nav.keys') })
  if (may(actor, 'balance.see_all')) links.push({ href: '/desk/balances', label: t('nav.balances') })
  if (may(actor, 'moving.see')) links.push({ href: '/desk/moving', label: t('nav.moving') })
  if (may(actor, 'audit.see')) links.push({ href: '/desk/audit', label: t('nav.audit') })
  if (may(actor, 'sending.stop')) links.push({ href: '/desk/stop', label: t('nav.stop') })
  return links
}
