/** Sends one request until it is answered: retries what another attempt may mend, each time with the same idempotency key. */
import { PortalUnreachable } from './errors.ts'

export type SendOptions = {
  /** How often a request is sent again after the first time. */
  retries: number
  /** One attempt. */
  timeoutMs: number
  /** The longest wait between two attempts, also when the portal asks for a longer one. */
  maxWaitMs: number
  fetch: (request: Request) => Promise<Response>
  wait: (ms: number) => Promise<void>
}

/** Too many requests; and what the portal, or a proxy before it, says while it is away. */
const worthAnother: readonly number[] = [429, 502, 503, 504]

/**
 * Every call of the API may be repeated: reading changes nothing, what creates has an idempotency key, and the rest is the same when it is
 * done twice. Throws `PortalUnreachable` if no attempt got an answer.
 */
export async function send(request: Request, options: SendOptions): Promise<Response> {
  const { retries, timeoutMs, maxWaitMs } = options
  for (let attempt = 0; ; attempt++) {
    const isLast = attempt >= retries
    let answer: Response | undefined
    let cause: unknown
    try {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
      answer = await options.fetch(new Request(request.clone(), { signal }))
    } catch (error) {
      // A caller who gave up doesn't want another attempt.
      if (request.signal.aborted) throw error
      cause = error
    }
    if (answer && (isLast || !worthAnother.includes(answer.status))) return answer
    if (isLast) throw new PortalUnreachable(request, cause)
    await answer?.body?.cancel()
    await options.wait(Math.min(askedWaitMs(answer) ?? backOffMs(attempt), maxWaitMs))
  }
}

/** Half a second, doubled each time, up to a half less, so that many clients don't come back at once. */
const backOffMs = (attempt: number) => 500 * 2 ** attempt * (0.5 + Math.random() / 2)

function askedWaitMs(answer: Response | undefined): number | undefined {
  const seconds = answer?.headers.get('retry-after')
  return seconds != null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined
}
