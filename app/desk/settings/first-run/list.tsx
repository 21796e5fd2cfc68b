import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { FirstRun } from '#lib/services/desk/show-first-run.ts'
import { BackupForm, TestMailForm } from './forms.tsx'

/** What a new installation needs: each line says what it is, whether it is done, why it matters, and where to do it. */
export function FirstRunList({ list }: { list: FirstRun }) {
  return (
    <ol className="divide-y divide-line rounded-2xl border border-line bg-surface">
      <Admins line={list.admins} />
      <Policy line={list.policy} />
      <Mail line={list.mail} />
      <Callback line={list.callback} />
      <Backup line={list.backup} />
    </ol>
  )
}

function Line({
  id,
  title,
  why,
  since,
  says,
  children,
}: {
  id: keyof FirstRun
  title: string
  why: string
  since: Date | null
  says: ReactNode
  children?: ReactNode
}) {
  const t = useTranslations('firstRun')
  return (
    <li id={id} className="px-4 py-4 text-[0.9375rem] leading-6 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
        <h3 className="font-medium">{title}</h3>
        {since ? (
          <Tag look="bg-good-soft text-good" icon="check" text={t('done')} />
        ) : (
          <Tag look="bg-warn-soft text-warn" icon="clock" text={t('open')} />
        )}
      </div>
      <p className="text-ink-2">{why}</p>
      <p className="mt-1 break-words">{says}</p>
      {since && <p className="text-sm text-ink-3">{t.rich('since', { time: () => <Time at={since} /> })}</p>}
      {children && <div className="mt-2">{children}</div>}
    </li>
  )
}

function Admins({ line: { since, lacks, pair } }: { line: FirstRun['admins'] }) {
  const t = useTranslations('firstRun.admins')
  const lacking = lacks && { few: t('few'), no_factor: t('noFactor'), one_hand: t('oneHand') }[lacks]
  const names = { one: () => <bdi>{pair?.one}</bdi>, other: () => <bdi>{pair?.other}</bdi> }
  return (
    <Line id="admins" title={t('title')} why={t('why')} since={since} says={lacking ?? t.rich('done', names)}>
      <TextLink href="/desk/users">{t('link')}</TextLink>
    </Line>
  )
}

function Policy({ line: { since, lacks, lacking } }: { line: FirstRun['policy'] }) {
  const t = useTranslations('firstRun.policy')
  const says = { none: t('none'), lacks: t('lacks', { currencies: lacking.join(', ') }), done: t('done') }
  return (
    <Line id="policy" title={t('title')} why={t('why')} since={since} says={says[lacks ?? 'done']}>
      <TextLink href="/desk/policy">{t('link')}</TextLink>
    </Line>
  )
}

function Mail({ line: { since, lacks, mail } }: { line: FirstRun['mail'] }) {
  const t = useTranslations('firstRun.mail')
  const to = mail?.to ?? ''
  const answer = () => <Foreign text={mail?.answer ?? mail?.error ?? ''} />
  const says = {
    none: t('none'),
    waits: t('waits', { to }),
    refused: t.rich('refused', { to, answer }),
    unanswered: t('unanswered', { to }),
    demo: t.rich('demo', { code: (text) => <code className="text-sm">{text}</code> }),
    done: t.rich('done', { to, answer }),
  }
  const mayChange = lacks === 'waits' || lacks === 'refused' || lacks === 'unanswered'
  return (
    <Line id="mail" title={t('title')} why={t('why')} since={since} says={says[lacks ?? 'done']}>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <BrowserWords areas={['firstRun']}>
          <TestMailForm />
        </BrowserWords>
        {mayChange && (
          // Not a Link: after sending, the address differs in its fragment alone, and nothing would be asked.
          <a href="/desk/settings/first-run" className="text-link inline-flex min-h-8 items-center">
            {t('again')}
          </a>
        )}
      </div>
    </Line>
  )
}

function Callback({ line: { since, lacks, refused, url } }: { line: FirstRun['callback'] }) {
  const [t, inbox] = [useTranslations('firstRun.callback'), useTranslations('callbacks')]
  const says =
    lacks === 'refused' && refused
      ? t.rich('refused', {
          time: () => <Time at={refused.at} />,
          reason: inbox(`reason.${refused.reason}`),
        })
      : t(lacks === null ? 'done' : 'none')
  const address = lacks !== null && (
    <>
      {' '}
      <Foreign text={url} />
    </>
  )
  return (
    <Line
      id="callback"
      title={t('title')}
      why={t('why')}
      since={since}
      says={
        <>
          {says}
          {address}
        </>
      }
    >
      <TextLink href={lacks === 'refused' ? '/desk/callbacks?view=refused' : '/desk/callbacks'}>
        {t('link')}
      </TextLink>
    </Line>
  )
}

function Backup({ line: { since, by } }: { line: FirstRun['backup'] }) {
  const t = useTranslations('firstRun.backup')
  const says = since ? t.rich('done', { name: () => <bdi>{by}</bdi> }) : t('none')
  return (
    <Line id="backup" title={t('title')} why={t('why')} since={since} says={says}>
      {!since && (
        <BrowserWords areas={['firstRun']}>
          <BackupForm />
        </BrowserWords>
      )}
    </Line>
  )
}
