/** Composition: everything a verb needs, once per process. It reads the environment on first use, so that a build needs none. */
import { createHmac, hkdfSync } from 'node:crypto'
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
import type { Config, Deps, Log } from '#lib/services/ports.ts'
import { withCrashPoints } from './crash-points.ts'
import { readProcessEnv } from './env.ts'
import type { Env } from './env.ts'
import { connectEndpoints } from './connect-endpoints.ts'
import { createOutgoing } from './outgoing.ts'
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
import { processMetrics } from './watch/metrics.ts'
import { measuredWebhooks } from './watch/measured-webhooks.ts'
import { tracedStores } from './watch/traced-stores.ts'

export { isDatabaseAway } from '#lib/db/engine/away.ts'
export { listen } from '#lib/db/engine/listen.ts'
export { provideDatabase, provideEnv } from './process-state.ts'

export type Runtime = {
  deps: Deps
  env: Env
  databaseUrl: string
  /** What the database says, heard on one connection for this process. */
  listener: Listener
  outbox: Outbox
  /** Hears of changes, for pages that are open. */
  hub: Hub
  /** Writes the environment's endpoint into its row, before a worker's first step. Rejects while the database is away. */
  adoptEndpoint: () => Promise<void>
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
  const { runtime, standby } = state
  delete state.runtime
  delete state.standby
  await standby?.close()
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
  const log = createLog(env.logLevel, 'portal')
  for (const warning of env.warnings) log.warn({}, warning)
  return createRuntime(env, databaseUrl, log)
}

/** The parts of a server or of one command. Opens no connection yet; `close` closes them all. */
export function createRuntime(env: Env, databaseUrl: string, log: Log): Runtime {
  const prisma = createPrisma(databaseUrl, { poolSize: env.databasePoolSize })
  processMetrics().sources.pool = prisma.pool
  const queue = createJobQueue(databaseUrl, log)
  const config = configOf(env)
  const vault = vaultOf(env)
  const stores = createStores(prisma, {
    hooks: queue,
    vault,
    keepMailTexts: env.smtp === null,
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
  const endpoints = {
    ...telling.endpoints,
    book: remember(telling.endpoints.book, 'endpoints_changed', listener),
    controls: remember(telling.endpoints.controls, 'endpoints_changed', listener),
    connections: remember(telling.endpoints.connections, 'endpoints_changed', listener),
  }
  const cardzo = connectEndpoints(env, endpoints, { gate, log, pollIntervalMs: config.pollIntervalMs })
  const rateLimit = createRateLimit((text, values) => prisma.$queryRawUnsafe(text, ...values))
  const traffic = createTrafficLimit(createAddTraffic(prisma.sql), log)
  // Where the gateway is a simulator on this machine, so may be what we tell of it.
  const outgoing = createOutgoing({ loopback: env.cardzo.loopback })
  const { traces } = processState
  const bare = {
    ...(traces ? tracedStores(telling, traces) : telling),
    webhooks: measuredWebhooks(telling.webhooks),
    keys: { ...telling.keys, find: rememberKeys(telling.keys.find, listener) },
    errorCodes: {
      ...telling.errorCodes,
      book: remember(telling.errorCodes.book, 'error_codes_changed', listener),
    },
    brand: { ...telling.brand, read: remember(telling.brand.read, 'brand_changed', listener) },
    secondFactor: createSecondFactor(createSecondFactorStore(prisma, vault), rateLimit),
    vault,
    outgoing,
    marker: createMarkerFile(env.markerFile, askFirst),
    sentMarks: env.sentMarksDir === undefined ? noSentMarks : createSentMarks(env.sentMarksDir, askFirst),
    endpoints,
    gateway: cardzo.gateway,
    passwords,
    rateLimit,
    allowsTraffic: traffic.allows,
    config,
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    log,
  } satisfies Deps
  const deps = env.crashPoints ? withCrashPoints(bare, env.crashPoints) : bare
  const close = async () => {
    cardzo.close()
    outgoing.close()
    hub.close()
    await announcer.sent()
    await bell.rung()
    await listener.stop()
    await traffic.stop()
    await queue.stop()
    await prisma.$disconnect()
  }
  return { deps, env, databaseUrl, listener, outbox: deps.mails, hub, adoptEndpoint: cardzo.adopt, close }
}

/** Without DATA_KEYS the key comes from AUTH_SECRET. When DATA_KEYS are set later, that key still opens what it has sealed. */
export function vaultOf({ authSecret, dataKeys }: Pick<Env, 'authSecret' | 'dataKeys'>): Vault {
  const derived = { id: 'auth', key: Buffer.from(hkdfSync('sha256', authSecret, '', 'data key', 32)) }
  const [first = derived, ...others] = dataKeys
  return createVault([first, ...others, derived])
}

/** One key for each purpose, so that a leak through one use says nothing about another. */
const linkSecretOf = (authSecret: string) =>
  createHmac('sha256', authSecret).update('payout links').digest('base64url')

function configOf({
  appUrl,
  authSecret,
  otherAuthSecrets,
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
    linkSecret: linkSecretOf(authSecret),
    otherLinkSecrets: otherAuthSecrets.map(linkSecretOf),
    demoMailbox,
    merchantName,
  }
}
