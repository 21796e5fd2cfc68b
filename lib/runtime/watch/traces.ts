/**
 * Traces, as the rest of the portal sees them. While OTEL_EXPORTER_OTLP_ENDPOINT is unset there are none: nothing of OpenTelemetry is
 * loaded, and every function here only looks whether they are on. trace-sdk.ts has the rest.
 *
 * A payout has one trace for its whole life. Its id is the payout's own without hyphens, so nobody has to store it, and the
 * one gives the other. What a span may say is the type `SpanFacts`: no text that a person typed, no address, no account, no secret.
 */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { processState } from '#lib/runtime/process-state.ts'

/** Everything that any span may say. A test reads all that was sent and compares. */
export type SpanFacts = {
  'payout.id'?: string
  'payout.status'?: PayoutStatus
  'payout.status.new'?: PayoutStatus
  'payout.move'?: string
  /** `user`, `receiver`, `worker` …: never who. */
  'actor.kind'?: string
  'worker.id'?: string
  'cardzo.command'?: string
  /** The kind of its answer: `accepted`, `silence` … */
  'cardzo.outcome'?: string
  'cardzo.endpoint'?: number
  'http.request.method'?: string
  /** The class of the address, never the address. */
  'http.route'?: string
  'http.response.status_code'?: number
  'callback.answer'?: string
  /** The error's class and code, never its message. */
  'error.type'?: string
}

export type SpanOptions = {
  kind?: 'server' | 'client' | 'internal'
  facts?: SpanFacts
  /** In this payout's trace: below the span that is open, if that is in it too; else at its top, linked with the open one. */
  payoutId?: string
  /** Only below an open span: without one, nothing is recorded. */
  onlyWithin?: true
  /** A caller's W3C `traceparent`, which this span continues if it is a right one. */
  traceparent?: string | null
}

/** An open span. */
export type OpenSpan = { set: (facts: SpanFacts) => void }

export type Traces = {
  inSpan: <T>(name: string, options: SpanOptions, act: (span?: OpenSpan) => Promise<T>) => Promise<T>
  /** The whole life of a payout, recorded when it is over: the span that all others of its trace are below. */
  lived: (payout: { id: string; createdAt: Date; finalAt: Date; status: PayoutStatus }) => void
  /** Of the open span. */
  here: () => { traceId: string; spanId: string } | undefined
  /** Sends what was recorded. Never rejects. */
  close: () => Promise<void>
}

/** 32 hexadecimal digits. */
export const traceIdOf = (payoutId: string): string => payoutId.replaceAll('-', '').toLowerCase()

/** Does this within a span, if traces are on. What `act` throws is thrown, and marks the span. */
export function inSpan<T>(
  name: string,
  options: SpanOptions,
  act: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  const { traces } = processState
  return traces === undefined ? act() : traces.inSpan(name, options, act)
}

/** The trace of what is going on here, for logs and answers; undefined while traces are off. */
export const traceHere = () => processState.traces?.here()
