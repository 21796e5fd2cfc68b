import type { components } from './schema.ts'

export type Problem = components['schemas']['Problem']
/** Stable; decide by it. */
export type ProblemCode = Problem['code']

/** The portal said no. */
export class PortalProblem extends Error {
  readonly problem: Problem
  /** Quote it to the people who run the portal. */
  readonly requestId: string | null
  constructor(problem: Problem, requestId: string | null) {
    super(problem.detail)
    this.name = 'PortalProblem'
    this.problem = problem
    this.requestId = requestId
  }
  get code(): ProblemCode {
    return this.problem.code
  }
  get status(): number {
    return this.problem.status
  }
  /** What is wrong with the input, each at its path; empty for other refusals. */
  get errors(): readonly { path: string; message: string }[] {
    return this.problem.errors ?? []
  }
}

/** Nobody answered, however often we asked. Whether the request arrived is not known: send it again with the same idempotency key. */
export class PortalUnreachable extends Error {
  constructor(request: Request, cause: unknown) {
    super(`${request.method} ${request.url} was not answered`, { cause })
    this.name = 'PortalUnreachable'
  }
}

/** Something else than the portal answered, such as a proxy. As with `PortalUnreachable`, nobody knows whether the request arrived. */
export class UnexpectedAnswer extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`Answered ${status} and no problem document: ${text.slice(0, 200)}`)
    this.name = 'UnexpectedAnswer'
    this.status = status
  }
}
