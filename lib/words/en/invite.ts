/** Accepting an invitation. */
export const invite = {
  title: 'Invitation',
  choose: 'Choose your password',
  lead: '<by></by> invited you, <name></name>, to the payout portal.',
  emailHint: 'You’ll sign in with it.',
  use: 'Save password',
  overTitle: 'This invitation has expired or was already used.',
  overText: 'Ask an administrator for a new one, or <link>sign in</link>.',
} as const
