// What a run says: requests and errors by kind and phase, the longest gaps, what became of the forms, and the invariants.
import { judgeMoneyAndHistory } from '../chaos/invariants.ts'
import type { Facts, Verdict } from '../chaos/invariants.ts'
import { table } from '../chaos/table.ts'
import { longestGap } from '../chaos/writer.ts'
import type { Load, Request } from './load.ts'
import type { Outcome } from './tabs.ts'

export type Phase = { name: string; begun: number; ended: number }

type Seen = Pick<
  Facts,
  | 'payouts'
  | 'events'
  | 'items'
  | 'brokenLinks'
  | 'callbacks'
  | 'orders'
  | 'strayPays'
  | 'sightings'
  | 'mails'
>

/** The invariants of the fault lab that need no plan, and what an upgrade must not do to people. */
export function judgeUpgrade(
  seen: Seen,
  told: { load: Load; outcomes: readonly Outcome[]; surprises: readonly string[]; typed: readonly string[] },
): Verdict[] {
  const { load, outcomes, surprises, typed } = told
  const lost = [...load.promised].flatMap(([key, ids]) => {
    if (ids.size > 1) return [`${key} was given ${ids.size} ids`]
    return [...ids]
      .filter((id) => !seen.payouts.some((payout) => payout.id === id))
      .map((id) => `${id} was promised and is gone`)
  })
  const keys = new Map<string, number>()
  for (const { idempotencyKey } of seen.payouts) keys.set(idempotencyKey, (keys.get(idempotencyKey) ?? 0) + 1)
  const twice = [...keys].filter(([, count]) => count > 1).map(([key]) => `two payouts of ${key}`)
  const failed = load.requests.filter(({ status }) => status === 0 || status >= 500)
  const made = typed.flatMap((amount) => {
    const count = seen.payouts.filter((payout) => payout.amount === amount).length
    return count === 1 ? [] : [`the withdrawal of ${amount} is there ${count} times`]
  })
  const people = new Set(
    seen.payouts.filter(({ status }) => status === 'awaiting_approval').map(({ id }) => id),
  )
  const settled = judgeMoneyAndHistory(seen).map((verdict) =>
    // A withdrawal that nobody has approved yet is not under way.
    verdict.name === 'I8'
      ? {
          ...verdict,
          offenders: verdict.offenders.filter((text) => ![...people].some((id) => text.includes(id))),
        }
      : verdict,
  )
  return [
    ...settled,
    {
      name: 'U1',
      promise: 'what was promised is there, once',
      checked: load.promised.size,
      offenders: [...lost, ...twice, ...load.wrong],
    },
    {
      name: 'U2',
      promise: 'no request failed, not even one that could be sent again',
      checked: load.requests.length,
      offenders: failed.map(({ what, status, error }) => `${what}: ${error ?? status}`),
    },
    {
      name: 'U3',
      promise: 'every form that was open worked once, or said what to do and kept what was typed',
      checked: outcomes.length,
      offenders: [
        ...outcomes.filter(({ how }) => how === 'broken').map(({ tab, detail }) => `${tab}: ${detail}`),
        ...made,
      ],
    },
    {
      name: 'U4',
      promise: 'no process ended by itself or without an order',
      checked: 1,
      offenders: [...surprises],
    },
  ]
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function ofPhase(requests: readonly Request[], { begun, ended }: Phase): Request[] {
  return requests.filter(({ at }) => at >= begun && at < ended)
}

const isGood = ({ status }: Request) => status > 0 && status < 500

export function report(run: {
  phases: readonly Phase[]
  load: Load
  balancer: { requests: number; retried: number; filesOfTheOther: number }
  outcomes: readonly Outcome[]
  verdicts: readonly Verdict[]
  claims: readonly number[]
}): string {
  const { phases, load, balancer, outcomes, verdicts, claims } = run
  const begun = phases[0]?.begun ?? 0
  const gap = (times: readonly number[], { begun: from, ended: to }: Phase) =>
    longestGap(times, begun, from, to)
  const answered = load.requests
    .filter(isGood)
    .map(({ at, ms }) => at + ms)
    .sort((one, two) => one - two)
  const created = load.requests
    .filter((request) => request.what === 'create' && isGood(request))
    .map(({ at, ms }) => at + ms)
    .sort((one, two) => one - two)
  const errors = new Map<string, number>()
  for (const request of load.requests)
    if (!isGood(request)) {
      const kind = `${request.what}: ${request.error ?? request.status}`
      errors.set(kind, (errors.get(kind) ?? 0) + 1)
    }
  return [
    table(
      [
        'phase',
        'took',
        'requests',
        'failed',
        'slowest',
        'no answer for',
        'no new payout for',
        'nothing sent for',
      ],
      phases.map((phase) => {
        const own = ofPhase(load.requests, phase)
        return [
          phase.name,
          seconds(phase.ended - phase.begun),
          String(own.length),
          String(own.filter((request) => !isGood(request)).length),
          seconds(Math.max(0, ...own.map(({ ms }) => ms))),
          seconds(own.length === 0 ? 0 : gap(answered, phase)),
          seconds(own.length === 0 ? 0 : gap(created, phase)),
          seconds(own.length === 0 ? 0 : gap(claims, phase)),
        ]
      }),
    ),
    `${load.requests.length} requests, ${load.promised.size} payouts asked for, ${claims.length} sent; through the balancer ${balancer.requests}, of them ${balancer.retried} sent to the other server, and ${balancer.filesOfTheOther} files of a page that only the other one had.`,
    errors.size === 0
      ? 'No request failed.'
      : `Failed: ${[...errors].map(([kind, count]) => `${kind} (${count})`).join(', ')}.`,
    table(
      ['form', 'what became of it', ''],
      outcomes.map(({ tab, how, detail }) => [tab, how, detail.replaceAll(/\s+/g, ' ').slice(0, 400)]),
    ),
    table(
      ['', 'invariant', 'checked', 'verdict'],
      verdicts.map(({ name, promise, checked, offenders, detail }) => [
        name,
        promise,
        String(checked),
        offenders.length > 0
          ? `**BROKEN**: ${offenders
              .slice(0, 3)
              .map((text) => text.replaceAll(/\s+/g, ' ').slice(0, 200))
              .join('; ')}${offenders.length > 3 ? ` and ${offenders.length - 3} more` : ''}`
          : `held${detail === undefined ? '' : ` (${detail})`}`,
      ]),
    ),
  ].join('\n\n')
}
