// npm start: the portal's web server. Next runs inside our own listener, which knows the client's address and stops without losing a
// request.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { isWithin, loopback } from '#lib/runtime/addresses.ts'
import { checkDatabase, checkSchema, openDatabase } from '#lib/runtime/database.ts'
import { readProcessEnv } from '#lib/runtime/env.ts'
import type { Env } from '#lib/runtime/env.ts'
import { reportError, reportUncaught, takeOverConsole } from '#lib/runtime/error-hook.ts'
import { createLog, scrubText } from '#lib/runtime/log.ts'
import { loadDotenv } from '#lib/runtime/load-dotenv.ts'
import { startTracesOf } from '#lib/runtime/watch/start-traces.ts'
import { directHeader, processState, provideDatabase, provideEnv } from '#lib/runtime/process-state.ts'
import { callerAnswer, callerPath } from './caller-answer.ts'
import { callerOf } from './client-ip.ts'
import { judgeForm, maxBytesFor, readBody, withBody } from './form-post.ts'
import { headersOn } from './headers.ts'
import { isOurHost } from './our-host.ts'
import { isFormPath, pathOf } from './paths.ts'
import { plainAnswer } from './plain-answer.ts'
import { isServableMethod, servablePath } from './servable-request.ts'
import { watchedRequests } from './watched-requests.ts'

/** How long running requests may take once we are told to stop; a supervisor kills after about twice that. */
const finishTimeoutMs = 10_000
/** Between two looks for connections whose last answer is sent. */
const idleCloseMs = 50
/** Longer than proxies and clients keep an idle connection: they must not send on one that we are just closing. */
const keepAliveMs = 65_000

/** Of a build's id: enough to tell builds apart. */
const versionLength = 12

const isDev = process.argv.includes('--dev')
/** Only tests say this: they compare what the framework answers with what lib/web/hot-paths.ts does. */
const throughNext = process.argv.includes('--through-next')

async function main(): Promise<void> {
  const env = readEnvironment()
  if (!isDev && !existsSync('.next/BUILD_ID'))
    throw new Error('There is no build yet. Run "npm run build" first, or "npm run dev".')
  if (!isDev) {
    processState.version = readFileSync('.next/BUILD_ID', 'utf8').trim().slice(0, versionLength)
    refuseOtherKey(env.actionsKey)
  }

  const database = await openDatabase(env.databaseUrl)
  provideEnv(env)
  provideDatabase(database.url)
  await startTracesOf(env, 'web')

  // While the database is away it starts, and answers 503; readiness then says whether migrations are missing.
  const schema = await checkSchema(database.url)
  if (schema !== 'away') {
    if (schema.note !== null) console.error(schema.note)
    if (schema.problem !== null) {
      await database.leave()
      throw new Error(schema.problem)
    }
  }

  const demo = await lookForDemo(env)
  // They were only for this question; the first request composes them again.
  if (!env.cardzo.loopback) await (await import('#lib/runtime/deps.ts')).closeDeps()
  if (demo === 'found') {
    await database.leave()
    process.exit(1)
  }

  await checkDatabase(database.url)

  // Before Next is loaded, because it prints to the console.
  const log = createLog(env.logLevel, 'portal')
  takeOverConsole(log)
  // The server stays up after an uncaught error, as Next does by itself.
  reportUncaught(log, { stay: true })
  const { default: createNext } = await import('next')
  const server = createServer({ keepAliveTimeout: keepAliveMs })
  const unanswered = new Set<ServerResponse>()
  server.on('request', (_request, response: ServerResponse) => {
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
  })
  const hostname = env.host
  const next = createNext({ dev: isDev, dir: process.cwd(), hostname, port: env.port, httpServer: server })
  try {
    await next.prepare()
    server.on('request', guarded(env, await firstHot(log, next.getRequestHandler())))
    await listen(server, env.port, hostname)
  } catch (error) {
    await database.leave()
    throw error
  }
  console.log(`Listening on http://${hostname}:${env.port} for ${env.appUrl}`)

  if (demo === 'unknown') void lookAgain(env)
  await stopSignal()
  try {
    // Next has its own copy of our modules, but their state is one per process.
    const { closeDeps, endStreams } = await import('#lib/runtime/deps.ts')
    await endStreams()
    await finishRequests(server, unanswered)
    await next.close()
    await closeDeps()
    await processState.traces?.close()
  } finally {
    await database.leave()
  }
  process.exit(0)
}

function readEnvironment(): Env {
  loadDotenv()
  // Next reads this while it is loaded.
  Object.assign(process.env, { NODE_ENV: isDev ? 'development' : 'production' })
  const env = readProcessEnv('web')
  if (env.actionsKey !== undefined) process.env['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY'] = env.actionsKey
  for (const warning of env.warnings) console.error(`Warning: ${warning}`)
  return env
}

/** Are there demo accounts beside a gateway that moves real money? `unknown` while the database can't say. */
async function lookForDemo(env: Env): Promise<'found' | 'none' | 'unknown'> {
  if (env.cardzo.loopback) return 'none'
  const [{ getRuntime }, { demoTrouble }] = await Promise.all([
    import('#lib/runtime/deps.ts'),
    import('#lib/runtime/demo-guard.ts'),
  ])
  const runtime = await getRuntime()
  try {
    const trouble = await demoTrouble(runtime)
    if (trouble !== undefined) console.error(trouble)
    return trouble === undefined ? 'none' : 'found'
  } catch (error) {
    // The database is away or not migrated yet: until then pages answer 503.
    runtime.deps.log.warn({ err: error }, 'the database does not say whether accounts of the demo are here')
    return 'unknown'
  }
}

