/** Single-key shortcuts: the help dialog, and the switch on the account page. */
export const keyboard = {
  title: 'Keyboard shortcuts',
  help: 'Show this list',
  close: 'Close',
  off: 'A key takes you to a place on the page. It never approves, rejects or sends anything. You can turn shortcuts off on your account page.',
  next: 'Next payout',
  previous: 'Previous payout',
  approve: 'Go to “Approve”',
  reject: 'Go to “Reject”',
  note: 'Write a note',
  section: 'Keyboard shortcuts',
  areOn:
    'Single keys such as j and k take you around the desk in this browser. Press ? on a page to see them.',
  areOff: 'Single keys do nothing in this browser.',
  turnOff: 'Turn shortcuts off',
  turnOn: 'Turn shortcuts on',
} as const
