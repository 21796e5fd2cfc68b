import { useTranslations } from 'next-intl'
import { Money } from '#app/_ui/amount.tsx'
import { Alert } from '#app/_ui/alert.tsx'
import { Section } from '#app/_ui/card.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { ageMs } from '#app/_ui/age.ts'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { ChangedSum, MoneyCheck, MoneyLine } from '#lib/services/ports.ts'

/** A worker computes it about every minute; one older than this says little. */
const oldAfterMs = 10 * 60_000

const parts = [
  'requested',
  'paid',
  'inFlight',
  'rejected',
  'cancelled',
  'expired',
  'failed',
  'unknown',
] as const

/** Before a part; the others are added. */
const signs: Partial<Record<(typeof parts)[number], string>> = { requested: '', paid: '=' }

/**
 * requested = paid + in flight + rejected + cancelled + expired + failed + unknown, per currency: green, or red with what disagrees.
 */
export function MoneyEquation({
  money,
  changed,
}: {
  money: MoneyCheck | null
  changed: readonly ChangedSum[]
}) {
  const t = useTranslations('desk.money')
  if (money === null)
    return (
      <Section id="money" title={t('title')}>
        <p className="text-[0.9375rem] text-ink-2">{t('notYet')}</p>
      </Section>
    )
  const { wholeAt } = money
  return (
    <Section id="money" title={t('title')} aside={<Verdict money={money} />}>
      {!money.balanced && <Trouble money={money} />}
      {money.lines.length > 0 && (
        <div className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
          {money.lines.map((line) => (
            <Line key={line.currency} line={line} />
          ))}
        </div>
      )}
      {changed.length > 0 && (
        <p className="mt-3 text-[0.9375rem] text-ink-2">
          {t.rich('changed', {
            amounts: () => <ChangedAmounts changed={changed} />,
            link: (chunks) => <TextLink href="/desk/callbacks?view=changed">{chunks}</TextLink>,
          })}
        </p>
      )}
      {wholeAt && (
        <p className="mt-3 text-[0.875rem] text-ink-3">
          {t.rich('whole', { at: () => <Time at={wholeAt} seconds /> })}
        </p>
      )}
    </Section>
  )
}

/** By currency, in one line. */
function ChangedAmounts({ changed }: { changed: readonly ChangedSum[] }) {
  return changed.map(({ currency, amountMinor }, index) => (
    <span key={currency}>
      {index > 0 && ', '}
      <Money display={displayAmount(amountMinor, currency)} />
    </span>
  ))
}

function Verdict({ money: { balanced, checkedAt } }: { money: MoneyCheck }) {
  const t = useTranslations('desk.money')
  const isOld = ageMs(checkedAt) > oldAfterMs
  const look = !balanced ? 'text-bad' : isOld ? 'text-warn' : 'text-good'
  const at = () => <Time at={checkedAt} seconds />
  return (
    <span className="flex items-center gap-2">
      <Icon name={balanced && !isOld ? 'check' : 'alert'} className={`size-4 shrink-0 ${look}`} />
      <span>
        <span className={balanced ? '' : 'font-medium text-bad'}>
          {balanced ? t.rich('yes', { at }) : t.rich('no', { at })}
        </span>
        {isOld && <span> {t('old')}</span>}
      </span>
    </span>
  )
}

/** What disagrees is recorded in English, so it is a technical detail. */
function Trouble({ money: { wrong, brokenSince } }: { money: MoneyCheck }) {
  const [t, items] = [useTranslations('desk.money'), useTranslations('items')]
  return (
    <div className="mb-4">
      <Alert tone="bad" title={t('trouble')}>
        <p>{t('found', { n: wrong.length })}</p>
        <Fold title={items('details')} quiet>
          <ul lang="en" className="mt-1 list-disc pl-5 marker:text-bad">
            {wrong.slice(0, 20).map((sentence) => (
              <li key={sentence} className="break-words">
                <Foreign text={sentence} />
              </li>
            ))}
          </ul>
          {wrong.length > 20 && <p>{t('more', { n: wrong.length - 20 })}</p>}
        </Fold>
        {brokenSince && (
          <p className="mt-1">{t.rich('since', { at: () => <Time at={brokenSince} seconds /> })}</p>
        )}
      </Alert>
    </div>
  )
}

function Line({ line }: { line: MoneyLine }) {
  const t = useTranslations('desk.money.part')
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-1 px-4 py-3 text-[0.9375rem] sm:grid-cols-2 sm:px-5 md:grid-cols-4">
      {parts.map((part) => (
        <div key={part} className="flex items-baseline justify-between gap-3 sm:block">
          <dt className="text-[0.8125rem] text-ink-3">
            <span aria-hidden="true">{signs[part] ?? '+'} </span>
            {t(part)}
          </dt>
          <dd>
            <Money display={displayAmount(line[`${part}Minor`], line.currency)} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
