/** Next answers 405 without the Allow header that HTTP requires, so each route says which methods it takes. */
import { guardHeaders, problem } from './problem.ts'

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/**
 * Handlers for the methods that a route does not take (405), and for OPTIONS, which tells the others. No foreign web page may call us,
 * so OPTIONS carries no CORS header. A route exports those that it does not have itself; HEAD goes with GET by itself.
 */
export function otherMethods(allow: string): Record<Method, () => Response> {
  const refuse = () => problem('method_not_allowed', { allow })
  const tell = () => new Response(null, { status: 204, headers: { Allow: allow, ...guardHeaders } })
  return {
    GET: refuse,
    HEAD: refuse,
    POST: refuse,
    PUT: refuse,
    PATCH: refuse,
    DELETE: refuse,
    OPTIONS: tell,
  }
}
