import { useLocale, useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Amount, BankAccount } from '#app/_ui/amount.tsx'
import { ArrivalTime } from '#app/_ui/arrival-time.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Contact } from '#app/_ui/contact.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { IconName } from '#app/_ui/icons.tsx'
import { Time } from '#app/_ui/time.tsx'
import { TurnSteps } from '#app/_ui/turn-steps.tsx'
import type { StatusView } from '#lib/contract/payout.ts'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import type { Arrival } from '#lib/payouts/arrival.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { statusWords } from '#lib/payouts/words.ts'
import type { Tone } from '#lib/payouts/words.ts'
import { moneyText } from '#lib/words/money.ts'
import { BankCard, BankLater } from './bank-card.tsx'
import type { OwnLinks as Paths } from '#lib/services/payout/own-links.ts'
import { OwnLinks } from './own-links.tsx'
import { situationOf } from './situation.ts'

/** One payout as its receiver sees it: under way, or a receipt of how it ended. */
export function StatusSheet({
  view,
  arrival,
  token,
  own,
  later,
}: {
  view: StatusView
  arrival: Arrival | null
  token: string
  own: Paths | null
  /** They don't want to go to the bank now. */
  later: boolean
}) {
  const [t, label, locale] = [useTranslations('pay'), useTranslations('status.label'), useLocale()]
  return (
    <article aria-labelledby="headline">
      {view.final ? (
        <Result view={view} />
      ) : (
        <OnTheWay view={view} arrival={arrival} token={token} later={later} />
      )}
      <Notes notes={view.notes} />
      <Card className="mt-4">
        <h2 className="sr-only">{t('details')}</h2>
        <Facts>
          <Fact name={t('amount')}>{moneyText(locale, view.displayAmount)}</Fact>
          <Fact name={t('toAccount')}>
            <BankAccount bank={view.bankName} last4={view.accountLast4} />
          </Fact>
          <Fact name={t('requested')}>
            <Time at={view.requestedAt} />
          </Fact>
          {view.finalAt !== null && (
            <Fact name={label(view.status)}>
              <Time at={view.finalAt} seconds />
            </Fact>
          )}
          <Fact name={t('reference')} mono>
            <span className="select-all">
              <bdi>{view.reference}</bdi>
            </span>
          </Fact>
        </Facts>
      </Card>
      {view.status === 'paid' && (
        <p className="screen-only mt-6">
          <ButtonLink href={`/pay/${encodeURIComponent(token)}/receipt`} look="secondary">
            {t('links.receipt')}
          </ButtonLink>
        </p>
      )}
      {own !== null && <OwnLinks status={view.status} own={own} />}
      <Contact className="mt-6" />
    </article>
  )
}

/** What the merchant wrote to the receiver. */
function Notes({ notes }: Pick<StatusView, 'notes'>) {
  const t = useTranslations('pay')
  return notes.map(({ text, at }) => (
    <figure key={`${at} ${text}`} className="mt-4 rounded-lg border-l-4 border-accent bg-info-soft px-4 py-3">
      <figcaption className="flex flex-wrap justify-between gap-x-4 text-sm text-ink-2">
        <span className="font-medium">{t('note')}</span>
        <Time at={at} />
      </figcaption>
      <blockquote className="leading-7 break-words whitespace-pre-line">
        <bdi>{text}</bdi>
      </blockquote>
    </figure>
  ))
}

/** In these the payout is on its usual way, so that the usual time means something. */
const onItsWay: readonly PayoutStatus[] = [
  'requested',
  'checking',
  'awaiting_approval',
  'approved',
  'paying',
  'processing',
]

type OnTheWayProps = { view: StatusView; arrival: Arrival | null; token: string; later: boolean }

