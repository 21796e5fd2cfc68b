// Text from people and other systems can't turn the direction of the text around it: on every page it is inside a <bdi>.
// One file, because one walk over all pages looks for texts that many steps have left.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { PayoutView } from '#lib/contract/payout.ts'
import { codeFor, expect, signInByForm, test } from './support/fixtures.ts'
import type { Person } from './support/fixtures.ts'
import { approve, freshAmount, requestBody } from './support/payouts.ts'
import { findRoutes } from './support/routes.ts'
import { accountFor } from './support/simulator.ts'
import { admin, createPerson } from './support/stack.ts'

/** Marks in the texts, by which they are found on pages; plain letters where no others are allowed. */
const run = Date.now()
  .toString(36)
  .replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))
const mark = (what: string) => `Ω${what}${run}Ω`
const marks = {
  externalId: mark('id'),
  firstName: mark('first'),
  lastName: mark('last'),
  email: `mark-email-${run}@e2e.example`,
  bank: mark('bank'),
  description: mark('description'),
  metadataKey: mark('key'),
  metadataValue: mark('value'),
  note: mark('note'),
  rejectReason: mark('reject'),
  gatewayWord: `mark_word_${run}`,
  gatewayStage: mark('stage'),
  gatewayMessage: mark('message'),
  reference: mark('reference'),
  owner: mark('owner'),
  ownerEmail: `mark-owner-${run}@e2e.example`,
  ownBank: mark('ownbank'),
  label: mark('label'),
  invited: mark('invited'),
  keyName: mark('keyname'),
  stopReason: mark('stop'),
  releaseReason: mark('release'),
  settleReason: mark('settle'),
  evidence: mark('evidence'),
  target: mark('target'),
  targetAnswer: mark('answer'),
} as const
const allMarks = Object.values(marks)

type Marked = { mark: string; isolated: boolean; where: string }

/**
 * Every text with a mark, and whether it is inside a <bdi>; an option can't contain elements. Reads the page that the browser shows or,
 * for each of `paths`, what the server sends: showing them all would take ten times as long.
 */
const markedTexts = (page: Page, paths?: readonly string[]) =>
  page.evaluate(
    async ([marks, paths]) => {
      const found = new Map<string, Marked[]>()
      if (paths === undefined) found.set(location.pathname, marksIn(document.body))
      for (const path of paths ?? []) {
        const html = await (await fetch(path)).text()
        found.set(path, marksIn(new DOMParser().parseFromString(html, 'text/html').body))
      }
      return [...found]

      function marksIn(body: HTMLElement): Marked[] {
        const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
        const marked: Marked[] = []
        while (walker.nextNode()) {
          const { parentElement: parent, textContent } = walker.currentNode
          if (parent === null || parent.closest('script, style, textarea, option')) continue
          for (const mark of marks.filter((one) => textContent?.includes(one)))
            marked.push({
              mark,
              isolated: parent.closest('bdi') !== null,
              where: parent.outerHTML.slice(0, 300),
            })
        }
        return marked
      }
    },
    [allMarks, paths] as const,
  )

/** Marks seen on any page, so that each is found at least once. */
const seen = new Set<string>()

async function expectIsolated(page: Page, name: string, paths?: readonly string[]): Promise<void> {
  for (const [path, found] of await markedTexts(page, paths)) {
    for (const { mark } of found) seen.add(mark)
    expect
      .soft(
        found.filter(({ isolated }) => !isolated).map(({ where }) => where),
        `${name}: ${path}`,
      )
      .toEqual([])
  }
}

