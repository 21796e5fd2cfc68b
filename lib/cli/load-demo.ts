// The demo's data, for programs that run the whole product: seed.ts beside a stack that is up.
import { z } from 'zod'
import type { Stack } from '#lib/processes/stack.ts'
import type { Variables } from '#lib/processes/start-process.ts'
import { environmentOf } from './demo-settings.ts'

const Logins = z.object({
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })),
})
export type Login = z.infer<typeof Logins>['logins'][number]

/** Loads it, and tells who can sign in. Throws when the program fails. */
export async function loadDemo(stack: Stack, env: Variables): Promise<Login[]> {
  const seeding = stack.startNode('seed', ['lib/cli/seed.ts'], environmentOf('command', env), {
    keepOutput: true,
  })
  await stack.finish(seeding)
  return Logins.parse(JSON.parse(seeding.output())).logins
}
