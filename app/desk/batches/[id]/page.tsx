import type { Metadata } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_ui/alert.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { buttonClass } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { batchForApproval, listBatchRows, showBatch } from '#lib/services/batch/show-batch.ts'
import type { Batch } from '#lib/services/ports.ts'
import { moneyText } from '#lib/words/money.ts'
import { Cancelling, Decisions } from './decisions.tsx'
import { choices, Rows } from './rows.tsx'
import { SubmitForm } from './submit-form.tsx'
import { Waiting } from './waiting.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('batches'))('title') }
}

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}
type Shown = Extract<Awaited<ReturnType<typeof showBatch>>, { ok: true }>

/** One batch: what the check found, the button that submits it, how far it is, what waits for approval, and its rows. */
export default async function BatchPage({ params, searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [deps, t] = [await getDeps(), await getTranslations('batches')]
  const [{ id }, { rows: choice, cursor, again }] = [await params, await searchParams]
  const found = shown(await showBatch(deps, actor, { id }))
  const { batch, state, decisions, maySubmit, isOver } = found
  const which =
    choices.find((one) => one === choice) ?? (state === 'checked' && batch.wrong > 0 ? 'wrong' : 'all')
  const page = shown(
    await listBatchRows(deps, actor, { id, which, ...(typeof cursor === 'string' && { cursor }) }),
  )
  const waiting =
    may(actor, 'payout.decide') && batch.submittedAt !== null
      ? shown(await batchForApproval(deps, actor, { id }))
      : null
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/batches">{t('back')}</BackLink>
      <PageTitle lead={t.rich('made', { name: batch.madeByName, at: () => <Time at={batch.madeAt} /> })}>
        <bdi>{batch.name}</bdi>
      </PageTitle>
      {again !== undefined && <Alert tone="info" role="status" title={t('again')} />}
      <div className="space-y-6">
        <Found batch={batch} />
        {state === 'checked' && (
          <Card>
            <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('submit.title')}</h2>
            <p className="mb-4 text-[0.9375rem] leading-6 text-ink-2">
              {maySubmit || batch.wrong + batch.known === batch.rows
                ? t('submit.text')
                : t('submit.notYours')}
            </p>
            {maySubmit && (
              <BrowserWords areas={['batches']}>
                <SubmitForm
                  id={batch.id}
                  wrong={batch.wrong}
                  count={batch.rows - batch.wrong - batch.known}
                />
              </BrowserWords>
            )}
          </Card>
        )}
        {batch.submittedAt !== null && <Progress {...found} />}
        {waiting && waiting.payouts.length > 0 && <Waiting id={batch.id} {...waiting} />}
        {decisions.length > 0 && <Decisions decisions={decisions} />}
        <Cancelling {...found} />
      </div>
      <Section id="rows" title={t('show.all')} aside={t('rows', { n: batch.rows })}>
        <Rows
          id={batch.id}
          rows={page.rows}
          which={which}
          next={page.nextCursor}
          wasCancelled={batch.cancelledAt !== null}
        />
      </Section>
      {batch.submittedAt !== null && !isOver && <RefreshNow shownAt={new Date().toISOString()} />}
    </Page>
  )
}

/** What the check found. */
function Found({ batch }: { batch: Batch }) {
  const [t, locale] = [useTranslations('batches'), useLocale()]
  const { id, sums, wrong, known, repeats, newReceivers } = batch
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('sums')}</h2>
      <ul className="space-y-1">
        {sums.map(({ count, amountMinor, currency }) => (
          <li key={currency}>
            {t('sum', { n: count, amount: moneyText(locale, displayAmount(amountMinor, currency)) })}
          </li>
        ))}
        {newReceivers > 0 && <li>{t('newReceivers', { n: newReceivers })}</li>}
        {known > 0 && <li>{t('known', { n: known })}</li>}
        {repeats > 0 && <li className="text-warn">{t('repeats', { n: repeats })}</li>}
      </ul>
      {wrong > 0 && (
        <div className="mt-4 border-t border-line pt-4">
          <p className="text-bad">
            {t('wrong', { n: wrong })}. {t('wrongText')}
          </p>
          {/* A download, so not a router link. */}
          <a href={`/desk/batches/${id}/errors`} className="text-link inline-flex min-h-8 items-center">
            {t('errorsFile')}
          </a>
        </div>
      )}
    </Card>
  )
}

function Progress({ batch, state, progress }: Shown) {
  const [t, locale, label] = [useTranslations('batches'), useLocale(), useTranslations('status.label')]
  const all = batch.rows - batch.wrong - batch.known
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('payouts')}</h2>
      {state === 'working' && (
        <div role="status" className="mb-3 space-y-1">
          <progress value={batch.done} max={all} aria-label={t('payouts')} className="w-full accent-accent" />
          <p className="text-sm text-ink-2">
            {t('progress', { done: batch.done, all })}. {t('making')}
          </p>
        </div>
      )}
      <ul className="space-y-1">
        {progress.map(({ status, currency, count, amountMinor }) => (
          <li key={`${status} ${currency}`}>
            {t('status', {
              status: label(status),
              n: count,
              amount: moneyText(locale, displayAmount(amountMinor, currency)),
            })}
          </li>
        ))}
      </ul>
      <div className="mt-4 border-t border-line pt-4">
        <h3 className="font-medium">{t('outcome')}</h3>
        <p className="mb-3 text-sm text-ink-2">{t('outcomeText')}</p>
        <p className="flex flex-wrap gap-3">
          {(['csv', 'xlsx'] as const).map((format) => (
            <a
              key={format}
              href={`/desk/batches/${batch.id}/outcome?format=${format}`}
              className={buttonClass('secondary')}
            >
              {t(format)}
            </a>
          ))}
        </p>
      </div>
    </Card>
  )
}
