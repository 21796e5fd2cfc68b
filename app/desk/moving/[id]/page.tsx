import type { Metadata } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import type { ImportLineProblem } from '#lib/payouts/import-problems.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { showImport } from '#lib/services/moving/show-imports.ts'
import type { Import } from '#lib/services/ports.ts'
import { importProblemText } from '#lib/words/import-problem-text.ts'
import { moneyText } from '#lib/words/money.ts'
import { DecideImport, WithdrawForm } from './decide-forms.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('moving'))('title') }
}

type Shown = Extract<Awaited<ReturnType<typeof showImport>>, { ok: true }>

/** One import: what the check found, the buttons that decide, how far it is, and what was left out. */
export default async function ImportPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor('moving.see')
  const [{ id }, t] = [await params, await getTranslations('moving')]
  const found = shown(await showImport(await getDeps(), actor, { id }))
  const { imported, state } = found
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/moving">{t('back')}</BackLink>
      <PageTitle
        lead={t.rich('made', {
          name: () => <bdi>{imported.proposedByName}</bdi>,
          at: () => <Time at={imported.proposedAt} />,
        })}
      >
        <bdi className="break-words">{imported.name}</bdi>
      </PageTitle>
      <div className="space-y-6">
        <Found imported={imported} />
        {state === 'wrong' && <Errors {...found} />}
        {state === 'waits' && <Decide {...found} />}
        {imported.decision !== null && <Progress {...found} />}
      </div>
      {state === 'working' && <RefreshNow shownAt={new Date().toISOString()} />}
    </Page>
  )
}

function Found({ imported }: { imported: Import }) {
  const [t, status, locale] = [useTranslations('moving'), useTranslations('status.label'), useLocale()]
  const { kind, source, rows, wrong, known, sums, atOnce } = imported
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('found')}</h2>
      <ul className="space-y-1">
        <li>
          {t(`kind.${kind}`)}: {t('rows', { n: rows })}
        </li>
        {source !== null && (
          <li className="break-words">{t.rich('from', { source: () => <bdi>{source}</bdi> })}</li>
        )}
        {wrong === 0 && <li>{t('fresh', { n: rows - known })}</li>}
        {known > 0 && <li>{t('known', { n: known })}</li>}
        {sums.map((sum) => (
          <li key={`${sum.currency} ${sum.status}`}>
            {t('sum', {
              status: status(sum.status),
              n: sum.count,
              amount: moneyText(locale, displayAmount(sum.amountMinor, sum.currency)),
            })}
          </li>
        ))}
        {kind === 'destinations' && wrong === 0 && (
          <li className={atOnce ? 'text-warn' : ''}>
            <span>{atOnce ? t('atOnce') : t('coolsOff')}</span> <span>{t('noMails')}</span>
          </li>
        )}
      </ul>
    </Card>
  )
}

function Errors({ imported, problems }: Shown) {
  const t = useTranslations('moving')
  return (
    <div role="alert" className="rounded-xl border border-bad/40 bg-bad-soft p-4 text-[0.9375rem]">
      <p className="font-medium">{t('wrong', { n: imported.wrong })}</p>
      <p className="mb-3">{problems.length === 0 ? t('gone') : t('wrongText')}</p>
      <Lines id={imported.id} problems={problems} all={imported.wrong} />
    </div>
  )
}

/** What was found, by line, and the file with all of it. */
function Lines({ id, problems, all }: { id: string; problems: readonly ImportLineProblem[]; all: number }) {
  const [t, locale] = [useTranslations('moving'), useLocale()]
  if (problems.length === 0) return null
  return (
    <>
      <table className="w-full text-left">
        <thead className="text-[0.8125rem] text-ink-2">
          <tr>
            <th scope="col" className="w-16 pb-1 font-normal">
              {t('line')}
            </th>
            <th scope="col" className="pb-1 font-normal">
              {t('problemHead')}
            </th>
          </tr>
        </thead>
        <tbody>
          {problems.map((problem, index) => (
            <tr key={index} className="border-t border-line align-top">
              <td className="py-1.5 pr-3">{problem.line}</td>
              <td className="py-1.5 wrap-anywhere">
                <bdi>{importProblemText(locale, problem)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all > problems.length && <p className="mt-2">{t('moreErrors')}</p>}
      {/* A download, so not a router link. */}
      <a href={`/desk/moving/${id}/errors`} className="text-link inline-flex min-h-8 items-center">
        {t('errorsFile')}
      </a>
    </>
  )
}

function Decide({ imported: { id, proposedById }, may }: Shown) {
  const t = useTranslations('moving.decide')
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('title')}</h2>
      <p className="mb-4 text-[0.9375rem] leading-6 text-ink-2">
        {may === 'decide' ? t('text') : may === 'withdraw' && proposedById !== null ? t('own') : t('wait')}
      </p>
      {may !== null && (
        <BrowserWords areas={['moving']}>
          {may === 'decide' ? <DecideImport id={id} /> : <WithdrawForm id={id} />}
        </BrowserWords>
      )}
    </Card>
  )
}

function Progress({ imported, state, leftOut }: Shown) {
  const t = useTranslations('moving')
  const { id, decision, decidedByName, decidedAt, done, parts, made } = imported
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('progress.title')}</h2>
      <p className="break-words">
        {decision === 'expired'
          ? t('decided.expired')
          : decision !== null &&
            decidedAt &&
            t.rich(`decided.${decision}`, {
              name: () => <bdi>{decidedByName}</bdi>,
              at: () => <Time at={decidedAt} />,
            })}
      </p>
      {state === 'working' && (
        <div role="status" className="mt-3 space-y-1">
          <progress
            value={done}
            max={parts}
            aria-label={t('progress.title')}
            className="w-full accent-accent"
          />
          <p className="text-sm text-ink-2">
            {t('progress.text', { done, all: parts })}. {t('progress.working')}
          </p>
        </div>
      )}
      {decision === 'confirmed' && <p className="mt-2">{t('result', { n: made })}</p>}
      {imported.leftOut > 0 && (
        <div className="mt-4 border-t border-line pt-4">
          <p className="mb-2 text-warn">{t('leftOut', { n: imported.leftOut })}</p>
          <Lines id={id} problems={leftOut} all={imported.leftOut} />
        </div>
      )}
    </Card>
  )
}
