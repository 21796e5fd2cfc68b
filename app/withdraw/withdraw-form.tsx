'use client'
import { useTranslations } from 'next-intl'
import { useActionState, useRef, useState, useSyncExternalStore } from 'react'
import { Account } from '#app/_ui/amount.tsx'
import { Alert } from '#app/_ui/alert.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { DestinationFields, MoneyFields } from '#app/_ui/form/money-fields.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { useFieldLabel } from '#app/_ui/form/use-field-label.ts'
import type { FieldWords } from '#app/_ui/form/use-field-label.ts'
import { accountFields, lastFour } from '#lib/payouts/fields.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { withdraw } from './actions.ts'
import { DestinationChoice } from './destination-choice.tsx'
import type { SavedDestination } from './destination-choice.tsx'
import { useDraft } from './use-draft.ts'

const never = () => () => undefined

export function WithdrawForm({
  formId,
  userId,
  currencies,
  fields,
  words,
  prefilled,
  amount,
  currency,
  all,
  saved,
  chosen,
}: {
  formId: string
  /** Whose draft the browser may keep. */
  userId: string
  currencies: readonly string[]
  /** Gateway field names. */
  fields: readonly string[]
  words: FieldWords
  prefilled: Record<string, string>
  /** What the address asks for; empty: nothing. */
  amount: string
  currency: string
  /** Everything that is available, as typed and as shown. */
  all: readonly { currency: string; amount: string; text: string }[]
  /** The receiver's saved destinations, the default first. */
  saved: readonly SavedDestination[]
  /** The id of one of them; empty: another account. */
  chosen: string
}) {
  const [t, labelOf] = [useTranslations('withdraw'), useFieldLabel(words)]
  const [state, action] = useActionState(withdraw, untouched)
  const hasScripts = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  const [savedId, choose] = useState(chosen)
  const [typed, setTyped] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  const read = () => {
    if (form.current) setTyped(textsOf(form.current))
  }
  const draft = useDraft(form, { formId, userId, state, isAskedFor: amount !== '', onRestored: read, choose })
  const labels = {
    amount: fixedNames.amount,
    currency: fixedNames.currency,
    savedId: t('to'),
    ...Object.fromEntries(fields.map((name) => [name, labelOf(name)])),
  }
  const to = saved.find(({ id }) => id === savedId)
  return (
    <form
      ref={form}
      action={action}
      noValidate
      className="group/form space-y-6"
      onInput={() => {
        read()
        draft.keep()
      }}
      onSubmit={() => draft.sending()}
    >
      <FormProblems state={state} labels={labels} startOver="/withdraw" />
      <DraftNotice draft={draft} />
      <input type="hidden" name="formId" value={draft.formId} />
      <div>
        <MoneyFields currencies={currencies} state={state} initial={{ amount, currency }} />
        <ul className="mt-1.5 flex flex-wrap gap-x-5 empty:hidden">
          {all.map((one) => (
            <li key={one.currency}>
              <a
                href={`/withdraw?${new URLSearchParams({ form: formId, to: savedId, amount: one.amount, currency: one.currency }).toString()}`}
                onClick={(event) => {
                  event.preventDefault()
                  fill(form.current, { amount: one.amount, currency: one.currency })
                  read()
                  draft.keep()
                }}
                data-stays
                className="text-link inline-flex min-h-8 items-center text-sm"
              >
                {t('all', { amount: one.text })}
              </a>
            </li>
          ))}
        </ul>
      </div>
      {saved.length > 0 && (
        <DestinationChoice
          saved={saved}
          chosen={savedId}
          problem={state.problems['savedId']}
          onChoose={choose}
        />
      )}
      <fieldset
        // What is not shown is not sent. Without scripts the server refuses two accounts at once.
        disabled={hasScripts && savedId !== ''}
        className="space-y-6 group-has-[[name=savedId]:checked:not([value=''])]/form:hidden"
      >
        <DestinationFields names={fields} words={words} state={state} prefilled={prefilled} />
      </fieldset>
      <Review
        amount={typed['amount'] ?? ''}
        currency={typed['currency'] ?? ''}
        label={to?.label ?? null}
        last4={to ? to.last4 : lastFour(accountFields.map((name) => typed[name] ?? '').join(''))}
      />
      <SubmitButton className="w-full">
        <span lang="en">{fixedNames.requestWithdrawal}</span>
      </SubmitButton>
    </form>
  )
}

/** What is about to be asked for, once both the amount and the account are known. */
function Review({
  amount,
  currency,
  label,
  last4,
}: {
  amount: string
  currency: string
  label: string | null
  last4: string | null
}) {
  const t = useTranslations('withdraw')
  if (amount.trim() === '' || (label === null && (last4 === null || last4 === ''))) return null
  return (
    <p className="rounded-lg bg-sunken px-3.5 py-2.5 text-[0.9375rem]" data-review>
      {t.rich('review', {
        amount: () => (
          <b className="font-medium whitespace-nowrap">
            <bdi>{amount.trim()}</bdi> {currency}
          </b>
        ),
        account: () => (
          <b className="font-medium">{label === null ? <Account last4={last4} /> : <bdi>{label}</bdi>}</b>
        ),
      })}
    </p>
  )
}

/** What became of the form that was open here before. */
function DraftNotice({ draft: { received, isResumed, forget } }: { draft: ReturnType<typeof useDraft> }) {
  const t = useTranslations('withdraw')
  if (received !== null)
    return (
      <Alert tone="info" role="status" title={t('receivedTitle')}>
        {t.rich('receivedText', {
          link: (text) => (
            <a href={received} className="text-link">
              {text}
            </a>
          ),
          // The address may name the form that was sent.
          fresh: (text) => (
            <a href="/withdraw" className="text-link">
              {text}
            </a>
          ),
        })}
      </Alert>
    )
  if (!isResumed) return null
  return (
    <Alert tone="info" role="status" title={t('resumedTitle')}>
      {t.rich('resumedText', {
        link: (text) => (
          <a href="/withdraw" onClick={forget} className="text-link">
            {text}
          </a>
        ),
      })}
    </Alert>
  )
}

const textsOf = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries(
    [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )

function fill(form: HTMLFormElement | null, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form?.elements.namedItem(name)
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value
  }
}
