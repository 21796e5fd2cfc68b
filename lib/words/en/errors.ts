/** Pages that say that a page can’t be opened: not found, forbidden, signed out, away. */
export const errors = {
  home: 'Go to home',
  notFound: {
    name: 'Not found',
    title: 'We can’t find this page',
    text: 'The address may be wrong, or a link to a payout has expired. Links expire 90 days after a payout ends. If you got yours by email, open our latest email or sign in.',
  },
  forbidden: {
    name: 'No access',
    title: 'You don’t have access to this page',
    text: 'If you need it, ask your administrator.',
  },
  unauthorized: {
    title: 'Please sign in',
    text: 'You need to be signed in to see this page. Your session may have ended.',
  },
  file: 'Something went wrong on our side, so there is no file. We’ve recorded it; try again later.',
  form: {
    unreadable: {
      title: 'We can’t read this form',
      text: 'Nothing was changed. Go back, reload the page and send it from there.',
    },
    updated: {
      title: 'We’ve updated this page while it was open',
      text: 'Nothing was sent or changed. Open the page again and send your form from there.',
    },
    otherName: {
      title: 'This isn’t our address',
      text: 'Open the page with the address in your emails. Operators: APP_URL and the Host header differ; see docs/operations.md.',
    },
    again: 'Open the page again',
    typed: 'What you typed',
  },
  bare: {
    foreign: {
      title: 'This form didn’t come from us',
      text: 'Nothing was changed. Go back, reload the page and send it from there.',
    },
    readOnly: { title: 'This page can only be viewed', text: 'Open it in a browser.' },
    tooLong: { title: 'This form is too long', text: 'Nothing was changed. Go back and send less.' },
    away: {
      title: 'We’ll be right back',
      text: 'We can’t reach our database right now. Nothing is lost: try again in a few seconds.',
    },
  },
} as const
