import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps, getEnv } from '#app/_server/deps.ts'
import { shown } from '#app/_server/shown.ts'
import { showDemoCodes } from '#lib/services/people/demo-codes.ts'
import { RenewAt } from './renew-at.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('demo')
  return { title: t('codes.title') }
}

const commands = { demo: 'npm run demo', seed: 'npm run db:seed' }

/** The phones of the demo's staff. Only beside a gateway on this machine and a demo mailbox, never in production. */
export default async function DemoCodesPage() {
  const [deps, { cardzo }] = await Promise.all([getDeps(), getEnv()])
  if (!cardzo.loopback) notFound()
  const [t, role] = [await getTranslations('demo.codes'), await getTranslations('site.role')]
  const { codes, changeInMs } = shown(await showDemoCodes(deps))
  return (
    <Page>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {codes.length === 0 ? (
        <Empty title={t('emptyTitle')}>
          <p>
            {t.rich('emptyText', {
              demo: () => <code>{commands.demo}</code>,
              seed: () => <code>{commands.seed}</code>,
            })}
          </p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {codes.map(({ email, role: theirRole, now, next }) => (
            <li key={email} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-5 py-4">
              <div className="min-w-0">
                <h2 className="font-medium break-words">
                  <bdi>{email}</bdi>
                </h2>
                <p className="text-sm text-ink-3">{role(theirRole)}</p>
              </div>
              <p className="flex items-baseline gap-4 font-mono">
                <span className="text-2xl tracking-wider select-all" data-code={email}>
                  {now}
                </span>
                <span className="text-sm text-ink-3">
                  {t.rich('next', { code: () => <span className="select-all">{next}</span> })}
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
