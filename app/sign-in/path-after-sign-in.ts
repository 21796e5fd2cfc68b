import type { Role } from '#lib/payouts/permissions.ts'

/** Where a person goes after signing in: back to where they came from, if that is a page of ours for them, else to their own start. */
export function pathAfterSignIn(role: Role, next: string): string {
  const isReceiver = role === 'receiver'
  const isOthers = isReceiver ? next.startsWith('/desk') : next.startsWith('/withdraw')
  if (isOwnPath(next) && !isOthers) return next
  return isReceiver ? '/withdrawals' : '/desk'
}

/** Browsers may read `//host`, `/\host` and control characters as another site. */
function isOwnPath(path: string): boolean {
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)) return false
  const url = new URL(path, 'http://portal.invalid')
  return url.host === 'portal.invalid' && !url.pathname.startsWith('/sign-in') && url.pathname !== '/'
}
