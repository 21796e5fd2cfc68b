'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { AreaField, SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { ProposeEnd } from '#app/desk/settings/propose-end.tsx'
import { proposeEndpoint, proposeRoutes, testEndpoint } from './actions.ts'

/** What the form starts with. Null `id`: a new endpoint. */
export type EndpointValues = {
  id: number | null
  name: string
  kind: 'endpoint' | 'group'
  cardzoId: string
  baseUrl: string
  login: string
  currencies: string
  fields: string
  redirectHosts: string
  maxRequestsPerS: string
  balance: string
  lowMarks: string
  active: boolean
  isEnvironment: boolean
  isRotating: boolean
}

const texts = [
  'name',
  'cardzoId',
  'baseUrl',
  'login',
  'currencies',
  'redirectHosts',
  'maxRequestsPerS',
  'balance',
  'lowMarks',
] as const
const optional: readonly string[] = ['redirectHosts', 'balance', 'lowMarks']
/** Settled when the endpoint is added. */
const fixed: readonly string[] = ['cardzoId', 'baseUrl']

/** Changes nothing by itself: another administrator confirms on the settings page. */
export function EndpointForm({ given }: { given: EndpointValues }) {
  const [t, all] = [useTranslations('settings.endpoint'), useTranslations('settings')]
  const [state, action] = useActionState(proposeEndpoint, untouched)
  const { values, problems } = state
  const isNew = given.id === null
  const labels = {
    ...Object.fromEntries(texts.map((name) => [name, t(name)])),
    kind: t('kind'),
    fields: t('fields'),
    key: t('key'),
    control: t('control'),
    reason: all('propose.reason'),
    code: all('proposal.code'),
  }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={all('propose.not')} />
      <input type="hidden" name="id" value={given.id ?? ''} />
      {given.isEnvironment ? (
        <p className="text-[0.9375rem] leading-6 text-ink-2">{t('environment')}</p>
      ) : (
        <>
          {!isNew && <p className="text-[0.9375rem] leading-6 text-ink-2">{t('fixed')}</p>}
          {isNew && (
            <SelectField
              name="kind"
              label={t('kind')}
              options={[
                { value: 'endpoint', text: t('endpoint') },
                { value: 'group', text: t('group') },
              ]}
              defaultValue={values['kind'] ?? given.kind}
              problem={problems['kind']}
            />
          )}
          {texts
            .filter((name) => isNew || !fixed.includes(name))
            .map((name) => (
              <TextField
                key={name}
                name={name}
                label={t(name)}
                problem={problems[name]}
                optional={optional.includes(name)}
                {...((name === 'balance' || name === 'lowMarks') && { hint: t(`hint.${name}`) })}
                input={{
                  defaultValue: values[name] ?? given[name],
                  autoComplete: 'off',
                  spellCheck: false,
                  ...(name === 'maxRequestsPerS' && { inputMode: 'numeric' }),
                }}
              />
            ))}
          <AreaField
            name="fields"
            label={t('fields')}
            hint={t('hint.fields')}
            rows={5}
            defaultValue={values['fields'] ?? given.fields}
            problem={problems['fields']}
          />
          <AreaField
            name="key"
            label={t('key')}
            hint={isNew ? t('hint.key') : t('hint.nextKey')}
            rows={4}
            optional={!isNew}
            problem={problems['key']}
          />
          <TextField
            name="control"
            label={t('control')}
            {...(!isNew && { hint: t('hint.nextControl') })}
            optional={!isNew}
            problem={problems['control']}
            input={{ type: 'password', autoComplete: 'off' }}
          />
        </>
      )}
      <SelectField
        name="active"
        label={t('use')}
        options={[
          { value: 'yes', text: t('active') },
          { value: 'no', text: t('inactive') },
        ]}
        defaultValue={values['active'] ?? (given.active ? 'yes' : 'no')}
        problem={undefined}
      />
      {given.isRotating && (
        <SelectField
          name="rotation"
          label={t('rotation')}
          hint={t('hint.rotation')}
          options={[
            { value: '', text: t('hint.keep') },
            { value: 'promote', text: t('promote') },
            { value: 'end', text: t('end') },
          ]}
          defaultValue={values['rotation'] ?? ''}
          problem={undefined}
        />
      )}
      <ProposeEnd state={state} />
    </form>
  )
}

/** Moves nothing, so one press is enough. */
export function TestForm({ id, name }: { id: number; name: string }) {
  const t = useTranslations('settings.endpoint')
  const [state, action] = useActionState(testEndpoint, untouched)
  return (
    <form action={action} className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-1">
      <input type="hidden" name="endpoint" value={id} />
      <SubmitButton look="secondary">{t('test.button', { name })}</SubmitButton>
      <Refused state={{ ...state, message: state.message ?? state.answer }} />
    </form>
  )
}

export function RoutesForm({ routes }: { routes: string }) {
  const [t, all] = [useTranslations('settings.endpoint'), useTranslations('settings')]
  const [state, action] = useActionState(proposeRoutes, untouched)
  const labels = { routes: t('routes'), reason: all('propose.reason'), code: all('proposal.code') }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={all('propose.not')} />
      <AreaField
        name="routes"
        label={t('routes')}
        hint={t('hint.routes')}
        rows={5}
        defaultValue={state.values['routes'] ?? routes}
        problem={state.problems['routes']}
      />
      <ProposeEnd state={state} />
    </form>
  )
}
