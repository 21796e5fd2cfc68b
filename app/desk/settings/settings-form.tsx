'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import type { Settings } from '#lib/services/ports.ts'
import { propose } from './actions.ts'
import { settingNames } from '#lib/payouts/setting-names.ts'
import { ProposeEnd } from './propose-end.tsx'

/** Starts with what is in force. Changes nothing by itself: another administrator confirms. */
export function SettingsForm({ settings, currencies }: { settings: Settings; currencies: string[] }) {
  const t = useTranslations('settings')
  const [state, action] = useActionState(propose, untouched)
  const { values, problems } = state
  const labels = {
    sendDelayS: t('name.sendDelayS'),
    ...Object.fromEntries(
      currencies.map((currency) => [`delay-${currency}`, t('name.sendDelayOf', { currency })]),
    ),
    ...Object.fromEntries(settingNames.map((name) => [name, t(`name.${name}`)])),
    reason: t('propose.reason'),
    code: t('proposal.code'),
  }
  const hints: Partial<Record<keyof Settings, string>> = {
    coolingOffH: t('hint.coolingOffH'),
    grantHoldDays: t('hint.grantHoldDays'),
    approvalLateH: t('hint.approvalLateH'),
    independentAfterDays: t('hint.independentAfterDays'),
    escalateAfterH: t('hint.escalateAfterH'),
    eventDays: t('hint.eventDays'),
    archiveAfterDays: t('hint.archiveAfterDays'),
    eraseAfterDays: t('hint.eraseAfterDays'),
  }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('propose.not')} />
      <TextField
        name="sendDelayS"
        label={t('name.sendDelayS')}
        hint={t('hint.sendDelayS')}
        problem={problems['sendDelayS']}
        input={{
          inputMode: 'numeric',
          defaultValue: values['sendDelayS'] ?? String(settings.sendDelayS['*'] ?? 0),
        }}
      />
      {currencies.map((currency) => (
        <TextField
          key={currency}
          name={`delay-${currency}`}
          label={t('name.sendDelayOf', { currency })}
          hint={t('hint.sendDelayOf')}
          optional
          problem={problems[`delay-${currency}`]}
          input={{
            inputMode: 'numeric',
            defaultValue: values[`delay-${currency}`] ?? String(settings.sendDelayS[currency] ?? ''),
          }}
        />
      ))}
      {settingNames.map((name) => {
        const value = settings[name]
        const shared = { name, label: t(`name.${name}`), hint: hints[name], problem: problems[name] }
        if (typeof value === 'boolean')
          return (
            <SelectField
              key={name}
              {...shared}
              options={[
                { value: 'on', text: t('on') },
                { value: 'off', text: t('off') },
              ]}
              defaultValue={values[name] ?? (value ? 'on' : 'off')}
            />
          )
        return (
          <TextField
            key={name}
            {...shared}
            input={{ inputMode: 'numeric', defaultValue: values[name] ?? String(value) }}
          />
        )
      })}
      <ProposeEnd state={state} />
    </form>
  )
}
