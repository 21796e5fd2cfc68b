/** A person's own account: password, sessions, second factor, time zone. */
export const account = {
  zone: {
    title: 'Time zone',
    label: 'Show times in',
    hint: 'Applies to this browser.',
    own: 'My browser’s time zone',
    save: 'Save time zone',
    done: 'Your time zone is saved.',
  },
} as const
