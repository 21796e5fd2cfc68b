/** Next answers 405 without the Allow header that HTTP requires, so each route says which methods it takes. */
import { localeOf } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { plainText } from './plain-answer.ts'
import { guardHeaders, problem } from './problem.ts'

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/**
 * Handlers for the methods that a route does not take (405), and for OPTIONS, which tells the others. No foreign web page may call us,
 * so OPTIONS carries no CORS header. A route exports those that it does not have itself; HEAD goes with GET by itself.
 */
export const otherMethods = (allow: string): Record<Method, () => Response> =>
  handlers(allow, () => problem('method_not_allowed', { allow }))

/** The same for a file that people open: they read it in their language. */
export const otherMethodsOfFile = (allow: string): Record<Method, (request: Request) => Response> =>
  handlers(allow, (request: Request) =>
    plainText(405, wordsFor(localeOf(request), 'errors')('bare.readOnly.text'), { Allow: allow }),
  )

function handlers<Refuse>(allow: string, refuse: Refuse): Record<Method, Refuse | (() => Response)> {
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
