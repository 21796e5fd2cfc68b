// One batch of ten thousand payouts, from the request to the last approval, with the real processes; and how long such a file takes to read.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { csvHead, csvLines, startXlsx } from '#lib/contract/spreadsheet.ts'
import { readTable } from '#lib/contract/table-file.ts'
import type { BatchView } from '#lib/contract/batch.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createStores } from '#lib/db/stores.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { leaveNone, proofOf, reviewBatch } from '#lib/services/batch/decide-batch.ts'
import type { BenchServer } from './stack.ts'

const rows = 10_000
/** Far more than it takes. */
const withinMs = 600_000

export async function measureBatch(server: BenchServer, say: (what: string) => void): Promise<string[]> {
  const bench = await server.open()
  try {
    const web = await bench.startWeb()
    await bench.startSimulator()
    const apiKey = await bench.apiKey()
    const [worker] = (await bench.startWorkers(1)).pids
    const call = async (path: string, body?: unknown): Promise<BatchView> => {
      const answer = await fetch(`${bench.appUrl}/api/v1/batches${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
      return (await answer.json()) as BatchView
    }
    say(`checking ${rows} rows`)
    const checked = await timed(() => call('', { name: 'bench', rows: Array.from({ length: rows }, rowOf) }))
    if (checked.told.wrong > 0) throw new Error(`${checked.told.wrong} rows are wrong`)
    say('making payouts')
    const { id } = checked.told
    const made = await timed(async () => {
      await call(`/${id}/submit`, {})
      const until = performance.now() + withinMs
      while ((await call(`/${id}`)).state !== 'done') {
        if (performance.now() > until) throw new Error('The batch did not end')
        await sleep(200)
      }
    })
    const { payouts } = await call(`/${id}`)
    const counted = payouts.reduce((sum, { count }) => sum + count, 0)
    if (counted !== rows) throw new Error(`${counted} payouts came of ${rows} rows`)
    say('waiting for the bank')
    const approved = await approveAll(bench, id)
    return [
      `check of ${rows} rows by the API: ${seconds(checked.ms)}`,
      `from submitting to the last of ${rows} payouts: ${seconds(made.ms)}, ${Math.round(rows / (made.ms / 1000))} a second`,
      ...approved,
      `most memory of the web server: ${await mostMb(web.pid)} MB, of the worker: ${await mostMb(worker ?? 0)} MB`,
      ...(await readingFigures()),
    ]
  } finally {
    await bench.stop()
  }
}

type Bench = Awaited<ReturnType<BenchServer['open']>>

/** One person approves all of it with one code: how long the review takes, here, and how long the worker takes to carry it out. */
async function approveAll({ databaseUrl, vault }: Bench, batchId: string): Promise<string[]> {
  const prisma = createPrisma(databaseUrl)
  try {
    const stores = createStores(prisma, {
      hooks: { enqueueMail: () => Promise.resolve() },
      vault,
      keepMailTexts: true,
    })
    const person = { id: randomUUID(), email: 'approver@example.com', name: 'Ana', role: 'approver' as const }
    await stores.people.createUser(
      { ...person, passwordHash: 'x', totpSecret: null },
      { kind: 'operator', name: 'bench' },
    )
    const actor: Actor = {
      kind: 'user',
      id: person.id,
      role: 'approver',
      name: person.name,
      receiverId: null,
    }
    await until(async () => {
      const [waiting] = await stores.batchDecisions.sumsWaiting(batchId)
      return waiting?.count === rows
    })
    const review = await timed(() =>
      reviewBatch({ ...stores, vault }, actor, { id: batchId, leaveOut: leaveNone }),
    )
    if (!review.told.ok) throw new Error(review.told.code)
    const { decision } = review.told
    if (decision.count !== rows) throw new Error(`${decision.count} of ${rows} can be approved`)
    const carried = await timed(async () => {
      await stores.batchDecisions.decide(decision, vault.fingerprint(proofOf(decision)), actor)
      await until(async () => (await stores.batchDecisions.find(decision.id))?.endedAt != null)
    })
    const done = (await stores.batchDecisions.counts(decision.id)).filter(({ outcome }) => outcome === 'done')
    const count = done.reduce((sum, one) => sum + one.count, 0)
    if (count !== rows) throw new Error(`${count} of ${rows} were approved`)
    return [
      `review of ${rows} payouts as one set: ${seconds(review.ms)}`,
      `from the code to the last of ${rows} approvals, while the worker also sends them: ${seconds(carried.ms)}, ${Math.round(rows / (carried.ms / 1000))} a second`,
    ]
  } finally {
    await prisma.$disconnect()
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It took too long')
    await sleep(500)
  }
}

const rowOf = () => ({
  key: randomUUID(),
  // More than the policy approves by itself.
  amount: '1500.00',
  currency: 'EUR',
  receiver: { externalId: `cust-${randomUUID()}`, firstName: 'Ada', lastName: 'Nowak' },
  destination: { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' },
})

/** Both kinds of file with as many rows, in this process. */
async function readingFigures(): Promise<string[]> {
  const heads = [
    'key',
    'receiver',
    'currency',
    'amount',
    'account_number',
    'bank_name',
    'first_name',
    'last_name',
  ]
  const records = Array.from({ length: rows }, () => {
    const { key, receiver, destination } = rowOf()
    const { account_number: account, bank_name: bank } = destination
    return [key, receiver.externalId, 'EUR', '1500.00', account, bank, receiver.firstName, receiver.lastName]
  })
  const sheet = startXlsx(heads)
  await sheet.add(records)
  const files = {
    CSV: Buffer.from(csvHead(heads) + csvLines(records)),
    XLSX: await sheet.end(),
  }
  const shape = { needed: heads, optional: [], maxBytes: 8 * 1024 * 1024, maxRows: rows, sheets: true }
  return Promise.all(
    Object.entries(files).map(async ([kind, file]) => {
      const { ms, told } = await timed(() => Promise.resolve(readTable(file, shape)))
      if (!told.ok || told.rows.length !== rows) throw new Error(`${kind} was not read`)
      return `reading ${kind} of ${rows} rows, ${(file.length / 1e6).toFixed(1)} MB: ${seconds(ms)}`
    }),
  )
}

async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; told: T }> {
  const began = performance.now()
  const told = await run()
  return { ms: performance.now() - began, told }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

/** The most that a process has had resident, in MB. */
async function mostMb(pid: number): Promise<number> {
  const kb = /^VmHWM:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kb) / 1024)
}
