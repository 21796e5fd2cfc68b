import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign, Sentence } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { TimelineEvent } from '#lib/services/ports.ts'
import { rejectReasonText } from '#lib/words/reject-reason-text.ts'
import { actorText, describeEvent, describeStep } from './event-words.ts'
import { exchangeOf } from './exchange.ts'
import { ExchangeFold } from './exchange-fold.tsx'
import type { Entry, EventEntry, MailEntry, RunEntry } from './group-timeline.ts'
import { NoteText } from './note-text.tsx'

/** Everything that happened, oldest first: events, mails and notes, each once, with what machines repeat folded. */
export function Timeline({ entries }: { entries: readonly Entry[] }) {
  return (
    <ol className="relative ml-1.5 border-l border-line">
      {entries.map((entry) => (
        <Happened key={keyOf(entry)} entry={entry} />
      ))}
    </ol>
  )
}

function keyOf(entry: Entry): string {
  switch (entry.kind) {
    case 'event':
      return String(entry.event.id)
    case 'run':
      return `from ${String(entry.entries[0]?.event.id)}`
    case 'mail':
      return `mail ${entry.mails[0]?.id ?? ''}`
  }
}

function Happened({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case 'event':
      return <OneEvent entry={entry} />
    case 'run':
      return <Run entry={entry} />
    case 'mail':
      return <Mail entry={entry} />
  }
}

function Row({ strong = false, children }: { strong?: boolean; children: ReactNode }) {
  return (
    <li className="relative pb-5 pl-6 last:pb-0">
      <span
        aria-hidden="true"
        className={`absolute top-1.5 -left-[5px] size-[9px] rounded-full ring-4 ring-surface forced-color-adjust-none ${strong ? 'bg-accent' : 'bg-line-strong'}`}
      />
      {children}
    </li>
  )
}

const says = 'text-[0.9375rem] leading-6 break-words'
const small = 'flex flex-wrap items-baseline gap-x-3 text-[0.8125rem] leading-5 text-ink-3'

/** What an event says, as one sentence. */
function Said({ event }: { event: TimelineEvent }) {
  const t = useTranslations('timeline')
  const reasonText = rejectReasonText(useTranslations('rejectReasons'))
  return (
    <p className={says}>
      <Sentence text={describeEvent({ t, reasonText }, event)} />
    </p>
  )
}

function OneEvent({ entry: { event, repeat, note } }: { entry: EventEntry }) {
  const [t, words, label] = [
    useTranslations('history'),
    useTranslations('timeline'),
    useTranslations('status'),
  ]
  const step = describeStep({ t: words, label }, event)
  const exchange = exchangeOf(event)
  return (
    <Row strong={step !== null}>
      {note === null ? (
        <Said event={event} />
      ) : note.changed ? (
        <p className={says}>{t('noteEdited')}</p>
      ) : (
        <NoteText note={note.note} />
      )}
      <div className={small}>
        <p>
          <Time at={event.at} seconds /> · <bdi>{actorText(words, event)}</bdi>
        </p>
        {step !== null && <p className="text-ink-2">{step}</p>}
        {repeat !== null && (
          <p>
            {event.kind === 'status_answered'
              ? t.rich('asked', {
                  n: repeat.times,
                  from: () => <Time at={event.at} short seconds />,
                  to: () => <Time at={repeat.at} short seconds />,
                })
              : t.rich('said', { n: repeat.times, at: () => <Time at={repeat.at} seconds /> })}
          </p>
        )}
        {event.kind === 'callback_received' && <p>{t('exchange.callbackSigned')}</p>}
        {exchange !== null && <ExchangeFold exchange={exchange} />}
        {Object.keys(event.data).length > 0 && note === null && <Evidence data={event.data} />}
      </div>
    </Row>
  )
}

/** What a machine repeated, as its last time; all of it unfolds. */
function Run({ entry: { entries, times, from, to } }: { entry: RunEntry }) {
  const t = useTranslations('history')
  const last = entries.at(-1)
  if (!last) return null
  const when = {
    n: times,
    from: () => <Time at={from} short seconds />,
    to: () => <Time at={to} short seconds />,
  }
  return (
    <Row>
      <Said event={last.event} />
      <p className={small}>
        <span>{last.event.kind === 'status_answered' ? t.rich('asked', when) : t.rich('times', when)}</span>
      </p>
      <Fold title={t('showAll')} quiet>
        <ol className="relative mt-2 ml-1.5 border-l border-line">
          {entries.map((one) => (
            <OneEvent key={String(one.event.id)} entry={one} />
          ))}
        </ol>
      </Fold>
    </Row>
  )
}

/** To whom, and whether it was sent. Its text is not kept. */
function Mail({ entry: { subject, at, mails } }: { entry: MailEntry }) {
  const [t, words] = [useTranslations('history'), useTranslations('timeline')]
  return (
    <Row>
      <p className={says}>{t('mailTo', { n: mails.length, subject })}</p>
      <p className={small}>
        <span>
          <Time at={at} seconds /> · {words('by.worker')}
        </span>
      </p>
      <ul className="text-[0.8125rem] leading-5 text-ink-3">
        {mails.map((mail) => (
          <li key={mail.id} className="break-words">
            <bdi>{mail.recipient}</bdi> ·{' '}
            <span>
              {mail.sentAt !== null
                ? t.rich('mailSent', { at: () => <Time at={mail.sentAt ?? at} short seconds /> })
                : mail.attempts === 0
                  ? t('mailWaits')
                  : t('mailFailed', { n: mail.attempts })}
            </span>
          </li>
        ))}
      </ul>
    </Row>
  )
}

/** What was sent and what came back, redacted as it was stored. */
function Evidence({ data }: { data: TimelineEvent['data'] }) {
  const t = useTranslations('history')
  return (
    <Fold title={t('exchange.everything')} quiet className="open:w-full">
      <pre
        tabIndex={0}
        aria-label={t('exchange.everything')}
        className="mt-1 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-5"
      >
        <Foreign text={JSON.stringify(data, null, 2)} />
      </pre>
    </Fold>
  )
}
