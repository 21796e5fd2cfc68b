import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { listedSources } from '#lib/payouts/policy.ts'
import { riskLevels } from '#lib/payouts/risk.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { listColumns } from '#lib/services/payout/list-columns.ts'
import { ages, pathOf, sorts } from '../filter.ts'
import type { Filter } from '../filter.ts'
import { atLeast } from './age-text.ts'
import { ZoneField } from './zone-field.tsx'

type Choices = {
  currencies: readonly string[]
  approvers: readonly { id: string; name: string }[]
  /** A merchant with one has no use for a choice. */
  endpoints: readonly { id: number; name: string }[]
}

/** The whole filter is in the address, so a plain form is enough. */
export function FilterBar({ filter, currencies, approvers, endpoints }: { filter: Filter } & Choices) {
  const t = useTranslations('payouts')
  const hasSeveral = endpoints.length > 1
  const known = listColumns.filter((id) => hasSeveral || id !== 'endpoint')
  return (
    // A new key when the address changes, or fields would keep what was typed.
    <form
      key={JSON.stringify(filter)}
      method="get"
      action="/desk/payouts"
      role="search"
      className="space-y-2"
    >
      <div className="flex flex-wrap gap-3">
        <div className="relative min-w-56 flex-1">
          <label htmlFor="search" className="sr-only">
            {t('search.label')}
          </label>
          <Icon name="search" className="pointer-events-none absolute top-3.5 left-3.5 size-4 text-ink-3" />
          <input
            id="search"
            name="q"
            type="search"
            dir="auto"
            maxLength={200}
            defaultValue={filter.search}
            placeholder={t('search.hint')}
            className={`${field} w-full pr-3 pl-10`}
          />
        </div>
        <Button look="secondary">{t('search.button')}</Button>
      </div>
      <Fold title={t('filters')}>
        <div className="mt-1 space-y-4 rounded-xl border border-line bg-surface p-4">
          <Boxes
            name="status"
            title={t('filter.status')}
            values={payoutStatuses}
            chosen={filter.statuses}
            text={useTranslations('status.label')}
          />
          <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
            <DayField name="from" title={t('filter.from')} value={filter.from} />
            <DayField name="to" title={t('filter.to')} value={filter.to} />
            <ZoneField zone={filter.zone} text={t('filter.zone')} />
            <Choice
              name="age"
              title={t('filter.age')}
              chosen={filter.age}
              values={[...new Set([...ages, ...(filter.age === '' ? [] : [filter.age])])]}
              text={(age) => atLeast(t, age)}
            />
            <Choice
              name="currency"
              title={t('filter.currency')}
              chosen={filter.currency}
              values={currencies}
              text={(code) => code}
            />
            <TextField name="min" title={t('filter.min')} value={filter.min} isDecimal />
            <TextField name="max" title={t('filter.max')} value={filter.max} isDecimal />
            <TextField name="receiver" title={t('filter.receiver')} value={filter.receiver} />
            <TextField name="bank" title={t('filter.bank')} value={filter.bank} />
            <TextField name="last4" title={t('filter.last4')} value={filter.last4} />
            <TextField name="code" title={t('filter.code')} value={filter.code} />
            <TextField name="rule" title={t('filter.rule')} value={filter.rule} />
            <Choice
              name="approver"
              title={t('filter.approver')}
              chosen={filter.approver}
              values={approvers.map(({ id }) => id)}
              text={(id) => approvers.find((one) => one.id === id)?.name ?? id}
            />
            {hasSeveral && (
              <Choice
                name="endpoint"
                title={t('filter.endpoint')}
                chosen={filter.endpoint}
                values={endpoints.map(({ id }) => String(id))}
                text={(id) => endpoints.find((one) => String(one.id) === id)?.name ?? id}
              />
            )}
          </div>
          <div className="grid gap-4 lg:grid-cols-2">
            <Boxes
              name="risk"
              title={t('filter.risk')}
              values={riskLevels}
              chosen={filter.risks}
              text={(level) => t(`risk.${level}`)}
            />
            <Boxes
              name="source"
              title={t('filter.source')}
              values={listedSources}
              chosen={filter.sources}
              text={(source) => t(`source.${source}`)}
            />
          </div>
          {filter.needsMe && <input type="hidden" name="needs" value="me" />}
          <Choice
            name="sort"
            title={t('sort.title')}
            chosen={filter.sort}
            values={sorts}
            text={(sort) => t(`sort.${sort}`)}
            isNeeded
          />
          <Boxes
            name="columns"
            title={t('columns')}
            // The chosen ones first, in their order.
            values={[...filter.columns, ...known.filter((id) => !filter.columns.includes(id))]}
            chosen={filter.columns}
            text={(column) => t(`column.${column}`)}
          />
          <ColumnOrder filter={filter} />
          <Button>{t('apply')}</Button>
        </div>
      </Fold>
    </form>
  )
}

