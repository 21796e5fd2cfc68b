import { findDemoPeople } from '#lib/services/people/remove-demo.ts'
import type { Runtime } from './deps.ts'

/**
 * Why this process must not run: an account of the demo, whose password everybody can read, exists beside a real gateway.
 * Undefined when all is well. Rejects while the database is away or not migrated.
 */
export async function demoTrouble({ deps, env }: Pick<Runtime, 'deps' | 'env'>): Promise<string | undefined> {
  if (env.cardzo.loopback) return undefined
  const emails = await findDemoPeople(deps)
  if (emails.length === 0) return undefined
  return [
    'The gateway is a real one, and accounts of the demo can sign in, with passwords that everybody can read:',
    `  ${emails.join(', ')}`,
    'Run "npm run --silent admin -- demo:remove", which ends them, then start again.',
  ].join('\n')
}