function OnTheWay({ view, arrival, token, later }: OnTheWayProps) {
  const t = useTranslations('pay')
  const { headline, explanation } = situationOf(view)
  return (
    <>
      <p className="overline-label">{t('yourPayoutOf')}</p>
      <p className="mt-1">
        <Amount display={view.displayAmount} large />
      </p>
      <div className="mt-6">
        <h1 id="headline" className="text-2xl font-semibold tracking-tight">
          {t(`headline.${headline}`)}
        </h1>
        <p className="mt-1.5 leading-7 text-ink-2">{t(`explanation.${explanation}`)}</p>
        {arrival !== null &&
          onItsWay.includes(view.status) &&
          !view.paused &&
          !view.silent &&
          view.payAt === null &&
          view.coolingOffUntil === null && <ArrivalTime arrival={arrival} />}
      </div>
      <Waits view={view} />
      {view.redirectUrl !== null &&
        view.redirectHost !== null &&
        !view.checkingForm &&
        (later ? (
          <BankLater token={token} />
        ) : (
          <BankCard view={view} url={view.redirectUrl} host={view.redirectHost} token={token} />
        ))}
      <div className="mt-6">
        <TurnSteps turn={view.turn} />
      </div>
    </>
  )
}

/** The time before which it is not sent. */
function Waits({ view: { payAt, coolingOffUntil, sendAfter } }: { view: StatusView }) {
  const t = useTranslations('pay')
  if (coolingOffUntil !== null)
    return (
      <div className="mt-4">
        {isFrozenUntil(new Date(coolingOffUntil)) ? (
          <Alert tone="warn" title={t('frozenAccount.title')}>
            <p>{t('frozenAccount.text')}</p>
          </Alert>
        ) : (
          <Alert tone="info" title={t('newAccount.title')}>
            <p>{t.rich('newAccount.text', { at: () => <Time at={coolingOffUntil} /> })}</p>
          </Alert>
        )}
      </div>
    )
  if (payAt !== null)
    return <p className="mt-2 text-sm text-ink-2">{t.rich('payAt', { at: () => <Time at={payAt} /> })}</p>
  if (sendAfter === null) return null
  return (
    <p className="mt-2 text-sm text-ink-2">
      {t.rich('sendAfter', { at: () => <Time at={sendAfter} seconds /> })}
    </p>
  )
}

const seals = {
  good: { icon: 'check', look: 'bg-good-soft text-good' },
  bad: { icon: 'cross', look: 'bg-bad-soft text-bad' },
  neutral: { icon: 'dot', look: 'bg-sunken text-ink-2' },
  waiting: { icon: 'clock', look: 'bg-info-soft text-info' },
  attention: { icon: 'alert', look: 'bg-warn-soft text-warn' },
} as const satisfies Record<Tone, { icon: IconName; look: string }>

/** How it ended, as a receipt. */
function Result({ view }: { view: StatusView }) {
  const t = useTranslations('pay')
  const label = useTranslations('status.label')(view.status)
  const { explanation } = situationOf(view)
  const seal = seals[statusWords[view.status].tone]
  return (
    <>
      <span className={`inline-flex size-14 items-center justify-center rounded-full ${seal.look}`}>
        <Icon name={seal.icon} className="size-7" />
      </span>
      <h1 id="headline" className="mt-5 text-3xl font-semibold tracking-tight">
        {label}
      </h1>
      <p className="mt-2">
        <Amount display={view.displayAmount} large />
      </p>
      {/* Who declined it is not in the word above; the other headlines only say it again. */}
      {view.status === 'declined' && <p className="mt-4 font-medium">{t('headline.declined')}</p>}
      <p className="mt-2 leading-7 text-ink-2">{t(`explanation.${explanation}`)}</p>
      {view.reason !== null && (
        <figure className="mt-4 border-l-2 border-line-strong pl-4">
          <figcaption className="overline-label">{t('reason')}</figcaption>
          <blockquote className="break-words whitespace-pre-line">
            <bdi>{view.reason}</bdi>
          </blockquote>
        </figure>
      )}
    </>
  )
}
