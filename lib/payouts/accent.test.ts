import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accentAddress, accentCss, contrast, readAccentAddress, surfaces, worstContrast } from './accent.ts'

describe('the accent colour', () => {
  it('has the contrast that WCAG says', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })

  it('is judged on its worst surface; our own colours pass', () => {
    expect(worstContrast('#0a5c55', 'light')).toBeGreaterThan(4.5)
    expect(worstContrast('#62cdbd', 'dark')).toBeGreaterThan(4.5)
    expect(worstContrast('#0a5c55', 'dark')).toBeLessThan(4.5)
    // Enough on white, too little on the paper behind it.
    expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5)
    expect(worstContrast('#767676', 'light')).toBeLessThan(4.5)
  })

  it('knows the surfaces of the two themes', () => {
    const [light = '', dark = ''] = readFileSync('app/globals.css', 'utf8').split('@media screen and')
    const of = (css: string, names: string[]) =>
      names.map((name) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1])
    expect(of(light, ['surface', 'paper', 'sunken'])).toEqual(surfaces.light)
    expect(of(light, ['accent-ink'])).toEqual(['#ffffff'])
    expect(of(dark, ['surface', 'paper', 'sunken', 'accent-ink'])).toEqual(surfaces.dark)
  })

  it('is a style sheet whose address says all that is in it', () => {
    const colours = { light: '#0a5c55', dark: null }
    expect(accentAddress(colours)).toBe('/api/brand/colours/0a5c55-none')
    expect(readAccentAddress('0a5c55-none')).toEqual(colours)
    expect(accentAddress({ light: null, dark: null })).toBeNull()
    for (const part of ['0a5c55', '0a5c55-}', 'x-none', '0A5C55-none', '0a5c55-none}'])
      expect(readAccentAddress(part)).toBeNull()
    expect(accentCss(colours)).toBe(
      '@media not screen, (prefers-color-scheme: light){:root:root{--accent:#0a5c55;--accent-hover:#084a44;--accent-soft:#e7efee}}',
    )
  })
})
