/**
 * The class of a request's address, for metrics and traces: one of the names written here, whatever the address is. Addresses hold tokens
 * and ids, and anybody can make up new ones.
 */

/** What other systems call, by noun. */
const apiNouns = ['payouts', 'batches', 'grants', 'receivers', 'events', 'openapi.json']
/** The rest of what is below /api. */
const apiParts = ['auth', 'brand', 'cardzo', 'demo', 'desk', 'health', 'metrics', 'pay']
/** Pages, by the first part of their address. */
const pages = [
  ...['account', 'balance', 'demo', 'desk', 'destinations', 'developers', 'freeze', 'invite', 'pay'],
  ...['sign-in', 'verify', 'withdraw', 'withdrawals'],
]

/** A stream of events: open for as long as its page is. */
export const streamClass = '/api/…/events'

export const routeClasses: readonly string[] = [
  ...apiNouns.map((noun) => `/api/v1/${noun}`),
  ...apiParts.map((part) => `/api/${part}`),
  ...pages.map((page) => `/${page}`),
  ...['/', '/api/v1', '/_next', 'other', streamClass],
]

/** `path` has no query. */
export function routeClassOf(path: string): string {
  const [, first = '', second = '', third = ''] = path.split('/', 4)
  if (first === '') return '/'
  if (first === '_next') return '/_next'
  if (pages.includes(first)) return `/${first}`
  if (first !== 'api') return 'other'
  if (second === 'v1') return apiNouns.includes(third) ? `/api/v1/${third}` : '/api/v1'
  if ((second === 'pay' || second === 'desk') && path.endsWith('/events')) return streamClass
  return apiParts.includes(second) ? `/api/${second}` : 'other'
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export const methodClassOf = (method: string | undefined): string =>
  method !== undefined && methods.includes(method) ? method : 'other'

/** `aborted`: the client went away before the end of its answer. */
export const statusClassOf = (status: number, finished: boolean): string =>
  finished ? `${Math.floor(status / 100)}xx` : 'aborted'
