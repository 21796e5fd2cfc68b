'use client'
import { useTranslations } from 'next-intl'
import { createContext, useContext, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { AreaField, TextField } from '#app/_ui/form/field.tsx'
import type { Parameter } from './operations.ts'

/** The key that was typed, in this page's memory alone. */
const Key = createContext<{ key: string; setKey: (key: string) => void }>({
  key: '',
  setKey: () => undefined,
})

export function WithKey({ children }: { children: ReactNode }) {
  const [key, setKey] = useState('')
  return <Key value={{ key, setKey }}>{children}</Key>
}

const never = () => () => undefined
/** Trying takes scripts; without them the page is for reading. */
const useScripts = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )

export function KeyField() {
  const t = useTranslations('developers')
  const { key, setKey } = useContext(Key)
  if (!useScripts()) return null
  return (
    <div className="mb-8 space-y-4">
      <Alert tone="warn" title={t('real')}>
        {t('realText')}
      </Alert>
      <div className="max-w-xl">
        <TextField
          name="developer-key"
          label={t('key')}
          hint={t('keyHint')}
          input={{
            type: 'password',
            autoComplete: 'off',
            value: key,
            onChange: ({ target }) => setKey(target.value.trim()),
          }}
        />
      </div>
    </div>
  )
}

type Tried = {
  id: string
  method: string
  path: string
  summary: string
  parameters: Parameter[]
  body: string | null
  needsKey: boolean
}
type Said = { status: number; ms: number; text: string } | 'no_key' | 'not_answered'

export function TryIt({ operation }: { operation: Tried }) {
  const t = useTranslations('developers')
  const { key } = useContext(Key)
  const [said, setSaid] = useState<Said | null>(null)
  const [isSending, setSending] = useState(false)
  const { id, parameters, body, needsKey } = operation
  const nameOf = (parameter: Parameter) => `${id}-${parameter.in}-${parameter.name}`
  if (!useScripts()) return null

  async function run(form: FormData) {
    if (needsKey && key === '') {
      setSaid('no_key')
      return
    }
    setSending(true)
    const startedAt = performance.now()
    try {
      const answer = await fetch(...requestOf(operation, form, nameOf, key))
      const text = await answer.text()
      setSaid({ status: answer.status, ms: Math.round(performance.now() - startedAt), text: readable(text) })
    } catch {
      setSaid('not_answered')
    }
    setSending(false)
  }

  return (
    <Fold title={t('try')}>
      <form
        className="mt-2 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          void run(new FormData(event.currentTarget))
        }}
      >
        {parameters.map((parameter) => (
          <TextField
            key={nameOf(parameter)}
            name={nameOf(parameter)}
            label={parameter.name}
            optional={!parameter.required}
            input={{
              autoComplete: 'off',
              spellCheck: false,
              defaultValue: parameter.required && parameter.in !== 'header' ? parameter.example : '',
            }}
          />
        ))}
        {body !== null && (
          <AreaField
            name={`${id}-body`}
            label={t('body')}
            rows={body.split('\n').length}
            defaultValue={body}
          />
        )}
        <Button look="secondary" disabled={isSending} aria-label={`${t('send')}: ${operation.summary}`}>
          {isSending ? t('sending') : t('send')}
        </Button>
      </form>
      <div role="status" className="mt-3">
        {said === 'no_key' && <p className="text-sm text-bad">{t('noKey')}</p>}
        {said === 'not_answered' && <p className="text-sm text-bad">{t('notAnswered')}</p>}
        {said !== null && typeof said === 'object' && (
          <>
            <p className="text-sm">{t('answered', { status: String(said.status), ms: String(said.ms) })}</p>
            <pre
              tabIndex={0}
              role="region"
              aria-label={t('answers')}
              className="mt-1 max-h-96 overflow-auto rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] leading-5"
            >
              {said.text}
            </pre>
          </>
        )}
      </div>
    </Fold>
  )
}

/** Empty fields are left out, but for a required header: an idempotency key that nobody typed is a new one. */
function requestOf(
  { method, path, parameters, body, id }: Tried,
  form: FormData,
  nameOf: (parameter: Parameter) => string,
  key: string,
): [string, RequestInit] {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
  const valueOf = (parameter: Parameter) => text(nameOf(parameter))
  const place = parameters
    .filter((one) => one.in === 'path')
    .reduce((made, one) => made.replace(`{${one.name}}`, () => encodeURIComponent(valueOf(one))), path)
  const query = new URLSearchParams()
  for (const one of parameters)
    if (one.in === 'query')
      for (const value of valueOf(one).split(' ')) if (value !== '') query.append(one.name, value)
  const headers = new Headers(key === '' ? {} : { Authorization: `Bearer ${key}` })
  for (const one of parameters) if (one.in === 'header') headers.set(one.name, valueOf(one) || freshKey())
  if (body !== null) headers.set('Content-Type', 'application/json')
  return [
    query.size > 0 ? `${place}?${query.toString()}` : place,
    { method, headers, credentials: 'omit', ...(body !== null && { body: text(`${id}-body`) }) },
  ]
}

/** Also where the page came over http, where browsers make no UUIDs. */
const freshKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
