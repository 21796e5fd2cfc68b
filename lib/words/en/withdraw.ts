/** Asking for a withdrawal. */
export const withdraw = {
  title: 'Withdraw',
  lead: 'Your bank checks the details first, then the finance team approves the payment. You can follow every step.',
  available: 'Available',
  availableNow: 'Available now',
  noneTitle: 'Nothing is available right now',
  seeBalance: 'View your balance',
  all: 'Withdraw all: {amount}',
  to: 'Send it to',
  another: 'Another account',
  usableFrom: 'Can be used from <at></at>',
  review: 'You’re withdrawing <amount></amount> to <account></account>.',
  receivedTitle: 'We’ve already received your last request',
  receivedText: '<link>View it</link>, or <fresh>start a new one</fresh>.',
  resumedTitle: 'We’ve kept your unfinished request',
  resumedText:
    'Check the details before you send it, or <link>start a new one</link>. Account numbers aren’t kept.',
} as const
