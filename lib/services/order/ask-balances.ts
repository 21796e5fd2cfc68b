/** Asks Cardzo what the merchant has there, at a slow pace, where endpoints are set to. Whatever it answers, payouts go on as they would. */
import {
  drawingOn,
  anyBalance,
  freeMinor,
  leftMinor,
  lowOf,
  lowSubject,
} from '#lib/payouts/merchant-balance.ts'
import type { Low, MerchantBalance, Owed } from '#lib/payouts/merchant-balance.ts'
import type { Endpoint } from '#lib/payouts/endpoints.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { BalanceAnswer, BalanceTrouble, Deps, ItemDraft } from '#lib/services/ports.ts'

/** Between two questions about one endpoint; `sooner`, when payouts have ended, whose money has left or come back. */
const everyMs = 60_000
const soonerMs = 15_000

const saidMax = 300

type Told = Exclude<BalanceAnswer['kind'], 'told' | 'busy'>
const troubles: Record<Told, BalanceTrouble> = {
  refused: 'refused',
  locked_out: 'locked_out',
  silence: 'silence',
  not_sent: 'not_sent',
}

/** An endpoint that asks for its balance. */
type Asking = Endpoint & { balance: string }

/** Returns what a worker calls often; each call asks only where it is time. */
export function askBalances(deps: Deps): () => Promise<void> {
  let asked = 'nobody knows'
  return async () => {
    const { endpoints } = await endpointBook(deps)
    const asking = endpoints.filter((one): one is Asking => one.balance !== null)
    const ids = asking.map(({ id }) => id)
    // Once per process, and when admins have changed it: what is no longer asked for must not be shown.
    if (asked !== ids.join()) await deps.merchantBalances.forgetOthers(ids)
    asked = ids.join()
    await Promise.all(asking.map((one) => askOne(deps, one, drawingOn(one, endpoints))))
  }
}

async function askOne(deps: Deps, endpoint: Asking, endpointIds: readonly number[]): Promise<void> {
  const { merchantBalances: store, gateway, config } = deps
  const { id: endpointId } = endpoint
  const lostMs = config.timeoutMs + config.leaseMarginMs
  const askedAt = await store.take(endpointId, { everyMs, soonerMs, lostMs, endpointIds })
  if (askedAt === null) return
  const name = endpoint.balance === anyBalance ? null : endpoint.balance
  const answer = await gateway.balance({ endpointId, name })
  if (answer.kind === 'busy') return store.giveBack(endpointId)
  if (answer.kind !== 'told') {
    const said = saidOf(answer)
    deps.log.warn({ endpointId, trouble: answer.kind, said }, 'Cardzo did not tell the balance')
    return store.fail(endpointId, troubles[answer.kind], said?.slice(0, saidMax) ?? null)
  }
  const balances = wanted(answer.balances, name)
  await store.keep(endpointId, askedAt, balances)
  const [owed = new Map<string, Owed>()] = await store.owed([{ endpointIds, since: askedAt }])
  for (const [currency, same] of Map.groupBy(balances, (one) => one.currency))
    await noteLow(deps, endpoint, { currency, same, owed: owed.get(currency) ?? nothingOwed })
}

const nothingOwed: Owed = { awaitingMinor: 0n, approvedMinor: 0n, sentSinceMinor: 0n }

function saidOf(answer: Exclude<BalanceAnswer, { kind: 'told' | 'busy' }>): string | null {
  switch (answer.kind) {
    case 'refused':
      return answer.message ?? answer.code
    case 'locked_out':
      return `HTTP ${answer.httpStatus}`
    case 'silence':
    case 'not_sent':
      return answer.why
  }
}

/** The one with this name, should Cardzo name others too. The same name and currency twice would be one row: the lower one counts. */
function wanted(told: readonly MerchantBalance[], name: string | null): MerchantBalance[] {
  const named = told.filter((one) => one.name === name)
  const each = named.length > 0 ? named : told
  const byKey = Map.groupBy(each, (one) => `${one.currency} ${one.name}`)
  return [...byKey.values()].flatMap((same) => same.reduce((a, b) => (freeMinor(b) < freeMinor(a) ? b : a)))
}

/** Which of several balances pays is not known, so nothing is said of them. */
async function noteLow(
  deps: Pick<Deps, 'merchantBalances'>,
  endpoint: Asking,
  { currency, same, owed }: { currency: string; same: readonly MerchantBalance[]; owed: Owed },
): Promise<void> {
  const [only] = same
  const mark = endpoint.lowMarks[currency]
  const markMinor = mark === undefined ? null : BigInt(mark)
  const free = only && same.length === 1 ? freeMinor(only) : null
  const low = free === null ? null : lowOf(free, owed, markMinor)
  await deps.merchantBalances.noteLow({ endpointId: endpoint.id, currency }, low, (since) =>
    lowItem(endpoint, { currency, low, since, free: free ?? 0n, owed, markMinor }),
  )
}

function lowItem(
  { id, name }: Pick<Endpoint, 'id' | 'name'>,
  found: { currency: string; low: Low; since: Date; free: bigint; owed: Owed; markMinor: bigint | null },
): ItemDraft {
  const { currency, low, since, free, owed, markMinor } = found
  const amount = (minor: bigint) => displayAmount(minor, currency)
  const short = low === 'short'
  return {
    kind: 'balance_low',
    severity: short ? 'high' : 'warning',
    subject: lowSubject(id, currency),
    said: since.toISOString(),
    what: `The balance at Cardzo ${short ? 'does not cover what is approved' : 'is low'}: ${amount(free)} by the endpoint ${name}`,
    why: `Approved and not sent: ${amount(owed.approvedMinor)}. Sent since Cardzo was asked: ${amount(owed.sentSinceMinor)}. Left: ${amount(leftMinor(free, owed))}. Low mark: ${markMinor === null ? 'none' : amount(markMinor)}.`,
    data: { endpoint: name, currency, short, free: amount(free), left: amount(leftMinor(free, owed)) },
  }
}
