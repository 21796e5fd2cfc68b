/** The policy as the operator sets it on the command line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { setPolicy } from './set-policy.ts'

const operator: Actor = { kind: 'operator', name: 'Test operator' }

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
beforeAll(async () => {
  portal = await createTestPortal()
  deps = portal.deps
})
afterAll(() => portal.close())

const { person } = createAccounts(() => deps)

describe('the auto-approve policy', () => {
  it('is set in decimal major units of the currency, and zero means never', async () => {
    await person('admin')
    const set = (currency: string, autoApproveBelow: string) =>
      setPolicy(deps, operator, { currency, autoApproveBelow })
    expect(await set('EUR', '500')).toMatchObject({
      ok: true,
      policy: { currency: 'EUR', autoApproveBelow: '500.00' },
    })
    // From the first admin on it is a proposal, and one waits at a time.
    expect(await set('EUR', '600')).toMatchObject({ code: 'proposal_waits' })
    const proposal = await deps.policy.proposal()
    await deps.policy.decide(proposal?.version ?? 0, 'rejected', operator)
    expect(await set('EUR', '0')).toMatchObject({ ok: true, policy: { autoApproveBelow: '0.00' } })
    for (const wrong of ['-1', '1e3', '5.005', '', '1,5'])
      expect(await set('EUR', wrong)).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'autoApproveBelow' }],
      })
    expect(await set('GBP', '5')).toMatchObject({ code: 'invalid_request', errors: [{ path: 'currency' }] })
  })
})
