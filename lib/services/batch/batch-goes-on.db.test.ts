/** Whatever goes wrong with a row or with a worker: the other rows go on, and the batch has due work, an open item, or both. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import type { Deps } from '#lib/services/ports.ts'
import { rowPlace, checkBatch } from './check-batch.ts'
import { makePayoutsOfBatches } from './make-payouts.ts'
import { listBatchRows, showBatch } from './show-batch.ts'
import { submitBatch } from './submit-batch.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let clerk: Actor & { kind: 'user' }
beforeAll(async () => {
  portal = await createTestPortal()
  clerk = await createStaff(portal).person('clerk')
})
afterAll(() => portal.close())

const head = 'key,receiver,currency,amount,account_number,first_name'
const iban = 'DE89370400440532013000'

/** Three rows; the second one is the one that something happens to. */
async function submitted() {
  const name = randomUUID().slice(0, 8)
  const rows = [1, 2, 3].map((n) => `${name}-${n},cust-${name}-${n},EUR,${n}.00,${iban},Ada`)
  const bytes = new TextEncoder().encode([head, ...rows].join('\n'))
  const checked = await checkBatch(portal.deps, clerk, { name: `${name}.csv`, bytes })
  if (!checked.ok || !checked.batch) throw new Error(JSON.stringify(checked))
  const told = await submitBatch(portal.deps, clerk, { id: checked.batch.id, leaveOut: 0 })
  if (!told.ok) throw new Error(told.code)
  return { id: checked.batch.id, name, key: `batch:${name}-2` }
}
type Made = Awaited<ReturnType<typeof submitted>>
const bad = 3

/** Past every trigger, as somebody with the database could. */
const rewrite = (id: string, sealed: string | null) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRaw`UPDATE batch_row SET sealed = ${sealed} WHERE batch_id = ${id}::uuid AND line = ${bad}`
  })

const pass = (deps: Deps) => makePayoutsOfBatches(deps, new AbortController().signal)
/** As much time goes by as anything of it waits for. */
const later = async (id: string) => {
  await portal.prisma
    .$executeRaw`UPDATE batch_row SET try_at = now() WHERE batch_id = ${id}::uuid AND try_at > now()`
  await portal.prisma
    .$executeRaw`UPDATE batch SET lease_until = now() - interval '1 ms' WHERE id = ${id}::uuid AND lease_until > now()`
}
const itemOf = async (id: string) =>
  (await portal.deps.items.list()).find(
    ({ kind, data }) => kind === 'batch_stuck' && data?.['batchId'] === id,
  )
const rowsOf = async (id: string) => {
  const listed = await listBatchRows(portal.deps, clerk, { id, limit: 10 })
  if (!listed.ok) throw new Error(listed.code)
  return listed.rows
}
/** Over, or due within the ten minutes that anything waits at most. */
async function isCaredFor(id: string): Promise<boolean> {
  const [row] = await portal.prisma.$queryRaw<{ cared: boolean }[]>`
    SELECT ended_at IS NOT NULL OR lease_until IS NULL OR lease_until <= now() + interval '10 minutes' AS cared
    FROM batch WHERE id = ${id}::uuid`
  return row?.cared ?? false
}

class Broken extends Error {}
/** The ports, of which this call fails for the bad row, or as a whole. */
const failing = (made: Made, times = Infinity): Deps => {
  let left = times
  const { payouts } = portal.deps
  return {
    ...portal.deps,
    payouts: {
      ...payouts,
      create: (draft, ...rest) =>
        draft.idempotencyKey === made.key && left-- > 0
          ? Promise.reject(new Broken())
          : payouts.create(draft, ...rest),
    },
  }
}
const withoutStep = (step: 'waiting' | 'record' | 'finish'): Deps => ({
  ...portal.deps,
  batches: { ...portal.deps.batches, [step]: () => Promise.reject(new Broken()) },
})

type Failure = {
  prepare?: (made: Made) => Promise<unknown>
  deps?: (made: Made) => Deps
  /** What the bad row has become at last. */
  row: 'made' | 'refused' | 'tried again'
  /** The other rows are made all the same. */
  others: 'made' | 'wait'
  item: boolean
  ends: boolean
}
const place = (id: string) => rowPlace(id, bad)

