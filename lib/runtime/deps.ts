/** Composition: everything a verb needs, once per process. It reads the environment on first use, so that a build needs none. */
import { createHmac, hkdfSync } from 'node:crypto'
import { Agent } from 'node:http'
import { createCardzoConnection } from '#lib/cardzo/index.ts'
import type { CardzoConnection } from '#lib/cardzo/index.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createListener } from '#lib/db/engine/listen.ts'
import type { Listener } from '#lib/db/engine/listen.ts'
import { rememberKeys } from '#lib/db/key/remember-keys.ts'
import type { Outbox } from '#lib/db/message/mail-store.ts'
import { remember } from '#lib/db/policy/remember.ts'
import { createSecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import { createAddTraffic } from '#lib/db/safety/traffic-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createStores } from '#lib/db/stores.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { createGateway } from '#lib/gateway/gateway.ts'
import type { RedirectPolicy } from '#lib/gateway/redirect.ts'
import { createPacedGateway } from '#lib/services/order/paced-gateway.ts'
import type { Config, Deps, Gateway } from '#lib/services/ports.ts'
import { withCrashPoints } from './crash-points.ts'
import { readProcessEnv } from './env.ts'
import type { Env } from './env.ts'
import { createJobQueue } from './job-queue.ts'
import { createLog } from './log.ts'
import { createMarkerFile } from './marker-file.ts'
import { passwords } from './passwords.ts'
import { createAnnouncer } from './push/announcer.ts'
import { createHub } from './push/hub.ts'
import type { Hub } from './push/hub.ts'
import { noticeChannel } from './push/notice.ts'
import { withNotices } from './push/with-notices.ts'
import { processState } from './process-state.ts'
import type { ProcessState } from './process-state.ts'
import { createRateLimit } from './rate-limit.ts'
import { createTrafficLimit } from './traffic-limit.ts'
import { createSecondFactor } from './second-factor.ts'
import { createSentMarks, noSentMarks } from './sent-marks.ts'
import { createBell, dueChannel, wakingWorkers } from './wake-workers.ts'

export { isDatabaseAway } from '#lib/db/engine/away.ts'
export { listen } from '#lib/db/engine/listen.ts'
export { logToStandardError, provideDatabase, provideEnv } from './process-state.ts'

export type Runtime = {
  deps: Deps
  env: Env
  databaseUrl: string
  /** What the database says, heard on one connection for this process. */
  listener: Listener
  outbox: Outbox
  /** Hears of changes, for pages that are open. */
  hub: Hub
  close: () => Promise<void>
}

const state = processState as ProcessState<Runtime>

/** The environment of this process. Throws with every problem listed. */
export async function getEnv(): Promise<Env> {
  return (await getRuntime()).env
}

/** Opens no connection yet: only the first query notices that the database is away. */
export async function getDeps(): Promise<Deps> {
  return (await getRuntime()).deps
}

export function getRuntime(): Promise<Runtime> {
  return (state.runtime ??= Promise.resolve()
    .then(compose)
    .catch((error: unknown) => {
      // Not kept, so that the next caller hears of the problems too.
      delete state.runtime
      throw error
    }))
}

/** Closes every connection. The next `getDeps()` composes everything again. */
export async function closeDeps(): Promise<void> {
  const runtime = state.runtime
  delete state.runtime
  await (await runtime)?.close()
}

/** Ends every stream of changes, which would keep the web server from stopping. */
export async function endStreams(): Promise<void> {
  ;(await state.runtime)?.hub.close()
}

function compose(): Runtime {
  const env = state.env ?? readProcessEnv('web')
  const databaseUrl = state.databaseUrl ?? env.databaseUrl
  if (databaseUrl === undefined)
    throw new Error('DATABASE_URL is not set, and this process has not joined the embedded server')
  const log = createLog(env.logLevel, 'portal', state.logTo)
  // A command need not repeat the warnings that the servers gave when they started.
  if (state.logTo !== 'stderr') for (const warning of env.warnings) log.warn({}, warning)

  const prisma = createPrisma(databaseUrl, { poolSize: env.databasePoolSize })
  const queue = createJobQueue(databaseUrl, log)
  const connection = connect(env)
  const config = configOf(env)
  const vault = vaultOf(env)
  const stores = createStores(prisma, {
    hooks: queue,
    vault,
    keepMailTexts: env.smtp === null,
    maxRequestsPerS: env.cardzo.maxRequestsPerS,
  })
  const announcer = createAnnouncer(
    (payloads) =>
      prisma.sql.query('SELECT pg_notify($1, told) FROM unnest($2::text[]) AS told', [
        noticeChannel,
        payloads,
      ]),
    log,
  )
  const listener = createListener(env.databaseDirectUrl ?? databaseUrl)
  const hub = createHub({ listen: (...hears) => listener.on(noticeChannel, ...hears) })
  const bell = createBell(() => prisma.sql.query(`SELECT pg_notify('${dueChannel}', '')`), log)
  const telling = wakingWorkers(withNotices(stores, announcer.tell), bell.ring)
  const { askFirst, gate } = telling
  const rateLimit = createRateLimit((text, values) => prisma.$queryRawUnsafe(text, ...values))
  const traffic = createTrafficLimit(createAddTraffic(prisma.sql), log)
  const bare = {
    ...telling,
    keys: { ...telling.keys, find: rememberKeys(telling.keys.find, listener) },
    errorCodes: {
      ...telling.errorCodes,
      book: remember(telling.errorCodes.book, 'error_codes_changed', listener),
    },
    brand: { ...telling.brand, read: remember(telling.brand.read, 'brand_changed', listener) },
    secondFactor: createSecondFactor(createSecondFactorStore(prisma, vault), rateLimit),
    vault,
    marker: createMarkerFile(env.markerFile, askFirst),
    sentMarks: env.sentMarksDir === undefined ? noSentMarks : createSentMarks(env.sentMarksDir, askFirst),
    gateway: createPacedGateway(gatewayOf(env, connection), {
      gate,
      log,
      pollIntervalMs: config.pollIntervalMs,
    }),
    passwords,
    rateLimit,
    allowsTraffic: traffic.allows,
    config,
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    log,
  } satisfies Deps
  const deps = env.crashPoints ? withCrashPoints(bare, env.crashPoints) : bare
  const close = async () => {
    connection.close()
    hub.close()
    await announcer.sent()
    await bell.rung()
    await listener.stop()
    await traffic.stop()
    await queue.stop()
    await prisma.$disconnect()
  }
  return { deps, env, databaseUrl, listener, outbox: deps.mails, hub, close }
}

/** Without DATA_KEYS the key comes from AUTH_SECRET. When DATA_KEYS are set later, that key still opens what it has sealed. */
export function vaultOf({ authSecret, dataKeys }: Pick<Env, 'authSecret' | 'dataKeys'>): Vault {
  const derived = { id: 'auth', key: Buffer.from(hkdfSync('sha256', authSecret, '', 'data key', 32)) }
  const [first = derived, ...others] = dataKeys
  return createVault([first, ...others, derived])
}

/** Only the worker holds the key that signs requests. If any other process tries to speak to Cardzo, that is a bug. */
function connect({ cardzo, workerInFlight }: Env): CardzoConnection {
  const { apiUrl: baseUrl, endpoint, login, privateKeyPem, merchantControl, timeoutMs } = cardzo
  if (privateKeyPem !== undefined && merchantControl !== undefined)
    return createCardzoConnection({
      ...{ baseUrl, endpoint, login, privateKeyPem, merchantControl, timeoutMs },
      // None waits for another's connection: the time-out counts from then.
      maxSockets: workerInFlight,
    })
  const never = () => {
    throw new Error('Only the worker speaks to Cardzo')
  }
  const agent = new Agent({ maxSockets: 1 })
  const fields = { baseUrl, endpoint, login, timeoutMs, answers: 'form' as const, agent }
  return { ...fields, url: never, authorize: never, statusControl: never, close: () => undefined }
}

function gatewayOf(env: Env, connection: CardzoConnection): Gateway {
  const { merchantControl } = env.cardzo
  const gateway = createGateway(connection, {
    merchantControl: merchantControl ?? '',
    redirects: redirectsOf(env),
  })
  if (merchantControl !== undefined) return gateway
  const readCallback = () => {
    throw new Error('This process has no control key to verify callbacks with')
  }
  return { ...gateway, readCallback }
}

const redirectsOf = ({ cardzo }: Env): RedirectPolicy => ({
  allowedHosts: cardzo.redirectHosts,
  gatewayOrigin: new URL(cardzo.apiUrl).origin,
  gatewayOnLoopback: cardzo.loopback,
})

function configOf({
  appUrl,
  authSecret,
  cardzo,
  demoMailbox,
  merchantName,
  leaseMarginMs,
  validationOldAfterMs,
}: Env): Config {
  return {
    appUrl,
    currencies: cardzo.currencies,
    requiredFields: cardzo.requiredFields,
    endpoint: 'id' in cardzo.endpoint ? cardzo.endpoint.id : `group/${cardzo.endpoint.groupId}`,
    pollIntervalMs: cardzo.pollIntervalMs,
    timeoutMs: cardzo.timeoutMs,
    leaseMarginMs,
    validationOldAfterMs,
    // One key for each purpose, so that a leak through one use says nothing about another.
    linkSecret: createHmac('sha256', authSecret).update('payout links').digest('base64url'),
    demoMailbox,
    merchantName,
  }
}
