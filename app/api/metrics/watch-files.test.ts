/** Holds deploy/watch against the metrics that the portal really has: names, labels and their values, and a test for each alert. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { processMetrics } from '#app/_server/process-metrics.ts'
import { routeClasses } from '#lib/web/route-class.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { itemKinds } from '#lib/services/ports.ts'
import { anchorsIn } from '../../../docs/anchors.ts'
import { expose } from './metrics.ts'

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')

/** What a scrape of a web server shows, and with it every metric of a worker: one registry declares both. */
async function exposed(): Promise<Map<string, Set<string>>> {
  const now = new Date()
  const condition = { silentSince: null, lockedOutAt: null, lockOut: null, simulator: false, lastOkAt: now }
  const { text } = await expose(
    {
      byStatus: Object.fromEntries(payoutStatuses.map((status) => [status, 1])) as never,
      oldestAgeMs: {},
      itemsByKind: [{ kind: 'stuck', count: 1, oldestAgeMs: 1 }],
      ...{ openItems: 1, dueNow: 1, oldestDueAgeMs: 1, mailsWaiting: 1, oldestMailAgeMs: 1 },
      ...{ webhooksWaiting: 1, webhooksLateMs: 1, stopped: false, askingFirst: false },
    },
    true,
    { balanced: true, checkedAt: now } as never,
    condition,
    [{ ...condition, endpointId: 1 }],
    { state: 'ok', lagMs: 1 },
  )
  const known = new Map<string, Set<string>>()
  const add = (name: string, labels: readonly string[] = []) =>
    known.set(name, new Set([...(known.get(name) ?? []), ...labels]))
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
    for (const one of type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])
      add(one, type === 'histogram' ? ['le'] : [])
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{([^}]*)\}/gm))
    add(
      name,
      [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
    )
  for (const metric of processMetrics().registry.getMetricsAsArray()) {
    const { name, labelNames } = metric as unknown as { name: string; labelNames: string[] }
    for (const one of [name, `${name}_bucket`, `${name}_sum`, `${name}_count`])
      if (known.has(one)) add(one, labelNames)
  }
  return known
}

/** What Prometheus adds by itself. */
const fromPrometheus = ['job', 'instance']

/** Labels whose values are ours. */
const valuesOf: Record<string, readonly string[]> = {
  status: [...payoutStatuses, '1xx', '2xx', '3xx', '4xx', '5xx', 'aborted'],
  kind: itemKinds,
  route: routeClasses,
  state: ['total', 'idle', 'waiting'],
  what: ['now', 'most'],
  level: ['warn', 'error'],
  outcome: ['silence', 'not_sent', 'locked_out', 'known', 'accepted', 'refused', 'error'],
  reason: ['malformed', 'wrong_control', 'shifted_ids', 'too_many', 'intake_full', 'not_stored'],
}

const selectors = /\b((?:payout_portal|process|nodejs)_\w+)(?:\{([^}]*)\})?/g
const matchers = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g

async function troubles(expressions: readonly string[]): Promise<string[]> {
  const known = await exposed()
  return expressions.flatMap((text) => {
    const used = [...text.matchAll(selectors)]
    const grouped = [...text.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/))
    const labelsHere = used.flatMap(([, name = '']) => [...(known.get(name) ?? [])])
    return [
      ...used.filter(([, name = '']) => !known.has(name)).map(([, name]) => `${name} is no metric of ours`),
      ...grouped
        .filter((label) => ![...labelsHere, ...fromPrometheus].includes(label))
        .map((label) => `${label} is no label in ${text}`),
      ...used.flatMap(([, name = '', inside = '']) =>
        [...inside.matchAll(matchers)].flatMap(([, label = '', how = '', value = '']) => {
          if (!known.get(name)?.has(label) && !fromPrometheus.includes(label))
            return [`${name} has no label ${label}`]
          const values = valuesOf[label]
          if (!values) return []
          const fits = (one: string) =>
            how.endsWith('~') ? new RegExp(`^(?:${value})$`).test(one) : one === value
          return values.some(fits) ? [] : [`${label} is never ${value}`]
        }),
      ),
    ]
  })
}

