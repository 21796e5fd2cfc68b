// Makes the faults of a schedule happen, and counts them.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseServer } from './database-server.ts'
import type { MailSink } from './mail-sink.ts'
import type { Rows } from './rows.ts'
import type { Fault, PayoutPlan } from './schedule.ts'
import type { Order, SimulatorControl } from './simulator.ts'
import type { LabStack } from './stack.ts'
import type { TcpProxy } from './tcp-proxy.ts'

export type Parts = {
  stack: LabStack
  simulator: SimulatorControl
  proxy: TcpProxy
  server: DatabaseServer
  mail: MailSink
  rows: Rows
  /** Where the workers keep their markers. */
  markerFolder: string
  postgresLog: string
}
export type Counts = Map<string, number>
export const addTo = (counts: Counts, what: string, count = 1) =>
  counts.set(what, (counts.get(what) ?? 0) + count)

/** Sets what will go wrong between the portal and the gateway for one payout. */
export async function setGatewayFaults(
  { gatewayFaults }: PayoutPlan,
  clientOrderId: string,
  simulator: SimulatorControl,
  counts: Counts,
): Promise<void> {
  for (const fault of gatewayFaults) {
    await simulator.fault({ ...fault, clientOrderId })
    addTo(
      counts,
      `${fault.command}: ${fault.fault}${fault.status === undefined ? '' : ` ${fault.status}`}`,
      fault.times,
    )
  }
}

/** A fault waits so long for an order that it can be about. */
const orderWithinMs = 4000

async function pickOrder(pick: number, find: () => Promise<Order[]>): Promise<Order | undefined> {
  const deadline = Date.now() + orderWithinMs
  for (;;) {
    const orders = await find()
    const order = orders[Math.floor(pick * orders.length)]
    if (order || Date.now() > deadline) return order
    await sleep(100)
  }
}

/** Injects one fault; resolves when it is over. A fault that found nothing to hurt is not counted. */
export async function inject(fault: Fault, parts: Parts, counts: Counts): Promise<void> {
  const { stack, simulator, proxy, server, mail, rows, markerFolder } = parts
  switch (fault.kind) {
    case 'callback': {
      const order = await pickOrder(fault.pick, async () => (await simulator.ledger()).orders)
      if (!order) return
      await simulator.callback(order.orderId, fault.callback, fault.delayMs)
      addTo(counts, `callback ${fault.callback.replaceAll('_', ' ')}`)
      return
    }
    case 'approved_after_end': {
      const order = await pickOrder(fault.pick, async () => {
        const unpaid = (await rows.payouts()).filter(({ isFinal, status }) => isFinal && status !== 'paid')
        const ended = new Set(unpaid.map(({ clientOrderId }) => clientOrderId))
        const { orders } = await simulator.ledger()
        return orders.filter(({ clientOrderId }) => ended.has(clientOrderId))
      })
      if (!order) return
      await simulator.callback(order.orderId, 'early', 0)
      addTo(counts, 'callback approved, for a payout that ended unpaid')
      return
    }
    case 'gateway_away':
      await simulator.away(true)
      await sleep(fault.forMs)
      await simulator.away(false)
      addTo(counts, 'Cardzo away as a whole')
      return
    case 'marker_unwritable':
      // A file where the folder was, because no mode of a folder stops root.
      renameSync(markerFolder, `${markerFolder}.away`)
      writeFileSync(markerFolder, '')
      await sleep(fault.forMs)
      rmSync(markerFolder)
      renameSync(`${markerFolder}.away`, markerFolder)
      addTo(counts, 'marker folder unwritable')
      return
    case 'worker_killed':
      if (stack.workers[fault.worker]?.kill() === true) addTo(counts, 'worker killed')
      return
    case 'worker_frozen':
      if (stack.workers[fault.worker]?.freeze(fault.forMs) === true) addTo(counts, 'worker frozen and woken')
      return
    case 'web_restarted':
      addTo(counts, `web server ${fault.how === 'SIGKILL' ? 'killed' : 'stopped'} and restarted`)
      return stack.web.restart(fault.how)
    case 'database_restarted':
      if (!server.restart) throw new Error('This database server is no single one that could be restarted.')
      addTo(counts, `PostgreSQL ${fault.how === 'SIGKILL' ? 'killed' : 'stopped'} and restarted`)
      await server.restart(fault.how, parts.postgresLog)
      proxy.target.port = server.port()
      return
    case 'connections_reset':
      if (fault.all) addTo(counts, 'all database connections reset', proxy.resetAll() > 0 ? 1 : 0)
      else if (proxy.resetOne(fault.pick)) addTo(counts, 'one database connection reset')
      return
    case 'database_stalled':
      proxy.stall(fault.forMs)
      addTo(counts, 'database stalled')
      return
    case 'commit_answer_lost':
      proxy.loseCommitAnswers(fault.count)
      return
    case 'commit_lost':
      proxy.loseCommits(fault.count)
      return
    case 'mail_refused':
      mail.refuse(fault.count)
      return
    case 'mail_answer_lost':
      mail.loseAnswers(fault.count)
      return
  }
}
