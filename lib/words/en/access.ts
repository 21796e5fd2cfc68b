/** Proposals about people and keys that wait for a second administrator. */
export const access = {
  title: 'Waiting for a second administrator',
  by: 'Proposed by <name></name>, <at></at>',
  waits: 'It takes effect when another administrator confirms it.',
  alone:
    'There was no other administrator to confirm it, so it takes effect <at></at> unless someone withdraws or declines it. We’ve told all staff by email.',
  notDecided: 'Not decided',
  confirm: 'Confirm',
  decline: 'Decline',
  notWithdrawn: 'Not withdrawn',
  withdraw: 'Withdraw the proposal',
  choose: 'Choose whether to confirm or decline it.',
  done: {
    proposed: 'Your proposal is waiting. We’ve emailed everyone who needs to know.',
    confirmed: 'Confirmed. The change is in effect.',
    declined: 'Declined. Nothing has changed.',
    withdrawn: 'Withdrawn. Nothing has changed.',
  },
} as const
