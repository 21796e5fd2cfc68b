/** The risk checks: their names, what each found, and what would clear it. */
export const risk = {
  level: { none: 'no risk found', low: 'low risk', medium: 'medium risk', high: 'high risk' },
  check: {
    first_payment: 'First payment',
    new_destination: 'New account',
    shared_destination: 'Account shared with another receiver',
    name_differs: 'Account in another name',
    amount_above_history: 'Much larger than usual',
    same_request: 'Same request within 24 hours',
    many_requests: 'Many requests',
    contact_changed: 'Email changed recently',
  },
  found: {
    first_payment:
      '{n, plural, =0 {No {currency} payment to this receiver has been completed yet.} one {# earlier {currency} payment was completed.} other {# earlier {currency} payments were completed.}}',
    newDestination: 'This receiver has never been paid to this account. It was first used on {day}.',
    knownDestination: 'Paid to this account {n, plural, one {# time} other {# times}} before.',
    notShared: 'No other receiver uses this account.',
    shared: 'Also used by {receivers}.',
    sharedByMore: 'Also used by {receivers} and {n, number} more.',
    nameDiffers: 'The account is in another name than the receiver’s.',
    nameAgrees: 'The names match, or none was given.',
    fewPayments: 'There are fewer than {n, number} completed payments to compare with.',
    largest: 'The largest payment so far was {amount}.',
    same_request:
      '{n, plural, =0 {No other request for this amount within 24 hours.} one {# other request for exactly {amount} within 24 hours.} other {# other requests for exactly {amount} within 24 hours.}}',
    many_requests: '{n, plural, one {# request} other {# requests}} within 24 hours.',
    emailChanged:
      '{n, plural, =0 {The receiver’s email was changed less than an hour ago.} one {The receiver’s email was changed # hour ago.} other {The receiver’s email was changed # hours ago.}}',
    emailUnchanged: 'The email hasn’t changed recently.',
    recorded: 'What was found',
  },
  clears: {
    first_payment: 'Clears after the first completed payment.',
    new_destination: 'Clears after the first completed payment to this account.',
    shared_destination: 'Clears when the receivers confirm that they share it, or one of them removes it.',
    name_differs: 'Clears when the receiver shows that they may use the account.',
    amount_above_history: 'Clears when the receiver or the department that ordered it confirms the amount.',
    same_request: 'Clears with a written explanation of why both are right.',
    many_requests: 'Clears after a day with fewer requests.',
    contact_changed: 'Clears after three days, or after a call to a number you knew before.',
  },
} as const
