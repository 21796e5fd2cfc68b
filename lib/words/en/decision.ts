/** The forms on a payout’s page, in the browser: approve, undo, reject, retry, and the account number. */
export const decision = {
  approve: {
    failed: 'Not approved',
    note: 'Note',
    hint: 'For your colleagues and the audit trail.',
    hintSame: 'The same was requested within a day. Explain why this is not a duplicate.',
  },
  undo: { button: 'Undo approval', failed: 'Approval not withdrawn' },
  tooLate: 'Too late: the payment has just been sent.',
  reject: {
    failed: 'Not rejected',
    template: 'Template',
    own: 'Write your own reason',
  },
  retry: 'Retry payout',
  countdown: 'We’ll send it at <at></at><left></left>',
  left: {
    seconds: ', in {s, number} s',
    minutes: ', in {min, number} min {s, number} s',
    hours: ', in {h, number} h {min, number} min',
    days: ', in {d, plural, one {# day} other {# days}}',
    now: ', now',
  },
  changed: {
    title: 'This has changed',
    text: 'Something you’re deciding on has changed since you opened this page.',
    link: 'Show the latest version',
  },
  reveal: {
    section: 'Full account number',
    noScripts: 'To see the full account number, turn on JavaScript: it hides the number again.',
    show: 'Show account number',
    hint: 'We’ll show it for a minute, only to you. This is recorded in the timeline.',
    submit: 'Show',
    cancel: 'Cancel',
    hide: 'Hide',
  },
} as const
