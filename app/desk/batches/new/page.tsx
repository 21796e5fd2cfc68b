import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { fieldsAsked } from '#lib/services/endpoint/endpoint-book.ts'
import { batchColumns } from '#lib/services/batch/read-batch.ts'
import { UploadForm } from './upload-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('batches'))('new.title') }
}

/** A value for each column of the example that has a usual one. */
const examples: Record<string, string> = {
  key: 'payroll-2026-11-0042',
  receiver: 'cust-42',
  currency: 'EUR',
  amount: '25.00',
  account_number: 'DE89370400440532013000',
  bank_name: 'Example Bank',
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Nowak',
  locale: 'en',
}

export default async function NewBatchPage() {
  const actor = await requireActor('payout.enter')
  const t = await getTranslations('batches')
  const { fields } = await fieldsAsked(await getDeps())
  const { needed, optional } = batchColumns(fields)
  const columns = [...needed, ...optional]
  const example = [columns, columns.map((name) => examples[name] ?? '')]
    .map((row) => row.join(','))
    .join('\n')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/batches">{t('back')}</BackLink>
      <PageTitle lead={t('new.lead')}>{t('new.title')}</PageTitle>
      <Card>
        <BrowserWords areas={['batches']}>
          <UploadForm />
        </BrowserWords>
      </Card>
      <div className="mt-8 space-y-2 text-[0.9375rem] text-ink-2">
        <p>{t('new.columns', { needed: needed.join(', '), optional: optional.join(', ') })}</p>
        <p>{t('new.format')}</p>
        <pre
          tabIndex={0}
          aria-label={t('new.example')}
          className="overflow-x-auto rounded-xl border border-line bg-surface p-4 font-mono text-[0.8125rem] text-ink"
        >
          {example}
        </pre>
        <p>{t('new.limits')}</p>
      </div>
    </Page>
  )
}
