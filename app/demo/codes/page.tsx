import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps, getEnv } from '#app/_server/deps.ts'
import { shown } from '#app/_server/shown.ts'
import { showDemoCodes } from '#lib/services/people/demo-codes.ts'
import { RenewAt } from './renew-at.tsx'

export const metadata: Metadata = { title: 'Demo codes' }

/** The phones of the demo's staff. Only beside a gateway on this machine and a demo mailbox, never in production. */
export default async function DemoCodesPage() {
  const [deps, { cardzo }] = await Promise.all([getDeps(), getEnv()])
  if (!cardzo.loopback) notFound()
  const { codes, changeInMs } = shown(await showDemoCodes(deps))
  return (
    <Page>
      <PageTitle lead="What the authenticator apps of the demo's staff show now. Each code counts once; right after one was used, take the next.">
        Demo codes
      </PageTitle>
      {codes.length === 0 ? (
        <Empty title="No demo accounts here">
          <p>They come with the demo data: npm run demo, or npm run db:seed.</p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {codes.map(({ email, role, now, next }) => (
            <li key={email} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-5 py-4">
              <div className="min-w-0">
                <h2 className="font-medium break-words">
                  <bdi>{email}</bdi>
                </h2>
                <p className="text-sm text-ink-3">{role}</p>
              </div>
              <p className="flex items-baseline gap-4 font-mono">
                <span className="text-2xl tracking-wider select-all" data-code={email}>
                  {now}
                </span>
                <span className="text-sm text-ink-3">
                  next <span className="select-all">{next}</span>
                </span>
              </p>
            </li>
          ))}
        </ul>
      )}
      <RenewAt inMs={changeInMs} now={codes[0]?.now ?? ''} />
      <noscript>
        <meta httpEquiv="refresh" content="5" />
      </noscript>
    </Page>
  )
}
