/** What each step of a payout costs the database, every round trip counted. If you add one, you must change a number here. */
import { afterEach, beforeEach, describe, expect, it, onTestFailed } from 'vitest'
import { costOf } from '#lib/db/testing/count-statements.ts'
import type { Cost } from '#lib/db/testing/count-statements.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { leaseMsFor } from './step.ts'
import { workPayout } from './work-payout.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeEach(async () => {
  portal = await createTestPortal()
  // That Cardzo answers is noted at most once a second, however many steps there are.
  portal.deps.gatewayCondition = { ...portal.deps.gatewayCondition, recordOk: () => Promise.resolve() }
})
afterEach(() => portal.close())

let sent: string[]
beforeEach(() => {
  sent = []
  onTestFailed(() => {
    process.stdout.write(`${sent.join('\n')}\n`)
  })
})

const told = ({ statements, commits, texts }: Cost) => {
  sent.push(...texts, '')
  return `${statements} statements, ${commits} commits`
}

/** One look of a worker: what its claim costs, then the step with its release. */
async function look(id: string): Promise<string> {
  await portal.wake(id)
  const { deps } = portal
  let taken: Awaited<ReturnType<typeof deps.payouts.claimDue>> | undefined
  const claim = await costOf(async () => {
    taken = await deps.payouts.claimDue('worker', 1, leaseMsFor(deps.config.timeoutMs))
  })
  const [leased] = taken?.leased ?? []
  if (leased?.payout.id !== id) throw new Error('it was not due')
  const step = await costOf(() => workPayout(deps, leased))
  expect(claim.statements).toBeLessThanOrEqual(7)
  return `${(await portal.payout(id)).status}: ${told(step)}`
}

/** A receiver who is known, and statements that are planned. */
async function warmUp(looks: number): Promise<void> {
  const id = await portal.ask()
  for (let n = 0; n < looks; n++) await look(id)
}

async function ask(): Promise<[id: string, cost: string]> {
  let id = ''
  const cost = await costOf(async () => {
    id = await portal.ask()
  })
  return [id, `asked: ${told(cost)}`]
}

describe('what a payout costs the database', () => {
  it('from the request to paid, where a person approves', async () => {
    await warmUp(2)
    const [id, asked] = await ask()
    const costs = [asked, await look(id), await look(id)]
    const [approver, waiting] = [await portal.approver(), await portal.payout(id)]
    costs.push(`approved: ${told(await costOf(() => approvePayout(portal.deps, approver, seen(waiting))))}`)
    costs.push(await look(id), await look(id))
    expect(costs).toEqual([
      'asked: 2 statements, 1 commits',
      'checking: 4 statements, 3 commits',
      'awaiting_approval: 7 statements, 2 commits',
      'approved: 14 statements, 1 commits',
      'processing: 4 statements, 3 commits',
      'paid: 6 statements, 2 commits',
    ])
  })

  it('from the request to paid, where the policy approves and nobody gets a mail', async () => {
    const autoApprove = { below: '1000', sources: ['api' as const] }
    await portal.deps.policy.set(
      { currencies: { EUR: { ...plainCurrency, autoApprove } }, risk: {} },
      'a test',
      { kind: 'operator', name: 'test' },
    )
    await warmUp(4)
    const receiver = { externalId: 'cust-quiet', firstName: 'Ada', lastName: 'Nowak' }
    let id = ''
    const asked = await costOf(async () => {
      id = await portal.ask({ receiver })
    })
    const costs = [`asked: ${told(asked)}`]
    for (let step = 0; step < 4; step++) costs.push(await look(id))
    expect(costs).toEqual([
      'asked: 2 statements, 1 commits',
      'checking: 4 statements, 3 commits',
      'approved: 3 statements, 2 commits',
      'processing: 3 statements, 3 commits',
      'paid: 2 statements, 2 commits',
    ])
  })
})
