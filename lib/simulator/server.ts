import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino, type Logger } from 'pino'
import { publicKeyOf } from '#lib/cardzo/testing.ts'
import { Choices } from './choices.ts'
import { handleControl, isControlPath } from './control.ts'
import { Faults } from './faults.ts'
import { handleGateway } from './gateway.ts'
import { keepLedger } from './ledger-file.ts'
import { Ledger } from './ledger.ts'
import { resume } from './life.ts'
import { handlePage } from './pages.ts'
import { originOf, sendText } from './requests.ts'
import type { Settings } from './settings.ts'
import { Timers } from './timers.ts'
import type { Merchant, World } from './world.ts'

export type SimulatorOptions = {
  /** 0, the default, lets the system choose. */
  port?: number
  /** Loopback unless told otherwise. */
  host?: string
  /** The path of the gateway's base, `/paynet` by default. */
  basePath?: string
  merchant: {
    login: string
    /** The merchant's key: the public half, or the private one, of which only the public half is used. */
    keyPem: string
    control: string
    endpoint?: Merchant['endpoint']
    requiredFields?: readonly string[]
  }
  settings?: Partial<Settings>
  /** Where to keep the orders over a restart; without it they are forgotten. */
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
  readonly settings: Settings
  /** Ends open connections and everything that was still going to happen. */
  close(): Promise<void>
}

// Two steps of a second each: long enough to be seen on a status page, short enough not to bore.
const defaultSettings: Settings = {
  stepMs: 1000,
  retryMs: 2000,
  duplicates: 'accept',
  secondPay: 'refuse',
  away: false,
}

/** Starts a simulator of its own: as many as wanted may run in one process. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { merchant, host = '127.0.0.1', log = pino({ level: 'silent' }) } = options
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
    ledger: new Ledger(),
    settings: { ...defaultSettings, ...options.settings },
    timers: new Timers(),
    faults: new Faults(),
    choices: new Choices(),
    nonces: new Map(),
  }
  const saveLedger = options.ledgerFile === undefined ? null : keepLedger(world.ledger, options.ledgerFile)
  const server = createServer((req, res) => {
    serve(world, req, res).catch((error: unknown) => {
      log.error({ err: error, path: req.url }, 'the simulator failed on a request')
      if (res.headersSent) res.destroy()
      else sendText(res, 500, 'The simulator failed; see its log')
    })
    res.on('close', () =>
      log.debug({ method: req.method, path: req.url, status: res.statusCode }, 'answered'),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const { ledger, faults, choices, settings } = world
  resume(world)
  const close = async () => {
    world.timers.clear()
    saveLedger?.()
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
      server.closeAllConnections()
    })
  }
  return { port, origin, url: `${origin}${world.basePath}`, ledger, faults, choices, settings, close }
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

async function serve(world: World, req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.setHeader('X-Cardzo-Simulator', 'true')
  res.setHeader('Cache-Control', 'no-store')
  if (!URL.canParse(req.url ?? '/', originOf(req))) {
    sendText(res, 400, 'Bad address')
    return
  }
  const path = new URL(req.url ?? '/', originOf(req)).pathname
  if (isControlPath(path)) {
    if (loopback.has(req.socket.remoteAddress ?? '')) await handleControl(world, req, res, path)
    else sendText(res, 403, 'The control API answers on loopback only')
    return
  }
  if (await handleGateway(world, req, res)) return
  if (await handlePage(world, req, res, path)) return
  sendText(res, 404, 'This is the Cardzo simulator. Nothing is at this address.')
}
