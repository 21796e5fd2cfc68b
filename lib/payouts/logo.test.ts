import { describe, expect, it } from 'vitest'
import { logoMaxBytes, readLogo } from './logo.ts'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

function png(width: number, height: number, bytes = 64): Uint8Array {
  const made = Buffer.alloc(bytes)
  made.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  made.writeUInt32BE(width, 16)
  made.writeUInt32BE(height, 20)
  return new Uint8Array(made)
}

function webp(chunk: string, fill: (made: Buffer) => void): Uint8Array {
  const made = Buffer.alloc(64)
  made.write(`RIFF\0\0\0\0WEBP${chunk}`, 'latin1')
  fill(made)
  return new Uint8Array(made)
}

describe('a logo', () => {
  it('is a PNG or a WebP, and its size is in its first bytes', () => {
    expect(readLogo(png(320, 80))).toEqual({ type: 'image/png', width: 320, height: 80 })
    const size = { type: 'image/webp', width: 320, height: 80 }
    const lossy = webp('VP8 ', (made) => {
      made.set([0x9d, 0x01, 0x2a], 23)
      made.writeUInt16LE(320, 26)
      made.writeUInt16LE(80, 28)
    })
    const lossless = webp('VP8L', (made) => {
      made[20] = 0x2f
      made.writeUInt32LE(319 + 79 * 2 ** 14, 21)
    })
    const extended = webp('VP8X', (made) => {
      made.writeUIntLE(319, 24, 3)
      made.writeUIntLE(79, 27, 3)
    })
    for (const picture of [lossy, lossless, extended]) expect(readLogo(picture)).toEqual(size)
  })

  it.each([
    [
      'a drawing with scripts',
      bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'logoType',
    ],
    ['a page', bytesOf(`<!doctype html>${' '.repeat(60)}`), 'logoType'],
    ['a GIF', bytesOf(`GIF89a${' '.repeat(60)}`), 'logoType'],
    ['nothing', new Uint8Array(), 'logoType'],
    ['the beginning of a PNG', png(320, 80).slice(0, 20), 'logoType'],
    ['a WebP of an unknown kind', webp('ALPH', () => undefined), 'logoType'],
    ['too many bytes', png(320, 80, logoMaxBytes + 1), 'logoBytes'],
    ['too many pixels', png(40_000, 40_000), 'logoPixels'],
    ['no pixels', png(0, 80), 'logoPixels'],
  ])('is not %s', (_name, bytes, code) => {
    expect(readLogo(bytes)).toMatchObject({ said: { code } })
  })
})
