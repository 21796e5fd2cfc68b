/** Two things that the framework answers with 500, although the client and not we did something odd. */

/**
 * The address with a path that can be decoded: where percent signs do not spell UTF-8, they are taken literally. Such an address
 * then is one that names nothing (404), like any other mistyped one. The query stays as it is.
 */
export function servablePath(address: string): string {
  const mark = address.indexOf('?')
  const path = mark < 0 ? address : address.slice(0, mark)
  return isDecodable(path) ? address : path.replaceAll('%', '%25') + address.slice(path.length)
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** TRACE would repeat a request's secrets to whoever sent it; nobody offers it today. */
export const isServableMethod = (method: string | undefined) => method !== 'TRACE' && method !== 'CONNECT'
