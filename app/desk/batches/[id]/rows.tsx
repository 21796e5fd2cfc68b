import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import { Amount } from '#app/_ui/amount.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { ShownRow } from '#lib/services/batch/show-batch.ts'
import type { RowChoice } from '#lib/services/ports.ts'
import { batchProblemText } from '#lib/words/batch-problem-text.ts'
import { refusalText } from '#lib/words/refusal-text.ts'

export const choices = ['all', 'wrong', 'repeats', 'new', 'sent'] as const satisfies readonly RowChoice[]

/** The rows of a batch, which of them to show, and the way to those that follow. */
export function Rows({
  id,
  rows,
  which,
  next,
  wasCancelled,
}: {
  id: string
  rows: readonly ShownRow[]
  which: RowChoice
  next: string | null
  /** Then it also lists what it came too late for. */
  wasCancelled: boolean
}) {
  const [t, site] = [useTranslations('batches'), useTranslations('site')]
  return (
    <>
      <nav aria-label={t('which')} className="mb-4 flex flex-wrap gap-x-5">
        {choices
          .filter((choice) => choice !== 'sent' || wasCancelled)
          .map((choice) => (
            <Link
              key={choice}
              href={`/desk/batches/${id}?rows=${choice}`}
              prefetch={false}
              aria-current={choice === which ? 'page' : undefined}
              className="text-link inline-flex min-h-8 items-center aria-[current]:font-semibold aria-[current]:text-ink"
            >
              {t(`show.${choice}`)}
            </Link>
          ))}
      </nav>
      {rows.length === 0 ? (
        <p className="text-ink-2">{t('noRows')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {rows.map((row) => (
            <Row key={row.line} row={row} />
          ))}
        </ul>
      )}
      {next !== null && (
        <p className="mt-4">
          <TextLink href={`/desk/batches/${id}?rows=${which}&cursor=${next}`}>{site('older')}</TextLink>
        </p>
      )}
    </>
  )
}

function Row({ row }: { row: ShownRow }) {
  const t = useTranslations('batches')
  const { line, key, receiver, amountMinor, currency } = row
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 px-4 py-3 sm:px-5">
      <p className="min-w-0 break-words">
        <span className="text-ink-2">
          {t('line')} {line}
        </span>{' '}
        <bdi className="font-medium">{key}</bdi> <bdi className="text-sm text-ink-2">{receiver}</bdi>
      </p>
      <p className="text-right">
        {amountMinor !== null && currency !== null && (
          <Amount display={displayAmount(amountMinor, currency)} />
        )}
      </p>
      <div className="col-span-2 text-[0.9375rem] leading-6">
        <Result row={row} />
      </div>
    </li>
  )
}

function Result({ row: { problems, refused, payout, repeats, isNew } }: { row: ShownRow }) {
  const [t, status, locale] = [useTranslations('batches'), useTranslations('status.label'), useLocale()]
  return (
    <>
      {problems.map((problem, index) => (
        <p key={index} className="break-words text-bad">
          <bdi>{batchProblemText(locale, problem)}</bdi>
        </p>
      ))}
      {refused && <p className="text-bad">{refusalText(locale, refused)}</p>}
      {payout && (
        <Link href={`/desk/payouts/${payout.id}`} prefetch={false} className="text-link">
          {status(payout.status)}
        </Link>
      )}
      {repeats.map((repeat, index) => (
        <p key={index} className="text-warn">
          {repeat.line !== undefined
            ? t('sameLine', { line: repeat.line })
            : t.rich('sameLately', {
                link: (chunks) => (
                  <Link href={`/desk/payouts/${repeat.payoutId}`} prefetch={false} className="text-link">
                    {chunks}
                  </Link>
                ),
              })}
        </p>
      ))}
      {isNew && problems.length === 0 && <p className="text-ink-2">{t('newOne')}</p>}
    </>
  )
}
