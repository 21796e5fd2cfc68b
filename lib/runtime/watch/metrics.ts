/**
 * What this process measures of itself, for Prometheus. What is true of the whole installation (payouts, items, queues) is asked of the
 * database at each scrape of a web server: app/api/metrics/metrics.ts. No label ever holds an id, an address or a name: each has a few
 * values, which are written down here or in the type that they come from.
 */
import { performance } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { processState } from '#lib/runtime/process-state.ts'

export type PoolState = { total: number; idle: number; waiting: number; limit: number }

export type ProcessMetrics = ReturnType<typeof createProcessMetrics>

/** One per process, made when it is first asked for. */
export const processMetrics = (): ProcessMetrics => (processState.metrics ??= createProcessMetrics())

/** Seconds. Requests of ours take milliseconds; Cardzo's take up to its time-out; what is due is late by up to minutes. */
const buckets = {
  short: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  calls: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
  late: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
}

/** Why a callback was not taken; `too_many`: refused ones from one address, limited. */
export const refusalsOfCallbacks = [
  'malformed',
  'wrong_control',
  'shifted_ids',
  'too_many',
  'intake_full',
  'not_stored',
] as const

/** `unsure`: the connection broke while it was sent, so it may have arrived. */
const mailOutcomes = ['sent', 'refused', 'unsure'] as const
const logLevels = ['warn', 'error'] as const

export function createProcessMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const shared = { registers: [registry] }
  const name = (short: string) => `payout_portal_${short}`
  const counter = <Label extends string>(short: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: name(short), help, labelNames, ...shared })
  const gauge = (short: string, help: string) => new Gauge({ name: name(short), help, ...shared })
  const histogram = <Label extends string>(
    short: string,
    of: keyof typeof buckets,
    help: string,
    ...labelNames: Label[]
  ) => new Histogram({ name: name(short), help, labelNames, buckets: buckets[of], ...shared })

  /** Where the numbers come from; undefined: this process has none. */
  const sources: { pool?: () => PoolState; inHand?: () => { now: number; most: number } } = {}
  const pool = new Gauge({
    name: name('database_connections'),
    help: 'Connections of this process to the database: open, of these idle, and callers that wait for one.',
    labelNames: ['state'],
    ...shared,
    collect() {
      const now = sources.pool?.()
      if (now) for (const state of ['total', 'idle', 'waiting'] as const) this.set({ state }, now[state])
    },
  })
  const limits = new Gauge({
    name: name('database_connections_limit'),
    help: 'Connections that this process may open: DATABASE_POOL_SIZE.',
    ...shared,
    collect() {
      const now = sources.pool?.()
      if (now) this.set(now.limit)
    },
  })
  const inHand = new Gauge({
    name: name('worker_in_hand'),
    help: 'Payouts that this worker works on right now, and the most it takes.',
    labelNames: ['what'],
    ...shared,
    collect() {
      const { now, most } = sources.inHand?.() ?? {}
      if (now !== undefined) this.set({ what: 'now' }, now)
      if (most !== undefined) this.set({ what: 'most' }, most)
    },
  })
  let before = performance.eventLoopUtilization()
  const busy = new Gauge({
    name: name('event_loop_utilization'),
    help: 'The part of the time since the last scrape in which this process was busy, 0 to 1.',
    ...shared,
    collect() {
      const now = performance.eventLoopUtilization()
      this.set(performance.eventLoopUtilization(now, before).utilization)
      before = now
    },
  })

  const metrics = {
    registry,
    sources,
    pool,
    limits,
    inHand,
    busy,
    requests: histogram(
      'http_request_duration_seconds',
      'short',
      'Requests by class of address, from their head to the end of the answer. Streams are left out.',
      'route',
      'method',
      'status',
    ),
    requestsOpen: gauge(
      'http_requests_open',
      'Requests that this web server is answering, streams left out.',
    ),
    streams: gauge('open_streams', 'Pages that are open and hear of changes.'),
    gatewayCalls: histogram(
      'gateway_call_duration_seconds',
      'calls',
      'Calls of Cardzo that this worker made, by command and by what came of them.',
      'command',
      'outcome',
    ),
    gatewayWaits: histogram(
      'gateway_place_wait_seconds',
      'calls',
      'How long a call waited for its place under CARDZO_MAX_REQUESTS_PER_S.',
    ),
    lateness: histogram(
      'due_lateness_seconds',
      'late',
      'How long a payout had been due when a worker took it: polls, news and first steps.',
    ),
    steps: histogram(
      'step_duration_seconds',
      'calls',
      'Steps of this worker, by the status that the payout had at their beginning.',
      'status',
    ),
    periodicFailures: counter(
      'periodic_failures_total',
      'Runs of periodic work that failed, by its name in docs/what-runs-often.md.',
      'work',
    ),
    callbacksStored: counter('callbacks_stored_total', 'Callbacks that this web server stored.'),
    callbacksRefused: counter(
      'callbacks_refused_total',
      'Callbacks that this web server did not take, by reason.',
      'reason',
    ),
    mails: counter('mails_total', 'Attempts of this worker to send a mail, by what came of them.', 'outcome'),
    webhooks: histogram(
      'webhook_duration_seconds',
      'calls',
      'Attempts of this worker to send webhooks, by what came of them.',
      'outcome',
    ),
    logLines: counter('log_lines_total', 'Warnings and errors that this process logged.', 'level'),
  }
  // A counter that is not there yet has no rate.
  metrics.callbacksStored.inc(0)
  for (const reason of refusalsOfCallbacks) metrics.callbacksRefused.inc({ reason }, 0)
  for (const outcome of mailOutcomes) metrics.mails.inc({ outcome }, 0)
  for (const level of logLevels) metrics.logLines.inc({ level }, 0)
  return metrics
}
