// Ten thousand open pages on one web server: what their streams cost, and how soon they hear of a change.
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { noticeChannel } from '#lib/runtime/push/notice.ts'
import { createPayouts } from './payout-requests.ts'
import type { Bench, BenchServer } from './stack.ts'

/** The web server takes fewer from one address (lib/runtime/push/hub.ts). On Linux every 127.x.y.z is this machine. */
const perAddress = 250
const openingAtOnce = 25
/** Long enough for a sign of life on every stream. */
const idleS = 30
const rounds = 40
/** As many payouts share the open pages. */
const watchedPayouts = 100

export type Quick = { p50Ms: number; p95Ms: number }

export type Pushed = {
  streams: number
  /** Bytes of the web server's memory for each stream, its socket included. */
  bytesEach: number
  /** Of one core, while nothing changes: 0.01 is 1 %. */
  idleCpu: number
  /** From a NOTIFY to the last of the streams of one payout. */
  toLast: Quick & { streams: number }
}

/** A page's stream, as a browser opens it, without the browser. */
type Stream = { untilChanged: () => Promise<number>; close: () => void }

/** A web server with `count` open pages, and nothing else to do. Linux only. */
export async function measureOpenPages(server: BenchServer, count = 10_000): Promise<Pushed> {
  const bench = await server.open()
  try {
    const { pid } = await bench.startWeb()
    const payouts = await createPayouts(bench.appUrl, await bench.apiKey(), watchedPayouts)
    const links = payouts.map(({ statusUrl }) => statusUrl ?? '')
    return await measureStreams({ ...bench, links, pid }, count)
  } finally {
    await bench.stop()
  }
}

/** Spreads the streams over these links; the first link gets a hundred. `pid` is the web server's. */
async function measureStreams(
  { appUrl, links, pid, db }: Pick<Bench, 'appUrl' | 'db'> & { links: readonly string[]; pid: number },
  count: number,
): Promise<Pushed> {
  const watched = links[0]
  if (watched === undefined) throw new Error('There is no status page to open')
  const audience = Math.min(100, count)
  // Code is compiled and buffers have grown before anything is counted.
  const warm = await openAll(
    appUrl,
    Array.from({ length: 200 }, () => watched),
  )
  warm.forEach(({ close }) => close())
  await sleep(3_000)
  const before = await memoryOf(pid)

  const paths = Array.from({ length: count }, (_, n) =>
    n < audience ? watched : (links[n % links.length] ?? watched),
  )
  const streams = await openAll(appUrl, paths)
  try {
    await sleep(3_000)
    const after = await memoryOf(pid)
    const idleCpu = await cpuShare(pid, idleS)
    const id = await payoutOf(db, watched)
    const took: number[] = []
    for (let round = 0; round < rounds; round++) {
      const heard = streams.slice(0, audience).map(({ untilChanged }) => untilChanged())
      const from = performance.now()
      await db.query('SELECT pg_notify($1, $2)', [noticeChannel, `payout:${id}`])
      took.push(Math.max(...(await Promise.all(heard))) - from)
      // Changes within a tenth of a second are one event.
      await sleep(150)
    }
    return {
      streams: count,
      bytesEach: (after - before) / count,
      idleCpu,
      toLast: { streams: audience, ...quick(took) },
    }
  } finally {
    streams.forEach(({ close }) => close())
  }
}

/**
 * From the moment when Cardzo knows the result and calls back until the receiver's page is told, with a worker that asks for the status in
 * between. `create` makes a payout that waits at the bank, and `decline` ends it at the simulator, with a callback.
 */
export async function measureCallbackToEvent(
  appUrl: string,
  create: () => Promise<{ statusUrl: string; clientOrderId: string }>,
  decline: (clientOrderId: string) => Promise<void>,
  payouts = rounds,
): Promise<Quick> {
  const took: number[] = []
  for (let n = 0; n < payouts; n++) {
    const { statusUrl, clientOrderId } = await create()
    const [stream] = await openAll(appUrl, [statusUrl])
    if (!stream) throw new Error('no stream')
    const heard = stream.untilChanged()
    const from = performance.now()
    await decline(clientOrderId)
    took.push((await heard) - from)
    stream.close()
  }
  return quick(took)
}

function quick(took: number[]): Quick {
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0
  return { p50Ms: at(0.5), p95Ms: at(0.95) }
}

async function openAll(appUrl: string, statusUrls: readonly string[]): Promise<Stream[]> {
  const streams: Stream[] = []
  let next = 0
  const opener = async () => {
    while (next < statusUrls.length) {
      const n = next++
      streams[n] = await openStream(appUrl, new URL(statusUrls[n] ?? '').pathname, n)
    }
  }
  await Promise.all(Array.from({ length: openingAtOnce }, opener))
  return streams
}

function openStream(appUrl: string, page: string, n: number): Promise<Stream> {
  const { hostname, port, host } = new URL(appUrl)
  const from = Math.floor(n / perAddress) + 1
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: hostname, port: Number(port), localAddress: `127.0.1.${from}` })
    let heard: ((at: number) => void) | undefined
    let lost: ((error: Error) => void) | undefined
    let isOpen = false
    let unread = ''
    socket.on('connect', () => {
      socket.write(`GET /api${page}/events HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`)
    })
    socket.on('data', (bytes) => {
      // An event may come in two pieces.
      unread = (unread + bytes.toString('latin1')).slice(-2_000)
      if (!isOpen && unread.includes('\r\n') && !unread.startsWith('HTTP/1.1 200')) {
        reject(new Error(`No stream: ${unread.split('\r\n', 1)[0] ?? ''}`))
        socket.destroy()
      }
      if (unread.includes('data: changed')) heard?.(performance.now())
      if (!unread.includes('event: alive') && !isOpen) return
      unread = ''
      if (isOpen) return
      isOpen = true
      resolve({
        untilChanged: () =>
          new Promise((settle, fail) => {
            heard = settle
            lost = fail
          }),
        close: () => socket.destroy(),
      })
    })
    socket.on('error', (error) => {
      reject(error)
      lost?.(error)
    })
    socket.on('close', () => lost?.(new Error('The stream has ended')))
  })
}

async function payoutOf(db: Bench['db'], statusUrl: string): Promise<string> {
  const token = new URL(statusUrl).pathname.split('/').at(-1) ?? ''
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM payout WHERE status_token_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')`,
    [token],
  )
  const [row] = rows
  if (!row) throw new Error('No payout has this link')
  return row.id
}

/** Resident bytes. */
async function memoryOf(pid: number): Promise<number> {
  const [, kB] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kB) * 1024
}

/** What the process used of one core in the next so many seconds. */
async function cpuShare(pid: number, seconds: number): Promise<number> {
  const used = async () => {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? []
    // Ticks of a hundredth of a second: utime and stime.
    return (Number(fields[11]) + Number(fields[12])) / 100
  }
  const before = await used()
  await sleep(seconds * 1000)
  return ((await used()) - before) / seconds
}