const alertsFile = read('deploy/watch/alerts.yml')
const testsFile = read('deploy/watch/alerts.test.yml')
const alerts = alertsFile
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((text) => ({
    name: /^\w+/.exec(text)?.[0] ?? '',
    expr: /expr: >-\n\s+(.*)/.exec(text)?.[1] ?? '',
    severity: /severity: (\w+)/.exec(text)?.[1] ?? '',
    runbook: /runbook: (\S+)/.exec(text)?.[1] ?? '',
  }))

describe('alerts', () => {
  it('ask for metrics, labels and values that there are', async () => {
    expect(alerts.length).toBeGreaterThan(20)
    expect(await troubles(alerts.map(({ expr }) => expr))).toEqual([])
  })

  it.each(alerts)(
    '$name leads to a page of this repository that says what to do',
    ({ severity, runbook }) => {
      expect(['warning', 'critical']).toContain(severity)
      const [file = '', anchor] = runbook.split('#')
      expect(existsSync(new URL(`../../../${file}`, import.meta.url))).toBe(true)
      if (anchor !== undefined) expect(anchorsIn(read(file))).toContain(anchor)
    },
  )

  it('each have a history in which they fire, and one in which they stay quiet', () => {
    const tested = [...testsFile.matchAll(/^ {2}- name: (\w+) (fires|stays quiet)$/gm)]
    for (const how of ['fires', 'stays quiet'])
      expect(tested.filter(([, , one]) => one === how).map(([, name]) => name)).toEqual(
        alerts.map(({ name }) => name),
      )
    expect(testsFile.match(/exp_alerts: \[\]/g)).toHaveLength(alerts.length)
  })

  it('are tested with metrics, labels and values that there are', async () => {
    const series = [...testsFile.matchAll(/series: '([^']*)'/g)].map(([, one = '']) => one)
    expect(await troubles(series)).toEqual([])
  })
})

describe('the dashboard', () => {
  type Panel = {
    type: string
    title: string
    targets?: { expr: string }[]
    gridPos: Record<'x' | 'y' | 'w' | 'h', number>
  }
  const { panels } = JSON.parse(read('deploy/watch/grafana-dashboard.json')) as { panels: Panel[] }
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

  it('asks for metrics, labels and values that there are', async () => {
    expect(expressions.length).toBeGreaterThan(30)
    expect(await troubles(expressions)).toEqual([])
  })

  it('shows every metric of ours', async () => {
    const shown = new Set(
      expressions.flatMap((text) => [...text.matchAll(selectors)].map(([, name]) => name)),
    )
    const bare = (name: string) => name.replace(/_(bucket|sum|count)$/, '')
    const seen = new Set([...shown].map((name = '') => bare(name)))
    // A time that only alerts compare with now.
    const left = [
      'money_equation_checked_timestamp_seconds',
      'gateway_answered_timestamp_seconds',
      'asking_first',
    ]
    const missing = [...(await exposed()).keys()]
      .filter((name) => name.startsWith('payout_portal_') && !seen.has(bare(name)))
      .filter((name) => !left.includes(name.replace('payout_portal_', '')))
    expect(missing).toEqual([])
  })

  it('has panels that do not lie on each other', () => {
    for (const one of panels)
      for (const other of panels) {
        const [a, b] = [one.gridPos, other.gridPos]
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
        expect(one === other || apart, `${one.title} and ${other.title}`).toBe(true)
      }
  })
})

describe('the check', () => {
  it('of these rules notices a metric, a label and a value that are not there', async () => {
    expect(
      await troubles([
        'max(payout_portal_nothing)',
        'max by (colour) (payout_portal_payouts)',
        'payout_portal_payouts{colour="x"}',
        'payout_portal_payouts{status="payed"}',
        'payout_portal_open_items_by_kind{kind=~"other_.*"} > 0',
      ]),
    ).toHaveLength(4)
  })
})
