import { useTranslations } from 'next-intl'
import { Button } from '#app/_ui/button.tsx'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { approverRoles, maxApprovers, payoutSources } from '#lib/payouts/policy.ts'
import { limitKeys } from '#lib/payouts/policy-facts.ts'
import type { CurrencyDraft, RuleDraft } from './draft.ts'

type Problems = Record<string, string>

/** Everything that can be set for one currency. Works without scripts: adding and removing a rule sends the form. */
export function CurrencyFields({
  code,
  draft,
  problems,
}: {
  code: string
  draft: CurrencyDraft
  problems: Problems
}) {
  const t = useTranslations('policy')
  return (
    <div className="grid gap-x-12 gap-y-6 pt-3 lg:grid-cols-2">
      <AutoFields code={code} draft={draft} problems={problems} />
      <fieldset className="space-y-4 lg:row-span-2">
        <legend className="font-medium">{t('form.who')}</legend>
        <p className="mt-1 text-sm text-ink-3">{t('form.whoHint')}</p>
        <input type="hidden" name={`${code}.rules`} value={draft.rules.length} />
        {problems[`${code}.rules`] && <p className="text-sm text-bad">{problems[`${code}.rules`]}</p>}
        {draft.rules.map((rule, index) => (
          <RuleFields
            key={index}
            code={code}
            index={index}
            rule={rule}
            path={`${code}.rules.${index}`}
            problems={problems}
          />
        ))}
        <Button look="secondary" name="intent" value={`add:${code}`}>
          {t('form.add', { currency: code })}
        </Button>
      </fieldset>
      <fieldset className="space-y-4">
        <legend className="font-medium">{t('form.limits')}</legend>
        <p className="mt-1 text-sm text-ink-3">{t('form.limitsHint')}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {limitKeys.map((which) => (
            <TextField
              key={which}
              name={`${code}.limits.${which}`}
              label={t(`name.${which}`)}
              optional
              problem={problems[`${code}.limits.${which}`]}
              input={{ ...amountInput, defaultValue: draft.limits[which] }}
            />
          ))}
        </div>
      </fieldset>
    </div>
  )
}

const amountInput = { inputMode: 'decimal', autoComplete: 'off', maxLength: 32 } as const

function AutoFields({ code, draft, problems }: { code: string; draft: CurrencyDraft; problems: Problems }) {
  const t = useTranslations('policy')
  const name = `${code}.autoApprove.sources`
  const problem = problems[name]
  return (
    <fieldset className="space-y-4">
      <legend className="font-medium">{t('form.auto')}</legend>
      <TextField
        name={`${code}.autoApprove.below`}
        label={t('form.below', { currency: code })}
        hint={t('form.belowHint')}
        problem={problems[`${code}.autoApprove.below`]}
        input={{ ...amountInput, defaultValue: draft.below }}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {(['dayCap', 'keyDayCap'] as const).map((cap) => (
          <TextField
            key={cap}
            name={`${code}.autoApprove.${cap}`}
            label={t(`name.${cap}`)}
            optional
            problem={problems[`${code}.autoApprove.${cap}`]}
            input={{ ...amountInput, defaultValue: draft[cap] }}
          />
        ))}
      </div>
      <div
        role="group"
        aria-label={t('form.whenLabel', { currency: code })}
        id={name}
        {...(problem && { 'aria-describedby': `${name}-problem` })}
      >
        <p className="text-[0.9375rem]">{t('form.when')}</p>
        {payoutSources.map((source) => (
          <label key={source} className="flex min-h-11 items-center gap-3 text-[0.9375rem] sm:min-h-9">
            <input
              key={String(draft.sources.includes(source))}
              type="checkbox"
              name={name}
              value={source}
              defaultChecked={draft.sources.includes(source)}
              className="size-5 shrink-0 accent-accent"
            />
            {t(`form.sources.${source}`)}
          </label>
        ))}
        {problem && (
          <p id={`${name}-problem`} className="text-sm text-bad">
            {problem}
          </p>
        )}
      </div>
    </fieldset>
  )
}

function RuleFields({
  code,
  index,
  rule,
  path,
  problems,
}: {
  code: string
  index: number
  rule: RuleDraft
  path: string
  problems: Problems
}) {
  const t = useTranslations('policy')
  const sourceOptions = [
    { value: 'any', text: t('form.anySource') },
    ...payoutSources.map((value) => ({ value, text: t(`form.sources.${value}`) })),
  ]
  const approverOptions = Array.from({ length: maxApprovers }, (_, before) => ({
    value: String(before + 1),
    text: t('rehearsal.approvers', { n: before + 1 }),
  }))
  const roleOptions = [
    { value: '', text: t('form.anyRole') },
    ...approverRoles.map((value) => ({ value, text: t(`form.roles.${value}`) })),
  ]
  return (
    <fieldset className="rounded-xl border border-line p-4">
      <legend className="px-1 text-sm text-ink-2">{t('form.rule', { currency: code, n: index + 1 })}</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name={`${path}.name`}
          label={t('form.name')}
          problem={problems[`${path}.name`]}
          input={{ autoComplete: 'off', maxLength: 100, defaultValue: rule.name }}
        />
        <TextField
          name={`${path}.from`}
          label={t('form.from')}
          problem={problems[`${path}.from`]}
          input={{ ...amountInput, defaultValue: rule.from }}
        />
        <SelectField
          name={`${path}.source`}
          label={t('form.source')}
          options={sourceOptions}
          defaultValue={rule.source}
          problem={problems[`${path}.source`]}
        />
        <SelectField
          name={`${path}.approvers`}
          label={t('form.needs')}
          options={approverOptions}
          defaultValue={rule.approvers}
          problem={problems[`${path}.approvers`]}
        />
        <SelectField
          name={`${path}.role`}
          label={t('form.role')}
          options={roleOptions}
          defaultValue={rule.role}
          problem={problems[`${path}.role`]}
        />
      </div>
      <Button look="quiet" className="mt-3 -ml-3" name="intent" value={`remove:${code}:${index}`}>
        {rule.name === '' ? (
          t('form.removeUnnamed', { n: index + 1 })
        ) : (
          <span>{t.rich('form.remove', { name: () => <bdi>{rule.name}</bdi> })}</span>
        )}
      </Button>
    </fieldset>
  )
}
