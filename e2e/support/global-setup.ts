// Runs once before all browser tests and stops everything after them.
import { createDatabaseFrom, startTestServer } from '#lib/db/testing/server.ts'
import {
  admin,
  appUrlOf,
  chooseEnvironment,
  createPerson,
  environmentOf,
  needBuild,
  newStack,
  people,
  rememberStack,
  settleIn,
  simulatorUrlOf,
} from './stack.ts'
import type { Stack } from './stack.ts'

export default async function setup(): Promise<() => Promise<void>> {
  const stack = newStack()
  const stop = () => stack.stop()
  try {
    await start(stack)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(stack: Stack): Promise<void> {
  needBuild()
  const server = await startTestServer()
  stack.atStop(server.stop)
  const database = await createDatabaseFrom(server.adminUrl, server.template)
  stack.atStop(database.drop)

  const environment = await chooseEnvironment(database.url)
  const appUrl = appUrlOf(environment)
  const simulatorUrl = simulatorUrlOf(environment)
  const simulator = stack.start('simulator', environmentOf('simulator', environment))
  stack.start('worker', environmentOf('worker', environment), { name: 'worker-1' })
  stack.start('worker', environmentOf('worker', environment), { name: 'worker-2' })
  const web = stack.start('web', environmentOf('web', environment))

  // As an operator would, one after another, while the processes start.
  for (const person of Object.values(people)) await createPerson(environment, person)
  await settleIn(environment)
  const { key } = await admin(environment, ['api-key:create', '--name', 'Shop'])
  await stack.untilAnswers(simulator, `${simulatorUrl}/`)
  await stack.untilAnswers(web, `${appUrl}/api/health/ready`)
  rememberStack({ appUrl, simulatorUrl, databaseUrl: database.url, apiKey: String(key), environment })
}
