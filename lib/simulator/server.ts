import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { pino, type Logger } from 'pino'
import { publicKeyOf } from '#lib/cardzo/testing.ts'
import { Balances, type GivenBalance } from './balances.ts'
import { bankForm } from './bank-form.ts'
import { controlApi } from './control-api.ts'
import { Faults } from './faults.ts'
import { gatewayApi } from './gateway-api.ts'
import { type Http } from './http.ts'
import { keepLedger } from './ledger-file.ts'
import { Ledger } from './ledger.ts'
import { resume } from './order-moves.ts'
import { orderPages } from './order-pages.ts'
import { returnScript, stylesheet } from './page-assets.ts'
import { Choices } from './scenario-choice.ts'
import type { Settings } from './settings.ts'
import { Timers } from './timers.ts'
import type { Merchant, World } from './world.ts'

export type SimulatorOptions = {
  /** 0, the default: any free port. */
  port?: number
  /** 127.0.0.1 by default. */
  host?: string
  /** The path of the gateway's base, `/paynet` by default. */
  basePath?: string
  merchant: {
    login: string
    /** The merchant's public key, or the private one, of which only the public half is used. */
    keyPem: string
    control: string
    endpoint?: Merchant['endpoint']
    requiredFields?: readonly string[]
  }
  settings?: Partial<Settings>
  /** What the merchant has with us. None: the balance command is not enabled. */
  balances?: readonly GivenBalance[]
  /** Where to keep the orders, so that they outlive a restart. */
  ledgerFile?: string | undefined
  log?: Logger
}

export type Simulator = {
  readonly port: number
  /** `http://127.0.0.1:4000` */
  readonly origin: string
  /** What the portal calls `CARDZO_API_URL`: origin and base path. */
  readonly url: string
  readonly ledger: Ledger
  readonly faults: Faults
  readonly choices: Choices
  readonly balances: Balances
  readonly settings: Settings
  /** Ends open connections, and whatever was still going to happen. */
  close(): Promise<void>
}

// Two steps of a second each: long enough to see on a status page, short enough not to bore.
const defaultSettings: Settings = {
  stepMs: 1000,
  retryMs: 2000,
  duplicates: 'accept',
  secondPay: 'refuse',
  away: false,
}

/** Starts a simulator. Any number may run in one process. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { merchant, host = '127.0.0.1', log = pino({ level: 'silent' }) } = options
  const ledger = new Ledger()
  const world: World = {
    merchant: {
      login: merchant.login,
      publicKey: publicKeyOf(merchant.keyPem),
      control: merchant.control,
      endpoint: merchant.endpoint ?? null,
      requiredFields: merchant.requiredFields ?? [],
    },
    merchantControl: merchant.control,
    basePath: (options.basePath ?? '/paynet').replace(/\/+$/, ''),
    ledger,
    settings: { ...defaultSettings, ...options.settings },
    timers: new Timers(),
    faults: new Faults(),
    choices: new Choices(),
    balances: new Balances(ledger),
    nonces: new Map(),
  }
  const saveLedger = options.ledgerFile === undefined ? null : keepLedger(world.ledger, options.ledgerFile)
  // After the orders of an earlier run: what they paid is not taken off again.
  for (const balance of options.balances ?? []) world.balances.set(balance)
  const listen = getRequestListener(routes(world, log).fetch, { overrideGlobalObjects: false })
  const server = createServer((req, res) => void listen(req, res))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const { faults, choices, balances, settings } = world
  resume(world)
  const close = async () => {
    world.timers.clear()
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
      server.closeAllConnections()
    })
    // A callback that is still on its way may note its answer later: not in the file, which may be gone then.
    ledger.onChange = () => undefined
    saveLedger?.()
  }
  const url = `${origin}${world.basePath}`
  return { port, origin, url, ledger, faults, choices, balances, settings, close }
}

function routes(world: World, log: Logger) {
  return new Hono<Http>()
    .use(async ({ req, env: { outgoing } }, next) => {
      // On Node's own response, so that spoilt answers carry them too.
      outgoing.setHeader('X-Cardzo-Simulator', 'true')
      outgoing.setHeader('Cache-Control', 'no-store')
      outgoing.on('close', () =>
        log.debug({ method: req.method, path: req.path, status: outgoing.statusCode }, 'answered'),
      )
      await next()
    })
    .route('/_control', controlApi(world))
    .route(world.basePath, gatewayApi(world))
    .get('/_static/style.css', (c) => c.body(stylesheet, 200, assetHeaders('css')))
    .get('/_static/return.js', (c) => c.body(returnScript, 200, assetHeaders('javascript')))
    .route('/bank', bankForm(world))
    .route('/', orderPages(world))
    .notFound((c) => c.text('This is the Cardzo simulator. Nothing is at this address.', 404))
    .onError((error, c) => {
      log.error({ err: error, path: c.req.path }, 'the simulator failed on a request')
      if (!c.env.outgoing.headersSent) return c.text('The simulator failed; see its log', 500)
      c.env.outgoing.destroy()
      return RESPONSE_ALREADY_SENT
    })
}

const assetHeaders = (type: string) => ({
  'Content-Type': `text/${type};charset=utf-8`,
  'Cache-Control': 'max-age=60',
})
