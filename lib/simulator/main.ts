import { pino } from 'pino'
import { readSimulatorEnv } from './env.ts'
import { startSimulator } from './server.ts'

const env = readSimulatorEnv()
if (!env.ok) {
  process.stderr.write(
    `The Cardzo simulator cannot start:\n${env.problems.map((each) => `- ${each}\n`).join('')}`,
  )
  process.exit(1)
}
const { logLevel, ...options } = env.options
const log = pino({ name: 'simulator', level: logLevel })
const simulator = await startSimulator({ ...options, log })
log.info({ url: simulator.url, page: `${simulator.origin}/` }, 'the Cardzo simulator is listening')

const stop = () => {
  void simulator.close().then(() => process.exit(0))
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
