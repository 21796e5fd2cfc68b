/** A picture's type and size, read from its first bytes: only what browsers show without running anything in it. Pure. */
import type { InputProblem } from './input-problems.ts'

export const logoTypes = ['image/png', 'image/webp'] as const

export type LogoType = (typeof logoTypes)[number]

/** As the brand names it; `hash` is that of its bytes (SHA-256, hex). */
export type Logo = { hash: string; width: number; height: number }

export const logoMaxBytes = 200 * 1024
/** Sharp on every screen at the height of the header, and small enough to be drawn at once. */
const leastPixels = 28
const mostPixels = 2000

/** What it is; or what is wrong with it. */
export function readLogo(
  bytes: Uint8Array,
): { type: LogoType; width: number; height: number } | { said: NonNullable<InputProblem['said']> } {
  if (bytes.length > logoMaxBytes) return { said: { code: 'logoBytes', max: logoMaxBytes / 1024 } }
  const found = pngOf(bytes) ?? webpOf(bytes)
  if (!found) return { said: { code: 'logoType' } }
  const fits = (pixels: number) => pixels >= leastPixels && pixels <= mostPixels
  if (!fits(found.width) || !fits(found.height))
    return { said: { code: 'logoPixels', min: leastPixels, max: mostPixels } }
  return found
}

type Found = { type: LogoType; width: number; height: number }

const textAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function pngOf(bytes: Uint8Array): Found | null {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  if (bytes.length < 33 || signature.some((byte, at) => bytes[at] !== byte)) return null
  if (textAt(bytes, 12) !== 'IHDR') return null
  const view = viewOf(bytes)
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** Lossy, lossless, and extended (with transparency, for example). */
function webpOf(bytes: Uint8Array): Found | null {
  if (bytes.length < 30 || textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WEBP') return null
  const view = viewOf(bytes)
  const sized = (width: number, height: number): Found => ({ type: 'image/webp', width, height })
  const low = (at: number) => view.getUint16(at, true)
  switch (textAt(bytes, 12)) {
    case 'VP8 ':
      if (bytes[23] !== 0x9d || bytes[24] !== 0x01 || bytes[25] !== 0x2a) return null
      return sized(low(26) & 0x3fff, low(28) & 0x3fff)
    case 'VP8L': {
      if (bytes[20] !== 0x2f) return null
      const bits = view.getUint32(21, true)
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    case 'VP8X': {
      const triple = (at: number) => low(at) + view.getUint8(at + 2) * 0x10000
      return sized(triple(24) + 1, triple(27) + 1)
    }
    default:
      return null
  }
}
