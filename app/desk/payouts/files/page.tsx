import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { Money } from '#app/_ui/amount.tsx'
import { buttonClass } from '#app/_ui/button.tsx'
import { Card, Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { displayAmount, parseAmount } from '#lib/payouts/money.ts'
import { listFiles } from '#lib/services/payout/list-files.ts'
import type { FileJob } from '#lib/services/ports.ts'
import { filterOfQuery, pathOf, writeFilter } from '../filter.ts'
import { AskForm } from './ask-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('payouts'))('files.title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Files of payouts that are made in the background: what was asked for, how far it is, and what each file is. */
export default async function FilesPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [t, query] = [await getTranslations('payouts'), new URLSearchParams()]
  for (const [name, given] of Object.entries(await searchParams))
    for (const value of [given ?? []].flat()) query.append(name, value)
  const format = query.get('format')
  const { files } = shown(await listFiles(await getDeps(), actor))
  const isWaiting = files.some(({ endedAt }) => endedAt === null)
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/payouts">{t('files.back')}</BackLink>
      <PageTitle lead={t('files.lead')}>{t('files.title')}</PageTitle>
      {format !== null && (
        <BrowserWords areas={['payouts']}>
          <AskForm
            query={writeFilter(filterOfQuery(query)).toString()}
            format={format === 'xlsx' ? 'xlsx' : 'csv'}
          />
        </BrowserWords>
      )}
      {files.length === 0 ? (
        <Empty title={t('files.none')}>
          <p>{t('files.noneText')}</p>
        </Empty>
      ) : (
        <ul className="space-y-4">
          {files.map((file) => (
            <li key={file.id}>
              <File file={file} />
            </li>
          ))}
        </ul>
      )}
      {isWaiting && <RefreshNow shownAt={new Date().toISOString()} />}
    </Page>
  )
}

function File({ file }: { file: FileJob }) {
  const t = useTranslations('payouts')
  const { id, format, ownerName, askedAt, query, zone, manifest, expiresAt } = file
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 max-sm:mb-6">
        <div className="min-w-0 space-y-1">
          <p className="font-medium">{t('files.of', { format: format.toUpperCase(), name: ownerName })}</p>
          <p className="text-sm text-ink-2">{t.rich('files.asked', { time: () => <Time at={askedAt} /> })}</p>
          <p className="text-sm text-ink-2">{t('files.days', { zone })}</p>
          <TextLink href={pathOf(filterOfQuery(new URLSearchParams(query)))}>{t('files.filter')}</TextLink>
        </div>
        <div className="text-right">
          <State file={file} />
          {expiresAt !== null && (
            <p className="mt-2 text-sm text-ink-2">
              {t.rich('files.expires', { time: () => <Time at={expiresAt} /> })}
            </p>
          )}
        </div>
      </div>
      {manifest && (
        <div className="mt-4 space-y-1 border-t border-line pt-4 text-sm text-ink-2">
          <p>{t('files.rows', { n: manifest.rows })}</p>
          {manifest.sums.map(({ currency, amount }) => {
            const read = parseAmount(amount, currency)
            return (
              <p key={currency}>
                <Money
                  display={read.ok ? displayAmount(read.amountMinor, currency) : `${amount} ${currency}`}
                />
              </p>
            )
          })}
          <p>
            {t('files.checksum')}{' '}
            <code id={id} className="break-all">
              {manifest.sha256}
            </code>
          </p>
        </div>
      )}
    </Card>
  )
}

function State({ file: { id, rowsDone, endedAt, failure, expiresAt } }: { file: FileJob }) {
  const t = useTranslations('payouts')
  if (failure !== null) return <p className="max-w-xs text-bad">{t(`files.failure.${failure}`)}</p>
  if (endedAt === null)
    return <p role="status">{rowsDone === 0 ? t('files.waits') : t('files.running', { n: rowsDone })}</p>
  if (expiresAt === null) return <p className="max-w-xs text-ink-2">{t('files.gone')}</p>
  return (
    // A download, so not a router link.
    <a href={`/desk/payouts/files/${id}`} className={buttonClass('secondary')}>
      {t('files.download')}
    </a>
  )
}
