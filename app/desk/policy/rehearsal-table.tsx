import { approversText } from '#lib/payouts/policy-words.ts'
import type { Rehearsal, RehearsalLine } from '#lib/services/policy/rehearse-policy.ts'

const outcomeText = (outcome: RehearsalLine['outcome']): string => {
  if (outcome === 'over_limit') return 'Over a limit, refused'
  if (outcome === 0) return 'Approved automatically'
  const text = approversText(outcome)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The past under both policies. */
export function RehearsalTable({ rehearsal }: { rehearsal: Rehearsal }) {
  const { days, payouts, lines } = rehearsal
  if (payouts === 0) return <p className="text-ink-2">No payout was asked for in the last {days} days.</p>
  return (
    <div className="text-[0.9375rem] leading-6">
      <table className="w-full">
        <caption className="pb-2 text-left text-sm text-ink-2">
          The <span>{payouts === 1 ? 'one payout' : `${payouts} payouts`}</span> of the last {days} days, by
          each policy
        </caption>
        <thead className="text-sm text-ink-3">
          <tr className="border-b border-line">
            <th scope="col" className="py-1.5 pr-3 text-left font-normal">
              Needs
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-normal">
              In force
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-normal">
              Proposed
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ currency, outcome, inForce, proposed }) => (
            <tr key={`${currency} ${outcome}`} className="border-b border-line last:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {currency} · {outcomeText(outcome)}
              </th>
              <td className="py-1.5 pl-3 text-right text-ink-2">{inForce}</td>
              <td className={`py-1.5 pl-3 text-right ${inForce === proposed ? 'text-ink-2' : 'font-medium'}`}>
                {proposed}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-sm text-ink-3">
        What is over a limit is counted apart from who would have had to agree.
      </p>
    </div>
  )
}
