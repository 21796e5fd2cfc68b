import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'

vi.mock('server-only', () => ({}))
const { formAction, soleFormAction } = await import('./form-action.ts')

const app = join(import.meta.dirname, '..')
const sources = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
  .map((file) => ({ file, text: readFileSync(join(app, file), 'utf8') }))
  .filter(({ text }) => /['"]use server['"]/.test(text))

describe('server actions', () => {
  it('are all wrapped, and are in files of their own', () => {
    expect(sources.length).toBeGreaterThan(15)
    for (const { file, text } of sources) {
      // An action inside a page would close over values, which then travel through the browser.
      expect([file, text.trimStart().startsWith("'use server'")]).toEqual([file, true])
      const exported = [...text.matchAll(/^export (?!type\b)(.*)$/gm)].map(([, rest = '']) => rest)
      expect(exported.length).toBeGreaterThan(0)
      for (const line of exported)
        expect([file, line]).toEqual([
          file,
          expect.stringMatching(/^const \w+ = (formAction|soleFormAction)\(/),
        ])
    }
  })

  it('never see what is not a form, or not a state', async () => {
    const ran = vi.fn((before: unknown, _form: FormData) => Promise.resolve(before))
    const isText = (state: unknown) => typeof state === 'string'
    const action = formAction(ran, isText) as (...given: unknown[]) => Promise<unknown>
    const sole = soleFormAction((form) => ran(null, form)) as (...given: unknown[]) => Promise<unknown>
    const digest = { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' }
    for (const given of [
      [],
      [null],
      [null, null],
      [null, {}],
      [null, 'x'],
      [new FormData()],
      [5, new FormData()],
    ])
      await expect(action(...given)).rejects.toMatchObject(digest)
    for (const given of [[], [null], ['x'], [{}]]) await expect(sole(...given)).rejects.toMatchObject(digest)
    expect(ran).not.toHaveBeenCalled()
    expect(await action('state', new FormData())).toBe('state')
    await sole(new FormData())
    expect(ran).toHaveBeenCalledTimes(2)
  })
})
