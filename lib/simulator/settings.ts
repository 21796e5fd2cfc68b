/** What can be changed while the simulator runs, by its control API. */
export type Settings = {
  /** The pace of everything that happens by itself: one step. */
  stepMs: number
  /** The first gap between two deliveries of a callback; the others grow from it. */
  retryMs: number
  /** A second payout-check with a `client_orderid` that is already there. Accepting is the worst case, and the default. */
  duplicates: 'accept' | 'refuse'
  /** A second payout-pay for one order. */
  secondPay: 'refuse' | 'accept'
  /** Answers no command at all: every connection is closed, and nothing is done. */
  away: boolean
}
