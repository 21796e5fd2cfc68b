/** Approving several payouts with one code. */
export const approve = {
  title: 'Approve several payouts',
  lead: 'Review them, then approve them with one code. Any that change before you do are skipped and listed.',
  back: 'Back to the desk',
  noneTitle: 'No payouts selected',
  noneText: 'Select some on the desk, then come back.',
  toDesk: 'Waiting for me',
  leftOut: 'Left out',
  set: 'To approve',
  payouts: '{n, plural, one {# payout} other {# payouts}}',
  payout: '<amount></amount> to <name></name>',
  missing:
    '{n, plural, =0 {Yours is the last approval.} one {# more person must agree after you.} other {# more people must agree after you.}}',
  decision: 'Decision',
  noneHere: 'You can’t approve any of the selected payouts here.',
  notApproved: 'Nothing was approved',
  codeHint: 'From your authenticator app. It approves exactly the payouts shown here.',
  submit: '<approve></approve> {n, plural, one {# payout} other {# payouts}}',
  done: {
    none: 'No payouts were approved',
    approved: 'Approved: {n, plural, one {# payout} other {# payouts}}',
    paused: 'Payments are paused. These are sent when payments resume.',
    allWait:
      '{n, plural, one {It also needs someone else’s approval.} other {They also need someone else’s approval.}}',
    someWait:
      '{n, plural, one {# of them also needs someone else’s approval.} other {# of them also need someone else’s approval.}}',
    skipped: 'Not approved: {n, plural, one {# payout} other {# payouts}}',
    back: 'Back to what’s waiting for me',
    yours: 'Approved by you',
    withdraw: 'Withdraw approval: {amount} to {name}',
    withdrawn: 'Approval withdrawn',
    undo: 'Undo selected',
    undoHint: 'You can withdraw your approval until a payment is sent, here or on the payout’s page.',
    tooLate: 'Too late: the payment has just been sent.',
  },
} as const
