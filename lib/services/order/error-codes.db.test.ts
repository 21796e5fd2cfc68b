/** Error codes of Cardzo: people read the merchant's words, a code without any opens one item, and reading costs no statement. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createListener } from '#lib/db/engine/listen.ts'
import type { Listener } from '#lib/db/engine/listen.ts'
import { remember } from '#lib/db/policy/remember.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { costOf } from '#lib/db/testing/count-statements.ts'
import type { Deps } from '#lib/services/ports.ts'
import { statusToken } from '#lib/services/payout/links.ts'
import { showPayout } from '#lib/services/payout/show-payout.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'
import { createTestPortal, eventually, system } from '#lib/services/testing/portal.ts'
import { noteCode } from './note-code.ts'

const words = {
  en: { receiver: 'Your account is closed.', todo: 'Use another account.', staff: 'Closed account.' },
  ru: { receiver: 'Ваш счёт закрыт.', todo: 'Укажите другой счёт.', staff: 'Счёт закрыт.' },
}

let portal: Awaited<ReturnType<typeof createTestPortal>>
let listener: Listener
/** As a web server has them: words from memory. */
let deps: Deps
beforeAll(async () => {
  const database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
  portal.startWorker()
  listener = createListener(database.directUrl ?? database.url)
  const { errorCodes } = portal.deps
  const book = remember(errorCodes.book, 'error_codes_changed', listener)
  deps = { ...portal.deps, errorCodes: { ...errorCodes, book } }
})
afterAll(async () => {
  await listener.stop()
  await portal.close()
})

async function refused(code: string): Promise<string> {
  portal.gateway.faults.check.push({ answer: 'refused', code })
  const id = await portal.ask()
  await portal.until(id, 'failed')
  return id
}

const write = (code: string, given: object) =>
  portal.prisma.errorCode.upsert({
    where: { code },
    create: { code, words: given },
    update: { words: given },
  })
const itemsAbout = async (code: string) =>
  (await portal.prisma.openItem.findMany({ where: { kind: 'code_without_words' } })).filter(
    ({ data }) => (data as { code: string }).code === code,
  )

async function shown(id: string, locale: 'en' | 'ru') {
  const status = await showStatus(deps, statusToken(deps.config, id), () => locale)
  if (!status.ok) throw new Error(status.code)
  return status.view.reason
}

describe('a code with words', () => {
  it('is read by the receiver in their language, in their mail and by other systems', async () => {
    await write('51', words)
    const id = await refused('51')
    expect(await itemsAbout('51')).toEqual([])
    expect(await shown(id, 'en')).toBe('Your account is closed. Use another account.')
    expect(await shown(id, 'ru')).toBe('Ваш счёт закрыт. Укажите другой счёт.')
    const view = await showPayout(deps, system, id)
    expect(view).toMatchObject({
      payout: { failure: { message: 'Your account is closed. Use another account.', gatewayCode: '51' } },
    })
    const mail = (await portal.mails({ payoutId: id })).find(({ subject }) => subject.includes('failed'))
    expect(mail?.text).toContain('No money was sent.\n\nReason: Your account is closed. Use another account.')
  })

  it('costs a page no statement more, and shows what was changed', async () => {
    await write('52', words)
    const [coded, plain] = [await refused('52'), await refused('1')]
    // Once the last change is heard, which may come while the first pages are shown. The worker of this test asks in between, but never
    // for words.
    await eventually(async () => {
      const texts: string[] = []
      for (const id of [coded, plain, coded]) texts.push(...(await costOf(() => shown(id, 'en'))).texts)
      return !texts.some((text) => text.includes('error_code')) || 'still asks the database'
    })
    await write('52', { ...words, en: { ...words.en, receiver: 'Closed since May.' } })
    await eventually(async () =>
      (await shown(coded, 'en'))?.startsWith('Closed since May.') === true ? true : 'the old words',
    )
  })
})

describe('a code without words', () => {
  it('says only what is true, and opens one item however many payouts end with it', async () => {
    const [first, second] = [await refused('77'), await refused('77')]
    for (const id of [first, second]) expect(await shown(id, 'en')).toBeNull()
    const items = await itemsAbout('77')
    expect(items).toMatchObject([{ payoutId: null, closedAt: null, seen: 1 }])
    const admin = await portal.approver()
    await portal.deps.items.close(items[0]?.id ?? '', admin, 'Cardzo does not say.')
    await refused('77')
    expect(await itemsAbout('77')).toMatchObject([{ closeReason: 'Cardzo does not say.' }])
  })

  it('is noted once when many workers meet it at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => noteCode(portal.deps, '78')))
    expect(await itemsAbout('78')).toMatchObject([{ seen: 1 }])
  })

  it('has no item when it is one of ours, no code, or no code that anybody would write', async () => {
    const before = await portal.prisma.openItem.count()
    for (const code of ['1', 'INVALID_CONTROL_CODE', '', 'x'.repeat(101), null, undefined])
      await noteCode(portal.deps, code)
    expect(await portal.prisma.openItem.count()).toBe(before)
  })
})
