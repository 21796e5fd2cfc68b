// Runs once before all browser tests: a stack for each of Playwright's workers. After them looks at what each bank got, and stops everything.
import { mkdirSync, rmSync } from 'node:fs'
import type { FullConfig } from '@playwright/test'
import { createDatabaseFrom, startTestServer } from '#lib/db/testing/server.ts'
import type { TestServer } from '#lib/db/testing/server.ts'
import { connectSimulator } from './simulator.ts'
import {
  admin,
  appUrlOf,
  chooseEnvironment,
  createPerson,
  environmentOf,
  folderOf,
  needBuild,
  newStack,
  people,
  rememberStack,
  settleIn,
  simulatorUrlOf,
  stackOf,
} from './stack.ts'
import type { Stack } from './stack.ts'

export default async function setup({ workers }: FullConfig): Promise<() => Promise<void>> {
  needBuild()
  const server = await startTestServer()
  const numbers = Array.from({ length: workers }, (_, number) => number)
  for (const number of numbers) {
    rmSync(folderOf(number), { recursive: true, force: true })
    mkdirSync(folderOf(number), { recursive: true })
  }
  const stacks = numbers.map((number) => newStack(number))
  const stop = async () => {
    await Promise.all(stacks.map((stack) => stack.stop()))
    await server.stop()
  }
  try {
    const seed = await seedDatabase(server)
    await Promise.all(stacks.map((stack, number) => start(stack, number, server, seed)))
    await seed.drop()
    return async () => {
      try {
        await expectPaidOnce(numbers)
      } finally {
        await stop()
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Whatever each test looked at, and however often it was tried: no order got a second payout-pay, and none was paid twice. */
async function expectPaidOnce(numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    const { orders, strayPays } = await connectSimulator(stackOf(number).simulatorUrl).orders()
    const twice = orders.filter(({ payReceived, timesPaid }) => payReceived > 1 || timesPaid > 1)
    if (twice.length > 0 || strayPays > 0)
      throw new Error(
        `The bank of stack ${number} got a payout-pay that must never be sent: ${JSON.stringify({ twice, strayPays }, null, 2)}`,
      )
    console.log(`Stack ${number}: ${orders.length} orders, none with a second payout-pay.`)
  }
}

/** A database with everybody in it, made as an operator would; stacks get copies. Nobody is connected to it. */
async function seedDatabase(server: TestServer) {
  const { url, drop } = await createDatabaseFrom(server.adminUrl, server.template)
  const environment = await chooseEnvironment(url, 0)
  await Promise.all(Object.values(people).map((person) => createPerson(environment, person)))
  await settleIn(environment)
  const { key } = await admin(environment, ['api-key:create', '--name', 'Shop'])
  return { name: new URL(url).pathname.slice(1), apiKey: String(key), drop }
}

async function start(
  stack: Stack,
  number: number,
  server: TestServer,
  seed: { name: string; apiKey: string },
): Promise<void> {
  const database = await createDatabaseFrom(server.adminUrl, seed.name)
  stack.atStop(database.drop)

  const environment = await chooseEnvironment(database.url, number)
  const appUrl = appUrlOf(environment)
  const simulatorUrl = simulatorUrlOf(environment)
  const simulator = stack.start('simulator', environmentOf('simulator', environment))
  stack.start('worker', environmentOf('worker', environment), { name: 'worker-1' })
  // Each worker costs while it does nothing, and what several do at the same moment is for database tests and fault lab.
  if (number === 0) stack.start('worker', environmentOf('worker', environment), { name: 'worker-2' })
  const web = stack.start('web', environmentOf('web', environment))
  await stack.untilAnswers(simulator, `${simulatorUrl}/`)
  await stack.untilAnswers(web, `${appUrl}/api/health/ready`)
  rememberStack({ appUrl, simulatorUrl, databaseUrl: database.url, apiKey: seed.apiKey, environment }, number)
}
