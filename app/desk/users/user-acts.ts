/** What an admin can do to somebody else's account: each on a page of its own, with a code. */
export const userActs = {
  role: {
    title: 'Change the role',
    button: 'Change the role',
    done: 'The role was changed. The person has to sign in again.',
    explanation:
      'The person is signed out and comes back with the new role. To become an approver or admin takes two: another admin confirms it. Who stops being an approver loses the approvals that were not sent yet.',
  },
  disable: {
    title: 'Disable the account',
    button: 'Disable',
    done: 'The account is disabled.',
    explanation:
      'Nobody can sign in as this person any more, and anybody who is signed in is out with the next click. Approvals that were not sent yet no longer count. The history stays.',
  },
  'reset-factor': {
    title: 'Reset the second factor',
    button: 'Reset the second factor',
    done: 'Password and second factor were reset. The person was told by mail.',
    explanation:
      'For a lost phone without recovery codes. Talk to the person first. Another admin confirms it; then password, authenticator and recovery codes stop working, all sessions end, and a mail leads the person to new ones.',
  },
  'end-sessions': {
    title: 'End all sessions',
    button: 'End all sessions',
    done: 'All sessions have ended.',
    explanation:
      'Everybody who is signed in as this person is out with the next click, and may sign in again.',
  },
  person: {
    title: 'Same person as another account',
    button: 'Save',
    done: 'Saved.',
    explanation:
      'Two accounts of one human being count once where two different people are asked for. Another admin confirms it; what this account has approved and was not sent yet must then be approved again.',
  },
  invite: {
    title: 'Send a link to choose a password',
    button: 'Send the link',
    done: 'The link is on its way. An earlier one no longer works.',
    explanation:
      'For an invitation that is too old, or a forgotten password. The link works once, for 72 hours; a second factor that is set up is still asked for.',
  },
} as const

export type UserAct = keyof typeof userActs

export const isUserAct = (text: string): text is UserAct => Object.hasOwn(userActs, text)
