import { describe, expect, it } from 'vitest'
import { contactLinks, readBrand } from './brand.ts'
import type { InputProblem } from './input-problems.ts'

const empty = { name: '', email: '', phone: '', link: '', accentLight: '', accentDark: '' }
function problems(given: Partial<typeof empty>) {
  const errors: InputProblem[] = []
  readBrand({ ...empty, ...given }, errors)
  return errors.map(({ path, said }) => `${path} ${said?.code ?? ''}`)
}

describe('the brand', () => {
  it('may be empty, and is tidied', () => {
    const errors: InputProblem[] = []
    expect(readBrand({ ...empty, name: ' \u200bAcme  ' }, errors)).toEqual({
      ...{ name: 'Acme', email: null, phone: null, link: null, accentLight: null, accentDark: null },
    })
    expect(errors).toEqual([])
  })

  it.each([
    [{ name: 'x'.repeat(41) }, 'name tooLong'],
    [{ name: 'Acme\u202e' }, 'name turning'],
    [{ email: 'nobody' }, 'email email'],
    [{ phone: '020 7946 0123' }, 'phone phone'],
    [{ phone: '+44 12' }, 'phone phone'],
    [{ phone: '+44 20 7946 0123;ext=1' }, 'phone phone'],
    [{ link: 'http://acme.example/help' }, 'link httpsLink'],
    [{ link: 'javascript:alert(1)' }, 'link httpsLink'],
    [{ link: 'https://acme.example@evil.example/' }, 'link httpsLink'],
    [{ link: 'acme.example' }, 'link httpsLink'],
    [{ accentLight: 'red' }, 'accentLight colour'],
    [{ accentLight: '#ffcc00' }, 'accentLight tooPale'],
    [{ accentDark: '#0a5c55' }, 'accentDark tooDark'],
    [{ accentDark: '#000;}*{' }, 'accentDark tooLong'],
  ])('refuses %j', (given, problem) => {
    expect(problems(given)).toEqual([problem])
  })

  it('becomes links that work', () => {
    const errors: InputProblem[] = []
    const brand = readBrand(
      {
        ...empty,
        email: 'help?cc=x@bücher.example',
        phone: '+44 (20) 7946-0123',
        link: 'https://acme.example/help',
      },
      errors,
    )
    expect(errors).toEqual([])
    expect(contactLinks(brand)).toEqual([
      {
        kind: 'email',
        href: 'mailto:help%3Fcc=x@xn--bcher-kva.example',
        text: 'help?cc=x@bücher.example',
      },
      { kind: 'phone', href: 'tel:+442079460123', text: '+44 (20) 7946-0123' },
      { kind: 'link', href: 'https://acme.example/help', text: 'acme.example/help' },
    ])
    expect(contactLinks({ email: null, phone: null, link: null })).toEqual([])
  })
})
