'use client'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useActionState, useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { approveSet, undoSet } from './actions.ts'
import type { Done } from './done.ts'

/** What is sent back: exactly the rows that were shown, and their hash. */
type Frozen = { count: number; seen: string; setHash: string; sums: readonly string[] }
/** How a person knows a payout, by its id. */
export type Names = Readonly<Record<string, { amount: string; receiver: string }>>

/** The set that was shown (`children`) beside the form that approves it; afterwards, what became of it. */
export function ApproveSet({
  frozen,
  names,
  notice,
  children,
}: {
  frozen: Frozen
  names: Names
  /** What to know before the button is pressed. */
  notice: ReactNode
  children: ReactNode
}) {
  const [t, form] = [useTranslations('approve'), useTranslations('common.form')]
  const [state, action] = useActionState(approveSet, untouched)
  if (state.answer) return <Result done={state.answer} names={names} />
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem] lg:items-start">
      <div className="min-w-0">{children}</div>
      <Card className="lg:sticky lg:top-6">
        <h2 className="text-lg font-semibold tracking-tight">{t('decision')}</h2>
        {frozen.count === 0 ? (
          <p className="mt-3 text-[0.9375rem] leading-6 text-ink-2">{t('noneHere')}</p>
        ) : (
          <>
            <Sums count={frozen.count} sums={frozen.sums} />
            {notice}
            <form action={action} noValidate className="mt-4 space-y-3">
              <FormProblems state={state} labels={{ code: form('code') }} title={t('notApproved')} />
              <input type="hidden" name="seen" value={frozen.seen} />
              <input type="hidden" name="setHash" value={frozen.setHash} />
              <CodeField hint={t('codeHint')} problem={state.problems['code']} />
              <SubmitButton className="w-full">
                {t.rich('submit', {
                  n: frozen.count,
                  approve: () => <span lang="en">{fixedNames.approve}</span>,
                })}
              </SubmitButton>
            </form>
          </>
        )}
      </Card>
    </div>
  )
}

function Sums({ count, sums }: { count: number; sums: readonly string[] }) {
  const t = useTranslations('approve')
  return (
    <div className="mt-3 rounded-xl bg-sunken p-4">
      <p className="text-[0.9375rem] text-ink-2">{t('payouts', { n: count })}</p>
      {sums.map((sum) => (
        <p key={sum} className="text-2xl tracking-tight">
          {sum}
        </p>
      ))}
    </div>
  )
}

function Result({ done, names }: { done: Done; names: Names }) {
  const t = useTranslations('approve.done')
  const box = useRef<HTMLDivElement>(null)
  // The form is gone, so focus moves to what became of it.
  useEffect(() => box.current?.focus(), [])
  return (
    <div ref={box} tabIndex={-1} className="max-w-3xl space-y-8 outline-none">
      <Alert
        tone={done.count === 0 ? 'warn' : 'good'}
        role="status"
        title={done.count === 0 ? t('none') : t('approved', { n: done.count })}
      >
        {done.sums.map((sum) => (
          <p key={sum}>{sum}</p>
        ))}
        {done.paused && done.count > 0 && <p>{t('paused')}</p>}
        {done.stillWaiting > 0 && (
          <p>{t(done.stillWaiting === done.count ? 'allWait' : 'someWait', { n: done.stillWaiting })}</p>
        )}
      </Alert>
      {done.count > 0 && <Approved ids={done.approved} names={names} />}
      {done.skipped.length > 0 && (
        <section aria-labelledby="skipped">
          <h2 id="skipped" className="mb-3 text-lg font-semibold tracking-tight">
            {t('skipped', { n: done.skipped.length })}
          </h2>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
            {done.skipped.map(({ id, why }) => (
              <li key={id} className="px-4 py-3 sm:px-5">
                <Link href={`/desk/payouts/${id}`} prefetch={false} className="text-link">
                  <Name id={id} names={names} />
                </Link>
                <p className="text-[0.9375rem] leading-6 text-ink-2">
                  <bdi>{why}</bdi>
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ButtonLink href="/desk?tab=mine" look="secondary">
        {t('back')}
      </ButtonLink>
    </div>
  )
}

function Name({ id, names }: { id: string; names: Names }) {
  const t = useTranslations('approve')
  const name = names[id]
  if (name === undefined) return <span>{id}</span>
  return (
    <span>
      {t.rich('payout', {
        amount: () => <span className="whitespace-nowrap">{name.amount}</span>,
        name: () => <bdi>{name.receiver}</bdi>,
      })}
    </span>
  )
}

/** What was approved, and how to take back all or some of it until it is sent. */
function Approved({ ids, names }: { ids: readonly string[]; names: Names }) {
  const t = useTranslations('approve.done')
  const [state, action] = useActionState(undoSet, untouched)
  const { undone, left } = state.answer ?? { undone: [], left: [] }
  const why = new Map(left.map(({ id, why }) => [id, why]))
  const open = ids.filter((id) => !undone.includes(id))
  return (
    <section aria-labelledby="approved">
      <h2 id="approved" className="mb-3 text-lg font-semibold tracking-tight">
        {t('yours')}
      </h2>
      <form action={action}>
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {ids.map((id) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 px-4 py-2 sm:px-5">
              {!undone.includes(id) && (
                <input
                  type="checkbox"
                  name="undo"
                  value={id}
                  defaultChecked
                  aria-label={t('withdraw', {
                    amount: names[id]?.amount ?? '',
                    name: names[id]?.receiver ?? id,
                  })}
                  className="size-5 shrink-0 accent-accent"
                />
              )}
              <Link
                href={`/desk/payouts/${id}`}
                prefetch={false}
                className="text-link inline-flex min-h-9 min-w-0 items-center"
              >
                <Name id={id} names={names} />
              </Link>
              {undone.includes(id) && <span className="text-sm text-ink-2">{t('withdrawn')}</span>}
              {why.has(id) && <span className="text-sm text-bad">{why.get(id)}</span>}
            </li>
          ))}
        </ul>
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1">
          {open.length > 0 && <SubmitButton look="secondary">{t('undo')}</SubmitButton>}
          <Refused state={state} />
        </div>
        {open.length > 0 && <p className="mt-1 text-sm text-ink-2">{t('undoHint')}</p>}
      </form>
    </section>
  )
}
