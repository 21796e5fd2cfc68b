import { Fact, Facts } from '#app/_ui/facts.tsx'
import { riskSentences, sentencesOf } from '#lib/payouts/policy-words.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { Settings } from '#lib/services/ports.ts'

/** The policy for one currency, in sentences. */
export function CurrencyPolicyText({ policy, currency }: { policy: Policy; currency: string }) {
  return (
    <Facts>
      {sentencesOf(policy, currency).map(({ key, name, text }) => (
        <Fact key={key} name={name}>
          {text}
        </Fact>
      ))}
    </Facts>
  )
}

export function RiskPolicyText({ policy }: { policy: Policy }) {
  const sentences = riskSentences(policy)
  return (
    <>
      <p className="text-[0.9375rem] leading-6 text-ink-2">
        A check that says HIGH asks for a second approver and stops automatic approval.
        <span>{sentences.length === 0 && ' Every check counts as the portal sees it.'}</span>
      </p>
      {sentences.length > 0 && (
        <div className="mt-4">
          <Facts>
            {sentences.map(({ key, name, text }) => (
              <Fact key={key} name={name}>
                {text}
              </Fact>
            ))}
          </Facts>
        </div>
      )}
    </>
  )
}

const delayText = (seconds: number) => (seconds === 0 ? 'at once' : `after ${seconds} seconds`)

/** What the operator sets on the command line; nobody changes it here. */
export function OperatorSettings({ settings }: { settings: Settings }) {
  const { sendDelayS, coolingOffH, requireBalance, requireBalanceMerchant, grantHoldDays } = settings
  const { expireAfterDays, remindBeforeH, accessWaitH, independentAfterDays } = settings
  const { '*': usual = 0, ...own } = sendDelayS
  return (
    <Facts>
      <Fact name="Sent">
        Once people have approved it, {delayText(usual)}
        {Object.entries(own).map(([currency, seconds]) => `; ${currency} ${delayText(seconds)}`)}. Until then
        it can be undone. What was approved automatically is sent at once.
      </Fact>
      <Fact name="New destinations">
        {coolingOffH === 0
          ? 'Can be paid at once.'
          : `Wait ${coolingOffH} hours before their first payment when a receiver entered them.`}
      </Fact>
      <Fact name="Balance">
        <span>
          {requireBalance
            ? 'Receivers can only ask for what they have.'
            : 'Receivers can ask for more than they have.'}
        </span>{' '}
        <span>
          {requireBalanceMerchant
            ? 'What the API and the desk ask for needs a balance too.'
            : 'For the API and the desk the merchant vouches.'}
        </span>
      </Fact>
      <Fact name="Grants">
        {grantHoldDays === 0
          ? 'Can be asked for at once.'
          : `Wait ${grantHoldDays} ${grantHoldDays === 1 ? 'day' : 'days'} before they can be asked for.`}
      </Fact>
      <Fact name="Expiry">
        Undecided payouts expire after {expireAfterDays} days; approvers are reminded {remindBeforeH} hours
        before.
      </Fact>
      <Fact name="Rights">
        Anybody who made, invited or reset an account or a key counts as behind it for {independentAfterDays}{' '}
        days. A right that no second admin can confirm waits {accessWaitH} hours.
      </Fact>
    </Facts>
  )
}
