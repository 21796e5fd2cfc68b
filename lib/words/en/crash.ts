/** When a page fails, or is older than the portal. Every page sends these to the browser, so keep it short. */
export const crash = {
  home: 'Go to home',
  failed: {
    title: 'Something went wrong',
    text: 'Nothing was lost. Try again in a moment.',
    again: 'Try again',
    number: 'If this keeps happening, contact us and mention this number: <digest></digest>',
  },
  updated: {
    title: 'We’ve updated this page',
    text: 'Nothing was sent or changed. Reload the page, then send it again.',
    kept: 'We’ve kept what you typed, except passwords and codes.',
    reload: 'Reload the page',
  },
  newer: {
    title: 'A new version is here.',
    text: 'Reload when it suits you. What you typed stays, except passwords, codes and files.',
    reload: 'Reload',
  },
} as const
