/** The demo’s mailbox and codes. */
export const demo = {
  codes: {
    title: 'Demo codes',
    lead: 'The codes that the demo staff’s authenticator apps show now. Each works once: after using one, take the next.',
    emptyTitle: 'No demo accounts here',
    emptyText: 'Load the demo data with <demo></demo> or <seed></seed>.',
    next: 'next <code></code>',
  },
  mail: {
    title: 'Demo mailbox',
    lead: 'Every email we would have sent, newest first. Anyone who can open this page sees them all.',
    emptyTitle: 'No emails yet',
    emptyText: 'Request a withdrawal. The first email arrives when it needs a decision or your bank.',
    to: 'to <recipient></recipient>',
    sending: 'sending',
    asHtml: 'See it as HTML',
    sealed: 'This text was sealed with another key.',
  },
} as const
