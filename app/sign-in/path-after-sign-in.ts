import { isOwnPath } from '#app/_server/own-path.ts'
import type { Role } from '#lib/payouts/permissions.ts'

/** Where a person goes after signing in: back to where they came from, if that is a page of ours for them, else to their own start. */
export function pathAfterSignIn(role: Role, next: string): string {
  const isReceiver = role === 'receiver'
  const isOthers = isReceiver ? next.startsWith('/desk') : next.startsWith('/withdraw')
  if (isDestination(next) && !isOthers) return next
  return isReceiver ? '/withdrawals' : '/desk'
}

/** Worth coming back to: not a page of signing in, nor the first page. */
function isDestination(path: string): boolean {
  if (!isOwnPath(path)) return false
  const { pathname } = new URL(path, 'http://portal.invalid')
  return !pathname.startsWith('/sign-in') && pathname !== '/'
}
