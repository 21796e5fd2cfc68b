import { createTranslator, NextIntlClientProvider } from 'next-intl'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeEach, expect, it, vi } from 'vitest'
import { english } from '#lib/words/english.ts'

const world = vi.hoisted(() => ({ getDeps: vi.fn(), getTranslations: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('next-intl/server', () => ({ getTranslations: world.getTranslations }))
const { Validated } = await import('./validated.tsx')

const hour = 3_600_000

beforeEach(() => {
  world.getDeps.mockResolvedValue({ config: { validationOldAfterMs: 24 * hour } })
  world.getTranslations.mockResolvedValue(
    createTranslator({ locale: 'en', messages: english, namespace: 'desk.bank' }),
  )
})

async function shown(at: Date | null): Promise<string> {
  const children = await Validated({ at })
  const page = createElement(NextIntlClientProvider, {
    ...{ locale: 'en', messages: english, timeZone: 'UTC', children },
  })
  return renderToStaticMarkup(page).replaceAll(/<[^>]*>/g, ' ')
}

it('an approver sees when the bank confirmed, and whether that is old', async () => {
  const ago = (ms: number) => new Date(Date.now() - ms)
  expect(await shown(null)).toContain('Not confirmed by the bank yet')
  expect(await shown(ago(hour))).toContain('Bank confirmed')
  expect(await shown(ago(23.9 * hour))).not.toContain('Old')
  expect(await shown(ago(24.1 * hour))).toMatch(/Bank confirmed.*Old/s)
})