test('every text of people and other systems is inside a <bdi>, on every page', async ({
  page,
  newPerson,
  signIn,
  api,
  payouts,
  simulator,
  database,
  stack,
  complaints,
}) => {
  test.setTimeout(400_000)
  // Pages that a role may not open, or that have no such texts.
  complaints.allow(/status of (403|404)/)
  const create = async (scenario: Parameters<typeof accountFor>[0]): Promise<PayoutView> => {
    const answer = await api.post('/api/v1/payouts', {
      headers: { 'Idempotency-Key': randomUUID() },
      data: {
        ...requestBody({ scenario }),
        receiver: {
          externalId: marks.externalId,
          email: marks.email,
          firstName: marks.firstName,
          lastName: marks.lastName,
        },
        destination: { account_number: accountFor(scenario), bank_name: marks.bank },
        description: marks.description,
        metadata: { [marks.metadataKey]: marks.metadataValue },
      },
    })
    expect(answer.status(), await answer.text()).toBe(201)
    return payouts.until(((await answer.json()) as PayoutView).id, 'awaiting_approval')
  }
  const desk = await newPerson()
  await signIn(desk, 'approver')
  const boss = await newPerson()
  await signIn(boss, 'admin')

  const waiting = await create('slow')
  const rejected = await create('approve')
  await desk.goto(`/desk/payouts/${rejected.id}`)
  await desk.getByLabel('Reason').fill(marks.rejectReason)
  await desk.getByRole('button', { name: 'Reject', exact: true }).click()
  await payouts.untilHolds(rejected.id, 'rejected', ({ status }) => status === 'rejected')

  // An unknown word, in an answer of Cardzo and in a callback.
  const worded = await create('slow')
  await simulator.status(worded.gateway.clientOrderId, {
    status: marks.gatewayWord,
    stage: marks.gatewayStage,
    callback: true,
  })
  await payouts.untilHolds(worded.id, 'told', ({ gateway }) => gateway.status === marks.gatewayWord)
  const failed = await create('slow')
  await approve(desk, failed.id)
  await simulator.status(failed.gateway.clientOrderId, {
    status: 'declined',
    errorCode: '5',
    errorMessage: marks.gatewayMessage,
    callback: true,
  })
  await payouts.untilHolds(failed.id, 'declined', ({ status }) => status === 'declined')

  const paid = await create('approve')
  await approve(desk, paid.id)
  await payouts.untilHolds(paid.id, 'paid', ({ status }) => status === 'paid')

  // An unknown outcome, with a proposed settlement.
  const unknown = await create('slow')
  await desk.goto(`/desk/payouts/${unknown.id}`)
  await desk.getByRole('textbox', { name: 'Note' }).fill(marks.note)
  await desk.getByLabel('One-time code').fill(await codeFor('approver'))
  await desk.getByRole('button', { name: 'Approve', exact: true }).click()
  await payouts.until(unknown.id, 'processing')
  await simulator.status(unknown.gateway.clientOrderId, { status: 'unknown', callback: true })
  await payouts.until(unknown.id, 'outcome_unknown')
  await desk.goto(`/desk/unknown#${unknown.id}`)
  const cardOn = (page: Page) =>
    page.getByRole('listitem').filter({ has: page.locator(`a[href="/desk/payouts/${unknown.id}"]`) })
  const card = cardOn(desk)
  await card.getByText('Propose how it ended').click()
  await card.getByLabel('Paid').check()
  await card.getByLabel('Reason').fill(marks.settleReason)
  await card.getByLabel('Evidence', { exact: true }).and(desk.locator('textarea')).fill(marks.evidence)
  await card.getByLabel('One-time code').fill(await codeFor('approver'))
  await card.getByRole('button', { name: 'Ask a second person to confirm' }).click()
  await expect(card.getByText('proposes:')).toBeVisible()

  // A receiver with a destination that is cooling off, and a grant.
  await createPerson(stack.environment, {
    email: marks.ownerEmail,
    role: 'receiver',
    name: `${marks.owner} Nowak`,
  })
  await admin(stack.environment, ['settings:set', '--cooling-off-h', '24'])
  await signInByForm(page, marks.ownerEmail)
  await page.goto('/destinations')
  await page.getByLabel('Account number').fill(`${Date.now()}`)
  await page.getByLabel('Bank name').fill(marks.ownBank)
  await page.getByLabel('Nickname').fill(marks.label)
  await page.getByRole('button', { name: 'Save account' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toContainText(marks.label)
  await expectIsolated(page, '/destinations, saved')
  await page.getByRole('button', { name: `Remove ${marks.label}` }).click()
  await expect(page.getByRole('group', { name: `Remove ${marks.label}?` })).toBeVisible()
  await expectIsolated(page, '/destinations, asked')
  const granted = await api.post('/api/v1/grants', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: {
      receiver: { externalId: marks.ownerEmail },
      amount: freshAmount(),
      currency: 'EUR',
      reference: marks.reference,
    },
  })
  expect(granted.status()).toBe(201)

  const { id: keyId } = await admin(stack.environment, [
    'api-key:create',
    '--name',
    marks.keyName,
    '--owner',
    'approver@e2e.example',
  ])
  await boss.goto('/desk/users/new')
  await boss.getByLabel('Name').fill(marks.invited)
  await boss.getByLabel('Email').fill(`invited-${run}@e2e.example`)
  await boss.getByLabel('One-time code').fill(await codeFor('admin'))
  await boss.getByRole('button', { name: 'Send invitation' }).click()
  await expect(boss.getByRole('status')).toContainText('invitation')

  await admin(stack.environment, ['sending:stop', '--why', marks.stopReason])
  const all = [waiting, rejected, worded, failed, paid, unknown]
  const webhook = randomUUID()
  // Two administrators and a listening system are not what this is about.
  const untouched = `WITH off AS (SELECT set_config('session_replication_role', 'replica', true))`
  await database.rows(
    `${untouched} INSERT INTO webhook_target (id, name, kind, address_sealed, address_shown, events, disabled_at, disabled_why)
    SELECT $1::uuid, $2, 'signed', 'v1.', 'https://shop.example', ARRAY['payout.paid'], now(), 'by_admin' FROM off`,
    [webhook, marks.target],
  )
  await database.rows(
    `WITH event AS (INSERT INTO webhook_event (at, type) VALUES (now(), 'payout.paid') RETURNING id)
    INSERT INTO webhook_delivery (target_id, event_id, attempts, status, answer, error)
    SELECT $1::uuid, id, 10, 500, $2, 'It answered 500.' FROM event`,
    [webhook, marks.targetAnswer],
  )
  const one = async (text: string, values: unknown[] = []) =>
    (await database.rows<{ id: string }>(text, values))[0]!.id
  await boss.goto('/demo/mail')
  const mailed = async (part: string) =>
    new URL((await boss.locator(`a[href*="${part}"]`).first().getAttribute('href'))!).pathname
  const [invitation, freeze] = [await mailed('/invite/'), await mailed('/freeze/')]
  const checked = await api.post('/api/v1/batches', {
    data: {
      name: marks.description,
      rows: [{ ...requestBody(), key: marks.externalId, receiver: { externalId: marks.externalId } }],
    },
  })
  expect(checked.status(), await checked.text()).toBe(201)
  const batch = (await checked.json()) as { id: string }
  const moved = await one(
    `INSERT INTO import (id, kind, name, source, rows, wrong, known, parts, proposed_by_name)
    VALUES (gen_random_uuid(), 'history', $1, $2, 1, 0, 0, 0, $2) RETURNING id`,
    [marks.description, marks.target],
  )
  await database.rows(
    `INSERT INTO imported_payout (id, import_id, source, reference, receiver_id, currency, amount_minor, status, ended_at, note)
    VALUES (gen_random_uuid(), $1::uuid, $2, $3, $4::uuid, 'EUR', 100, 'paid', now(), $3)`,
    [moved, marks.target, marks.description, waiting.receiver.id],
  )
  const values: Record<string, string[]> = {
    '/desk/payouts/[id]': all.map(({ id }) => `/desk/payouts/${id}`),
    '/pay/[token]': all.map(({ statusUrl }) => new URL(statusUrl!).pathname),
    '/pay/[token]/receipt': [`${new URL(paid.statusUrl!).pathname}/receipt`],
    '/invite/[token]': [invitation],
    '/freeze/[token]': [freeze],
    '/sign-in/link/[token]': ['/sign-in/link/no-such-link'],
    '/desk/balances/[id]': [
      `/desk/balances/${waiting.receiver.id}`,
      `/desk/balances/${await one('SELECT id FROM receiver WHERE external_id = $1', [marks.ownerEmail])}`,
    ],
    '/desk/receivers/[id]': [`/desk/receivers/${waiting.receiver.id}`],
    '/desk/receivers/[id]/change': [`/desk/receivers/${waiting.receiver.id}/change`],
    '/desk/receivers/[id]/erase': [`/desk/receivers/${waiting.receiver.id}/erase`],
    '/desk/destinations/[id]': [
      `/desk/destinations/${await one('SELECT id FROM destination ORDER BY created_at DESC LIMIT 1')}`,
    ],
    '/desk/keys/[id]': [`/desk/keys/${String(keyId)}`],
    '/desk/batches/[id]': [`/desk/batches/${batch.id}`],
    // One that is there has the same names as its batch, and takes an approver to make.
    '/desk/batches/[id]/decisions/[decision]': [`/desk/batches/${batch.id}/decisions/${batch.id}`],
    '/desk/moving/[id]': [`/desk/moving/${moved}`],
    '/desk/webhooks/[id]': [`/desk/webhooks/${webhook}`],
    '/desk/webhooks/new': ['/desk/webhooks/new', `/desk/webhooks/new?id=${webhook}`],
    '/desk/users/[id]': [
      `/desk/users/${await one('SELECT id FROM app_user WHERE email = $1', [marks.ownerEmail])}`,
    ],
    '/desk/users/[id]/[act]': [
      `/desk/users/${await one('SELECT id FROM app_user WHERE email = $1', [marks.ownerEmail])}/disable`,
      `/desk/users/${await one("SELECT id FROM app_user WHERE role = 'approver' LIMIT 1")}/disable`,
    ],
    '/desk/approve': [
      `/desk/approve?p=${await one('SELECT seq::text AS id FROM payout WHERE id = $1', [waiting.id])}` +
        `&p=${await one('SELECT seq::text AS id FROM payout WHERE id = $1', [rejected.id])}`,
    ],
    '/desk/payouts': ['/desk/payouts', `/desk/payouts?search=${encodeURIComponent(marks.externalId)}`],
    '/desk/balances': [`/desk/balances?search=${encodeURIComponent(marks.externalId)}`],
    '/desk': ['/desk', '/desk?tab=all'],
    '/balance': ['granted', 'available'].map((part) => `/balance?currency=EUR&show=${part}`),
    '/withdraw': ['/withdraw'],
    '/desk/callbacks': ['/desk/callbacks', '/desk/callbacks?view=changed'],
  }
  const clerk = await newPerson()
  await signIn(clerk, 'clerk')
  // It fetches the pages from inside the portal.
  await clerk.goto('/desk')
  const walkers: [Person | 'owner', Page][] = [
    ['owner', page],
    ['admin', boss],
    ['approver', desk],
    ['clerk', clerk],
  ]
  const paths = findRoutes()
    .filter(({ kind }) => kind === 'page')
    .flatMap(({ pattern }) => values[pattern] ?? [pattern])
  for (const path of paths) expect(path, 'a page with parameters needs a row').not.toContain('[')
  await Promise.all(walkers.map(([who, walker]) => expectIsolated(walker, who, paths)))

  await admin(stack.environment, ['sending:release', '--why', marks.releaseReason])
  await admin(stack.environment, ['settings:set', '--cooling-off-h', '0'])
  await desk.goto('/desk/stop')
  await expectIsolated(desk, '/desk/stop, released')

  // Another approver confirms what was proposed, and the payout ends.
  const second = await newPerson()
  await signIn(second, 'otherApprover')
  await second.goto(`/desk/unknown#${unknown.id}`)
  await expect(cardOn(second)).toContainText(marks.settleReason)
  await cardOn(second)
    .getByLabel('One-time code')
    .fill(await codeFor('otherApprover'))
  await cardOn(second).getByRole('button', { name: 'Confirm: paid' }).click()
  await expect(second).toHaveURL(new RegExp(`/desk/payouts/${unknown.id}$`))
  await expect(second.getByRole('region', { name: 'Timeline' })).toContainText('Settled it as paid')
  expect(await payouts.get(unknown.id)).toMatchObject({ status: 'paid' })
  await expectIsolated(second, 'a payout that two people settled')
  expect(
    allMarks.filter((one) => !seen.has(one)),
    'shown on no page',
  ).toEqual([])
})

/** Where a text is on the screen. */
const boxOf = (page: Page, text: string) =>
  page.evaluate((text) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      const start = node.textContent?.indexOf(text) ?? -1
      if (start < 0 || node.parentElement?.closest('script, .sr-only')) continue
      const range = document.createRange()
      range.setStart(node, start)
      range.setEnd(node, start + text.length)
      const { left, right, top } = range.getBoundingClientRect()
      if (right > left) return { left, right, top }
    }
    throw new Error(`not on the page: ${text}`)
  }, text)

