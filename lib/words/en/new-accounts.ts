/** New destinations that cool off, and their release. */
export const newAccounts = {
  title: 'New accounts',
  lead: 'Receivers added these accounts. We send nothing to them before their time, unless an approver has made sure that they’re right.',
  noneTitle: 'No account is waiting',
  noneText: 'An account that has never been paid to appears here until it can be used.',
  over: 'This account is no longer waiting',
  overText: 'Its time is over, or someone has released it. There’s nothing to do.',
  released: 'Payouts to it continue.',
  told: 'We’ve emailed the receiver.',
  notTold: 'This receiver gets no email, so tell them yourself.',
  added: 'added by <name></name> <age></age> ago',
  until: 'until <at></at>',
  waiting: '{n, plural, =0 {No payouts are waiting} one {# payout is waiting} other {# payouts are waiting}}',
  one: {
    title: 'New account',
    number: 'Receiver’s number',
    account: 'Account',
    added: 'Added',
    by: 'by <name></name>',
    usableFrom: 'Can be used from',
    payouts: 'Payouts',
    allPayouts: 'All payouts of this receiver',
  },
  release: {
    title: 'Release it now',
    failed: 'Not released',
    why: 'How you know it’s right',
    whyMissing: 'Explain how you know it’s right.',
    hint: 'Contact the receiver in a way you knew before, not one given with this account. Kept in the audit trail.',
    submit: 'Release account',
  },
  refusal: {
    forbidden: 'An approver can release it.',
    own_request:
      'You entered this account or a payout to it, or it’s yours, so someone else must release it.',
    not_cooling_off: 'Its time is over. There’s nothing to release.',
  },
} as const
