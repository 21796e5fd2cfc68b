import type { ReactNode } from 'react'
import { useTranslations } from 'next-intl'
import { buttonClass } from '#app/_ui/button.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { QueueRow } from '#lib/services/desk/show-desk.ts'
import { dropForm, takeForm } from './take-form-ids.ts'

/**
 * Who looks at a payout, and until when. Approvers can say that they do, so that two don't do the same work. The button belongs to a form
 * beside the list, because the list may be a form itself.
 */
export function Taken({
  row: { payout, taken, own, agreed },
  what,
  userId,
  decides,
}: {
  row: QueueRow
  /** The payout in words, for screen readers: every row has such a button. */
  what: ReactNode
  userId: string
  decides: boolean
}) {
  const t = useTranslations('cockpit')
  const isMine = taken?.userId === userId
  const until = { at: () => taken && <Time at={taken.until} short /> }
  return (
    <div className="relative z-10 flex flex-wrap items-center gap-x-3 text-sm">
      {taken !== null && (
        <span className="text-ink-2">
          {isMine
            ? t.rich('taken.byYou', until)
            : t.rich('taken.byOther', { ...until, name: () => <bdi>{taken.name}</bdi> })}
        </span>
      )}
      {decides && !own && !agreed && (taken === null || isMine) && (
        <button
          type="submit"
          form={isMine ? dropForm : takeForm}
          name="id"
          value={payout.id}
          className={`${buttonClass('quiet')} -mx-3 text-sm max-sm:-mr-0 sm:min-h-8`}
        >
          <span>{isMine ? t('taken.drop') : t('taken.take')}</span>
          <span className="sr-only">: {what}</span>
        </button>
      )}
    </div>
  )
}
