/** A change that the bank or Cardzo makes to an order by itself, so many steps after the one before. */
export type Move = {
  readonly afterSteps: number
  readonly status: string
  readonly stage: string
  readonly errorCode?: string
  readonly errorMessage?: string
  /** Wait here until the receiver has filled in the bank's form. */
  readonly form?: true
  /** What the bank really pays, in percent of the amount asked for. */
  readonly amountPercent?: number
}

export type Scenario = {
  readonly title: string
  readonly explanation: string
  /** Chosen by an amount with these cents, e.g. 25.02. */
  readonly cents: string
  /** Chosen by an account number with this ending, which beats the amount. */
  readonly account: string
  /** What payout-check answers. */
  readonly check: 'accepts' | 'validation_error' | 'error'
  /** What happens by itself after payout-check, and after payout-pay. */
  readonly afterCheck: readonly Move[]
  readonly afterPay: readonly Move[]
  /** When the callback about a final status comes: with it, one step ahead of it, or never. */
  readonly callback: 'with' | 'ahead' | 'never'
}

const validated = { afterSteps: 1, status: 'processing', stage: 'payout_check_validated' } as const
const processing = { afterSteps: 0, status: 'processing', stage: 'payout_processing' } as const
const approved = { afterSteps: 2, status: 'approved', stage: 'payout_approved' } as const

const usual = {
  check: 'accepts',
  afterCheck: [validated],
  afterPay: [processing, approved],
  callback: 'with',
} as const

const declined = (afterSteps: number) =>
  ({
    afterSteps,
    status: 'declined',
    stage: 'payout_declined',
    errorCode: '5',
    errorMessage: 'Declined by the bank',
  }) as const

/**
 * What can happen to an order. A scenario is chosen, strongest first: for one `client_orderid` or for the next order by
 * the control API or on the simulator's page; by the end of `account_number`; by the cents of `amount`; else the default.
 * Cents that end in 0 or 5 choose nothing: people type those without thinking.
 */
