/** The first page. */
export const home = {
  title: 'Payouts, sent once and tracked all the way.',
  lead: 'Request a withdrawal, follow it to your bank account, and always know whose turn it is.',
  checked: {
    title: 'Checked first',
    text: 'Your bank confirms the account before anyone approves the payment.',
  },
  people: { title: 'Two people', text: 'No one can approve a payout they requested.' },
  once: {
    title: 'Paid once',
    text: 'If the bank doesn’t answer, we check before doing anything, so you’re never paid twice.',
  },
} as const
