/** Which columns of a payout the database protects from every change, and which may change. Together they are all columns. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { createTestPortal, system } from '#lib/services/testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
/** Judged, with an order, an account, a description and a key, so that every column that can be set once is set. */
let id: string
let other: string

beforeAll(async () => {
  portal = await createTestPortal()
  const worker = portal.startWorker()
  id = await portal.ask({ description: 'Order 1' })
  await portal.until(id, 'awaiting_approval')
  await worker.stop()
  other = await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ben' } })
})
afterAll(() => portal.close())

/** Another value for each guarded column, in SQL. */
const guarded: Record<string, () => string> = {
  id: () => 'gen_random_uuid()',
  seq: () => 'seq + 1000',
  amount_minor: () => 'amount_minor + 1',
  currency: () => `'USD'`,
  description: () => `'Order 2'`,
  metadata: () => `'{"order":"2"}'`,
  receiver_id: () => `(SELECT receiver_id FROM payout WHERE id = '${other}')`,
  // A readable destination is from before sealing: it may be removed once it is sealed, but never added or changed.
  destination: () => `'{"account_number":"1"}'`,
  destination_id: () => 'gen_random_uuid()',
  content_hash: () => `'other'`,
  account_last4: () => `'0000'`,
  ip_address: () => `'203.0.113.9'`,
  source: () => `'desk'`,
  judged_source: () => `'desk'`,
  requested_by_id: () => 'gen_random_uuid()',
  api_key_id: () => 'NULL',
  idempotency_key: () => `'api:other'`,
  request_hash: () => `'other'`,
  endpoint_id: () => '2',
  client_order_id: () => `'po-other'`,
  order_id: () => `'999'`,
  replaces_id: () => `'${other}'`,
  pay_at: () => `now() + interval '1 day'`,
  reserves: () => 'NOT reserves',
  policy_version: () => 'policy_version + 1',
  policy_note: () => `'{"approved": true}'`,
  approvals_required: () => '0',
  created_at: () => `created_at - interval '40 days'`,
  version: () => 'version - 1',
  settled_by: () => `'[{"id":"x","name":"X","at":"2026-01-01"}]'`,
}

/** Each with the reason. What a move may do to them is up to the transition table and the claim. */
const mayChange: Record<string, string> = {
  status: 'moves; final ones are guarded below, and the claim of payout-pay by triggers of its own',
  final_at: 'set by the move that ends it, guarded from then on',
  destination_sealed:
    'sealed again under a new key; the worker compares its content with content_hash before it sends',
  destination_print: 'made again with a new key; risk checks only',
  gateway_status: "Cardzo's word",
  gateway_stage: "Cardzo's word",
  gateway_amount: "Cardzo's word",
  gateway_currency: "Cardzo's word",
  gateway_code: "Cardzo's word",
  gateway_message: "Cardzo's word",
  redirect_url: "Cardzo's word",
  validated_at: 'the bank may confirm again',
  pay_claimed_at: 'claimed again after nothing was sent',
  approved_by_id: 'who agreed last; the approvals themselves are rows of their own, guarded there',
  approved_at: 'the same',
  risk: 'the checks as they were at the last look',
  send_after: 'set by each approval; looked at by the claim',
  cooling_off_until: 'ends when a person releases the destination; looked at by the claim',
  expires_at: 'until when people may decide',
  failure_message: 'why it ended',
  status_token_hash: 'a link for reading',
  return_token_hash: 'a link for coming back',
  link_revoked_at: 'ends the link',
  returned_at: 'when the receiver came back',
  stage_since: 'since when it is where it is',
  updated_at: 'when it changed',
}

describe('every column of a payout', () => {
  it('is either guarded or listed as one that may change', async () => {
    const columns = await portal.prisma.$queryRaw<{ name: string }[]>`
      SELECT column_name::text AS name FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = 'payout'`
    const listed = [...Object.keys(guarded), ...Object.keys(mayChange)]
    expect([...new Set(listed)].sort()).toEqual([...listed].sort())
    expect(listed.sort()).toEqual(columns.map(({ name }) => name).sort())
  })

  it.each(Object.keys(guarded))('%s stays what it is', async (column) => {
    const value = guarded[column]?.() ?? ''
    const change = portal.prisma.$executeRawUnsafe(
      `UPDATE payout SET "${column}" = ${value} WHERE id = '${id}'`,
    )
    // A trigger refuses it, not the value's type or a foreign key.
    await expect(change).rejects.toThrow(/Code: `23001`/)
  })

  it('can be written by the same kind of statement where it may change', async () => {
    const touched = await portal.prisma.$executeRawUnsafe(
      `UPDATE payout SET gateway_status = 'processing', version = version + 1 WHERE id = '${id}'`,
    )
    expect(touched).toBe(1)
  })
})

describe('the due work of a payout', () => {
  const change = (set: string, of = id) =>
    portal.prisma.$executeRawUnsafe(`UPDATE payout_work SET ${set} WHERE payout_id = '${of}'`)

  it('begins with the payout and never goes away', async () => {
    expect(await portal.prisma.payoutWork.findUnique({ where: { payoutId: other } })).toMatchObject({
      dueAt: expect.any(Date) as Date,
      priority: 0,
      fence: 0n,
    })
    await expect(
      portal.prisma.$executeRawUnsafe(`DELETE FROM payout_work WHERE payout_id = '${id}'`),
    ).rejects.toThrow(/Code: `23001`/)
    await expect(portal.prisma.$executeRawUnsafe('TRUNCATE payout_work')).rejects.toThrow(/Code: `23001`/)
    await expect(change(`payout_id = '${randomUUID()}'`)).rejects.toThrow(/Code: `23001`/)
  })

  it('has a fence that only grows', async () => {
    await expect(change('fence = fence - 1')).rejects.toThrow(/Code: `23001`/)
    expect(await change('fence = fence + 1')).toBe(1)
  })

  it('is due at some time until the payout has ended', async () => {
    await expect(change('due_at = NULL', other)).rejects.toThrow(/Code: `23001`/)
    expect(await cancelPayout(portal.deps, system, { id: other })).toMatchObject({ ok: true })
    expect(await portal.payout(other)).toMatchObject({ status: 'cancelled', dueAt: null })
    expect(await change('due_at = now()', other)).toBe(1)
    expect(await change('due_at = NULL', other)).toBe(1)
  })
})
