// npm run doctor: looks at a deployment and says what to do. It changes nothing and prints no secret.
import { parseArgs, parseEnv } from 'node:util'
import { readFileSync } from 'node:fs'
import { examineDatabase } from '#lib/db/engine/examine.ts'
import { embeddedUrl } from '#lib/db/engine/embedded-postgres.ts'
import { examine, exitCodeOf, tableOf } from '#lib/doctor/examine.ts'
import { messageOf } from '#lib/doctor/finding.ts'
import type { World } from '#lib/doctor/finding.ts'
import { examineEnv } from '#lib/runtime/examine-env.ts'
import { loadDotenv } from '#lib/runtime/load-dotenv.ts'
import { joinDemo } from './command.ts'

const usage = `npm run --silent doctor -- [options]

  --json            the findings as JSON
  --role R          web, worker, or both: whose variables these are (both)
  --web-servers N   how many web servers there are (1)
  --mail-to ADDR    send one mail there; without it, none is sent
  --env-file FILE   variables to add to the environment, in place of .env

Ends with 0 when there is nothing to do, 1 when somebody should look at something, 2 at a fault.`

function readFlags(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      role: { type: 'string', default: 'both' },
      'web-servers': { type: 'string', default: '1' },
      'mail-to': { type: 'string' },
      'env-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (!['web', 'worker', 'both'].includes(values.role)) throw new Error('--role must be web, worker or both')
  if (!/^[1-9]\d{0,3}$/.test(values['web-servers']))
    throw new Error('--web-servers must be a number from 1 on')
  return values
}

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2))
  if (flags.help) {
    console.log(usage)
    return 0
  }
  const file = flags['env-file']
  if (file === undefined) {
    loadDotenv()
    joinDemo()
  }
  const variables = { ...(file !== undefined && parseEnv(readFileSync(file, 'utf8'))), ...process.env }
  const roles = flags.role === 'both' ? (['worker', 'web'] as const) : [flags.role as 'web' | 'worker']
  const read = examineEnv(variables, roles)
  const databaseUrl = read.databaseUrl ?? (await embeddedUrl('.data'))
  const world: World = {
    ...read,
    databaseUrl,
    database: askDatabase(read.databaseDirectUrl ?? databaseUrl),
    webServers: Number(flags['web-servers']),
    mailTo: flags['mail-to'],
  }
  const findings = await examine(world)
  console.log(flags.json ? JSON.stringify({ findings }, null, 2) : tableOf(findings))
  return exitCodeOf(findings)
}

async function askDatabase(url: string | undefined): Promise<Awaited<World['database']>> {
  if (url === undefined) return 'no DATABASE_URL, and no embedded server'
  const { hostname, port, pathname } = new URL(url)
  try {
    return await examineDatabase(url)
  } catch (error) {
    return `${hostname}:${port || '5432'}${pathname}: ${messageOf(error)}`
  }
}

main().then(
  // Connections to servers that keep silent must not keep us.
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`${messageOf(error)}\n\n${usage}`)
    process.exit(2)
  },
)
