import type { Metadata } from 'next'
import { requireActor } from '#app/_server/session.ts'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ImportForm } from './import-form.tsx'

export const metadata: Metadata = { title: 'A file of grants' }

export default async function ImportPage() {
  const actor = await requireActor('balance.grant')
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="Nothing is granted by sending the file: first you see what it would do, or what is wrong with it.">
        A file of grants
      </PageTitle>
      <Card>
        <ImportForm />
      </Card>
      <div className="mt-8 space-y-2 text-[0.9375rem] text-ink-2">
        <p>CSV in UTF-8, with commas and this header; the last three columns may be left out:</p>
        <pre
          tabIndex={0}
          aria-label="An example"
          className="overflow-x-auto rounded-xl border border-line bg-surface p-4 font-mono text-[0.8125rem] text-ink"
        >
          receiver,currency,amount,reference,email,first_name,last_name,locale{'\n'}
          cust-42,EUR,25.00,bonus-2026-11,ada@example.com,Ada,Nowak
        </pre>
        <p>At most 2 MB and 5000 rows. A reference grants once, however often its row is sent.</p>
      </div>
    </Page>
  )
}
