'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Card } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { ChoiceField, SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { webhookEventTypes } from '#lib/payouts/webhook-events.ts'
import type { ChatManner, TargetKind, WebhookEventType } from '#lib/payouts/webhook-events.ts'
import type { Locale } from '#lib/words/locales.ts'
import { localeNames, locales } from '#lib/words/locales.ts'
import { propose } from '../actions.ts'

const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), text: `${hour}:00` }))

/** What a target that exists is now; its address is not among it, so it is typed again. */
type Present = {
  id: string
  name: string
  kind: TargetKind
  events: readonly WebhookEventType[]
  chat: ChatManner | null
  owner: string
}

export function TargetForm({
  target,
  kind,
  locale,
  owners,
  zones,
}: {
  target: Present | null
  kind: TargetKind
  locale: Locale
  owners: readonly { id: string; label: string }[]
  /** The server's, because a browser may know others. */
  zones: readonly string[]
}) {
  const [t, mails, common] = [
    useTranslations('webhooks.form'),
    useTranslations('account.mails'),
    useTranslations('common.form'),
  ]
  const [state, action] = useActionState(propose, untouched)
  const { values, problems } = state
  const labels = {
    name: t('name'),
    kind: t('kind'),
    address: t('address'),
    owner: t('owner'),
    events: t('events'),
    pace: t('pace'),
    zone: mails('zone'),
    locale: t('locale'),
    code: common('code'),
  }
  const events = values['events']?.split(' ') ?? target?.events ?? []
  const chat = target?.chat
  const none = { value: '', text: mails('always') }
  return (
    <Card>
      <form action={action} noValidate className="space-y-5">
        <FormProblems state={state} labels={labels} title={t('not')} startOver="/desk/webhooks/new" />
        <input type="hidden" name="id" value={target?.id ?? ''} />
        <TextField
          name="name"
          label={labels.name}
          hint={t('nameHint')}
          problem={problems['name']}
          input={{ autoComplete: 'off', maxLength: 60, defaultValue: values['name'] ?? target?.name }}
        />
        {target ? (
          <input type="hidden" name="kind" value={target.kind} />
        ) : (
          <SelectField
            name="kind"
            label={labels.kind}
            options={[
              { value: 'signed', text: t('signed') },
              { value: 'chat', text: t('chat') },
            ]}
            defaultValue={values['kind'] ?? kind}
            problem={problems['kind']}
          />
        )}
        <TextField
          name="address"
          label={labels.address}
          hint={t('addressHint')}
          problem={problems['address']}
          input={{
            type: 'url',
            inputMode: 'url',
            dir: 'ltr',
            autoComplete: 'off',
            maxLength: 2_000,
            defaultValue: values['address'],
          }}
        />
        <ChoiceField
          name="owner"
          label={labels.owner}
          hint={t('ownerHint')}
          options={[{ id: '', label: t('everybody') }, ...owners]}
          defaultValue={values['owner'] ?? target?.owner ?? ''}
          problem={problems['owner']}
        />
        <fieldset id="events" {...(problems['events'] && { 'aria-describedby': 'events-problem' })}>
          <legend className="text-[0.9375rem] font-medium">{labels.events}</legend>
          <div className="grid gap-x-4 sm:grid-cols-2">
            {webhookEventTypes.map((type) => (
              <label key={type} className="flex min-h-11 items-center gap-3">
                <input
                  type="checkbox"
                  name="events"
                  value={type}
                  defaultChecked={events.includes(type)}
                  className="size-5 shrink-0 accent-accent"
                />
                <code lang="en" className="font-mono text-[0.8125rem] break-all">
                  {type}
                </code>
              </label>
            ))}
          </div>
          {problems['events'] && (
            <p id="events-problem" className="text-sm text-bad">
              {problems['events']}
            </p>
          )}
        </fieldset>
        {target?.kind !== 'signed' && (
          <>
            <SelectField
              name="pace"
              label={labels.pace}
              options={[
                { value: 'at_once', text: mails('atOnce') },
                { value: 'hourly', text: mails('hourly') },
                { value: 'daily', text: mails('daily') },
              ]}
              defaultValue={values['pace'] ?? chat?.pace ?? 'at_once'}
              problem={problems['pace']}
            />
            <SelectField
              name="quietFrom"
              label={t('quietFrom')}
              hint={t('quietHint')}
              options={[none, ...hours]}
              defaultValue={values['quietFrom'] ?? (chat?.quiet ? String(chat.quiet.from) : '')}
            />
            <SelectField
              name="quietUntil"
              label={mails('quietUntil')}
              options={[none, ...hours]}
              defaultValue={values['quietUntil'] ?? (chat?.quiet ? String(chat.quiet.until) : '')}
            />
            <SelectField
              name="zone"
              label={labels.zone}
              options={zones}
              defaultValue={values['zone'] ?? chat?.zone ?? 'UTC'}
              problem={problems['zone']}
            />
            <SelectField
              name="locale"
              label={labels.locale}
              options={locales.map((one) => ({ value: one, text: localeNames[one] }))}
              defaultValue={values['locale'] ?? chat?.locale ?? locale}
              problem={problems['locale']}
            />
          </>
        )}
        <CodeField problem={problems['code']} />
        <SubmitButton className="w-full">{t('button')}</SubmitButton>
      </form>
    </Card>
  )
}