const failures: Record<string, Failure> = {
  'its data key is gone': {
    prepare: async ({ id }) => {
      const row = await portal.prisma.batchRow.findFirstOrThrow({ where: { batchId: id, line: bad } })
      return rewrite(id, (row.sealed ?? '').replace('v1.test.', 'v1.lost.'))
    },
    ...{ row: 'refused', others: 'made', item: true, ends: true },
  },
  'its seal was changed': {
    prepare: ({ id }) => rewrite(id, portal.deps.vault.seal('{}', 'elsewhere')),
    ...{ row: 'refused', others: 'made', item: true, ends: true },
  },
  'its seal is gone': {
    prepare: ({ id }) => rewrite(id, null),
    ...{ row: 'refused', others: 'made', item: true, ends: true },
  },
  'what is sealed is no JSON': {
    prepare: ({ id }) => rewrite(id, portal.deps.vault.seal('{', place(id))),
    ...{ row: 'refused', others: 'made', item: true, ends: true },
  },
  'what is sealed is no request': {
    prepare: ({ id }) => rewrite(id, portal.deps.vault.seal('{"amount":7}', place(id))),
    ...{ row: 'refused', others: 'made', item: false, ends: true },
  },
  'the request is refused': {
    prepare: ({ name }) => portal.ask({ receiver: { externalId: `cust-${name}-2`, firstName: 'Eve' } }),
    ...{ row: 'refused', others: 'made', item: false, ends: true },
  },
  'making it fails twice': {
    deps: (made) => failing(made, 2),
    ...{ row: 'made', others: 'made', item: false, ends: true },
  },
  'making it fails three times, then works': {
    deps: (made) => failing(made, 3),
    ...{ row: 'made', others: 'made', item: false, ends: true },
  },
  'making it fails every time': {
    deps: (made) => failing(made),
    ...{ row: 'tried again', others: 'made', item: true, ends: false },
  },
  'a payout of its key cannot be compared': {
    deps: (made) => ({
      ...portal.deps,
      payouts: {
        ...portal.deps.payouts,
        opening: async (key) => {
          const opening = await portal.deps.payouts.opening(key)
          if (key !== made.key) return opening
          const some = await portal.payout(await portal.ask())
          return { ...opening, earlier: { ...some, destinationTrouble: 'key_missing' } }
        },
      },
    }),
    ...{ row: 'tried again', others: 'made', item: true, ends: false },
  },
  'rows cannot be read': {
    deps: () => withoutStep('waiting'),
    ...{ row: 'tried again', others: 'wait', item: true, ends: false },
  },
  'what became of rows cannot be kept': {
    deps: () => withoutStep('record'),
    ...{ row: 'tried again', others: 'wait', item: true, ends: false },
  },
  'its end cannot be kept': {
    deps: () => withoutStep('finish'),
    ...{ row: 'made', others: 'made', item: true, ends: false },
  },
}

describe('a batch goes on and nobody loses sight of it when', () => {
  it.each(Object.entries(failures))('%s', async (_, { prepare, deps: depsFor, row, others, item, ends }) => {
    const made = await submitted()
    const { id } = made
    await prepare?.(made)
    const deps = depsFor?.(made) ?? portal.deps
    for (let round = 0; round < 6; round++) {
      await pass(deps).catch((error: unknown) => {
        if (!(error instanceof Broken)) throw error
      })
      expect(await isCaredFor(id)).toBe(true)
      await later(id)
    }
    const [first, second, third] = await rowsOf(id)
    expect([first?.payoutId, third?.payoutId].map((payoutId) => payoutId !== null)).toEqual(
      Array(2).fill(others === 'made'),
    )
    const became = second?.payoutId != null ? 'made' : second?.refused ? 'refused' : 'tried again'
    expect(became).toBe(row)
    expect((await itemOf(id)) !== undefined).toBe(item)
    expect((await portal.deps.batches.find(id))?.endedAt !== null).toBe(ends)
    // Nobody else's test has this batch to work on.
    await later(id)
    while ((await portal.deps.batches.find(id))?.endedAt === null) {
      await pass(portal.deps)
      await later(id)
    }
    const isUnreadable = (await rowsOf(id)).some(({ refused }) => refused?.code === 'row_unreadable')
    expect((await itemOf(id)) !== undefined).toBe(isUnreadable)
    expect(await showBatch(portal.deps, clerk, { id })).toMatchObject({ state: 'done' })
  })

  it('a row cannot be read, and its item and its line say so', async () => {
    const made = await submitted()
    await rewrite(made.id, null)
    await pass(portal.deps)
    expect((await rowsOf(made.id)).map(({ line, refused }) => [line, refused?.code])).toEqual([
      [2, undefined],
      [3, 'row_unreadable'],
      [4, undefined],
    ])
    expect(await itemOf(made.id)).toMatchObject({ severity: 'high', data: { name: `${made.name}.csv` } })
    expect((await itemOf(made.id))?.why).toContain('line 3')
  })

  it('its row is asked for again in another file, under the same key', async () => {
    const made = await submitted()
    await rewrite(made.id, null)
    await pass(portal.deps)
    const { name } = made
    const bytes = new TextEncoder().encode(`${head}\n${name}-2,cust-${name}-2,EUR,2.00,${iban},Ada`)
    const checked = await checkBatch(portal.deps, clerk, { name: 'again.csv', bytes })
    if (!checked.ok || !checked.batch) throw new Error(JSON.stringify(checked))
    expect(checked.batch).toMatchObject({ wrong: 0, known: 0 })
    await submitBatch(portal.deps, clerk, { id: checked.batch.id, leaveOut: 0 })
    await pass(portal.deps)
    expect((await rowsOf(checked.batch.id))[0]?.payoutId).not.toBeNull()
  })

  it('the data key of an earlier payout of a key is gone: the check says so by line', async () => {
    const made = await submitted()
    await pass(portal.deps)
    const [payout] = (await rowsOf(made.id)).flatMap(({ payout: one }) => one ?? [])
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE payout SET request_hash = replace(request_hash, 'v1.test.', 'v1.lost.') WHERE id = ${payout?.id}::uuid`
    })
    const { name } = made
    const rows = [1, 2].map((n) => `${name}-${n},cust-${name}-${n},EUR,${n}.00,${iban},Ada`)
    const bytes = new TextEncoder().encode([head, ...rows].join('\n'))
    const checked = await checkBatch(portal.deps, clerk, { name: 'again.csv', bytes })
    if (!checked.ok || !checked.batch) throw new Error(JSON.stringify(checked))
    expect((await rowsOf(checked.batch.id)).map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      ['keyUnreadable'],
      [],
    ])
  })
})
