/** What a new installation needs before it pays anyone: on an admin’s desk until it is done, and under Settings. */
export const firstRun = {
  title: 'Before real money',
  lead: 'Every installation needs these five things before it pays anyone.',
  onDesk: 'This list leaves your desk once all of it is done. It stays under <link>Settings</link>.',
  count: '{done, number} of {all, number} done',
  done: 'Done',
  open: 'To do',
  since: 'Since <time></time>',
  admins: {
    title: 'Two administrators',
    why: 'One administrator confirms what another proposes, so nobody can change the rules alone.',
    done: '<one></one> and <other></other> each have a second factor.',
    few: 'There’s only one administrator. A second account of the same person doesn’t count.',
    noFactor: 'Fewer than two administrators have a second factor. People set it up when they first sign in.',
    oneHand:
      'One of the administrators recently invited or reset the other, so they count as one person for now. An account created at the server counts at once.',
    link: 'Open users',
  },
  policy: {
    title: 'A policy that asks for two people',
    why: 'Above some amount, no single approver should be able to send money.',
    done: 'Each currency has an amount from which two people must agree.',
    none: 'No policy is set.',
    lacks: 'No amount needs two people in {currencies}.',
    link: 'Open the policy',
  },
  mail: {
    title: 'Email',
    why: 'Approvers and receivers learn by email what needs them.',
    done: 'The mail server took a test email to {to}: <answer></answer>',
    none: 'No test email has been sent.',
    waits: 'A test email to {to} is on its way.',
    refused: 'The test email to {to} wasn’t taken: <answer></answer>. We try again for a while.',
    unanswered:
      'The test email to {to} was handed to the mail server, which hasn’t confirmed it. Check your mailbox, or send another.',
    demo: 'Here emails go to the demo mailbox. Set a mail server (<code>SMTP_URL</code>) on the server.',
    send: 'Send a test email to me',
    again: 'Check again',
  },
  callback: {
    title: 'Callbacks from Cardzo',
    why: 'With callbacks, results arrive within a moment. Without them we have to ask.',
    done: 'Cardzo’s first callback came, with a valid signature.',
    none: 'None has come yet. Cardzo must be able to reach this address:',
    refused:
      'One came, <time></time>, but we refused it: {reason}. Cardzo must be able to reach this address:',
    link: 'Open callbacks',
  },
  backup: {
    title: 'A backup that was restored once',
    why: 'Only a backup that was restored once is known to work.',
    done: '<name></name> confirmed it.',
    none: 'Nobody has confirmed it yet.',
    tick: 'We have a backup and tried to restore it',
    save: 'Confirm the backup',
    not: 'Not confirmed',
  },
} as const
