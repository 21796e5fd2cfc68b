/** The merchant's accent colour on the two themes of app/globals.css. Pure. */

export type Theme = 'light' | 'dark'

/** What the accent is read on, and what is written on it; change them together with app/globals.css (tested). */
export const surfaces: Record<Theme, readonly string[]> = {
  light: ['#ffffff', '#f7f7f4', '#f1f1ed'],
  dark: ['#141918', '#0d1110', '#1a201f', '#04211d'],
}

/** WCAG 2.2, 1.4.3: text of any size. */
export const leastContrast = 4.5

export const isColour = (text: string) => /^#[0-9a-f]{6}$/.test(text)

/** The worst contrast that this colour has on a surface of the theme, its own soft shade among them. */
export const worstContrast = (colour: string, theme: Theme): number =>
  Math.min(...[...surfaces[theme], softOf(colour, theme)].map((surface) => contrast(colour, surface)))

/** From 1 (the same) to 21 (black on white). */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const channels = (colour: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

/** `share` of the first, the rest of the other. */
function mix(one: string, other: string, share: number): string {
  const others = channels(other)
  const mixed = channels(one).map((value, at) =>
    Math.round(value * share + (others[at] ?? 0) * (1 - share))
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${mixed.join('')}`
}

const softOf = (colour: string, theme: Theme) => mix(colour, surfaces[theme][0] ?? colour, 0.1)

/** The style sheet that puts them in the place of our own; null leaves a theme as it is. */
export function accentCss({ light, dark }: Record<Theme, string | null>): string {
  const rules = (colour: string, theme: Theme) =>
    `:root:root{--accent:${colour};--accent-hover:${mix(colour, theme === 'light' ? '#000000' : '#ffffff', 0.8)};--accent-soft:${softOf(colour, theme)}}`
  return [
    ...(light === null ? [] : [`@media not screen, (prefers-color-scheme: light){${rules(light, 'light')}}`]),
    ...(dark === null ? [] : [`@media screen and (prefers-color-scheme: dark){${rules(dark, 'dark')}}`]),
  ].join('\n')
}

/** Its address says all that is in it, so a browser keeps it for good; null: our own colours. */
export function accentAddress({ light, dark }: Record<Theme, string | null>): string | null {
  if (light === null && dark === null) return null
  const part = (colour: string | null) => colour?.slice(1) ?? 'none'
  return `/api/brand/colours/${part(light)}-${part(dark)}`
}

/** The colours in the last part of that address; null: it is none of ours. */
export function readAccentAddress(part: string): Record<Theme, string | null> | null {
  const found = /^([0-9a-f]{6}|none)-([0-9a-f]{6}|none)$/.exec(part)
  if (!found) return null
  const colour = (text = 'none') => (text === 'none' ? null : `#${text}`)
  return { light: colour(found[1]), dark: colour(found[2]) }
}
