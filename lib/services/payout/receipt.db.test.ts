import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { statusToken } from './links.ts'
import { checkReceipt, showReceipt } from './receipt.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

/** As if Cardzo had said so. */
async function becomePaid(id: string, gatewayAmount: string | null = null): Promise<string> {
  const orderId = String(randomInt(1, 2 ** 47))
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`
      UPDATE payout SET status = 'paid', final_at = now(), order_id = ${orderId}, gateway_amount = ${gatewayAmount}
      WHERE id = ${id}::uuid`
  })
  return orderId
}

async function receiptOf(id: string) {
  const shown = await showReceipt(portal.deps, statusToken(portal.deps.config, id))
  if (!shown.ok) throw new Error(`no receipt: ${shown.code}`)
  return shown.receipt
}

const check = (reference: string, code: string, ip = '192.0.2.1') =>
  checkReceipt({ ...portal.deps, rateLimit: () => Promise.resolve(true) }, { reference, code, ip })

describe('a receipt', () => {
  it('is there once the payout is paid, with Cardzo’s order and a code', async () => {
    const id = await portal.ask()
    const token = statusToken(portal.deps.config, id)
    expect(await showReceipt(portal.deps, token)).toMatchObject({ code: 'not_found' })
    const orderId = await becomePaid(id)
    expect(await receiptOf(id)).toMatchObject({
      orderId,
      code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/) as string,
    })
    expect(await showReceipt(portal.deps, 'no-such-token-anywhere')).toMatchObject({ code: 'not_found' })
  })

  it('is not given for a payout of which Cardzo paid another amount', async () => {
    const id = await portal.ask()
    await becomePaid(id, '0.07')
    const token = statusToken(portal.deps.config, id)
    expect(await showReceipt(portal.deps, token)).toMatchObject({ code: 'not_found' })
  })

  it('is checked by anyone, who learns the amount, the day and the last four characters', async () => {
    const id = await portal.ask()
    await becomePaid(id)
    const { reference, code, displayAmount, accountLast4, paidAt } = await receiptOf(id)
    const answer = { ok: true, receipt: { displayAmount, accountLast4, paidAt } }
    expect(await check(reference, code)).toEqual(answer)
    // As people type it.
    expect(await check(` ${reference.toUpperCase()} `, code.toLowerCase().replaceAll('-', ' '))).toEqual(
      answer,
    )
    expect(await check(reference, code.replaceAll('0', 'O').replaceAll('1', 'l'))).toEqual(answer)
  })

  it('is not genuine with the code of another one, a changed code, or none', async () => {
    const [one, other] = [await portal.ask(), await portal.ask()]
    await becomePaid(one)
    await becomePaid(other)
    const [a, b] = [await receiptOf(one), await receiptOf(other)]
    const first = a.code.startsWith('7') ? '8' : '7'
    for (const [reference, code] of [
      [a.reference, b.code],
      [a.reference, first + a.code.slice(1)],
      [a.reference, ''],
      ['', a.code],
      ['po-nothing', a.code],
    ] as const)
      expect(await check(reference, code), `${reference} ${code}`).toMatchObject({ code: 'not_found' })
  })

  it('can be checked only so often from one address', async () => {
    const id = await portal.ask()
    await becomePaid(id)
    const { reference, code } = await receiptOf(id)
    const counted: string[] = []
    const rateLimit = (bucket: string, key: string) => {
      counted.push(`${bucket} ${key}`)
      return Promise.resolve(false)
    }
    const answer = await checkReceipt({ ...portal.deps, rateLimit }, { reference, code, ip: '192.0.2.9' })
    expect(answer).toMatchObject({ ok: false, code: 'rate_limited' })
    expect(counted).toEqual(['receipt ip:192.0.2.9'])
  })
})
