/** The risk checks by name. */
export const risk = {
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
} as const
