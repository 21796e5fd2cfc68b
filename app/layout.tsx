import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { getDeps, getEnv } from '#app/_server/deps.ts'
import { currentActor } from '#app/_server/session.ts'
import { SignOutForm } from '#app/sign-in/sign-out-form.tsx'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { countUnknown } from '#lib/services/desk/show-desk.ts'
import { KeepTyped } from '#app/_ui/form/typed-texts.tsx'
import { SimulatorBanner, SiteFooter, SiteHeader, SkipLink } from '#app/_ui/page/site-header.tsx'
import { roleNames } from './_ui/role-names.ts'
import type { SiteLink } from '#app/_ui/page/site-header.tsx'
import './globals.css'

// Every page depends on the session and shows the current state.
export const dynamic = 'force-dynamic'

export const metadata: Metadata = {
  title: { default: 'Payout portal', template: '%s · Payout portal' },
  description: 'Ask for a payout, approve it, and see where it is.',
  robots: { index: false, follow: false },
  icons: { icon: '/icon.svg' },
  // Safari would turn order ids into phone links.
  formatDetection: { telephone: false },
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#141918' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [deps, { cardzo }] = await Promise.all([getDeps(), getEnv()])
  const [actor, condition] = await Promise.all([currentActor(), deps.gatewayCondition.read()])
  const unknown = may(actor, 'item.see') ? await countUnknown(deps) : 0
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="flex min-h-dvh flex-col bg-paper font-sans text-ink antialiased">
        <SkipLink />
        {condition.simulator && (
          <SimulatorBanner
            mailbox={deps.config.demoMailbox}
            codes={deps.config.demoMailbox && cardzo.loopback}
          />
        )}
        <SiteHeader
          links={linksFor(actor, unknown)}
          person={actor.kind === 'user' ? { name: actor.name, role: roleNames[actor.role] } : null}
          signOut={<SignOutForm />}
        />
        <main id="content" tabIndex={-1} className="flex-1 outline-none">
          {children}
        </main>
        <SiteFooter />
        <KeepTyped />
      </body>
    </html>
  )
}

/** Links this person can open; the pages and verbs behind them authorise by themselves. */
function linksFor(actor: Actor, unknown: number): SiteLink[] {
  const links: SiteLink[] = []
  if (may(actor, 'payout.ask')) links.push({ href: '/withdraw', label: 'Withdraw' })
  if (may(actor, 'payout.see_own')) links.push({ href: '/withdrawals', label: 'My withdrawals' })
  if (may(actor, 'destination.manage_own')) links.push({ href: '/destinations', label: 'My accounts' })
  if (may(actor, 'balance.see_own')) links.push({ href: '/balance', label: 'My balance' })
  if (may(actor, 'item.see')) links.push({ href: '/desk', label: 'Desk' })
  if (may(actor, 'item.see'))
    links.push({ href: '/desk/unknown', label: unknown === 0 ? 'Unknown' : `Unknown (${unknown})` })
  if (may(actor, 'payout.see_all')) links.push({ href: '/desk/payouts', label: 'Payouts' })
  if (may(actor, 'destination.release')) links.push({ href: '/desk/destinations', label: 'New accounts' })
  if (may(actor, 'payout.enter')) links.push({ href: '/desk/payouts/new', label: 'New payout' })
  if (may(actor, 'policy.see')) links.push({ href: '/desk/policy', label: 'Policy' })
  if (may(actor, 'user.see')) links.push({ href: '/desk/users', label: 'Users' })
  if (may(actor, 'key.see')) links.push({ href: '/desk/keys', label: 'Keys' })
  if (may(actor, 'balance.see_all')) links.push({ href: '/desk/balances', label: 'Balances' })
  if (may(actor, 'audit.see')) links.push({ href: '/desk/audit', label: 'Audit' })
  if (may(actor, 'sending.stop')) links.push({ href: '/desk/stop', label: 'Stop switch' })
  return links
}
