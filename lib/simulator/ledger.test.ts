import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { percentOf, times } from './ledger.ts'
import { startMerchant } from './testing/merchant.ts'

describe('the ledger', () => {
  it('calculates with decimal text and loses no cent', () => {
    expect(times('100.10', 3)).toBe('300.30')
    expect(times('0.07', 2)).toBe('0.14')
    expect(times('1000', 2)).toBe('2000')
    expect(times('9999999.99', 0)).toBe('0.00')
    expect(percentOf('25.18', 50)).toBe('12.59')
    expect(percentOf('0.01', 50)).toBe('0.00')
    expect(percentOf('1.005', 50)).toBe('0.502')
  })

  it('in a file lets a payout go on after a restart', async () => {
    const ledgerFile = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'deep', 'ledger.json')
    const before = await startMerchant({ ledgerFile })
    const ids = await before.validated({ amount: '25.01', server_callback_url: '' })
    await before.pay(ids)
    await before.until(ids, () => before.simulator.ledger.byOrderId(ids.orderId)!.form === 'open')
    await before.close()
    expect(readFileSync(ledgerFile, 'utf8')).toContain(ids.orderId)

    const after = await startMerchant({ ledgerFile })
    try {
      expect(await after.status(ids)).toMatchObject({ status: 'processing' })
      await after.control(`orders/${ids.orderId}/form`, { decision: 'confirm' })
      expect(await after.status(ids)).toMatchObject({ status: 'approved' })
      const next = await after.validated()
      expect(BigInt(next.orderId)).toBeGreaterThan(BigInt(ids.orderId))
    } finally {
      await after.close()
    }
  })

  it('catches up on what should have happened while the simulator was down', async () => {
    const ledgerFile = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'ledger.json')
    const before = await startMerchant({ ledgerFile, settings: { stepMs: 200, retryMs: 15 } })
    const clientOrderId = before.newId()
    expect(await before.check(clientOrderId)).toMatchObject({ kind: 'accepted' })
    await before.close()
    const after = await startMerchant({ ledgerFile })
    try {
      const { orderId } = after.simulator.ledger.byClientOrderId(clientOrderId)!
      await after.until({ clientOrderId, orderId }, ({ stage }) => stage === 'payout_check_validated')
    } finally {
      await after.close()
    }
  })
})
