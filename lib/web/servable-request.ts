/** Two odd requests that the framework would answer with 500, although the client is at fault. */

/**
 * The address with a path that can be decoded: if its percent signs don't spell UTF-8, they are taken literally, and the address is a 404
 * like any other mistyped one. The query stays as it is.
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

/** TRACE would echo a request's secrets; CONNECT is for proxies. */
export const isServableMethod = (method: string | undefined) => method !== 'TRACE' && method !== 'CONNECT'
