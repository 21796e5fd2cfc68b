/** What happened over time: figures for charts, and how long payouts usually take. */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

/** Of how many, and after how many milliseconds half of them, and 95 in a hundred, were through. */
export type Durations = { count: number; p50Ms: number; p95Ms: number }

/** Payouts that were asked for in a period, of one currency. Amounts in minor units. */
export type CurrencyReport = {
  currency: string
  /** By the day they were asked for (YYYY-MM-DD in the reader's zone) and what they are now. Days without any are left out. */
  days: { day: string; status: PayoutStatus; count: number; amountMinor: bigint }[]
  /** Of those that Cardzo or the bank ended unpaid, by its error code; null: it gave none. The most frequent first, at most twenty. */
  codes: { code: string | null; count: number; amountMinor: bigint }[]
  /** Of those that Cardzo ended, by the bank they went to; null: none was named. The most frequent first, at most twenty. */
  banks: { bank: string | null; paid: number; ended: number }[]
  /** From the request to the last approval that was needed, and to the end. Null: none got there. */
  toApprove: Durations | null
  toFinal: Durations | null
  /** From the request to each person's approval, of those that still count. */
  approvers: ({ id: string; name: string } & Durations)[]
  /** From the request to the last approval, by the rule that asked for it. */
  rules: ({ rule: string } & Durations)[]
}

export type Report = {
  currencies: CurrencyReport[]
  /** More payouts than one report reads were asked for: these are the newest. Null: all are in. */
  cutAt: number | null
}

/** Payouts that are not over, by the day they were asked for in the reader's zone, oldest first; at most the oldest 20,000. */
export type OpenByDay = { currency: string; day: string; count: number; amountMinor: bigint }[]

export type ReportStore = {
  /** Payouts asked for since `from`. `zone` is an IANA name, in which days begin at midnight. */
  since: (from: Date, zone: string) => Promise<Report>
  openByDay: (zone: string) => Promise<OpenByDay>
  /** The first moment of the day that is `days - 1` days before today in this zone: a period of so many days, with today. */
  startOf: (days: number, zone: string) => Promise<Date>
  /**
   * How long payouts of this currency took from the request until they were paid, from the latest 500 that Cardzo's own word ended. Remembered
   * for a minute. Null: fewer than twenty.
   */
  arrival: (currency: string) => Promise<Durations | null>
}
