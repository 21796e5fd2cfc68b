'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { upload } from '../actions.ts'

export function UploadForm() {
  const t = useTranslations('batches')
  const [state, action] = useActionState(upload, untouched)
  return (
    <form action={action} className="space-y-6">
      <FormProblems state={state} oneField />
      {state.answer && (
        <Alert tone="bad" role="alert" title={t('new.unread')}>
          <ul>
            {state.answer.map(({ line, message }, index) => (
              <li key={index} className="break-words">
                {line > 0 && `${t('line')} ${line}: `}
                <bdi>{message}</bdi>
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <div>
        <label htmlFor="file" className="mb-1.5 block text-[0.9375rem] font-medium">
          {t('new.file')}
        </label>
        <input
          id="file"
          name="file"
          type="file"
          accept=".csv,text/csv,.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          className="block w-full min-w-0 text-[0.9375rem] file:mr-4 file:min-h-11 file:rounded-lg file:border file:border-line-strong file:bg-surface file:px-4 file:text-ink"
        />
      </div>
      <SubmitButton className="w-full">{t('new.check')}</SubmitButton>
    </form>
  )
}
