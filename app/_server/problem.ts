/** Every "no" to another system is a problem document (RFC 9457) with a stable `code`. */
import type { RefusalDetail } from '#lib/payouts/refusal-details.ts'
import { refusalAnswers } from '#lib/payouts/refusals.ts'
import type { InputProblem, RefusalCode } from '#lib/payouts/refusals.ts'
import { titleOf } from '#lib/payouts/text.ts'
import { wordsFor } from '#lib/words/words.ts'
import { inEnglish } from '#lib/words/problem-text.ts'
import { detailText } from '#lib/words/refusal-text.ts'
import { traceHere } from '#lib/runtime/watch/traces.ts'
import { WholeResponse } from '#lib/runtime/whole-response.ts'

/** What we can answer to a machine: the expected refusals, and two that only HTTP knows. */
const onlyHttp = {
  method_not_allowed: { http: 405, text: 'This address doesn’t take that method. See the Allow header.' },
  internal: { http: 500, text: 'Something went wrong on our side. We’ve recorded it; try again later.' },
} as const satisfies Record<string, { http: number; text: string }>

export type ProblemCode = RefusalCode | keyof typeof onlyHttp

const english = wordsFor('en', 'refusals')
const refusalProblems = Object.fromEntries(
  Object.entries(refusalAnswers).map(([code, { http }]) => [
    code,
    { http, text: english(code as RefusalCode) },
  ]),
) as Record<RefusalCode, { http: number; text: string }>

export const problemAnswers: Record<ProblemCode, { http: number; text: string }> = {
  ...refusalProblems,
  ...onlyHttp,
}

/** No cache may keep our answers, and no browser may guess another type. */
export const guardHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** Seconds to wait before trying again: a restart of the database takes a few; the rate limit's window is a minute. */
const retryAfterS = { unavailable: 5, rate_limited: 60 } as const

/** Where the problem is described to people, relative to the portal's own address. */
export const problemType = (code: ProblemCode) => `/developers#${problemAnchor(code)}`
export const problemAnchor = (code: ProblemCode) => `problem-${code}`

export function problem(
  code: ProblemCode,
  more: { errors?: InputProblem[]; allow?: string; detail?: RefusalDetail } = {},
): Response {
  const { http, text } = problemAnswers[code]
  const trace = traceHere()
  const document = {
    type: problemType(code),
    // The same each time (RFC 9457 section 3.1.3).
    title: titleOf(code),
    status: http,
    code,
    detail: more.detail === undefined ? text : `${text} ${detailText('en', more.detail)}`,
    ...(more.errors && { errors: more.errors.map(inEnglish) }),
    ...(trace && { traceId: trace.traceId }),
  }
  return new WholeResponse(JSON.stringify(document), {
    status: http,
    headers: {
      'Content-Type': 'application/problem+json',
      ...guardHeaders,
      ...(http === 401 && { 'WWW-Authenticate': 'Bearer realm="payouts"' }),
      ...(code === 'unavailable' && { 'Retry-After': String(retryAfterS.unavailable) }),
      ...(code === 'rate_limited' && { 'Retry-After': String(retryAfterS.rate_limited) }),
      ...(more.allow !== undefined && { Allow: more.allow }),
    },
  })
}

/** A refusal that a verb returned, as a problem document. */
export function refusalProblem(refusal: {
  code: ProblemCode
  errors?: InputProblem[]
  detail?: RefusalDetail
}): Response {
  const { code, errors, detail } = refusal
  return problem(code, { ...(errors && { errors }), ...(detail !== undefined && { detail }) })
}
