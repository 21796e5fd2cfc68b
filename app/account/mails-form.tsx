import { useTranslations } from 'next-intl'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { SelectField } from '#app/_ui/form/field.tsx'
import type { MailRhythm } from '#lib/payouts/mail-rhythm.ts'
import { chooseMails } from './mails-action.ts'

const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), text: `${hour}:00` }))

/** How often an approver gets mails about payouts that wait, and in which hours none. */
export function MailsForm({
  rhythm: { pace, quiet, zone },
  zoneHere,
}: {
  rhythm: MailRhythm
  zoneHere: string | null
}) {
  const t = useTranslations('account.mails')
  const none = { value: '', text: t('always') }
  return (
    <form action={chooseMails} className="space-y-5">
      <SelectField
        name="pace"
        label={t('pace')}
        options={[
          { value: 'at_once', text: t('atOnce') },
          { value: 'hourly', text: t('hourly') },
          { value: 'daily', text: t('daily') },
        ]}
        defaultValue={pace}
      />
      <div>
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            name="quiet-from"
            label={t('quietFrom')}
            options={[none, ...hours]}
            defaultValue={quiet === null ? '' : String(quiet.from)}
          />
          <SelectField
            name="quiet-until"
            label={t('quietUntil')}
            options={[none, ...hours]}
            defaultValue={quiet === null ? '' : String(quiet.until)}
          />
        </div>
        <p className="mt-1.5 text-sm text-ink-3">{t('hint')}</p>
      </div>
      <SelectField
        name="mail-zone"
        label={t('zone')}
        options={[...new Set(['UTC', zone, ...Intl.supportedValuesOf('timeZone')])]}
        defaultValue={zone === 'UTC' ? (zoneHere ?? zone) : zone}
      />
      <SubmitButton look="secondary">{t('save')}</SubmitButton>
    </form>
  )
}
