/** Signing in: password, link by email, second factor. */
export const signIn = {
  title: 'Sign in',
  phrase: 'Your phrase: <phrase></phrase>',
  noPassword: 'No password?',
  linkLead: 'If you receive payouts from us, we can email you a sign-in link.',
  // Must not contain “email”: programs look for the field above by that word.
  linkEmail: 'Send the link to',
  sendLink: 'Email me a sign-in link',
  sentTitle: 'Check your email',
  sentText:
    'If this address receives payouts from us, we’ve sent it a sign-in link. It works once, for 15 minutes.',
  enterEmail: 'Enter your email.',
  enterPassword: 'Enter your password.',
  missing: 'Something is missing.',
  codeLead:
    'For <email></email>. A second step keeps your account safe even if someone learns your password.',
  lostPhone:
    'Lost your phone? Enter one of your recovery codes instead. No codes either? An administrator can reset your second factor.',
  startAgain: 'Start again',
  linkOver: 'This sign-in link has expired or was already used.',
  newLink: 'Get a new link',
  linkOnce: 'This link works once.',
  setUp: {
    title: 'Set up your second factor',
    lead: 'Everyone on staff signs in with a second step, and uses it to confirm anything that moves money.',
    codeHint: 'The six digits your app shows now.',
    done: 'Your second factor is set up',
    doneLead: 'You’re signed in. One last thing, in case you lose your phone.',
    kept: 'I’ve saved them, continue',
    shownOnce:
      'Recovery codes are shown only once. If you haven’t saved them, create new ones on your account page.',
    continue: 'Continue',
  },
} as const
