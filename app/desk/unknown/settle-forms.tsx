'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import type { Settlement } from '#lib/services/ports.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { confirm, propose, withdraw } from './actions.ts'

const outcomes = ['paid', 'failed'] as const

/** Nothing is preselected, because neither outcome is the usual one. */
export function ProposeForm({ id, version, name }: { id: string; version: number; name: string }) {
  const [t, common] = [useTranslations('unknown'), useTranslations('common.form')]
  const [state, action] = useActionState(propose, untouched)
  const problem = (name: string) => state.problems[`${name}-${id}`]
  const typed = (name: string) => state.values[`${name}-${id}`] ?? ''
  const labels = {
    [`outcome-${id}`]: t('outcome.label'),
    [`reason-${id}`]: fixedNames.reason,
    [`evidence-${id}`]: t('form.evidence'),
    [`code-${id}`]: common('code'),
  }
  return (
    <form action={action} noValidate className="mt-3 space-y-4">
      <FormProblems state={state} labels={labels} title={t('form.notProposed')} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="version" value={version} />
      <fieldset
        id={`outcome-${id}`}
        {...(problem('outcome') && { 'aria-describedby': `outcome-${id}-problem` })}
      >
        <legend className="text-[0.9375rem] font-medium">
          {t.rich('outcome.question', { name: () => <bdi>{name}</bdi> })}
        </legend>
        {outcomes.map((value) => (
          <label key={value} className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input
              type="radio"
              name={`outcome-${id}`}
              value={value}
              defaultChecked={typed('outcome') === value}
              className="size-5 shrink-0 accent-accent"
            />
            <span>
              <span className="font-medium">{t(`outcome.${value}`)}</span>
              <span className="text-ink-2"> – {t(`outcome.${value}Hint`)}</span>
            </span>
          </label>
        ))}
        {problem('outcome') && (
          <p id={`outcome-${id}-problem`} className="text-sm text-bad">
            {problem('outcome')}
          </p>
        )}
      </fieldset>
      <AreaField
        name={`reason-${id}`}
        label={fixedNames.reason}
        hint={t('form.reasonHint')}
        rows={2}
        maxLength={500}
        defaultValue={typed('reason')}
        problem={problem('reason')}
      />
      <AreaField
        name={`evidence-${id}`}
        label={t('form.evidence')}
        hint={t('form.evidenceHint')}
        rows={3}
        maxLength={2000}
        defaultValue={typed('evidence')}
        problem={problem('evidence')}
      />
      <CodeField name={`code-${id}`} problem={problem('code')} />
      <SubmitButton>{t('form.submit')}</SubmitButton>
    </form>
  )
}

type Proposed = { id: string; settlementId: string; version: number }

export function ConfirmForm({
  id,
  settlementId,
  version,
  outcome,
}: Proposed & { outcome: Settlement['outcome'] }) {
  const [t, common] = [useTranslations('unknown.form'), useTranslations('common.form')]
  const [state, action] = useActionState(confirm, untouched)
  return (
    <form action={action} className="space-y-3">
      <FormProblems state={state} labels={{ [`code-${id}`]: common('code') }} title={t('notConfirmed')} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="settlementId" value={settlementId} />
      <input type="hidden" name="version" value={version} />
      <CodeField name={`code-${id}`} problem={state.problems[`code-${id}`]} />
      <SubmitButton>{t(`confirm.${outcome}`)}</SubmitButton>
    </form>
  )
}

export function WithdrawForm({ id, settlementId, own }: Omit<Proposed, 'version'> & { own: boolean }) {
  const t = useTranslations('unknown.form')
  const [state, action] = useActionState(withdraw, untouched)
  return (
    <Fold title={own ? t('withdrawOwn') : t('withdrawOther')} open={state.message !== null}>
      <form action={action} className="mt-1 space-y-2">
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="settlementId" value={settlementId} />
        <p className="text-ink-2">{t('withdrawHint')}</p>
        <SubmitButton look="danger">{own ? t('withdrawOwnButton') : t('withdrawOtherButton')}</SubmitButton>
        <Refused state={state} />
      </form>
    </Fold>
  )
}
