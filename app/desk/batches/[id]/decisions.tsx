import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { showBatch } from '#lib/services/batch/show-batch.ts'
import type { BatchDecision } from '#lib/services/ports.ts'
import { CancelForm } from './whole-forms.tsx'

/** What people have decided on the whole batch, newest first. */
export function Decisions({ decisions }: { decisions: readonly BatchDecision[] }) {
  const t = useTranslations('batches.decision')
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('list')}</h2>
      <ul className="space-y-1">
        {decisions.map(({ id, batchId, kind, byName, count, decidedAt }) => (
          <li key={id} className="flex flex-wrap gap-x-3">
            <Link href={`/desk/batches/${batchId}/decisions/${id}`} prefetch={false} className="text-link">
              {t(kind === 'approve' ? 'approves' : 'rejects', { name: byName, n: count })}
            </Link>
            {decidedAt && (
              <span className="text-ink-2">
                <Time at={decidedAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Who has cancelled it and how far that is, or the button that does. */
export function Cancelling({
  batch,
  state,
  mayCancel,
}: Extract<Awaited<ReturnType<typeof showBatch>>, { ok: true }>) {
  const t = useTranslations('batches.cancel')
  const { id, cancelledAt, cancelledByName, submittedAt } = batch
  if (cancelledAt !== null) {
    const name = cancelledByName ?? ''
    const at = () => <Time at={cancelledAt} />
    const link = (chunks: React.ReactNode) => (
      <Link href={`/desk/batches/${id}?rows=sent`} prefetch={false} className="text-link">
        {chunks}
      </Link>
    )
    return (
      <Card>
        <p role="status">
          {state === 'cancelling'
            ? t.rich('working', { name, at })
            : submittedAt === null
              ? t.rich('before', { name, at })
              : t.rich('done', { name, at, link })}
        </p>
      </Card>
    )
  }
  if (!mayCancel) return null
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('title')}</h2>
      <p className="mb-4 text-[0.9375rem] leading-6 text-ink-2">
        {submittedAt === null ? t('unsubmitted') : t('submitted')}
      </p>
      <BrowserWords areas={['batches']}>
        <CancelForm id={id} />
      </BrowserWords>
    </Card>
  )
}
