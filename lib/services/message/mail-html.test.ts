import { describe, expect, it } from 'vitest'
import { noBrand } from '#lib/payouts/brand.ts'
import { footText } from './mail-foot.ts'
import { mailHtml } from './mail-html.ts'

const brand = { ...noBrand, name: 'Ann & Sons' }
const config = { appUrl: 'https://pay.example', brand }
const html = (text: string, more: { subject?: string; locale?: 'en' | 'ru' } = {}) =>
  mailHtml({ subject: 'We’ve sent you 10.00 EUR', locale: 'en', ...more, text }, config)
/** What is read, without the head. */
const bodyOf = (page: string) => page.slice(page.indexOf('<body'))

describe('a mail as HTML', () => {
  it('says who writes, and the subject as its heading, in its language', () => {
    const page = html('Hello Ada,\n\nWe’ve sent the money.\n\nAnn & Sons', { locale: 'ru' })
    expect(page).toContain('<html lang="ru"')
    expect(bodyOf(page)).toMatch(/<h1[^>]*>We’ve sent you 10\.00 EUR<\/h1>/)
    expect(bodyOf(page)).toContain('>Ann &amp; Sons</p>')
    expect(bodyOf(page)).toMatch(/<p[^>]*>Hello Ada,<\/p>\s*<p[^>]*>We’ve sent the money\.<\/p>/)
  })

  it('makes of a link to us a button, and the link as text', () => {
    const body = bodyOf(html('View the payment:\nhttps://pay.example/pay/a?b=1&c=2'))
    const href = 'href="https://pay.example/pay/a?b=1&amp;c=2"'
    expect(body.split(href)).toHaveLength(3)
    expect(body).toMatch(/>View the payment<\/a>/)
    expect(body).toMatch(/>https:\/\/pay\.example\/pay\/a\?b=1&amp;c=2<\/a>/)
  })

  it.each([
    'https://evil.example/pay/a',
    'https://pay.example.evil.example/a',
    'https://pay.example@evil.example/',
    'https://pay.example',
    'javascript:alert(1)',
    'https://pay.example/a" onclick="x',
  ])('never makes a link of %s', (link) => {
    expect(bodyOf(html(`Look:\n${link}`))).not.toContain('<a ')
  })

  it('shows named facts in rows', () => {
    const body = bodyOf(html('Amount: 10.00 EUR\nReference: <b>1</b>'))
    expect(body.match(/<th /g)).toHaveLength(2)
    expect(body).toMatch(/>Amount<\/th>\s*<td[^>]*>10\.00 EUR<\/td>/)
    expect(body).toContain('&lt;b&gt;1&lt;/b&gt;')
  })

  it('escapes all that people wrote', () => {
    const page = html('Reason: <img src=x onerror=alert(1)>\n\n</p><script>"\'&', {
      subject: '</title><script>alert(1)</script>',
    })
    expect(page).not.toMatch(/<img|<script/)
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(page).toContain('&lt;/title&gt;')
  })

  it('loads nothing, and is readable in both themes', () => {
    const page = html('Review it:\nhttps://pay.example/desk/payouts/1')
    expect(page).not.toMatch(/<(img|script|link|iframe)\b|url\(|@import|src=/)
    expect(page).toContain('<meta name="color-scheme" content="light dark">')
    expect(page).toContain('@media (prefers-color-scheme: dark)')
  })

  it('keeps the lines of what somebody wrote', () => {
    expect(bodyOf(html('One\ntwo'))).toContain('One<br>two')
  })

  it('ends with the ways to reach the merchant, as links; the text says them too', () => {
    const contact = {
      ...brand,
      email: 'help&@ann.example',
      phone: '+44 20 7946 0123',
      link: 'https://ann.example/help',
    }
    const page = mailHtml({ subject: 'Paid', text: 'Hello', locale: 'ru' }, { ...config, brand: contact })
    for (const href of ['mailto:help%26@ann.example', 'tel:+442079460123', 'https://ann.example/help'])
      expect(bodyOf(page)).toContain(`href="${href}"`)
    expect(bodyOf(page)).toContain('Связаться с нами: <a')
    expect(footText(contact, 'en')).toBe(
      'Ann & Sons\nContact us: help&@ann.example, +44 20 7946 0123, https://ann.example/help',
    )
    expect(bodyOf(html('Hello'))).not.toContain('<a ')
    expect(footText(noBrand, 'en')).toBe('')
  })
})