/** The database was away at the start: asks every second, and stops this process if there are demo accounts. */
async function lookAgain(env: Env): Promise<void> {
  let demo: Awaited<ReturnType<typeof lookForDemo>>
  do {
    await sleep(1000, undefined, { ref: false })
    demo = await lookForDemo(env)
  } while (demo === 'unknown')
  if (demo === 'found') process.kill(process.pid, 'SIGTERM')
}

/** Hot paths first, then the framework. While developing all goes through the framework, which reloads what changes. */
async function firstHot(log: ReturnType<typeof createLog>, handle: Handler): Promise<Handler> {
  if (isDev || throughNext) return handle
  const { hotPaths } = await import('./hot-paths.ts')
  const answererOf = hotPaths((error, about) =>
    reportError(log, error, about, 'unexpected error in a request'),
  )
  return (request, response) => (answererOf(request) ?? handle)(request, response)
}

/** Holds this process's mark. The framework copies headers, so requests it makes to itself carry it. */
const ownHeader = 'x-asked-by'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Checks every request before Next sees it (method, host, caller, length, form), and sets the headers of every answer. */
function guarded(env: Env, handle: Handler) {
  const proxies = { hops: env.trustedProxyHops, trusted: env.trustedProxies }
  const mark = randomBytes(16).toString('base64url')
  processState.directMark = mark
  const knowsAction = isDev ? () => true : knownActions()
  const headers = headersOn(env.appUrl, processState.version)
  let warned = false
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (!isServableMethod(request.method)) {
      response.writeHead(405, { Allow: 'GET, HEAD, OPTIONS, POST' }).end()
      return
    }
    request.url = servablePath(request.url ?? '/')
    const path = pathOf(request.url)
    for (const [name, value] of headers(path)) response.setHeader(name, value)

    const caller = callerOf(request.socket.remoteAddress, request.headers, proxies)
    const { ip, direct, trusted, mismatch } = caller
    // After some actions the framework requests the next page from itself, with forwarding headers of its own.
    const isOwn = request.headers[ownHeader] === mark
    if (mismatch !== undefined && !warned && !isOwn) {
      warned = true
      console.error(`Warning: ${mismatch}. (This is said once.)`)
    }
    if (!isOurHost(path, request.headers, env.appUrl, trusted)) {
      plainAnswer(response, 421)
      return
    }
    if (path === callerPath && request.method === 'GET') {
      const seen = callerAnswer(caller, request.headers, env)
      if (seen) {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        response.end(JSON.stringify(seen))
        return
      }
    }
    request.headers['x-client-ip'] = ip
    request.headers[ownHeader] = mark
    request.headers[directHeader] = direct && isWithin(ip, loopback) ? mark : ''
    if (request.method !== 'POST' || !isFormPath(path)) return handle(request, response)

    const body = await readBody(request, maxBytesFor(path))
    if (body === 'too_large') {
      plainAnswer(response, 413)
      return
    }
    const verdict = await judgeForm(request.headers, body, knowsAction)
    if (verdict.kind === 'malformed') {
      plainAnswer(response, 400)
      return
    }
    if (verdict.kind === 'unknown_action') {
      plainAnswer(response, 409, { path, typed: verdict.typed })
      return
    }
    return handle(withBody(request, body), response)
  }
  const watched = watchedRequests(answer)
  return (request: IncomingMessage, response: ServerResponse) => {
    watched(request, response).catch((error: unknown) => {
      // A client that went away is not our error.
      if (!request.destroyed) console.error(error)
      response.destroy()
    })
  }
}

/** The ids of this build's server actions. */
function knownActions(): (id: string) => boolean {
  const { node } = actionManifest()
  return (id) => Object.hasOwn(node, id)
}

const actionManifest = () =>
  ActionManifest.parse(JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')))

const ActionManifest = z.object({ node: z.record(z.string(), z.unknown()), encryptionKey: z.string() })

/** Ids of actions come from the key of the build. A web server that is given another one takes no form of the servers beside it. */
function refuseOtherKey(actionsKey: string | undefined): void {
  if (actionsKey === undefined || actionsKey === actionManifest().encryptionKey) return
  throw new Error(
    [
      'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is not the key that this build was made with, so its forms would not be those of the other web servers.',
      'Set the same value for "npm run build" and for every web server, or for none of them (docs/upgrades.md).',
    ].join('\n'),
  )
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

/**
 * Takes no new connections, answers what still comes on open ones and closes each after its answer. A client that always has a next
 * request would otherwise keep its connection busy to the end, and its last request would be cut off.
 */
async function finishRequests(server: Server, unanswered: ReadonlySet<ServerResponse>): Promise<void> {
  const finished = new Promise<void>((resolve) => server.close(() => resolve()))
  server.prependListener('request', (_request, response: ServerResponse) => closeAfter(response))
  for (const response of unanswered) closeAfter(response)
  // Those whose answer had begun before.
  const closing = setInterval(() => server.closeIdleConnections(), idleCloseMs)
  await Promise.race([finished, sleep(isDev ? 0 : finishTimeoutMs, undefined, { ref: false })])
  clearInterval(closing)
  server.closeAllConnections()
}

function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}

main().catch((error: unknown) => {
  console.error(scrubText(error instanceof Error ? error.message : String(error)))
  process.exit(1)
})