export const scenarios = {
  approve: {
    ...usual,
    title: 'Approved',
    explanation: 'The bank confirms, the money arrives, a callback says so.',
    cents: '21',
    account: '9921',
  },
  'approve-with-form': {
    ...usual,
    title: 'Approved after the bank’s form',
    explanation:
      'After payout-pay the receiver must confirm on a form of the bank; declining there declines the payout.',
    cents: '01',
    account: '9901',
    afterPay: [processing, { ...processing, afterSteps: 1, form: true }, { ...approved, afterSteps: 0 }],
  },
  decline: {
    ...usual,
    title: 'Declined by the bank',
    explanation: 'The bank confirms at first and declines after payout-pay.',
    cents: '02',
    account: '9902',
    afterPay: [processing, declined(2)],
  },
  filtered: {
    ...usual,
    title: 'Filtered',
    explanation: 'Fraud rules stop the payout after payout-pay.',
    cents: '03',
    account: '9903',
    afterPay: [
      processing,
      {
        ...declined(2),
        status: 'filtered',
        stage: 'payout_filtered',
        errorCode: '8',
        errorMessage: 'Stopped by a filter',
      },
    ],
  },
  error: {
    ...usual,
    title: 'Error',
    explanation: 'Something breaks at the bank after payout-pay; the order ends in status error.',
    cents: '04',
    account: '9904',
    afterPay: [
      processing,
      {
        ...declined(2),
        status: 'error',
        stage: 'payout_error',
        errorCode: '99',
        errorMessage: 'Internal error of the bank',
      },
    ],
  },
  'unknown-then-approved': {
    ...usual,
    title: 'Unknown, later approved',
    explanation: 'Cardzo itself does not know the outcome for a while.',
    cents: '06',
    account: '9906',
    afterPay: [
      processing,
      { afterSteps: 1, status: 'unknown', stage: 'payout_unknown' },
      { ...approved, afterSteps: 5 },
    ],
  },
  'stays-validating': {
    ...usual,
    title: 'Never confirmed by the bank',
    explanation: 'The order stays in payout_check_validating until somebody moves it by hand.',
    cents: '07',
    account: '9907',
    afterCheck: [],
  },
  'check-declined': {
    ...usual,
    title: 'Declined in the check',
    explanation: 'The bank does not confirm: the order is declined before anything could be paid.',
    cents: '08',
    account: '9908',
    afterCheck: [
      { ...declined(1), stage: 'payout_check_declined', errorMessage: 'The account cannot receive payouts' },
    ],
  },
  'check-validation-error': {
    ...usual,
    title: 'Payout-check refused',
    explanation: 'payout-check answers validation-error; no order is opened.',
    cents: '09',
    account: '9909',
    check: 'validation_error',
  },
  'check-error': {
    ...usual,
    title: 'Payout-check fails',
    explanation: 'payout-check answers type=error with an order id; the order goes on all the same.',
    cents: '11',
    account: '9911',
    check: 'error',
  },
  'chain-declined': {
    ...usual,
    title: 'One link declines, the next approves',
    explanation: 'chain_declined for a while, which is not final, then approved.',
    cents: '12',
    account: '9912',
    afterPay: [
      processing,
      { afterSteps: 1, status: 'chain_declined', stage: 'payout_chain_declined' },
      { ...approved, afterSteps: 3 },
    ],
  },
  'unlisted-status': {
    ...usual,
    title: 'A status nobody has heard of',
    explanation: 'The status is the word postponed for a while, then approved.',
    cents: '13',
    account: '9913',
    afterPay: [
      processing,
      { afterSteps: 1, status: 'postponed', stage: 'payout_postponed' },
      { ...approved, afterSteps: 3 },
    ],
  },
  'no-callback': {
    ...usual,
    title: 'Approved without a callback',
    explanation: 'Only asking for the status tells the outcome.',
    cents: '14',
    account: '9914',
    callback: 'never',
  },
  'callback-first': {
    ...usual,
    title: 'Callback before the status',
    explanation: 'The callback says approved one step before the status does.',
    cents: '16',
    account: '9916',
    callback: 'ahead',
  },
  slow: {
    ...usual,
    title: 'Slow',
    explanation: 'Everything takes ten times as long.',
    cents: '17',
    account: '9917',
    afterCheck: [{ ...validated, afterSteps: 10 }],
    afterPay: [processing, { ...approved, afterSteps: 20 }],
  },
  'amount-differs': {
    ...usual,
    title: 'Another amount is paid',
    explanation: 'The order ends approved with half of the amount.',
    cents: '18',
    account: '9918',
    afterPay: [processing, { ...approved, amountPercent: 50 }],
  },
  'post-final-change': {
    ...usual,
    title: 'Approved, later declined',
    explanation: 'Reconciliation changes the final status some steps later, with a second callback.',
    cents: '19',
    account: '9919',
    afterPay: [processing, approved, { ...declined(5), errorMessage: 'Returned by the bank' }],
  },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios
export const scenarioNames = Object.keys(scenarios) as ScenarioName[]

export function isScenario(name: unknown): name is ScenarioName {
  return typeof name === 'string' && Object.hasOwn(scenarios, name)
}

export function scenarioOf(name: ScenarioName): Scenario {
  return scenarios[name]
}

/** The scenario that account number or amount ask for by themselves, or `null`. */
export function scenarioByFields(amount: string, accountNumber: string | undefined): ScenarioName | null {
  const account = accountNumber?.replace(/\s/g, '') ?? ''
  const cents = /\.(\d{2})$/.exec(amount)?.[1]
  return (
    scenarioNames.find((name) => account.endsWith(scenarios[name].account)) ??
    scenarioNames.find((name) => cents === scenarios[name].cents) ??
    null
  )
}

export const finalStatuses: readonly string[] = ['approved', 'declined', 'filtered', 'error']
