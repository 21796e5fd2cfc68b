import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { requireActor } from '#app/_server/session.ts'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ImportForm } from './import-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('balances')
  return { title: t('file.title') }
}

const example = `receiver,currency,amount,reference,email,first_name,last_name,locale
cust-42,EUR,25.00,bonus-2026-11,ada@example.com,Ada,Nowak`

export default async function ImportPage() {
  const actor = await requireActor('balance.grant')
  const t = await getTranslations('balances.file')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Card>
        <BrowserWords areas={['balances']}>
          <ImportForm />
        </BrowserWords>
      </Card>
      <div className="mt-8 space-y-2 text-[0.9375rem] text-ink-2">
        <p>{t('format')}</p>
        <pre
          tabIndex={0}
          aria-label={t('example')}
          className="overflow-x-auto rounded-xl border border-line bg-surface p-4 font-mono text-[0.8125rem] text-ink"
        >
          {example}
        </pre>
        <p>{t('limits')}</p>
      </div>
    </Page>
  )
}