/** Each chosen column but the first can go before the one to its left. */
function ColumnOrder({ filter }: { filter: Filter }) {
  const t = useTranslations('payouts')
  const { columns } = filter
  const before = (at: number) => {
    const moved = [...columns]
    moved.splice(at - 1, 2, ...columns.slice(at - 1, at + 1).reverse())
    return moved
  }
  return (
    <p className="flex flex-wrap gap-x-4 text-sm text-ink-2">
      <span className="inline-flex min-h-6 items-center">{t('columnOrder')}</span>
      {columns.slice(1).map((column, index) => (
        <Link
          key={column}
          href={pathOf({ ...filter, columns: before(index + 1) })}
          prefetch={false}
          className="text-link inline-flex min-h-6 items-center"
        >
          ← {t(`column.${column}`)}
        </Link>
      ))}
    </p>
  )
}

const field =
  'block min-h-11 rounded-lg border border-line-strong bg-surface py-2 text-base placeholder:text-ink-3 hover:border-ink-2'

function Labelled({ title, children }: { title: string; children: ReactNode }) {
  return (
    <label className="block text-sm text-ink-2">
      <span className="mb-1 block">{title}</span>
      {children}
    </label>
  )
}

function TextField({
  name,
  title,
  value,
  isDecimal,
}: {
  name: string
  title: string
  value: string
  isDecimal?: true
}) {
  return (
    <Labelled title={title}>
      <input
        name={name}
        dir="auto"
        maxLength={200}
        defaultValue={value}
        {...(isDecimal && { inputMode: 'decimal' })}
        className={`${field} w-full px-3 text-ink`}
      />
    </Labelled>
  )
}

/** A day of a view ("today") stays as it is unless people type another. */
function DayField({ name, title, value }: { name: string; title: string; value: string }) {
  const isRelative = value !== '' && !/^\d/.test(value)
  return (
    <Labelled title={title}>
      <input
        name={name}
        type={isRelative ? 'text' : 'date'}
        defaultValue={value}
        className={`${field} w-full px-3 text-ink`}
      />
    </Labelled>
  )
}

function Choice<T extends string>({
  name,
  title,
  chosen,
  values,
  text,
  isNeeded = false,
}: {
  name: string
  title: string
  chosen: string
  values: readonly T[]
  text: (value: T) => string
  isNeeded?: boolean
}) {
  const t = useTranslations('payouts')
  return (
    <Labelled title={title}>
      <select name={name} defaultValue={chosen} className={`${field} w-full px-3 text-ink`}>
        {!isNeeded && <option value="">{t('any')}</option>}
        {values.map((value) => (
          <option key={value} value={value}>
            {text(value)}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

function Boxes<T extends string>({
  name,
  title,
  values,
  chosen,
  text,
}: {
  name: string
  title: string
  values: readonly T[]
  chosen: readonly T[]
  text: (value: T) => string
}) {
  return (
    <fieldset>
      <legend className="text-sm text-ink-2">{title}</legend>
      <div className="flex flex-wrap gap-x-5">
        {values.map((value) => (
          <label key={value} className="flex min-h-11 items-center gap-2 text-[0.9375rem] sm:min-h-9">
            <input
              type="checkbox"
              name={name}
              value={value}
              defaultChecked={chosen.includes(value)}
              className="size-4.5 shrink-0 accent-accent"
            />
            {text(value)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
