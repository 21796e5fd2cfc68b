/** How the merchant presents itself to receivers. Pure. */
import { isColour, leastContrast, worstContrast } from './accent.ts'
import type { Theme } from './accent.ts'
import type { InputProblem } from './input-problems.ts'
import type { Logo } from './logo.ts'
import { asciiEmail, lineProblem, tidyEmail, tidyLine } from './text.ts'

/** Null: not set. */
export type Brand = {
  /** In the header, in titles, in mails. Until it is set, the name of `MAIL_FROM` is used. */
  name: string | null
  email: string | null
  /** As people write it: "+44 20 7946 0123". */
  phone: string | null
  /** A page with more ways to reach the merchant; always https. */
  link: string | null
  /** `#rrggbb`, readable on every surface of its theme; null: our own. */
  accentLight: string | null
  accentDark: string | null
  logo: Logo | null
}

export const noBrand: Brand = {
  name: null,
  email: null,
  phone: null,
  link: null,
  accentLight: null,
  accentDark: null,
  logo: null,
}

export type Contact = Pick<Brand, 'email' | 'phone' | 'link'>

export const brandTexts = [
  'name',
  'email',
  'phone',
  'link',
  'accentLight',
  'accentDark',
] as const satisfies readonly (keyof Brand)[]

export type BrandTexts = Pick<Brand, (typeof brandTexts)[number]>

/** Empty: not set. */
export type BrandInput = Record<keyof BrandTexts, string>

/** A name must fit beside the menu of a phone, and a link on a line of a mail. */
const mostCharacters = { name: 40, email: 128, phone: 30, link: 200, accentLight: 7, accentDark: 7 } as const

/** What was typed into a form. What is wrong is added to `errors`. */
export function readBrand(input: BrandInput, errors: InputProblem[]): BrandTexts {
  const brand: BrandTexts = {
    name: tidyLine(input.name) || null,
    email: tidyEmail(input.email) || null,
    phone: tidyLine(input.phone) || null,
    link: tidyLine(input.link) || null,
    accentLight: tidyLine(input.accentLight).toLowerCase() || null,
    accentDark: tidyLine(input.accentDark).toLowerCase() || null,
  }
  for (const path of brandTexts) {
    const text = brand[path]
    const said = text === null ? undefined : problemOf(path, text)
    if (said) errors.push({ path, said })
  }
  return brand
}

function problemOf(path: keyof BrandInput, text: string): InputProblem['said'] {
  if (text.length > mostCharacters[path]) return { code: 'tooLong', max: mostCharacters[path] }
  const wrong = lineProblem(text)
  if (wrong) return wrong
  if (path === 'email' && asciiEmail(text) === null) return { code: 'email' }
  if (path === 'phone' && !isPhone(text)) return { code: 'phone' }
  if (path === 'link' && !isHttps(text)) return { code: 'httpsLink' }
  if (path === 'accentLight') return colourProblem(text, 'light')
  if (path === 'accentDark') return colourProblem(text, 'dark')
  return undefined
}

function colourProblem(text: string, theme: Theme): InputProblem['said'] {
  if (!isColour(text)) return { code: 'colour' }
  const worst = worstContrast(text, theme)
  if (worst >= leastContrast) return undefined
  // Rounded down, so that 4.49 isn't shown as enough.
  return {
    code: theme === 'light' ? 'tooPale' : 'tooDark',
    contrast: Math.floor(worst * 10) / 10,
    least: leastContrast,
  }
}

/** An international number: people everywhere can call it. */
const isPhone = (text: string) => /^\+[\d ().-]+$/.test(text) && /^\d{7,15}$/.test(digitsOf(text))

const digitsOf = (phone: string) => phone.replaceAll(/\D/g, '')

function isHttps(text: string): boolean {
  const url = /\s/.test(text) ? null : URL.parse(text)
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === ''
}

export type ContactLink = { kind: keyof Contact; href: string; text: string }

/** Links that open a mail, a call or a page. */
export function contactLinks({ email, phone, link }: Contact): ContactLink[] {
  return [
    ...(email === null
      ? []
      : [
          {
            kind: 'email' as const,
            href: `mailto:${encodeURI(asciiEmail(email) ?? email).replaceAll(/[?&#]/g, encodeURIComponent)}`,
            text: email,
          },
        ]),
    ...(phone === null ? [] : [{ kind: 'phone' as const, href: `tel:+${digitsOf(phone)}`, text: phone }]),
    ...(link === null
      ? []
      : [
          {
            kind: 'link' as const,
            href: new URL(link).href,
            text: link.replace(/^https:\/\//, '').replace(/\/$/, ''),
          },
        ]),
  ]
}
