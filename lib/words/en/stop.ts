/** The stop switch. */
export const stop = {
  title: 'Stop switch',
  lead: 'Pauses every payment that hasn’t been sent yet. Payments already sent are still tracked.',
  paused: 'Payments are paused',
  running: 'Payments are being sent',
  adminResumes: 'An administrator can resume payments.',
  adminPauses: 'An administrator can pause payments.',
  past: 'Earlier pauses',
  none: 'No earlier pauses',
  pausedBy: '<name></name>, <time></time>: <reason></reason>',
  resumedBy: 'Resumed by <name></name>, <time></time>: <reason></reason>',
  form: {
    reason: 'Reason for pausing',
    reasonHint: 'Visible to all staff.',
    pause: 'Pause payments',
    notPaused: 'Payments were not paused',
    resumeReason: 'Reason for resuming',
    resumeHint: 'Visible to all staff. Waiting payouts are sent one after another, five a second.',
    anotherAdmin: 'If there is another administrator, the person who paused payments can’t resume them.',
    resume: 'Resume payments',
    notResumed: 'Payments were not resumed',
  },
} as const
