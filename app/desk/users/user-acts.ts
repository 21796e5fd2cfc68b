/** What an admin can do to somebody else's account: each on a page of its own, with a code. Its words are in `users.act`. */
export const userActs = ['role', 'disable', 'reset-factor', 'end-sessions', 'person', 'invite'] as const
export type UserAct = (typeof userActs)[number]

export const isUserAct = (text: string): text is UserAct => (userActs as readonly string[]).includes(text)
