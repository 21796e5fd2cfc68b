import { usualSettings } from '#lib/services/ports.ts'
import type { Settings, SettingsStore } from '#lib/services/ports.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'

const settingKeys = Object.keys(usualSettings)

/** What the operator has set, and the usual for the rest. */
export async function readSettings(db: PrismaClient | Transaction): Promise<Settings> {
  const rows = await db.setting.findMany({ where: { key: { in: settingKeys } } })
  return settingsFrom(Object.fromEntries(rows.map(({ key, value }) => [key, value])))
}

/** What is stored, and the usual for the rest. */
export function settingsFrom(stored: Record<string, unknown>): Settings {
  const known = Object.entries(stored).filter(([key]) => settingKeys.includes(key))
  // Only `change` writes them, through the port's types.
  return { ...usualSettings, ...(Object.fromEntries(known) as Partial<Settings>) }
}

export async function writeSettings(tx: Transaction, given: Partial<Settings>): Promise<void> {
  for (const [key, value] of Object.entries(given))
    await tx.setting.upsert({
      where: { key },
      create: { key, value: toJson(value) },
      update: { value: toJson(value), updatedAt: new Date() },
    })
}

/** What admins and the operator have set. */
export function createSettingsStore(prisma: PrismaClient): SettingsStore {
  return {
    read: () => readSettings(prisma),

    change: (given, actor) =>
      prisma.$transaction(async (tx) => {
        const before = await readSettings(tx)
        await writeSettings(tx, given)
        await writeAudit(tx, 'settings_changed', actor, null, { before, changed: given })
        return readSettings(tx)
      }),

    async mailApiReceivers() {
      const setting = await prisma.setting.findUnique({ where: { key: 'mail_api_receivers' } })
      // A receiver who has left an address expects to hear of their money.
      return setting?.value !== false
    },
  }
}
