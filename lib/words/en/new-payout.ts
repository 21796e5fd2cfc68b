/** The form for a new payout at the desk. */
export const newPayout = {
  title: 'New payout',
  lead: 'You enter it for a receiver. An approver then decides.',
  receiver: 'Receiver',
  payout: 'Payout',
  input: {
    externalId: 'Receiver’s number',
    firstName: 'First name',
    lastName: 'Last name',
    email: 'Email',
  },
  numberHint: 'Your own number for this customer, for example cust-42.',
  description: 'Description',
  payAt: 'Pay no earlier than',
  payAtHint: 'Time in {zone}, at most 30 days ahead. Leave it empty to pay as soon as it’s approved.',
  submit: 'Submit for approval',
} as const
