// Requests of the API for a payout, each for another receiver.
import { randomUUID } from 'node:crypto'
import type { PayoutView } from '#lib/contract/payout.ts'
import { httpRequest } from './load.ts'

const bodyOf = () => ({
  amount: '100.50',
  currency: 'EUR',
  receiver: { externalId: `cust-${randomUUID()}`, firstName: 'Ada', lastName: 'Nowak' },
  destination: { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' },
})
const headersOf = (apiKey: string) => ({ Authorization: `Bearer ${apiKey}`, 'Idempotency-Key': randomUUID() })

/** The text of one request, for the load loop. */
export const createRequest = (address: string, apiKey: string) =>
  httpRequest(address, { method: 'POST', headers: headersOf(apiKey), body: JSON.stringify(bodyOf()) })

/** Asks for `count` payouts, some at a time. */
export async function createPayouts(appUrl: string, apiKey: string, count: number): Promise<PayoutView[]> {
  const created: PayoutView[] = []
  let left = count
  const loop = async () => {
    while (left-- > 0) {
      const answer = await fetch(`${appUrl}/api/v1/payouts`, {
        method: 'POST',
        headers: { ...headersOf(apiKey), 'Content-Type': 'application/json' },
        body: JSON.stringify(bodyOf()),
      })
      if (answer.status !== 201) throw new Error(`A payout was not taken: ${await answer.text()}`)
      created.push((await answer.json()) as PayoutView)
    }
  }
  await Promise.all(Array.from({ length: 16 }, loop))
  return created
}
