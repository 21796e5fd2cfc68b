/** Moving out: an export holds everything but secrets, verifies without a database, and moves into another installation. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportKind } from '#lib/payouts/import-problems.ts'
import { importKinds } from '#lib/payouts/import-problems.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { applyImports } from './apply-imports.ts'
import { checkImport } from './check-import.ts'
import { decideImport } from './decide-import.ts'
import { exportInstallation } from './export-installation.ts'
import { createExportReader, filesFor } from './from-export.ts'
import type { RawImportRow } from './read-import.ts'
import { verifyExport } from './verify-export.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
const iban = sampleRequest.destination.account_number
type Portal = Awaited<ReturnType<typeof createTestPortal>>
let portal: Portal
let other: Portal
beforeAll(async () => {
  portal = await createTestPortal()
  other = await createTestPortal()
  const worker = portal.startWorker()
  const paid = await portal.until(await portal.ask(), 'awaiting_approval')
  await approvePayout(portal.deps, await portal.approver(), seen(paid))
  await portal.until(paid.id, 'paid')
  await portal.until(
    await portal.ask({ receiver: { externalId: 'cust-7', firstName: 'Bo' }, amount: '7.00' }),
    'awaiting_approval',
  )
  await worker.stop()
  const receiver = await portal.deps.receivers.find('cust-42')
  await portal.deps.destinations.save(
    {
      id: '7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01',
      receiverId: receiver?.id ?? '',
      label: 'Home',
      fields: { account_number: iban },
      coolingOffH: 0,
      mails: [],
    },
    operator,
  )
  while (!(await portal.deps.auditTrail.seal()));
  await portal.deps.history.anchor()
})
afterAll(() => Promise.all([portal.close(), other.close()]))

type Files = Map<string, string[]>
async function take(more: { receiver?: string; openAccounts?: boolean; why?: string } = {}) {
  const files: Files = new Map()
  const made = await exportInstallation(portal.deps, operator, {
    ...{ openAccounts: false, why: '', ...more },
    write(file, lines) {
      files.set(file, [...(files.get(file) ?? []), ...lines])
      return Promise.resolve()
    },
  })
  if (!made.ok) throw new Error(made.code)
  return { ...made, files }
}
const reader = (files: Files) => (name: string) => {
  const lines = files.get(name)
  return lines && linesOf(lines)
}
async function* linesOf(lines: string[]) {
  for (const line of lines) yield await Promise.resolve(line)
}
const verify = (files: Files, manifest: string, kept?: string) => verifyExport(manifest, reader(files), kept)
const rowsOf = (files: Files, name: string) =>
  (files.get(`${name}.jsonl`) ?? []).map((line) => JSON.parse(line) as Record<string, unknown>)

describe('an export', () => {
  it('holds every row of its tables, of one moment, and verifies without the database', async () => {
    const { files, manifest, text, sha256 } = await take()
    for (const table of ['payout', 'payout_event', 'receiver', 'destination', 'audit_seal', 'mail']) {
      const [count] = await portal.prisma.$queryRawUnsafe<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM "${table}"`,
      )
      expect([table, rowsOf(files, table).length]).toEqual([table, count?.n])
      expect(count?.n).toBeGreaterThan(0)
    }
    expect(manifest).toMatchObject({ format: 'payout-portal-export/1', receiver: null, accountsOpen: false })
    const verdict = await verify(files, text, sha256)
    expect(verdict).toMatchObject({
      ok: true,
      events: rowsOf(files, 'payout_event').length,
      auditRows: rowsOf(files, 'audit_event').length,
      seals: rowsOf(files, 'audit_seal').length,
    })
    const audited = await portal.prisma.auditEvent.findMany({
      where: { kind: { startsWith: 'installation' } },
      orderBy: { id: 'asc' },
    })
    expect(audited.map(({ kind }) => kind)).toEqual(['installation_exported', 'installation_export_made'])
    expect(audited[1]?.data).toMatchObject({ seal: sha256 })
  })

  it('holds no secret, no seal and no account number in full', async () => {
    const secret = 'hash-of-a-password'
    await portal.prisma.user.updateMany({ data: { passwordHash: secret } })
    const { files } = await take()
    const all = [...files.values()].flat().join('\n')
    expect(all).not.toContain(secret)
    expect(all).not.toContain(iban)
    expect(all).not.toMatch(/"v1\.test\./)
    expect(rowsOf(files, 'destination')[0]?.['fields']).toEqual({ account_number_last4: '3000' })
  })

  it('opens account numbers only with a reason, and the audit trail has it before anything is read', async () => {
    const refused = await exportInstallation(portal.deps, operator, {
      ...{ openAccounts: true, why: ' ' },
      write: () => Promise.reject(new Error('written')),
    })
    expect(refused).toMatchObject({ ok: false, code: 'invalid_request' })
    const { files } = await take({ openAccounts: true, why: 'We leave.' })
    expect(rowsOf(files, 'destination')[0]?.['fields']).toEqual({ account_number: iban })
    expect(rowsOf(files, 'payout')[0]?.['fields']).toMatchObject({ account_number: iban })
    const [last] = await portal.prisma.auditEvent.findMany({
      where: { kind: 'installation_exported' },
      orderBy: { id: 'desc' },
      take: 1,
    })
    expect(last?.data).toEqual({ accountsOpen: true, reason: 'We leave.' })
  })

  it('of one receiver holds what is about them and nobody else', async () => {
    const { files, manifest, text } = await take({ receiver: 'cust-7' })
    expect(manifest.receiver).toBe('cust-7')
    expect(rowsOf(files, 'receiver').map((row) => row['external_id'])).toEqual(['cust-7'])
    expect(rowsOf(files, 'payout')).toHaveLength(1)
    expect([...files.values()].flat().join('\n')).not.toContain('cust-42')
    expect(files.has('policy_version.jsonl')).toBe(false)
    expect(await verify(files, text)).toMatchObject({ ok: true })
    const unknown = { receiver: 'nobody', openAccounts: false, why: '', write: () => Promise.resolve() }
    expect(await exportInstallation(portal.deps, operator, unknown)).toMatchObject({ code: 'not_found' })
  })
})

describe('verifying', () => {
  /** The manifest that somebody would write who has changed a file and knows how. */
  function resealed(files: Files, text: string) {
    const manifest = JSON.parse(text) as { files: { name: string }[] }
    const written = manifest.files.map(({ name }) => {
      const body = (files.get(name) ?? []).map((line) => `${line}\n`).join('')
      return {
        name,
        lines: files.get(name)?.length,
        bytes: Buffer.byteLength(body),
        sha256: createHash('sha256').update(body).digest('hex'),
      }
    })
    return JSON.stringify({ ...manifest, files: written }, null, 2)
  }
  const withChange = (files: Files, name: string, change: (lines: string[]) => string[]): Files =>
    new Map([...files, [`${name}.jsonl`, change(files.get(`${name}.jsonl`) ?? [])]])

  it('finds a changed byte, a lost line and a lost file', async () => {
    const { files, text } = await take()
    const changed = withChange(files, 'receiver', ([first = '', ...rest]) => [
      first.replace('cust', 'dust'),
      ...rest,
    ])
    expect(await verify(changed, text)).toMatchObject({ ok: false, file: 'receiver.jsonl' })
    expect(
      await verify(
        withChange(files, 'mail', (lines) => lines.slice(1)),
        text,
      ),
    ).toMatchObject({
      ok: false,
      file: 'mail.jsonl',
    })
    const lost = new Map(files)
    lost.delete('balance.jsonl')
    expect(await verify(lost, text)).toMatchObject({ ok: false, file: 'balance.jsonl' })
    expect(await verify(files, '{}')).toMatchObject({ ok: false, file: 'manifest.json' })
    expect(await verify(files, text, 'another')).toMatchObject({ ok: false, file: 'manifest.json' })
  })

  it('finds what no manifest can hide: events and audit rows that were changed, dropped or reworded', async () => {
    const { files, text } = await take()
    const bad: [string, Files][] = [
      ['payout_event', withChange(files, 'payout_event', (lines) => lines.filter((_, n) => n !== 1))],
      [
        'payout_event',
        withChange(files, 'payout_event', (lines) =>
          lines.map((line) => line.replace('"kind":"', '"kind":"x')),
        ),
      ],
      [
        'payout_event',
        withChange(files, 'payout', (lines) =>
          lines.map((line) => line.replace('"status":"paid"', '"status":"failed"')),
        ),
      ],
      ['payout_event', withChange(files, 'payout', (lines) => lines.slice(1))],
      [
        'audit_event',
        withChange(files, 'audit_event', ([first = '', ...rest]) => [
          first.replace(/"actor_name":"[^"]*"/, '"actor_name":"Eve"'),
          ...rest,
        ]),
      ],
      ['audit_seal', withChange(files, 'audit_event', (lines) => lines.slice(1))],
      ['audit_seal', withChange(files, 'audit_seal', (lines) => lines.slice(0, -1))],
    ]
    for (const [n, [file, changed]] of bad.entries())
      expect([n, await verify(changed, resealed(changed, text))]).toMatchObject([
        n,
        { ok: false, file: `${file}.jsonl` },
      ])
    expect(await verify(files, resealed(files, text))).toMatchObject({ ok: true })
  })
})

