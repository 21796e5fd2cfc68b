/** The merchant's balance on top of the Cardzo client. Nothing of it is kept as evidence: it says nothing about a payout. */
import { balanceRequest, CardzoError, maskNumbers, processBalance } from '#lib/cardzo/index.ts'
import type { BalanceTold, BalanceVerdict, CardzoConnection } from '#lib/cardzo/index.ts'
import { minorFloor } from '#lib/payouts/merchant-balance.ts'
import type { MerchantBalance } from '#lib/payouts/merchant-balance.ts'
import type { BalanceAnswer } from '#lib/services/ports.ts'

/** `name`: of one balance; null: all. */
export async function askBalance(connection: CardzoConnection, name: string | null): Promise<BalanceAnswer> {
  try {
    const raw = await balanceRequest(connection, name === null ? {} : { name })
    return balanceAnswer(processBalance(raw))
  } catch (error) {
    if (!(error instanceof CardzoError)) throw error
    const why = error.systemCode ?? error.message
    return { kind: error.code === 'not_sent' ? 'not_sent' : 'silence', why }
  }
}

const shown = (text: string | null) => (text === null ? null : maskNumbers(text))

function balanceAnswer(verdict: BalanceVerdict): BalanceAnswer {
  switch (verdict.kind) {
    case 'balances':
      return { kind: 'told', balances: verdict.balances.map(toMinor) }
    case 'validation_error':
    case 'error':
      return { kind: 'refused', code: verdict.code, message: shown(verdict.message) }
    case 'locked_out':
      return { kind: 'locked_out', httpStatus: verdict.httpStatus, gatewayDate: verdict.gatewayDate }
    case 'silence':
      return { kind: 'silence', why: verdict.detail }
  }
}

function toMinor(told: BalanceTold): MerchantBalance {
  const { currency } = told
  const minor = (text: string | null) => (text === null ? null : minorFloor(text, currency))
  return {
    name: told.name ?? '',
    currency,
    amountMinor: minorFloor(told.amount, currency),
    shortTermHoldMinor: minor(told.shortTermHold),
    rollingReserveMinor: minor(told.rollingReserve),
    liveMinor: minor(told.live),
    bufferHoldMinor: minor(told.bufferHold),
  }
}
