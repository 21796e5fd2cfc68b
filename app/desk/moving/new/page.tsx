import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { requireActor } from '#app/_server/session.ts'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { importKinds } from '#lib/payouts/import-problems.ts'
import { ProposeForm } from './propose-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('moving'))('new.title') }
}

export default async function NewImportPage() {
  const actor = await requireActor('moving.import')
  const t = await getTranslations('moving')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/moving">{t('back')}</BackLink>
      <PageTitle lead={t('new.lead')}>{t('new.title')}</PageTitle>
      <Card>
        <BrowserWords areas={['moving']}>
          <ProposeForm />
        </BrowserWords>
      </Card>
      <div className="mt-8 space-y-2 text-[0.9375rem] text-ink-2">
        <p>{t('new.limits')}</p>
        <h2 className="font-medium text-ink">{t('new.templates')}</h2>
        <ul>
          {importKinds.map((kind) => (
            <li key={kind}>
              {/* A download, so not a router link. */}
              <a
                href={`/desk/moving/template/${kind}`}
                className="text-link inline-flex min-h-8 items-center"
              >
                {t('new.template', { kind: t(`kind.${kind}`) })}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </Page>
  )
}
