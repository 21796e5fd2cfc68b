'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { importFile } from './actions.ts'
import type { ImportState } from './actions.ts'

/** First the file, then what it would do; only then the code and the button that grants. */
export function ImportForm() {
  const t = useTranslations('balances.file')
  const [state, action] = useActionState(importFile, untouched)
  const { looked, made } = state.answer ?? { looked: null, made: null }
  return (
    <div className="space-y-6">
      <FormProblems state={state} oneField />
      {made !== null && (
        <Alert tone="good" role="status" title={made === 0 ? t('madeNone') : t('made', { n: made })}>
          <ButtonLink href="/desk/balances" look="quiet">
            {t('toBalances')}
          </ButtonLink>
        </Alert>
      )}
      {looked !== null && <Looked looked={looked} />}
      {looked !== null && looked.report.wrong === 0 && (
        <form action={action} noValidate className="space-y-4">
          <input type="hidden" name="do" value="apply" />
          <CodeField problem={state.problems['code']} />
          <SubmitButton className="w-full">{t('grantAll')}</SubmitButton>
        </form>
      )}
      <form action={action} className="space-y-4">
        <div>
          <label htmlFor="file" className="mb-1.5 block text-[0.9375rem] font-medium">
            {looked === null ? t('file') : t('another')}
          </label>
          <input
            id="file"
            name="file"
            type="file"
            accept=".csv,text/csv"
            className="block w-full min-w-0 text-[0.9375rem] file:mr-4 file:min-h-11 file:rounded-lg file:border file:border-line-strong file:bg-surface file:px-4 file:text-ink"
          />
        </div>
        <SubmitButton look="secondary" className="w-full">
          {t('preview')}
        </SubmitButton>
      </form>
    </div>
  )
}

function Looked({
  looked: { name, report },
}: {
  looked: NonNullable<NonNullable<ImportState['answer']>['looked']>
}) {
  const t = useTranslations('balances.file')
  const { problems, wrong, sums, rows, known, newReceivers } = report
  if (wrong === 0)
    return (
      <Alert tone="info" role="status" title={t.rich('good', { name: () => <Foreign text={name} /> })}>
        <ul>
          {sums.map(({ count, amount }) => (
            <li key={amount}>{t('sum', { n: count, amount })}</li>
          ))}
        </ul>
        {known > 0 && <p>{known === rows ? t('allKnown') : t('known', { n: known })}</p>}
        {newReceivers.length > 0 && (
          <details>
            <summary>{t('newReceivers', { n: newReceivers.length })}</summary>
            <ul className="break-words">
              {newReceivers.map((externalId) => (
                <li key={externalId}>
                  <bdi>{externalId}</bdi>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Alert>
    )
  return (
    <div role="alert" className="rounded-xl border border-bad/40 bg-bad-soft p-4 text-[0.9375rem]">
      <p className="font-medium">{t.rich('wrong', { n: wrong, name: () => <Foreign text={name} /> })}</p>
      <table className="mt-3 w-full text-left">
        <thead className="text-[0.8125rem] text-ink-2">
          <tr>
            <th scope="col" className="w-16 pb-1 font-normal">
              {t('line')}
            </th>
            <th scope="col" className="pb-1 font-normal">
              {t('problem')}
            </th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ line, message }, index) => (
            <tr key={index} className="border-t border-bad/20 align-top">
              <td className="py-1.5 pr-3">{line === 0 ? t('whole') : line}</td>
              <td className="py-1.5 break-words">{message}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {wrong > problems.length && <p className="mt-2">{t('moreProblems', { n: wrong - problems.length })}</p>}
    </div>
  )
}
