// npm start: the portal's web server. Next inside our own listener, which alone knows the client's address and how to stop
// without losing a request.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '#lib/runtime/database.ts'
import { readEnv } from '#lib/runtime/env.ts'
import type { Env } from '#lib/runtime/env.ts'
import { reportUncaught, takeOverConsole } from '#lib/runtime/error-hook.ts'
import { createLog, scrubText } from '#lib/runtime/log.ts'
import { clientIp } from './client-ip.ts'
import { loadDotenv } from './load-dotenv.ts'
import { isServableMethod, servablePath } from './servable-request.ts'

/** How long requests in hand may take once we were told to stop; a supervisor kills after about twice that. */
const finishTimeoutMs = 10_000

const isDev = process.argv.includes('--dev')

async function main(): Promise<void> {
  const env = readEnvironment()
  if (!isDev && !existsSync('.next/BUILD_ID'))
    throw new Error('There is no build yet. Run "npm run build" first, or "npm run dev".')

  const database = await openDatabase(env.databaseUrl)
  // Next's side of this process reads the environment by itself, some of it while it is loaded.
  Object.assign(process.env, { DATABASE_URL: database.url, NODE_ENV: isDev ? 'development' : 'production' })

  // Before Next is loaded, which prints what it meets by itself.
  const log = createLog(env.logLevel, 'portal')
  takeOverConsole(log)
  // Next stays up after them, as it does without us.
  reportUncaught(log, { stay: true })
  const { default: createNext } = await import('next')
  const server = createServer()
  const hostname = process.env['HOST']?.trim() || '0.0.0.0'
  const next = createNext({ dev: isDev, dir: process.cwd(), hostname, port: env.port, httpServer: server })
  try {
    await next.prepare()
    server.on('request', withClientIp(env, next.getRequestHandler()))
    await listen(server, env.port, hostname)
  } catch (error) {
    await database.leave()
    throw error
  }
  console.log(`Listening on http://${hostname}:${env.port} for ${env.appUrl}`)

  await stopSignal()
  try {
    await finishRequests(server)
    await next.close()
    // Next's side has its own copy of our modules, but what they hold is one per process.
    const { closeDeps } = await import('#lib/runtime/deps.ts')
    await closeDeps()
  } finally {
    await database.leave()
  }
  process.exit(0)
}

function readEnvironment(): Env {
  loadDotenv()
  const env = readEnv(process.env)
  for (const warning of env.warnings) console.error(`Warning: ${warning}`)
  return env
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Tells Next who asks, in a header that no client can set, and browsers what holds for every answer. */
function withClientIp({ trustedProxyHops, appUrl }: Env, handle: Handler) {
  const overTls = appUrl.startsWith('https:')
  return (request: IncomingMessage, response: ServerResponse) => {
    if (!isServableMethod(request.method)) {
      response.writeHead(405, { Allow: 'GET, HEAD, OPTIONS, POST' }).end()
      return
    }
    // Two years, as browsers' preload lists ask for; subdomains are somebody else's business.
    if (overTls) response.setHeader('Strict-Transport-Security', 'max-age=63072000')
    response.setHeader('X-Content-Type-Options', 'nosniff')
    request.url = servablePath(request.url ?? '/')
    const forwardedFor = request.headers['x-forwarded-for']
    const claimed = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor
    request.headers['x-client-ip'] = clientIp(request.socket.remoteAddress, claimed, trustedProxyHops)
    handle(request, response).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  }
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, resolve)
  })
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

/** Takes no new requests, waits for those in hand, then cuts off whoever is still there. */
async function finishRequests(server: Server): Promise<void> {
  const finished = new Promise<void>((resolve) => server.close(() => resolve()))
  await Promise.race([finished, sleep(isDev ? 0 : finishTimeoutMs, undefined, { ref: false })])
  server.closeAllConnections()
}

main().catch((error: unknown) => {
  console.error(scrubText(error instanceof Error ? error.message : String(error)))
  process.exit(1)
})
