/** What the control API can change while the simulator runs. */
export type Settings = {
  /** How long one step takes, the unit of everything that happens by itself. */
  stepMs: number
  /** The first gap between two deliveries of a callback; later gaps grow from it. */
  retryMs: number
  /** What to do with a second payout-check under one `client_orderid`. Accepting is the worst case, and the default. */
  duplicates: 'accept' | 'refuse'
  /** What to do with a second payout-pay for one order. */
  secondPay: 'refuse' | 'accept'
  /** Answers no command: it closes every connection and does nothing. */
  away: boolean
}
