// Makes the faults of a schedule happen, and counts them.
import type { DatabaseServer } from './database-server.ts'
import type { MailSink } from './mail-sink.ts'
import type { Fault, PayoutPlan } from './schedule.ts'
import type { SimulatorControl } from './simulator.ts'
import type { Stack } from './stack.ts'
import type { TcpProxy } from './tcp-proxy.ts'

export type Parts = {
  stack: Stack
  simulator: SimulatorControl
  proxy: TcpProxy
  server: DatabaseServer
  mail: MailSink
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

/** Injects one fault; resolves when it is over. A fault that found nothing to hurt is not counted. */
export async function inject(fault: Fault, parts: Parts, counts: Counts): Promise<void> {
  const { stack, simulator, proxy, server, mail } = parts
  switch (fault.kind) {
    case 'callback': {
      const { orders } = await simulator.ledger()
      const order = orders[Math.floor(fault.pick * orders.length)]
      if (!order) return
      await simulator.callback(order.orderId, fault.callback, fault.delayMs)
      addTo(counts, `callback ${fault.callback.replaceAll('_', ' ')}`)
      return
    }
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
