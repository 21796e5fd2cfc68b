// Does memory stay where it is? Resident memory of web server and workers while many payouts go through.
import { readFile } from 'node:fs/promises'
import { createPayouts } from './payout-requests.ts'
import { untilPaid } from './paid.ts'
import type { BenchServer } from './stack.ts'

const memoryPayouts = 100_000
/** In hand at once: more would measure the queue. */
const batch = 500

export type MemoryPoint = { payouts: number; web: number; worker: number }

/** In MB, after each tenth of the payouts; of two workers the bigger one. */
export async function measureMemory(
  server: BenchServer,
  say: (what: string) => void,
): Promise<MemoryPoint[]> {
  const bench = await server.open()
  try {
    const web = await bench.startWeb()
    await bench.startSimulator()
    const apiKey = await bench.apiKey()
    const workers = await bench.startWorkers(2)
    const points: MemoryPoint[] = []
    for (let done = batch; done <= memoryPayouts; done += batch) {
      const created = await createPayouts(bench.appUrl, apiKey, batch)
      await untilPaid(
        bench,
        created.map(({ id }) => id),
      )
      if (done % (memoryPayouts / 10) !== 0) continue
      const worker = Math.max(...(await Promise.all(workers.pids.map(residentMb))))
      const point = { payouts: done, web: await residentMb(web.pid), worker }
      points.push(point)
      say(`${done} payouts: web ${point.web} MB, worker ${point.worker} MB`)
    }
    return points
  } finally {
    await bench.stop()
  }
}

async function residentMb(pid: number): Promise<number> {
  const kb = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kb) / 1024)
}
