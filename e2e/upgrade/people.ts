// The people of the lab, and what is made for them before it begins.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Load } from './load.ts'
import type { Person } from './tabs.ts'

/** What a payout may take until it waits for an approval, on a busy machine. */
const waitsWithinMs = 60_000
const password = 'a long enough password'
export const receivers: Person[] = [1, 2, 3, 4].map((n) => ({ email: `receiver${n}@lab.example`, password }))
export const approvers: Person[] = ['A', 'B', 'C', 'D', 'E', 'F'].map((letter) => ({
  email: `approver${letter.toLowerCase()}@lab.example`,
  password,
  totpSecret: `LABAPPROVER${letter.repeat(5)}`,
}))
/** Below it the policy approves; the load stays below, what people approve is above. */
const autoApproveBelow = '100'

export function never(): never {
  throw new Error('Bug: somebody is missing')
}

/** Everybody who is needed, made by the commands of the old version. Gives the shop's key. */
export async function settleIn(
  admin: (args: readonly string[], input?: string) => Promise<string>,
): Promise<string> {
  const create = (person: Person, role: string) =>
    admin(
      [
        ...[
          'user:create',
          '--email',
          person.email,
          '--role',
          role,
          '--name',
          person.email.split('@')[0] ?? '',
        ],
        ...[
          '--password-stdin',
          ...(person.totpSecret === undefined ? [] : ['--totp-secret', person.totpSecret]),
        ],
      ],
      person.password,
    )
  await admin(['policy:set', '--currency', 'EUR', '--auto-approve-below', autoApproveBelow])
  await admin(['settings:set', '--send-delay-s', '0', '--cooling-off-h', '0', '--require-balance', 'off'])
  for (const receiver of receivers) await create(receiver, 'receiver')
  for (const approver of approvers) await create(approver, 'approver')
  const { key } = JSON.parse(await admin(['api-key:create', '--name', 'Shop'])) as { key: string }
  return key
}

/** A payout that waits for an approval. */
export async function waiting(load: Load, databaseUrl: string): Promise<string> {
  const id = await load.create('250.00', true)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const deadline = Date.now() + waitsWithinMs
    for (;;) {
      const { rows } = await client.query<{ status: string }>(
        'SELECT status::text FROM payout WHERE id = $1',
        [id],
      )
      if (rows[0]?.status === 'awaiting_approval') return id
      if (Date.now() > deadline)
        throw new Error(`payout ${id} is ${rows[0]?.status ?? 'gone'}, and was to wait for approval`)
      await sleep(100)
    }
  } finally {
    await client.end()
  }
}

/** When payout-pays were claimed, which only workers do. */
export async function claimsOf(databaseUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ at: Date }>(
      'SELECT pay_claimed_at AS at FROM payout WHERE pay_claimed_at IS NOT NULL ORDER BY 1',
    )
    return rows.map(({ at }) => at.getTime())
  } finally {
    await client.end()
  }
}
