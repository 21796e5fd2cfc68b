/** Why an exchange with Cardzo failed. A decline or refusal is not an error: it is a verdict, and is returned. */
export type CardzoErrorCode = 'not_sent' | 'timeout' | 'network' | 'too_large'

/** What `not_sent` means in detail. Each proves that not one byte of this request left. */
export type NotSentReason = 'name' | 'connect' | 'tls' | 'timeout' | 'guard' | 'closed'

/**
 * The exchange failed, so there is no answer to read.
 *
 * `not_sent` is a proof: the connection was never established, or the caller's guard said no. Every other code means
 * that Cardzo may have received and done what it was asked.
 */
export class CardzoError extends Error {
  override readonly name = 'CardzoError'
  readonly code: CardzoErrorCode
  /** Only with `not_sent`. */
  readonly reason: NotSentReason | null
  /** Node's own word for the failure (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), for logs. */
  readonly systemCode: string | null
  readonly durationMs: number

  constructor(
    code: CardzoErrorCode,
    message: string,
    details: {
      reason?: NotSentReason
      systemCode?: string | null
      durationMs?: number
      cause?: unknown
    } = {},
  ) {
    super(message, { cause: details.cause })
    this.code = code
    this.reason = details.reason ?? null
    this.systemCode = details.systemCode ?? null
    this.durationMs = details.durationMs ?? 0
  }
}

export type ConfigProblemCode =
  | 'base_url'
  | 'endpoint'
  | 'login'
  | 'merchant_control'
  | 'timeout'
  | 'max_sockets'
  | 'key_unreadable'
  | 'key_not_rsa'
  | 'key_too_short'

export type ConfigProblem = { code: ConfigProblemCode; message: string }

/** The options don't make a connection; lists all problems at once. */
export class CardzoConfigError extends Error {
  override readonly name = 'CardzoConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('; '))
    this.problems = problems
  }

  get code(): ConfigProblemCode | undefined {
    return this.problems[0]?.code
  }
}
