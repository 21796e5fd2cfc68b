/**
 * OpenTelemetry, loaded only when an endpoint is set. It is not registered with OpenTelemetry's global API, where Next would find it: Next's
 * own spans hold whole addresses, and ours have tokens in them (docs/decisions/0035-metrics-and-traces.md).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import type { Context, Link, SpanContext } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { processState } from '#lib/runtime/process-state.ts'
import { traceIdOf } from './traces.ts'
import type { SpanFacts, SpanOptions, Traces } from './traces.ts'

export type TraceSettings = {
  /** Without `/v1/traces`. */
  endpoint: string
  headers: Readonly<Record<string, string>>
  /** The part of all payouts, and of all requests, whose traces are sent: 0 to 1. */
  ratio: number
}

/** How long a stopping process may take to send its last spans. */
const closeMs = 2_000
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL }

/** Every process decides by the trace id alone, so that a trace is whole or not there. */
export function startTraces(settings: TraceSettings, process: 'web' | 'worker'): Traces {
  const active = new AsyncLocalStorage<Context>()
  const ids = new RandomIdGenerator()
  /** The ids of the one span whose ids are not random: the top of a payout's trace. */
  let given: { traceId: string; spanId: string } | undefined
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `payout-portal-${process}` }),
    sampler: new TraceIdRatioBasedSampler(settings.ratio),
    idGenerator: {
      generateTraceId: () => given?.traceId ?? ids.generateTraceId(),
      generateSpanId: () => given?.spanId ?? ids.generateSpanId(),
    },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${settings.endpoint}/v1/traces`,
          headers: { ...settings.headers },
          timeoutMillis: 5_000,
        }),
      }),
    ],
  })
  const tracer = provider.getTracer('payout-portal')

  const whereTo = ({ payoutId, traceparent }: SpanOptions): { context: Context; links: Link[] } => {
    const here = active.getStore() ?? ROOT_CONTEXT
    const open = trace.getSpanContext(here)
    if (payoutId !== undefined) {
      const top = topOf(payoutId)
      if (open?.traceId === top.traceId) return { context: here, links: [] }
      // Both ways, so that the request leads to the payout, too.
      if (open) trace.getSpan(here)?.addLink({ context: top })
      return { context: trace.setSpanContext(ROOT_CONTEXT, top), links: open ? [{ context: open }] : [] }
    }
    const caller = traceparent == null ? undefined : readTraceparent(traceparent)
    return { context: caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : here, links: [] }
  }

  const traces: Traces = {
    async inSpan(name, options, act) {
      if (options.onlyWithin && active.getStore() === undefined) return act()
      const { context, links } = whereTo(options)
      const { kind = 'internal', payoutId } = options
      const facts: SpanFacts = { ...options.facts, ...(payoutId !== undefined && { 'payout.id': payoutId }) }
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes: facts, links }, context)
      try {
        return await active.run(trace.setSpan(context, span), () =>
          act({ set: (more) => void span.setAttributes(more) }),
        )
      } catch (error) {
        span.setAttributes({ 'error.type': typeOf(error) } satisfies SpanFacts)
        span.setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        span.end()
      }
    },

    lived({ id, createdAt, finalAt, status }) {
      const facts: SpanFacts = { 'payout.id': id, 'payout.status': status }
      const { traceId, spanId } = topOf(id)
      // Starting a span takes no time that another could get in between.
      given = { traceId, spanId }
      try {
        tracer.startSpan('payout', { attributes: facts, startTime: createdAt }, ROOT_CONTEXT).end(finalAt)
      } finally {
        given = undefined
      }
    },

    here() {
      const open = trace.getSpanContext(active.getStore() ?? ROOT_CONTEXT)
      return open && { traceId: open.traceId, spanId: open.spanId }
    },

    async close() {
      delete processState.traces
      const late = new Promise<void>((resolve) => void setTimeout(resolve, closeMs).unref())
      await Promise.race([provider.shutdown().catch(() => undefined), late])
    },
  }
  return (processState.traces = traces)
}

/** The span that is a payout's whole life: its ids follow from the payout's. */
function topOf(payoutId: string): SpanContext {
  const traceId = traceIdOf(payoutId)
  return { traceId, spanId: traceId.slice(16), traceFlags: TraceFlags.SAMPLED, isRemote: true }
}

/** https://www.w3.org/TR/trace-context/#traceparent-header. Undefined: it isn't one, and a new trace begins. */
export function readTraceparent(header: string): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = ''] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?=$|-)/.exec(header.trim()) ?? []
  const isLonger = header.trim().length > 55
  if (version === undefined || version === 'ff' || (version === '00' && isLonger)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

/** A message may repeat what was to be stored. */
const typeOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name}${'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''}`
    : typeof error
