import { useLocale, useTranslations } from 'next-intl'
import { Fragment } from 'react'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { factKey, factsOf, riskFacts } from '#lib/payouts/policy-facts.ts'
import type { PolicyFact } from '#lib/payouts/policy-facts.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { Settings } from '#lib/services/ports.ts'
import { factName, factText } from '#lib/words/policy-text.ts'

/** The policy for one currency, in sentences. */
export const CurrencyPolicyText = ({ policy, currency }: { policy: Policy; currency: string }) => (
  <FactList facts={factsOf(policy, currency)} />
)

export function RiskPolicyText({ policy }: { policy: Policy }) {
  const t = useTranslations('policy.risk')
  const facts = riskFacts(policy)
  return (
    <>
      <p className="text-[0.9375rem] leading-6 text-ink-2">{t('rule')}</p>
      {facts.length === 0 ? (
        <p className="mt-2 text-[0.9375rem] leading-6 text-ink-2">{t('usual')}</p>
      ) : (
        <div className="mt-4">
          <FactList facts={facts} />
        </div>
      )}
    </>
  )
}

function FactList({ facts }: { facts: readonly PolicyFact[] }) {
  const words = { locale: useLocale(), t: useTranslations('policy'), risk: useTranslations('risk') }
  return (
    <Facts>
      {facts.map((fact) => (
        <Fact key={factKey(fact)} name={factName(words, fact)}>
          {factText(words, fact)}
        </Fact>
      ))}
    </Facts>
  )
}

/** What the operator sets on the command line; nobody changes it here. */
export function OperatorSettings({ settings }: { settings: Settings }) {
  const t = useTranslations('policy.settings')
  const { sendDelayS, coolingOffH, requireBalance, requireBalanceMerchant, grantHoldDays } = settings
  const { expireAfterDays, remindBeforeH, accessWaitH, independentAfterDays } = settings
  const { '*': usual = 0, ...own } = sendDelayS
  return (
    <Facts>
      <Fact name={t('sent')}>
        <span>{usual === 0 ? t('sentAtOnce') : t('sentAfter', { n: usual })}</span>
        {Object.entries(own).map(([currency, n]) => (
          <Fragment key={currency}>
            {' '}
            <span>{n === 0 ? t('sentOwnAtOnce', { currency }) : t('sentOwn', { currency, n })}</span>
          </Fragment>
        ))}{' '}
        <span>{t('autoAtOnce')}</span>
      </Fact>
      <Fact name={t('accounts')}>
        {coolingOffH === 0 ? t('accountsAtOnce') : t('accountsWait', { n: coolingOffH })}
      </Fact>
      <Fact name={t('balance')}>
        <span>{requireBalance ? t('balanceChecked') : t('balanceUnchecked')}</span>{' '}
        <span>{requireBalanceMerchant ? t('merchantChecked') : t('merchantUnchecked')}</span>
      </Fact>
      <Fact name={t('grants')}>
        {grantHoldDays === 0 ? t('grantsAtOnce') : t('grantsWait', { n: grantHoldDays })}
      </Fact>
      <Fact name={t('expiry')}>{t('expiryText', { days: expireAfterDays, hours: remindBeforeH })}</Fact>
      <Fact name={t('access')}>{t('accessText', { days: independentAfterDays, hours: accessWaitH })}</Fact>
    </Facts>
  )
}
