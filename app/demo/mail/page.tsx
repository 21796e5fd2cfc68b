import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { MailText } from './mail-text.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('demo')
  return { title: t('mail.title') }
}

// More than anybody reads while trying the portal out.
const shownMails = 100

/** Where mails go while the gateway is a simulator and no mail server is set. Never in production: it shows everybody's mail. */
export default async function DemoMailPage() {
  const deps = await getDeps()
  if (!deps.config.demoMailbox) notFound()
  const t = await getTranslations('demo.mail')
  const mails = await deps.mails.latest(shownMails)
  return (
    <Page>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {mails.length === 0 ? (
        <Empty title={t('emptyTitle')}>
          <p>{t('emptyText')}</p>
        </Empty>
      ) : (
        <ul className="space-y-4">
          {mails.map((mail) => (
            <li key={mail.id} className="rounded-2xl border border-line bg-surface p-5">
              <h2 className="font-medium">
                <bdi>{mail.subject}</bdi>
              </h2>
              <p className="mt-0.5 text-sm break-words text-ink-3">
                {t.rich('to', { recipient: () => <bdi>{mail.recipient}</bdi> })} ·{' '}
                <Time at={mail.createdAt} seconds />
                <span>{mail.sentAt === null && ` · ${t('sending')}`}</span>
              </p>
              <MailText text={mail.text ?? t('sealed')} />
              {mail.text !== null && mail.text !== '' && (
                <p className="mt-3 text-sm">
                  <a
                    href={`/api/demo/mail/${mail.id}`}
                    className="text-link inline-flex min-h-8 items-center"
                  >
                    {t('asHtml')}
                  </a>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
