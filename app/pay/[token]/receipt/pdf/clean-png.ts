/**
 * pdf-lib's reader of PNGs trusts what it reads: a picture that is cut off, or a text in it without its end, keeps it busy without end. So
 * it gets only what was checked here, and of that only what draws.
 */
import { crc32, inflateSync } from 'node:zlib'

/** More would keep the web server busy for too long at each download; 32 points of paper need far less. */
export const pdfPixelsAtMost = 500_000

const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** Samples of a pixel, by colour type. */
const samplesOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const drawing = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']

/** The same picture without its other parts; null if it is not whole, interlaced, or too large for a receipt. */
export function cleanPng(bytes: Uint8Array): Uint8Array | null {
  const file = Buffer.from(bytes)
  if (!file.subarray(0, 8).equals(signature)) return null
  const chunks = chunksOf(file)
  const [head] = chunks ?? []
  if (!chunks || head?.type !== 'IHDR' || head.data.length !== 13 || !isComplete(head.data, chunks))
    return null
  const kept = chunks.filter(({ type }) => drawing.includes(type))
  return Buffer.concat([signature, ...kept.map(({ whole }) => whole)])
}

type Chunk = { type: string; data: Buffer; whole: Buffer }

/** Up to IEND, which must be there; each within the file and with its own checksum. */
function chunksOf(file: Buffer): Chunk[] | null {
  const chunks: Chunk[] = []
  for (let at = 8; at + 12 <= file.length;) {
    const end = at + 12 + file.readUInt32BE(at)
    if (end > file.length || crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return null
    const type = file.toString('latin1', at + 4, at + 8)
    chunks.push({ type, data: file.subarray(at + 8, end - 4), whole: file.subarray(at, end) })
    if (type === 'IEND') return chunks
    at = end
  }
  return null
}

/** Its pixels are exactly as many bytes as its head says. */
function isComplete(head: Buffer, chunks: readonly Chunk[]): boolean {
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const [depth = 0, colours = 0, ...methods] = head.subarray(8)
  const samples = samplesOf[colours]
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(depth) || methods.some((method) => method !== 0))
    return false
  if (width * height === 0 || width * height > pdfPixelsAtMost) return false
  const dataOf = (name: string) =>
    Buffer.concat(chunks.filter(({ type }) => type === name).map(({ data }) => data))
  if (dataOf('PLTE').length > 768 || dataOf('tRNS').length > 256) return false
  if (colours === 3 && dataOf('PLTE').length === 0) return false
  const length = height * (1 + Math.ceil((width * samples * depth) / 8))
  return inflated(dataOf('IDAT'), length)?.length === length
}

/** Null: it is not what zlib writes, or more than `most` bytes. */
function inflated(data: Buffer, most: number): Buffer | null {
  try {
    return inflateSync(data, { maxOutputLength: most })
  } catch {
    return null
  }
}
