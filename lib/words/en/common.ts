/** Small pieces that many pages share: forms, accounts, ages. Every page sends these to the browser, so keep it short. */
export const common = {
  account: { endingIn: 'ending in', notNamed: 'not named' },
  age: {
    underMinute: 'under a minute',
    minutes: '{n, number} min',
    hours: '{n, number} h',
    days: '{n, plural, one {# day} other {# days}}',
  },
  keep: 'Keep it',
  askCardzo: 'Ask Cardzo now<of>: <what></what></of>',
  copy: {
    copy: 'Copy the text',
    copied: 'Copied.',
    selected: 'The text is selected. Copy it with the keyboard.',
  },
  form: {
    fixThese: 'Please fix the following:',
    enterCode: 'Enter the code your authenticator app shows now.',
    enterReason: 'Enter a reason.',
    optional: 'optional',
    changed: 'This has changed',
    changedTitle: '{title}: this has changed',
    showNow: 'Show the latest version',
    openFirst: 'View that request',
    startNew: 'Start a new one',
    signInAgain: 'Sign in and come back',
    code: 'One-time code',
    codeHint: 'From your authenticator app. Each code works once. A recovery code works too.',
    newPassword: 'New password',
    newPasswordHint: 'At least 12 characters. Several words in a row are easy to remember and hard to guess.',
  },
} as const
