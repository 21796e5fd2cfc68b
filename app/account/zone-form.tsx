import { useTranslations } from 'next-intl'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { SelectField } from '#app/_ui/form/field.tsx'
import { chooseZone } from './zone-action.ts'

/** In which zone this person reads times, in this browser. */
export function ZoneForm({ chosen }: { chosen: string | null }) {
  const t = useTranslations('account.zone')
  return (
    <form action={chooseZone} className="space-y-5">
      <SelectField
        name="time-zone"
        label={t('label')}
        hint={t('hint')}
        options={[{ value: '', text: t('own') }, 'UTC', ...Intl.supportedValuesOf('timeZone')]}
        defaultValue={chosen ?? ''}
      />
      <SubmitButton look="secondary">{t('save')}</SubmitButton>
    </form>
  )
}
