// What a worker costs that has nothing to do.
import { setTimeout as sleep } from 'node:timers/promises'
import { during } from './cost.ts'
import { cpuSeconds } from './cpu.ts'
import type { Options } from './rounds.ts'
import type { BenchServer } from './stack.ts'

/** Its start is over by then. */
const settleMs = 5_000

export type Idle = { cpuSeconds: number; statements: number }

/** Both per minute. */
export async function measureIdleWorker(server: BenchServer, { seconds }: Options): Promise<Idle> {
  const bench = await server.open({ countStatements: true })
  try {
    const workers = await bench.startWorkers(1)
    await sleep(settleMs)
    const [pid = 0] = workers.pids
    const before = await cpuSeconds(pid)
    const startedAt = performance.now()
    const { statements } = await during(bench, () => sleep(Math.max(20_000, seconds * 1000)))
    const minutes = (performance.now() - startedAt) / 60_000
    return { cpuSeconds: ((await cpuSeconds(pid)) - before) / minutes, statements: statements / minutes }
  } finally {
    await bench.stop()
  }
}
