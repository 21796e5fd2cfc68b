'use client'
import { useTranslations } from 'next-intl'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { useFieldLabel } from '#app/_ui/form/use-field-label.ts'
import type { RevealedField } from '#lib/services/destination/reveal-destination.ts'
import { reveal } from './reveal-actions.ts'

/** Long enough to compare a number, short if somebody leaves the screen. */
const shownForMs = 60_000

type Stage =
  | { at: 'hidden' }
  | { at: 'asking'; refused: string | null }
  | { at: 'shown'; fields: RevealedField[] }

const never = () => () => undefined
/** Without scripts nothing could hide the number again. */
const useScripts = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )

/** Shows approvers the full destination for a minute, and records it. */
export function Reveal({ id }: { id: string }) {
  const [t, code, labelOf] = [
    useTranslations('decision.reveal'),
    useTranslations('common.form')('code'),
    useFieldLabel(),
  ]
  const [stage, setStage] = useState<Stage>({ at: 'hidden' })
  const hasScripts = useScripts()
  const isShown = stage.at === 'shown'
  useEffect(() => {
    if (!isShown) return
    const hide = () => setStage({ at: 'hidden' })
    const onVisibility = () => {
      if (document.visibilityState === 'hidden') hide()
    }
    const timer = setTimeout(hide, shownForMs)
    // The browser may keep the page for its back button.
    window.addEventListener('pagehide', hide)
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', hide)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [isShown])

  if (!hasScripts)
    return (
      <noscript>
        <p className="mt-4 border-t border-line pt-4 text-sm text-ink-3">{t('noScripts')}</p>
      </noscript>
    )
  const ask = async (form: FormData) => {
    const { answer: fields, message: refused } = await reveal(form)
    setStage(fields ? { at: 'shown', fields } : { at: 'asking', refused })
  }
  return (
    <section aria-label={t('section')} className="mt-4 border-t border-line pt-4">
      {stage.at === 'hidden' && (
        <Button type="button" look="secondary" onClick={() => setStage({ at: 'asking', refused: null })}>
          {t('show')}
        </Button>
      )}
      {stage.at === 'asking' && (
        <form action={ask} noValidate className="space-y-3">
          <input type="hidden" name="id" value={id} />
          <TextField
            name="revealCode"
            label={code}
            hint={t('hint')}
            problem={stage.refused ?? undefined}
            input={{
              inputMode: 'numeric',
              autoComplete: 'one-time-code',
              maxLength: 32,
              spellCheck: false,
              autoFocus: true,
            }}
          />
          <div className="flex flex-wrap gap-2">
            <SubmitButton look="secondary">{t('submit')}</SubmitButton>
            <Button type="button" look="quiet" onClick={() => setStage({ at: 'hidden' })}>
              {t('cancel')}
            </Button>
          </div>
        </form>
      )}
      {stage.at === 'shown' && (
        <div role="status">
          <dl className="space-y-2">
            {stage.fields.map(({ name, value }) => (
              <div key={name}>
                <dt className="text-sm text-ink-3">
                  <bdi>{labelOf(name)}</bdi>
                </dt>
                <dd className="font-mono text-[0.9375rem] break-all">
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
          <Button type="button" look="secondary" className="mt-3" onClick={() => setStage({ at: 'hidden' })}>
            {t('hide')}
          </Button>
        </div>
      )}
    </section>
  )
}