test('a bank name and a name in Arabic leave the text after them in place', async ({
  page,
  signIn,
  api,
  payouts,
}) => {
  const bank = 'بنك (1'
  const name = 'عمر (1'
  const description = 'طلب 12 (a) – ג 3'
  const answer = await api.post('/api/v1/payouts', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: {
      ...requestBody(),
      receiver: { externalId: randomUUID(), firstName: 'عمر', lastName: '(1' },
      destination: { account_number: accountFor('slow'), bank_name: bank },
      description,
      metadata: { מפתח: 'ערך (2' },
    },
  })
  const { id, statusUrl } = await payouts.until(((await answer.json()) as PayoutView).id, 'awaiting_approval')
  const last4 = accountFor('slow').slice(-4)
  const isolatedTexts = (text: string) => page.locator('bdi').filter({ hasText: text })

  await page.goto(statusUrl!)
  await expect(isolatedTexts(bank)).not.toHaveCount(0)
  const [bankBox, digits] = [await boxOf(page, bank), await boxOf(page, last4)]
  expect(digits.top).toBeCloseTo(bankBox.top, -1)
  expect(digits.left).toBeGreaterThanOrEqual(bankBox.right)

  await signIn(page, 'approver')
  await page.goto(`/desk/payouts/${id}`)
  for (const text of [bank, name, description, 'מפתח', 'ערך (2'])
    await expect(isolatedTexts(text)).not.toHaveCount(0)
  await page.goto('/desk/payouts')
  await expect(isolatedTexts(name)).not.toHaveCount(0)
  await expect(page.getByRole('link', { name, exact: true }).first()).toBeVisible()
})
