// One request as bytes on a connection of its own, so that nothing corrects what a test wants to be odd.
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'

export type RawAnswer = { status: number; headers: [name: string, value: string][]; body: string }

/** Sends `bytes` and reads until the server closes the connection, so a request should say `Connection: close`. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const received = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks)))
    // A server that has answered may drop the rest of what we send.
    socket.on('error', (error) => {
      if (chunks.length === 0) reject(error)
    })
    socket.setTimeout(30_000, () => socket.destroy(new Error('no answer within 30 s')))
  })
  return parseAnswer(received)
}

function parseAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(first.split(' ')[1])
  const rest = bytes.subarray(end + 4)
  // 100 Continue and the like.
  if (status < 200) return parseAnswer(rest)
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const has = (name: string, value: string) => headers.some(([n, v]) => n === name && v === value)
  const body = has('transfer-encoding', 'chunked') ? joinChunks(rest) : rest
  const plain = has('content-encoding', 'gzip') && body.length > 0 ? gunzipSync(body) : body
  return { status, headers, body: plain.toString('utf8') }
}

function joinChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    if (!(length > 0)) break
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length))
    at = lineEnd + 2 + length + 2
  }
  return Buffer.concat(parts)
}
