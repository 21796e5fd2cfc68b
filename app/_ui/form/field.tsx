import { useTranslations } from 'next-intl'
import { isFixedName } from '#lib/words/fixed-names.ts'
import type { ComponentProps, ReactNode } from 'react'

const control =
  'block w-full min-h-11 rounded-lg border bg-surface px-3.5 py-2 text-base text-ink placeholder:text-ink-3 ' +
  'focus-visible:outline-offset-0'

const controlClass = (problem: string | undefined) =>
  `${control} ${problem ? 'border-bad' : 'border-line-strong hover:border-ink-2'}`

type FieldProps = {
  /** Also the prefix of the ids of hint and problem. */
  name: string
  label: string
  /** The gateway's name of the field, by which programs find it (docs/contract.md). People don't see it. */
  alsoCalled?: string
  hint?: ReactNode
  problem?: string | undefined
  optional?: boolean
}

/** The attributes that tie a control to its hint and its problem. */
function ties({ name, hint, problem, optional }: FieldProps) {
  const described = [hint ? `${name}-hint` : '', problem ? `${name}-problem` : ''].filter(Boolean).join(' ')
  return {
    id: name,
    name,
    'aria-required': !optional,
    ...(described && { 'aria-describedby': described }),
    ...(problem && { 'aria-invalid': true }),
  }
}

function Frame({ field, children }: { field: FieldProps; children: ReactNode }) {
  const t = useTranslations('common.form')
  const { name, label, alsoCalled, hint, problem, optional } = field
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-4">
        <label
          htmlFor={name}
          {...(isFixedName(label) && { lang: 'en' })}
          className="text-[0.9375rem] font-medium"
        >
          {label}
        </label>
        {alsoCalled && (
          <label htmlFor={name} lang="en" className="sr-only">
            {alsoCalled}
          </label>
        )}
        {optional && <span className="text-sm text-ink-3">{t('optional')}</span>}
      </div>
      {children}
      {problem && (
        <p id={`${name}-problem`} className="mt-1.5 text-sm text-bad">
          <bdi>{problem}</bdi>
        </p>
      )}
      {hint && (
        <p id={`${name}-hint`} className="mt-1.5 text-sm text-ink-3">
          {hint}
        </p>
      )}
    </div>
  )
}

/** The server validates; the browser only offers the right keyboard. */
export function TextField({
  input,
  ...field
}: FieldProps & { input?: Omit<ComponentProps<'input'>, 'id' | 'name' | 'className'> }) {
  return (
    <Frame field={field}>
      <input type="text" dir="auto" {...input} {...ties(field)} className={controlClass(field.problem)} />
    </Frame>
  )
}

export function AreaField({
  rows = 3,
  defaultValue,
  maxLength,
  ...field
}: FieldProps & { rows?: number; defaultValue?: string | undefined; maxLength?: number }) {
  return (
    <Frame field={field}>
      <textarea
        dir="auto"
        rows={rows}
        {...(defaultValue !== undefined && { defaultValue })}
        {...(maxLength !== undefined && { maxLength })}
        {...ties(field)}
        className={controlClass(field.problem)}
      />
    </Frame>
  )
}

export function SelectField({
  options,
  defaultValue,
  onChoose,
  ...field
}: FieldProps & {
  /** A text that is also the value, or a value with its text. */
  options: readonly (string | { value: string; text: string })[]
  defaultValue?: string | undefined
  onChoose?: (select: HTMLSelectElement) => void
}) {
  return (
    <Frame field={field}>
      {/* A new key when the value changes, because a form reset would otherwise select the first option. */}
      <select
        key={defaultValue}
        {...(defaultValue !== undefined && { defaultValue })}
        {...(onChoose && { onChange: (event) => onChoose(event.currentTarget) })}
        {...ties(field)}
        className={controlClass(field.problem)}
      >
        {options.map((option) =>
          typeof option === 'string' ? (
            <option key={option} dir="auto">
              {option}
            </option>
          ) : (
            <option key={option.value} value={option.value} dir="auto">
              {option.text}
            </option>
          ),
        )}
      </select>
    </Frame>
  )
}

/** A select whose options have ids. */
export function ChoiceField({
  options,
  defaultValue,
  ...field
}: FieldProps & { options: readonly { id: string; label: string }[]; defaultValue?: string | undefined }) {
  return (
    <Frame field={field}>
      <select
        key={defaultValue}
        {...(defaultValue !== undefined && { defaultValue })}
        {...ties(field)}
        className={controlClass(field.problem)}
      >
        {options.map(({ id, label }) => (
          <option key={id} value={id} dir="auto">
            {label}
          </option>
        ))}
      </select>
    </Frame>
  )
}
