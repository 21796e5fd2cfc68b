/** Changes of the settings by two admins. A unique key keeps one waiting; a trigger asks for two people. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import {
  forgetSecrets,
  presentEndpoints,
  presentRoutes,
  writeEndpoints,
  writeRoutes,
} from '#lib/db/endpoint/change-endpoints.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { closeOpenItem, openItem, openKeyOf, toJson } from '#lib/db/payout/payout-changes.ts'
import { eraseReceiver } from '#lib/db/receiver/erasure.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Brand } from '#lib/payouts/brand.ts'
import type { CodeWords } from '#lib/payouts/error-codes.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Settings, SettingsChange, SettingsChangeStore, SettingsPart } from '#lib/services/ports.ts'
import { readBrand, writeBrand } from './brand-store.ts'
import { readSettings, writeSettings } from './settings-store.ts'

export function createSettingsChangeStore(
  prisma: PrismaClient,
  hooks: StoreHooks,
  vault: Vault,
): SettingsChangeStore {
  return {
    async proposal() {
      const row = await prisma.settingsChange.findUnique({ where: { openKey: 'proposal' } })
      return row && toChange(row)
    },

    async latest(limit) {
      const rows = await prisma.settingsChange.findMany({ orderBy: { version: 'desc' }, take: limit })
      return rows.map(toChange)
    },

    propose: (becomes, reason, actor, tell) =>
      prisma.$transaction(async (tx) => {
        const { actorId, actorName } = actorColumns(actor)
        const was = await presentOf(tx, becomes)
        const [row] = await tx.settingsChange.createManyAndReturn({
          data: {
            was: toJson(was),
            becomes: toJson(becomes),
            reason,
            proposedById: actor.kind === 'user' ? actorId : null,
            proposedByName: actorName,
            openKey: 'proposal',
          },
          skipDuplicates: true,
        })
        if (!row) return 'already_proposed' as const
        await writeAudit(tx, 'settings_proposed', actor, String(row.version), { reason, was, becomes })
        const { mails, item } = tell(toChange(row))
        if (item) await openItem(tx, item, null)
        const mailIds = await insertMails(tx, mails, null, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        return toChange(row)
      }),

    decide: (version, decision, actor) =>
      prisma.$transaction((tx) => decide(tx, vault, { version, decision, actor })),
  }
}

async function decide(
  tx: Transaction,
  vault: Vault,
  {
    version,
    decision,
    actor,
  }: { version: number; decision: 'confirmed' | 'rejected' | 'withdrawn'; actor: Actor },
): ReturnType<SettingsChangeStore['decide']> {
  const { actorId, actorName } = actorColumns(actor)
  const [waiting] = await tx.$queryRaw<
    { samePerson: boolean; was: SettingsPart; becomes: SettingsPart; reason: string }[]
  >`
    SELECT was, becomes, reason, EXISTS (
      SELECT 1 FROM app_user a JOIN app_user b ON b.id = ${actorId}::uuid
      WHERE a.id = c.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id))) AS "samePerson"
    FROM settings_change c WHERE version = ${version} AND open_key = 'proposal' FOR UPDATE OF c`
  if (!waiting) return 'stale'
  if (decision === 'confirmed') {
    if (waiting.samePerson) return 'same_person'
    // The operator may have changed them at the command line; none of these rows changes any more before this commits.
    await tx.$executeRaw`LOCK TABLE setting, error_code, brand, endpoint, endpoint_route IN SHARE ROW EXCLUSIVE MODE`
    if (!same(await presentOf(tx, waiting.becomes), waiting.was)) return 'overtaken'
    const { erase, ...part } = waiting.becomes
    if (erase && !(await eraseReceiver(tx, vault, { receiverId: erase, actor, reason: waiting.reason })))
      return 'overtaken'
    await apply(tx, part, actorId)
  }
  const row = await tx.settingsChange.update({
    where: { version },
    data: { decision, decidedById: actorId, decidedByName: actorName, decidedAt: new Date(), openKey: null },
  })
  await forgetSecrets(tx, waiting.becomes.endpoints)
  await closeOpenItem(tx, `proposal_waits:settings:${version}`, `It was ${decision}.`)
  const { was, becomes } = waiting
  await writeAudit(tx, `settings_${decision}`, actor, String(version), { was, becomes })
  return toChange(row)
}

/** What is set now of what `part` names. */
async function presentOf(tx: Transaction, part: SettingsPart): Promise<SettingsPart> {
  const now = await readSettings(tx)
  const names = Object.keys(part.settings ?? {}) as (keyof Settings)[]
  const codes = Object.keys(part.codes ?? {})
  const rows = await tx.errorCode.findMany({ where: { code: { in: codes } } })
  const words = new Map(rows.map((row) => [row.code, row.words as CodeWords | null]))
  return {
    ...(part.settings && { settings: Object.fromEntries(names.map((name) => [name, now[name]])) }),
    ...(part.codes && { codes: Object.fromEntries(codes.map((code) => [code, words.get(code) ?? null])) }),
    ...(part.brand && { brand: await presentBrand(tx, part.brand) }),
    ...(part.endpoints && { endpoints: await presentEndpoints(tx, part.endpoints) }),
    ...(part.routes && { routes: await presentRoutes(tx) }),
    // Whether they can be erased is asked when they are.
    ...(part.erase && { erase: null }),
  }
}

async function presentBrand(tx: Transaction, part: Partial<Brand>): Promise<Partial<Brand>> {
  const now = await readBrand(tx)
  return Object.fromEntries(Object.keys(part).map((name) => [name, now[name as keyof Brand]]))
}

async function apply(
  tx: Transaction,
  { settings = {}, codes = {}, brand, endpoints, routes }: SettingsPart,
  actorId: string | null,
) {
  await writeSettings(tx, settings)
  if (brand) await writeBrand(tx, brand)
  if (endpoints) await writeEndpoints(tx, endpoints)
  if (routes) await writeRoutes(tx, routes)
  for (const [code, words] of Object.entries(codes)) {
    const value = words === null ? Prisma.DbNull : toJson(words)
    await tx.errorCode.upsert({
      where: { code },
      create: { code, words: value },
      update: { words: value },
    })
    await tx.openItem.updateMany({
      where: { openKey: openKeyOf(`code_without_words:${code}`) },
      data: {
        closedAt: new Date(),
        // As if this person had closed it, so that the same code never opens it again.
        closedById: actorId,
        closeReason: 'It has words now.',
        openKey: null,
      },
    })
  }
}

/** JSON keeps no order of keys. */
const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b)

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )

const toChange = (row: Prisma.SettingsChangeGetPayload<object>): SettingsChange => ({
  version: row.version,
  // Only this store writes them, through the port's types.
  was: row.was as SettingsPart,
  becomes: row.becomes as SettingsPart,
  reason: row.reason,
  proposedById: row.proposedById,
  proposedByName: row.proposedByName,
  proposedAt: row.proposedAt,
  decidedById: row.decidedById,
  decidedByName: row.decidedByName,
  decidedAt: row.decidedAt,
  decision: row.decision as SettingsChange['decision'],
})
