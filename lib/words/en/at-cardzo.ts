/** The merchant's balance at Cardzo: on the desk, and before somebody approves. */
export const atCardzo = {
  title: 'Balance at Cardzo',
  at: 'at {endpoint}',
  told: 'can be paid out, Cardzo said <age></age> ago',
  stale: 'Out of date. This is what Cardzo said <age></age> ago; it may be more or less now.',
  approved: 'Approved, not sent yet',
  sent: 'Sent since Cardzo said so',
  left: 'Left once that is sent',
  awaiting: 'Not approved yet',
  several:
    'Cardzo has several balances in this currency, and we don’t know which one pays. Name it on the page of endpoints.',
  low: {
    short: 'It doesn’t cover what is approved.',
    mark: 'It’s below the mark that you set.',
  },
  untold: {
    title: 'No balance of {endpoint}',
    waiting: 'We haven’t asked Cardzo yet.',
    refused: 'Cardzo refused to say. Its support must enable this for you.',
    locked_out: 'Cardzo refused our login or control value. Its support must enable this for you.',
    silence: 'Cardzo gave no answer that we can read. We keep asking.',
    not_sent: 'We couldn’t reach Cardzo. We keep asking.',
  },
  cover: {
    short: 'The balance at Cardzo doesn’t cover this',
    shortText:
      'Cardzo said <age></age> ago that <free></free> can be paid out. Without what was approved or sent since then, <left></left> is left. This takes <amount></amount>, which is <missing></missing> too much.',
    may: 'You can approve it all the same; Cardzo may decline what it can’t pay.',
    stale: 'We don’t know if the balance at Cardzo covers this',
    staleText:
      'The last answer is too old: Cardzo said <age></age> ago that <free></free> could be paid out. This takes <amount></amount>.',
  },
} as const
