import { useTranslations } from 'next-intl'
import { Amount, Money } from '#app/_ui/amount.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Age } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { BalanceNow, BalancesNow, BalanceUntold } from '#lib/services/merchant-balance/balances-now.ts'

/** What the merchant has at Cardzo beside what is to be sent, where an endpoint asks for it. */
export function AtCardzo({ balances, untold }: BalancesNow) {
  const t = useTranslations('atCardzo')
  if (balances.length === 0 && untold.length === 0) return null
  const names = new Set([...balances, ...untold].map(({ endpointName }) => endpointName))
  return (
    <section aria-labelledby="at-cardzo" className="mb-10">
      <h2 id="at-cardzo" className="mb-3 text-sm font-medium text-ink-2">
        {t('title')}
      </h2>
      <div className="grid gap-4 md:grid-cols-3">
        {balances.map((balance) => (
          <One
            key={`${balance.endpointId} ${balance.currency} ${balance.name}`}
            balance={balance}
            several={names.size > 1}
          />
        ))}
        {untold.map((one) => (
          <Untold key={one.endpointId} untold={one} />
        ))}
      </div>
    </section>
  )
}

const card = 'min-w-0 rounded-2xl border border-line bg-surface p-5'

function One({ balance, several }: { balance: BalanceNow; several: boolean }) {
  const t = useTranslations('atCardzo')
  const { currency, name, endpointName, askedAt, stale, owed, leftMinor, low } = balance
  const amount = (minor: bigint) => <Money display={displayAmount(minor, currency)} />
  const figures = [
    { name: t('approved'), minor: owed.approvedMinor, always: true },
    { name: t('sent'), minor: owed.sentSinceMinor, always: false },
    ...(leftMinor === null ? [] : [{ name: t('left'), minor: leftMinor, always: true }]),
    { name: t('awaiting'), minor: owed.awaitingMinor, always: true },
  ].filter(({ minor, always }) => always || minor !== 0n)
  return (
    <div className={card}>
      <h3 className="text-sm break-words text-ink-2">
        <bdi>{name === '' ? currency : `${name}, ${currency}`}</bdi>
        {several && <bdi className="block">{t('at', { endpoint: endpointName })}</bdi>}
      </h3>
      <p className={`mt-1 text-2xl tracking-tight ${stale ? 'text-ink-3' : ''}`}>
        <Amount display={displayAmount(balance.freeMinor, currency)} />
      </p>
      <p className={`text-sm ${stale ? 'text-warn' : 'text-ink-2'}`}>
        {t.rich(stale ? 'stale' : 'told', { age: () => <Age at={askedAt} /> })}
      </p>
      {low && <p className="mt-2 text-[0.9375rem] leading-6 text-bad">{t(`low.${low}`)}</p>}
      {!stale && leftMinor === null && <p className="mt-2 text-sm leading-5 text-ink-2">{t('several')}</p>}
      <dl className="mt-3 divide-y divide-line border-t border-line">
        {figures.map((figure) => (
          <div key={figure.name} className="flex flex-wrap justify-between gap-x-4 py-2 text-[0.9375rem]">
            <dt className="text-ink-2">{figure.name}</dt>
            <dd>{amount(figure.minor)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function Untold({ untold: { endpointName, trouble, said } }: { untold: BalanceUntold }) {
  const t = useTranslations('atCardzo.untold')
  return (
    <div className={card}>
      <h3 className="text-sm break-words text-ink-2">
        <bdi>{t('title', { endpoint: endpointName })}</bdi>
      </h3>
      <p className="mt-1 text-[0.9375rem] leading-6">{t(trouble ?? 'waiting')}</p>
      {said !== null && (
        <p className="text-sm break-words text-ink-3">
          <Foreign text={said} />
        </p>
      )}
    </div>
  )
}
