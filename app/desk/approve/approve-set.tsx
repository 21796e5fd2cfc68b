'use client'
import Link from 'next/link'
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
import { approveSet, undoSet } from './actions.ts'
import { payoutsText } from './done.ts'
import type { Done } from './done.ts'

/** What is sent back: exactly the rows that were shown, and their hash. */
type Frozen = { count: number; seen: string; setHash: string; sums: readonly string[] }
/** How a person knows a payout, by its id. */
export type Names = Readonly<Record<string, { amount: string; receiver: string }>>

/** The set that was shown (`children`) beside the form that approves it; afterwards, what became of it. */
export function ApproveSet({
  frozen,
  names,
  children,
}: {
  frozen: Frozen
  names: Names
  children: ReactNode
}) {
  const [state, action] = useActionState(approveSet, untouched)
  if (state.answer) return <Result done={state.answer} names={names} />
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem] lg:items-start">
      <div className="min-w-0">{children}</div>
      <Card className="lg:sticky lg:top-6">
        <h2 className="text-lg font-semibold tracking-tight">Decision</h2>
        {frozen.count === 0 ? (
          <p className="mt-3 text-[0.9375rem] leading-6 text-ink-2">
            None of the chosen payouts can be approved here.
          </p>
        ) : (
          <>
            <Sums count={frozen.count} sums={frozen.sums} />
            <form action={action} noValidate className="mt-4 space-y-3">
              <FormProblems state={state} labels={{ code: 'One-time code' }} title="Nothing was approved" />
              <input type="hidden" name="seen" value={frozen.seen} />
              <input type="hidden" name="setHash" value={frozen.setHash} />
              <CodeField
                hint="From your authenticator app. It covers exactly the payouts shown here."
                problem={state.problems['code']}
              />
              <SubmitButton className="w-full">Approve {payoutsText(frozen.count)}</SubmitButton>
            </form>
          </>
        )}
      </Card>
    </div>
  )
}

function Sums({ count, sums }: { count: number; sums: readonly string[] }) {
  return (
    <div className="mt-3 rounded-xl bg-sunken p-4">
      <p className="text-[0.9375rem] text-ink-2">{payoutsText(count)}</p>
      {sums.map((sum) => (
        <p key={sum} className="text-2xl tracking-tight">
          {sum}
        </p>
      ))}
    </div>
  )
}

function Result({ done, names }: { done: Done; names: Names }) {
  const box = useRef<HTMLDivElement>(null)
  // The form is gone, so focus moves to what became of it.
  useEffect(() => box.current?.focus(), [])
  return (
    <div ref={box} tabIndex={-1} className="max-w-3xl space-y-8 outline-none">
      <Alert
        tone={done.count === 0 ? 'warn' : 'good'}
        role="status"
        title={done.count === 0 ? 'No payout was approved' : `Approved: ${payoutsText(done.count)}`}
      >
        {done.sums.length > 0 && <p>{done.sums.join(', ')}.</p>}
        {done.paused && done.count > 0 && <p>Payments are paused: none is sent before they are resumed.</p>}
        {done.stillWaiting > 0 && (
          <p>
            <span>{done.stillWaiting === done.count ? 'All' : done.stillWaiting}</span> of them wait for
            somebody else&rsquo;s approval too.
          </p>
        )}
      </Alert>
      {done.count > 0 && <Approved ids={done.approved} names={names} />}
      {done.skipped.length > 0 && (
        <section aria-labelledby="skipped">
          <h2 id="skipped" className="mb-3 text-lg font-semibold tracking-tight">
            Not approved: {payoutsText(done.skipped.length)} changed meanwhile
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
        Back to what waits for me
      </ButtonLink>
    </div>
  )
}

function Name({ id, names }: { id: string; names: Names }) {
  const name = names[id]
  if (name === undefined) return <span>{id}</span>
  return (
    <span>
      {name.amount} to <bdi>{name.receiver}</bdi>
    </span>
  )
}

/** What was approved, and how to take back all or some of it until it is sent. */
function Approved({ ids, names }: { ids: readonly string[]; names: Names }) {
  const [state, action] = useActionState(undoSet, untouched)
  const { undone, left } = state.answer ?? { undone: [], left: [] }
  const why = new Map(left.map(({ id, why }) => [id, why]))
  const open = ids.filter((id) => !undone.includes(id))
  return (
    <section aria-labelledby="approved">
      <h2 id="approved" className="mb-3 text-lg font-semibold tracking-tight">
        Approved by you
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
                  aria-label={`Take back ${names[id] ? `${names[id].amount} to ${names[id].receiver}` : id}`}
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
              {undone.includes(id) && <span className="text-sm text-ink-2">Taken back</span>}
              {why.has(id) && <span className="text-sm text-bad">{why.get(id)}</span>}
            </li>
          ))}
        </ul>
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1">
          {open.length > 0 && <SubmitButton look="secondary">Undo the chosen ones</SubmitButton>}
          <Refused state={state} />
        </div>
        {open.length > 0 && (
          <p className="mt-1 text-sm text-ink-2">
            Until a payment is sent your approval can be taken back, here or on its own page.
          </p>
        )}
      </form>
    </section>
  )
}
