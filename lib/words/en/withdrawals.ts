/** A receiver’s own withdrawals. */
export const withdrawals = {
  title: 'My withdrawals',
  withdraw: 'Withdraw',
  emptyTitle: 'No withdrawals yet',
  emptyText: 'When you request one, you’ll see here where it is and what happens next.',
  newAccount: 'This account is new: we’ll send the payment no earlier than <at></at>.',
  linkExpired: 'The status page has expired.',
  view: 'View status<of> of {amount}</of>',
  cancel: 'Cancel',
  cancelQuestion:
    'Cancel this withdrawal of {amount}? We won’t send it. You can request it again at any time.',
  cancelYes: 'Yes, cancel it',
  changedTitle: 'This has changed',
  changedText: 'It has been sent or has ended, so it can’t be cancelled anymore.',
} as const
