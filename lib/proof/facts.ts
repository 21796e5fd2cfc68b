/**
 * Every fact of docs/protocol.md that is assumed (A) or unknown (?), and what we assume until Cardzo's own answer is known. A test holds the
 * list against the page: a fact that joins it must join this table.
 */
export type Fact = {
  /** The heading in docs/protocol.md. */
  section: string
  /** How the row or sentence there begins. */
  text: string
  /** What the portal takes for true, or does because nobody knows. */
  assumed: string
  /** Why no program can find out. */
  cannot?: string
}

export const facts = {
  hosts: {
    section: 'Endpoints',
    text: "Cardzo's own hosts follow the same pattern",
    assumed: 'The base address has a host and a path; commands go below it.',
  },
  limits: {
    section: 'Transport',
    text: "The gateway's own time-out and rate limit",
    assumed: 'Answers come within CARDZO_TIMEOUT_MS; CARDZO_MAX_REQUESTS_PER_S is slow enough.',
  },
  publicKey: {
    section: 'Signing',
    text: 'How the public key gets there',
    assumed: "Through Cardzo's support.",
    cannot: 'Ask the support. A signature that is accepted shows that the key is there.',
  },
  clock: {
    section: 'Signing',
    text: 'How far clocks may differ, and how long a nonce is remembered',
    assumed: 'Our clock is right to a few seconds, and no nonce is used twice.',
  },
  emptyOrderId: {
    section: 'Control',
    text: 'Without an `orderid` its place in the status control stays empty',
    assumed: 'A status request by client_orderid alone is accepted.',
  },
  noSeparators: {
    section: 'Control',
    text: 'No separators means that a digit moved from one id to the next leaves the control right',
    assumed: 'Cardzo accepts the control of shifted ids and finds no such order, so the portal compares ids.',
  },
  uncovered: {
    section: 'Control',
    text: 'Amount, currency, type and error texts of a callback are not covered',
    assumed: 'The control of a callback is made of status and ids alone.',
  },
  timeless: {
    section: 'Control',
    text: 'There is no time in it, so a copy stays valid',
    assumed: 'The control of a callback is made of status and ids alone.',
  },
  balanceHeader: {
    section: 'Balance',
    text: 'The OAuth parameters travel in the header alone',
    assumed: 'A request with nothing of OAuth in its body is accepted.',
  },
  balanceHeld: {
    section: 'Balance',
    text: 'It is still part of `amount`',
    assumed: 'What can be paid out is the live amount without amount-buffer-hold.',
  },
  balanceOfConfirmed: {
    section: 'Balance',
    text: 'Whether it counts an order that the bank confirmed',
    assumed: 'It does not; if it does, the warning comes too early.',
    cannot: 'Let an order wait for its payout-pay, and compare amount-buffer-hold in two reports.',
  },
  balanceSeveral: {
    section: 'Balance',
    text: 'How several balances are written in one answer',
    assumed: 'As fields that begin again, or as a JSON list.',
  },
  balanceWhich: {
    section: 'Balance',
    text: 'Which of several balances an endpoint pays from',
    assumed: 'CARDZO_BALANCE names it.',
    cannot: 'Ask the support.',
  },
  balanceLag: {
    section: 'Balance',
    text: 'How long the figures lag behind a payment',
    assumed: 'Not longer than the next question.',
    cannot: 'Pay something, and compare two reports.',
  },
  receiverFields: {
    section: 'payout-check',
    text: 'phone, e-mail, document and other receiver fields',
    assumed: 'Fields that the bank does not ask for are not sent.',
  },
  blanks: {
    section: 'payout-check',
    text: 'The gateway trims blanks around values',
    assumed: 'A client_orderid with blanks around it comes back without them.',
  },
  withoutOrderId: {
    section: 'payout-check',
    text: 'An accepted request without an order id',
    assumed: 'It proves nothing; the portal asks by client_orderid.',
  },
  fixedAmount: {
    section: 'payout-pay',
    text: 'So the amount is fixed at payout-check',
    assumed: 'The status after payout-pay has the amount of payout-check.',
  },
  oddPay: {
    section: 'payout-pay',
    text: 'What happens if it comes too early, twice, or after a decline',
    assumed: 'Anything, so the portal sends payout-pay once, and only after the bank has confirmed.',
  },
  keepsFor: {
    section: 'payout-pay',
    text: 'How long a checked order can wait for it',
    assumed: 'As long as it takes: right before payout-pay the portal asks whether the bank still agrees.',
    cannot: 'It takes days. Leave an order of the sandbox unpaid, and look at its status each day.',
  },
  checksum: {
    section: 'Status',
    text: 'a checksum',
    assumed: 'A status answer has none.',
  },
  otherStages: {
    section: 'Stages',
    text: 'any other',
    assumed: 'A stage that is not known decides nothing.',
  },
  validatedIsProcessing: {
    section: 'Stages',
    text: 'While the stage is `payout_check_validated` the status is `processing`',
    assumed: 'The status is processing.',
  },
  stageShowsPay: {
    section: 'Stages',
    text: "Any stage that doesn't begin with `payout_check_` shows that payout-pay arrived",
    assumed: 'Before payout-pay every stage begins with payout_check_, and after it none does.',
  },
  callbackAddresses: {
    section: 'Callbacks',
    text: 'Which addresses they come from',
    assumed: 'Any address; the control decides.',
  },
  crossSite: {
    section: 'Final redirect',
    text: 'Being a cross-site POST, it comes without our `SameSite=Lax` cookie',
    assumed: 'The portal needs no cookie there.',
    cannot: 'Browsers decide it. The address has a token of its own, so nothing depends on the cookie.',
  },
  codes: {
    section: 'Errors',
    text: 'a catalogue of codes',
    assumed: 'Codes are opaque text.',
  },
  waits: {
    section: 'Errors',
    text: 'waits of 70 s, and a 503 at every step',
    assumed: 'They may happen; the outcome is then unknown, and the portal asks.',
  },
  sameId: {
    section: 'The same client_orderid twice',
    text: 'Whether Cardzo refuses a second payout-check with the same `client_orderid` is not known',
    assumed: 'It may open a second order, so the portal asks before it sends one again.',
  },
  payArrived: {
    section: 'Lost answers',
    text: 'the answer to payout-pay',
    assumed: 'A stage past the check, or a final status, proves that payout-pay arrived.',
  },
  repeatedPay: {
    section: 'Lost answers',
    text: '… and the stage stays at `payout_check_validated`',
    assumed: 'Nobody knows whether a second payout-pay pays twice, so people decide.',
  },
  laterIds: {
    section: 'Other operations',
    text: 'Whether later operations have an order id of their own is not known',
    assumed: 'Either; a reversal never changes a payout by itself.',
    cannot: 'It takes a reversal. Ask the support for one in the sandbox, and look at the callback inbox.',
  },
  steering: {
    section: 'The sandbox',
    text: 'No amount or account that steers a payout was found',
    assumed: 'None; the simulator has its own.',
    cannot: 'Ask the support.',
  },
} as const satisfies Record<string, Fact>

export type FactName = keyof typeof facts
