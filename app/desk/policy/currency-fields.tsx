import { Button } from '#app/_ui/button.tsx'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { maxApprovers, payoutSources } from '#lib/payouts/policy.ts'
import { approversText, capNames, limitKeys, limitNames } from '#lib/payouts/policy-words.ts'
import type { CurrencyDraft, RuleDraft } from './draft.ts'

const sourceNames = {
  browser: 'Receivers in the browser',
  desk: 'The desk',
  api: 'The API',
} as const

const sourceOptions = [
  { value: 'any', text: 'Anybody' },
  ...payoutSources.map((value) => ({ value, text: sourceNames[value] })),
]
const approverOptions = Array.from({ length: maxApprovers }, (_, index) => ({
  value: String(index + 1),
  text: approversText(index + 1),
}))

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
  return (
    <div className="space-y-6 pt-3">
      <AutoFields code={code} draft={draft} problems={problems} />
      <fieldset className="space-y-4">
        <legend className="font-medium">Who must agree</legend>
        <p className="mt-1 text-sm text-ink-3">
          Every rule that fits is asked, and the highest number counts. What no rule names needs one approver.
        </p>
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
          Add a rule for {code}
        </Button>
      </fieldset>
      <fieldset className="space-y-4">
        <legend className="font-medium">Limits</legend>
        <p className="mt-1 text-sm text-ink-3">Empty: no limit. Days and months are UTC.</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {limitKeys.map((which) => (
            <TextField
              key={which}
              name={`${code}.limits.${which}`}
              label={limitNames[which]}
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
  const name = `${code}.autoApprove.sources`
  const problem = problems[name]
  return (
    <fieldset className="space-y-4">
      <legend className="font-medium">Automatic approval</legend>
      <TextField
        name={`${code}.autoApprove.below`}
        label={`Below this amount in ${code}`}
        hint="Strictly below. 0: never. Never for a payout with a check that says HIGH."
        problem={problems[`${code}.autoApprove.below`]}
        input={{ ...amountInput, defaultValue: draft.below }}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {(['dayCap', 'keyDayCap'] as const).map((cap) => (
          <TextField
            key={cap}
            name={`${code}.autoApprove.${cap}`}
            label={capNames[cap]}
            optional
            problem={problems[`${code}.autoApprove.${cap}`]}
            input={{ ...amountInput, defaultValue: draft[cap] }}
          />
        ))}
      </div>
      <div
        role="group"
        aria-label={`Approved automatically in ${code} when asked for by`}
        id={name}
        {...(problem && { 'aria-describedby': `${name}-problem` })}
      >
        <p className="text-[0.9375rem]">When asked for by</p>
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
            {sourceNames[source]}
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
  return (
    <fieldset className="rounded-xl border border-line p-4">
      <legend className="px-1 text-sm text-ink-2">
        {code} rule {index + 1}
      </legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name={`${path}.name`}
          label="Name"
          problem={problems[`${path}.name`]}
          input={{ autoComplete: 'off', maxLength: 100, defaultValue: rule.name }}
        />
        <TextField
          name={`${path}.from`}
          label="From this amount on"
          problem={problems[`${path}.from`]}
          input={{ ...amountInput, defaultValue: rule.from }}
        />
        <SelectField
          name={`${path}.source`}
          label="Asked for by"
          options={sourceOptions}
          defaultValue={rule.source}
          problem={problems[`${path}.source`]}
        />
        <SelectField
          name={`${path}.approvers`}
          label="Needs"
          options={approverOptions}
          defaultValue={rule.approvers}
          problem={problems[`${path}.approvers`]}
        />
      </div>
      <Button look="quiet" className="mt-3 -ml-3" name="intent" value={`remove:${code}:${index}`}>
        Remove <bdi>{rule.name === '' ? `rule ${index + 1}` : `“${rule.name}”`}</bdi>
      </Button>
    </fieldset>
  )
}
