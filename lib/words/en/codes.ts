/** What people read for the codes of the payment gateway that we know (lib/payouts/error-codes.ts), and for the others. */
export const codes = {
  dataRefused: {
    receiver: 'Some of the details of this payment weren’t accepted.',
    todo: 'Check your account details, then try again. If that doesn’t help, contact us.',
    staff:
      'The gateway refused the request because a field is missing or wrong: read its message. If it happens with every payout, check which fields your endpoint requires.',
  },
  keyRefused: {
    receiver: 'The payment couldn’t be sent because of a problem on our side.',
    todo: 'You don’t need to change anything. Contact us, or try again later.',
    staff:
      'The gateway didn’t accept our control code. Compare login, control key and endpoint with what the gateway gave you; sandbox and production have different ones.',
  },
  forStaff: 'For staff:',
  other:
    'Nobody has written what this code means yet, so receivers read only that no money was sent. An administrator can write it in the settings.',
  none: 'The gateway gave no code.',
} as const