describe('an installation moves into another one', () => {
  async function bring(kind: ImportKind, files: Files) {
    const found = createExportReader(kind)
    const rows: RawImportRow[] = []
    for (const name of filesFor[kind])
      for (const [n, text] of (files.get(name) ?? []).entries()) {
        const row = found.add(name, n + 1, text)
        if (row) rows.push({ ...row, line: rows.length + 1 })
      }
    const request = { kind, name: 'export', source: 'Portal one', atOnce: true, code: '', rows }
    const checked = await checkImport(other.deps, operator, request)
    if (!checked.ok || !checked.imported || checked.imported.wrong > 0)
      throw new Error(JSON.stringify(checked.ok ? checked.problems : checked.code))
    // There is no admin yet, so the operator alone moves in.
    const { id } = checked.imported
    expect(await decideImport(other.deps, operator, { id, decision: 'confirmed', code: '' })).toMatchObject({
      ok: true,
    })
    await applyImports(other.deps, new AbortController().signal)
    return other.deps.imports.find(id)
  }
  const inBoth = async <T>(ask: (one: Portal) => Promise<T>) => [await ask(portal), await ask(other)]

  it('with receivers, accounts and past payouts, and a second time nothing more', async () => {
    const { files } = await take({ openAccounts: true, why: 'We move.' })
    for (const kind of importKinds) expect(await bring(kind, files)).toMatchObject({ leftOut: 0, known: 0 })
    const [before, after] = await inBoth(({ prisma }) =>
      prisma.receiver.findMany({ omit: { id: true, createdAt: true }, orderBy: { externalId: 'asc' } }),
    )
    expect(after).toEqual(before)
    expect(before).toHaveLength(2)
    const accounts = await inBoth(async ({ deps }) => {
      const receiver = await deps.receivers.find('cust-42')
      const saved = await deps.destinations.ofReceiver(receiver?.id ?? '')
      return saved.map(({ label, fields, last4, isDefault, isCoolingOff }) => ({
        ...{ label, fields, last4, isDefault, isCoolingOff },
      }))
    })
    expect(accounts[1]).toEqual(accounts[0])
    expect(accounts[0]).toMatchObject([{ label: 'Home', fields: { account_number: iban }, isDefault: true }])
    const [payout] = rowsOf(files, 'payout').filter((row) => row['status'] === 'paid')
    const imported = await other.prisma.importedPayout.findMany()
    // The one that waits for approval is no history: it goes on in the old installation.
    expect(imported).toMatchObject([
      {
        source: 'Portal one',
        reference: payout?.['id'],
        currency: 'EUR',
        amountMinor: 10_050n,
        status: 'paid',
        accountLast4: '3000',
        orderId: payout?.['order_id'],
      },
    ])
    expect(imported[0]?.endedAt.toISOString()).toBe(new Date(String(payout?.['final_at'])).toISOString())
    for (const kind of importKinds) expect(await bring(kind, files)).toMatchObject({ made: 0, leftOut: 0 })
  })
})
