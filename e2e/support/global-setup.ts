// Runs once before all browser tests and stops everything after them.
import { createDatabaseFrom, startTestServer } from '#lib/db/testing/server.ts'
import {
  Processes,
  admin,
  appUrlOf,
  chooseEnvironment,
  createPerson,
  needBuild,
  people,
  rememberStack,
  settleIn,
  simulatorUrlOf,
  untilAnswers,
} from './stack.ts'

/** What is stopped, the latest first. */
type Undo = (() => Promise<void>)[]

export default async function setup(): Promise<() => Promise<void>> {
  const undo: Undo = []
  const stop = async () => {
    for (let last = undo.pop(); last; last = undo.pop()) await last()
  }
  try {
    await start(undo)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(undo: Undo): Promise<void> {
  needBuild()
  const server = await startTestServer()
  undo.push(server.stop)
  const database = await createDatabaseFrom(server.adminUrl, server.template)
  undo.push(database.drop)

  const environment = await chooseEnvironment(database.url)
  const appUrl = appUrlOf(environment)
  const simulatorUrl = simulatorUrlOf(environment)
  const processes = new Processes(environment)
  undo.push(() => processes.stop())
  const simulator = processes.start('simulator', 'lib/simulator/main.ts')
  processes.start('worker-1', 'lib/worker/main.ts')
  processes.start('worker-2', 'lib/worker/main.ts')
  const web = processes.start('web', 'lib/web/main.ts')

  // As an operator would, one after another, while the processes start.
  for (const person of Object.values(people)) await createPerson(environment, person)
  await settleIn(environment)
  const { key } = await admin(environment, ['api-key:create', '--name', 'Shop'])
  await untilAnswers(simulator, `${simulatorUrl}/`)
  await untilAnswers(web, `${appUrl}/api/health/ready`)
  rememberStack({ appUrl, simulatorUrl, databaseUrl: database.url, apiKey: String(key), environment })
}
