import { useTranslations } from 'next-intl'
import { Button } from '#app/_ui/button.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { filterTexts, groups } from './filter.ts'
import type { Filter } from './filter.ts'

/** A plain form in the address, so that it works without scripts and can be kept. Open while something is filtered. */
export function FilterForm({ filter }: { filter: Filter }) {
  const t = useTranslations('withdrawals.filter')
  const isSet = Object.keys(filterTexts(filter)).length > 0
  return (
    <Fold title={t('title')} open={isSet} className="mb-4">
      <form method="get" action="/withdrawals" className="mt-2 grid gap-4 sm:grid-cols-2">
        <SelectField
          name="show"
          label={t('show')}
          options={groups.map((group) => ({ value: group, text: t(`status.${group}`) }))}
          defaultValue={filter.show}
        />
        <TextField
          name="search"
          label={t('search')}
          hint={t('searchHint')}
          optional
          input={{ type: 'search', autoComplete: 'off', maxLength: 200, defaultValue: filter.search }}
        />
        <TextField
          name="from"
          label={t('from')}
          optional
          input={{ type: 'date', defaultValue: filter.from }}
        />
        <TextField name="to" label={t('to')} optional input={{ type: 'date', defaultValue: filter.to }} />
        <p className="flex flex-wrap items-center gap-x-5 sm:col-span-2">
          <Button look="secondary">{t('apply')}</Button>
          {isSet && (
            <TextLink href="/withdrawals" tall>
              {t('clear')}
            </TextLink>
          )}
        </p>
      </form>
    </Fold>
  )
}
