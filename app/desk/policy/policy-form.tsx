'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, SelectField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { limitKeys } from '#lib/payouts/policy-facts.ts'
import { riskCheckIds, riskLevels } from '#lib/payouts/risk.ts'
import type { PolicyWords } from '#lib/words/policy-text.ts'
import { changePolicy } from './actions.ts'
import { ChangesList } from './changes-list.tsx'
import { CurrencyFields } from './currency-fields.tsx'
import type { Draft } from './draft.ts'
import { RehearsalTable } from './rehearsal-table.tsx'
import type { PolicyState } from './state.ts'

/** Starts with what is in force. Changes nothing by itself: another administrator confirms. */
export function PolicyForm({ initial }: { initial: Draft }) {
  const [state, action] = useActionState<PolicyState, FormData>(changePolicy, {
    ...untouched,
    answer: { draft: initial, tried: null, touched: null },
  })
  const words = { t: useTranslations('policy'), risk: useTranslations('risk') }
  const { t, risk } = words
  const common = useTranslations('common.form')
  const levelOptions = [
    { value: '', text: t('form.usual') },
    ...riskLevels.map((value) => ({ value, text: t(`form.levels.${value}`) })),
  ]
  const { code, problems, values } = state
  const { draft, tried, touched } = state.answer
  const asksDespite = code === 'too_few_approvers' || values['despite'] === 'yes'
  const codes = Object.keys(draft.currencies)
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)
  const hasProblem = (prefix: string) => Object.keys(problems).some((name) => name.startsWith(prefix))
  // What was changed, or must be, stays open when the form comes back.
  const isOpen = (currency: string) =>
    codes.length === 1 ||
    touched === currency ||
    hasProblem(`${currency}.`) ||
    differs(draft.currencies[currency], initial.currencies[currency])
  return (
    <form action={action} noValidate className="space-y-8">
      {/* Enter in a field presses the first button of the form: it must be harmless. */}
      <button
        type="submit"
        name="intent"
        value="rehearse"
        tabIndex={-1}
        aria-hidden="true"
        className="hidden"
      />
      <FormProblems
        state={state}
        labels={{ ...labelsOf(words, draft), code: common('code') }}
        startOver="/desk/policy"
      />
      {Object.entries(draft.currencies).map(([code, own]) => (
        <Fold key={code} title={code} open={isOpen(code)}>
          <CurrencyFields code={code} draft={own} problems={problems} />
        </Fold>
      ))}
      <Fold title={t('form.riskLevels')} open={hasProblem('risk.') || differs(draft.risk, initial.risk)}>
        <div className="grid gap-4 pt-3 sm:grid-cols-2 lg:grid-cols-4">
          {riskCheckIds.map((id) => (
            <SelectField
              key={id}
              name={`risk.${id}`}
              label={risk(`check.${id}`)}
              options={levelOptions}
              defaultValue={draft.risk[id]}
              problem={problems[`risk.${id}`]}
            />
          ))}
        </div>
      </Fold>
      {tried && (
        <section
          aria-label={t('rehearsal.title')}
          role="status"
          className="grid gap-x-12 gap-y-4 rounded-xl bg-sunken p-4 sm:p-6 lg:grid-cols-2"
        >
          <ChangesList changes={tried.changes} />
          <RehearsalTable rehearsal={tried.rehearsal} />
        </section>
      )}
      <SubmitButton look="secondary" name="intent" value="rehearse" className="w-full sm:w-auto">
        {t('form.try')}
      </SubmitButton>
      <div className="max-w-xl space-y-5 border-t border-line pt-6">
        <AreaField
          name="reason"
          label={t('form.why')}
          hint={t('form.whyHint')}
          rows={2}
          maxLength={500}
          defaultValue={draft.reason}
          problem={problems['reason']}
        />
        {asksDespite && (
          <label className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input type="checkbox" name="despite" value="yes" className="size-5 shrink-0 accent-accent" />
            {t('form.despite')}
          </label>
        )}
        <CodeField problem={problems['code']} />
        <SubmitButton name="intent" value="propose" className="w-full">
          {t('form.propose')}
        </SubmitButton>
      </div>
    </form>
  )
}

/** What the summary of problems calls each input. */
function labelsOf(
  { t, risk }: Pick<PolicyWords, 't' | 'risk'>,
  { currencies }: Draft,
): Record<string, string> {
  const labels: Record<string, string> = { reason: t('form.why') }
  for (const [currency, { rules }] of Object.entries(currencies)) {
    for (const part of ['below', 'sources'])
      labels[`${currency}.autoApprove.${part}`] = t('form.inCurrency', { currency, what: t('form.auto') })
    for (const cap of ['dayCap', 'keyDayCap'] as const)
      labels[`${currency}.autoApprove.${cap}`] = t('form.inCurrency', { currency, what: t(`name.${cap}`) })
    for (const which of limitKeys)
      labels[`${currency}.limits.${which}`] = t('form.inCurrency', { currency, what: t(`name.${which}`) })
    rules.forEach((_, index) => {
      const rule = t('form.rule', { currency, n: index + 1 })
      const parts = {
        name: t('form.name'),
        source: t('form.source'),
        from: t('form.from'),
        approvers: t('form.needs'),
        role: t('form.role'),
      }
      for (const [part, what] of Object.entries(parts))
        labels[`${currency}.rules.${index}.${part}`] = t('form.inRule', { rule, what })
    })
  }
  for (const id of riskCheckIds) labels[`risk.${id}`] = risk(`check.${id}`)
  return labels
}
