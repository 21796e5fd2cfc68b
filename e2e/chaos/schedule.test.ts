import { describe, expect, it } from 'vitest'
import { tidyDestination } from '#lib/services/destination/account-number.ts'
import { faultKinds } from '#lib/simulator/faults.ts'
import { callbackFaults, makeSchedule } from './schedule.ts'

const times = { timeoutMs: 500, leaseMs: 3000 }

describe('a schedule', () => {
  it('is the same for the same seed and another for another', () => {
    expect(makeSchedule(7, 40, 3, times)).toEqual(makeSchedule(7, 40, 3, times))
    expect(makeSchedule(8, 40, 3, times)).not.toEqual(makeSchedule(7, 40, 3, times))
  })

  it('has every kind of fault within a few seeds', () => {
    const schedules = Array.from({ length: 20 }, (_, seed) => makeSchedule(seed, 40, 3, times))
    const kinds = new Set(schedules.flatMap(({ faults }) => faults.map(({ kind }) => kind)))
    expect([...kinds].sort()).toEqual([
      'approved_after_end',
      'callback',
      'commit_answer_lost',
      'commit_lost',
      'connections_reset',
      'database_restarted',
      'database_stalled',
      'gateway_away',
      'mail_answer_lost',
      'mail_refused',
      'marker_unwritable',
      'web_restarted',
      'worker_frozen',
      'worker_killed',
    ])
    const callbacks = schedules.flatMap(({ faults }) =>
      faults.flatMap((fault) => (fault.kind === 'callback' ? [fault.callback] : [])),
    )
    expect(new Set(callbacks)).toEqual(new Set(callbackFaults))
    const gateway = schedules.flatMap(({ payouts }) => payouts.flatMap(({ gatewayFaults }) => gatewayFaults))
    expect(new Set(gateway.map(({ command }) => command)).size).toBe(3)
    // All that the simulator knows.
    expect([...new Set(gateway.map(({ fault }) => fault))].sort()).toEqual([...faultKinds].sort())
    expect(gateway.some(({ afterPay }) => afterPay)).toBe(true)
    const frozen = schedules.flatMap(({ faults }) =>
      faults.flatMap((fault) => (fault.kind === 'worker_frozen' ? [fault.forMs] : [])),
    )
    expect(Math.max(...frozen)).toBeGreaterThan(times.leaseMs)
  })

  it('gives every payout a key, an account and a decision of its own', () => {
    const { payouts } = makeSchedule(3, 40, 3, times)
    expect(new Set(payouts.map(({ key }) => key)).size).toBe(40)
    expect(new Set(payouts.map(({ account }) => account)).size).toBe(40)
    for (const { account } of payouts)
      expect(tidyDestination({ account_number: account }), account).toEqual({
        destination: { account_number: account },
        problems: [],
      })
    expect(new Set(payouts.map(({ decision }) => decision.kind)).size).toBeGreaterThan(3)
  })
})
