'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Logo } from '#app/_ui/logo.tsx'
import { brandTexts } from '#lib/payouts/brand.ts'
import type { Brand } from '#lib/payouts/brand.ts'
import { proposeBrand } from '#app/desk/settings/actions.ts'
import { ProposeEnd } from '#app/desk/settings/propose-end.tsx'

const keyboards = {
  name: 'text',
  email: 'email',
  phone: 'tel',
  link: 'url',
  accentLight: 'text',
  accentDark: 'text',
} as const

/** Starts with what is in force. Changes nothing by itself: another administrator confirms. */
export function BrandForm({ brand }: { brand: Brand }) {
  const [t, optional] = [useTranslations('settings'), useTranslations('common.form')]
  const [state, action] = useActionState(proposeBrand, untouched)
  const { values, problems } = state
  const labels = {
    ...Object.fromEntries(brandTexts.map((name) => [name, t(`brand.${name}`)])),
    logo: t('brand.logo'),
    reason: t('propose.reason'),
    code: t('proposal.code'),
  }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('propose.not')} />
      {brandTexts.map((name) => (
        <TextField
          key={name}
          name={name}
          label={t(`brand.${name}`)}
          {...(name !== 'email' && { hint: t(`brand.hint.${name}`) })}
          optional
          problem={problems[name]}
          input={{
            inputMode: keyboards[name],
            autoComplete: 'off',
            defaultValue: values[name] ?? brand[name] ?? '',
          }}
        />
      ))}
      <div>
        <div className="mb-1.5 flex items-baseline justify-between gap-4">
          <label htmlFor="logo" className="text-[0.9375rem] font-medium">
            {t('brand.logo')}
          </label>
          <span className="text-sm text-ink-3">{optional('optional')}</span>
        </div>
        {brand.logo !== null && <Logo logo={brand.logo} name={t('brand.logoNow')} className="mb-3" />}
        <input
          id="logo"
          name="logo"
          type="file"
          accept="image/png,image/webp"
          aria-describedby={problems['logo'] ? 'logo-problem logo-hint' : 'logo-hint'}
          {...(problems['logo'] && { 'aria-invalid': true })}
          className="block min-h-11 w-full rounded-lg border border-line-strong bg-surface px-3.5 py-2 text-base"
        />
        {problems['logo'] && (
          <p id="logo-problem" className="mt-1.5 text-sm text-bad">
            {problems['logo']}
          </p>
        )}
        <p id="logo-hint" className="mt-1.5 text-sm text-ink-3">
          {t('brand.hint.logo')}
        </p>
        {brand.logo !== null && (
          <label className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input type="checkbox" name="remove" value="yes" className="size-5" />
            <span>{t('brand.removeLogo')}</span>
          </label>
        )}
      </div>
      <ProposeEnd state={state} />
    </form>
  )
}
