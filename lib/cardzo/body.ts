import type { IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** The longest answer Cardzo documents has some forty short fields; 64 KiB is ten times that. Before and after decoding. */
export const maxBodyBytes = 64 * 1024
/** Nobody encodes an answer more than this many times. */
const maxCodings = 3

export type ReceivedBody = {
  /** Bytes that are not UTF-8 become U+FFFD. */
  readonly text: string
  /** Why the body could not be decoded; then the text is empty. */
  readonly problem: string | null
  /** The transport, or the end mark of an encoding, proves that nothing is missing. False: it can't tell. */
  readonly isWhole: boolean
}

/**
 * Decodes a body that has arrived completely. We ask for no encoding, but understand a gateway or proxy that uses one: gzip by its first
 * bytes (whatever the label says), deflate with or without its wrapper, and br.
 */
export function receiveBody(bytes: Buffer, headers: IncomingHttpHeaders): ReceivedBody {
  const framed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  const codings = (headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length > maxCodings) return broken('it was encoded too often', framed)
  try {
    let rest = bytes
    for (const coding of codings.reverse()) {
      if (rest.length === 0) break
      rest = decode(rest, coding)
    }
    if (isGzip(rest)) rest = gunzipSync(rest, limit)
    return {
      text: rest.toString('utf8').replace(/^\uFEFF/, ''),
      problem: null,
      isWhole: framed || rest !== bytes,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return broken(`its encoding ${codings.join(', ')} cannot be undone (${why})`, framed)
  }
}

const broken = (problem: string, isWhole: boolean): ReceivedBody => ({ text: '', problem, isWhole })

const limit = { maxOutputLength: maxBodyBytes }

function decode(bytes: Buffer, coding: string): Buffer {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return isGzip(bytes) ? gunzipSync(bytes, limit) : bytes
    case 'deflate':
      // Some servers leave the wrapper out.
      return isZlib(bytes) ? inflateSync(bytes, limit) : inflateRawSync(bytes, limit)
    case 'br':
      return brotliDecompressSync(bytes, limit)
    default:
      throw new Error('nobody knows it')
  }
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b
const isZlib = (bytes: Buffer) =>
  bytes.length >= 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0
