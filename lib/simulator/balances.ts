import { z } from 'zod'
import { finalStatuses } from './scenarios.ts'
import type { Ledger } from './ledger.ts'

export const balanceShape = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** What it holds from now on, reserve and holds included. */
  amount: z.string().regex(/^-?\d{1,15}(\.\d{1,3})?$/),
  name: z.string().min(1).max(128).default('Payouts'),
  shortTermHold: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,3})?$/)
    .default('0'),
  rollingReserve: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,3})?$/)
    .default('0'),
})
export type GivenBalance = z.infer<typeof balanceShape>

/** One balance as an answer has it. */
export type BalanceFields = Readonly<Record<string, string>>

/** What the merchant has with us, one balance for each currency. None: support has not enabled the command. */
export class Balances {
  readonly #ledger: Ledger
  /** With what had been paid when it was set, in thousandths. */
  readonly #given = new Map<string, GivenBalance & { paidBefore: bigint }>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  get isEnabled(): boolean {
    return this.#given.size > 0
  }

  set(given: GivenBalance): void {
    this.#given.set(given.currency, { ...given, paidBefore: this.#moved(given.currency).paid })
  }

  /** What they hold stays, though `forget` takes the orders away. */
  keepWhile(forget: () => void): void {
    const held = this.list().map(({ currency = '', amount = '' }) => ({ currency, amount }))
    forget()
    for (const { currency, amount } of held) {
      const given = this.#given.get(currency)
      if (given) this.#given.set(currency, { ...given, amount, paidBefore: 0n })
    }
  }

  clear(): void {
    this.#given.clear()
  }

  /** Payments that ended well have left it; the amounts of those under way are set aside. */
  list(name?: string): BalanceFields[] {
    return [...this.#given.values()]
      .filter((one) => name === undefined || one.name === name)
      .map(({ currency, amount, paidBefore, shortTermHold, rollingReserve, ...given }) => {
        const { paid, underWay } = this.#moved(currency)
        const now = thousandths(amount) - (paid - paidBefore)
        return {
          name: given.name,
          amount: decimal(now),
          'online-balance-live-amount': decimal(
            now - thousandths(shortTermHold) - thousandths(rollingReserve),
          ),
          'total-short-term-hold-amount': shortTermHold,
          'total-rolling-reserve-amount': rollingReserve,
          currency,
          'amount-buffer-hold': decimal(underWay),
        }
      })
  }

  #moved(currency: string): { paid: bigint; underWay: bigint } {
    const orders = this.#ledger.all().filter((order) => order.currency === currency)
    const sum = (amounts: bigint[]) => amounts.reduce((all, one) => all + one, 0n)
    return {
      paid: sum(orders.map(({ amount, timesPaid }) => thousandths(amount) * BigInt(timesPaid))),
      underWay: sum(
        orders
          .filter(({ payAccepted, status }) => payAccepted > 0 && !finalStatuses.includes(status))
          .map(({ amount }) => thousandths(amount)),
      ),
    }
  }
}

/** No currency that is paid out has more decimals. */
function thousandths(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.')
  const size = BigInt(whole + fraction.padEnd(3, '0').slice(0, 3))
  return amount.startsWith('-') ? -size : size
}

function decimal(amount: bigint): string {
  const size = (amount < 0n ? -amount : amount).toString().padStart(4, '0')
  const text = `${size.slice(0, -3)}.${size.slice(-3)}`
  return `${amount < 0n ? '-' : ''}${text.endsWith('0') ? text.slice(0, -1) : text}`
}
