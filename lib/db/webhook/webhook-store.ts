/** Webhook targets, their events and deliveries. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { closeOpenItem, fromNow, openItem } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { webhookEventTypes } from '#lib/payouts/webhook-events.ts'
import type { EscalatedItem, Told, WebhookStore, WebhookTarget } from '#lib/services/ports.ts'
import { secretPlace } from '#lib/services/webhook/places.ts'
import { claim, log, record } from './deliveries.ts'
import { eventColumns, eventJoins, toEvent } from './event-rows.ts'
import type { EventRow } from './event-rows.ts'
import { forget } from './forget.ts'
import { makeEvents } from './make-events.ts'

/** Pages say "more than 999" beyond that. */
const countedMost = 1_000

type TargetRow = Omit<WebhookTarget, 'events'> & { events: string[] }

export function createWebhookStore(prisma: Database, hooks: StoreHooks, vault: Vault): WebhookStore {
  const { sql } = prisma
  const tellIn = async (tx: Transaction, { mails, item }: Told) => {
    if (item) await openItem(tx, item, null)
    const ids = await insertMails(tx, mails, null, vault)
    if (ids.length > 0) await hooks.enqueueMail(tx, ids)
  }
  return {
    async targets() {
      const rows = await sql.query<TargetRow>(`${targetsQuery} ORDER BY t.name, t.id`)
      return rows.map(toTarget)
    },

    async find(id) {
      const [row] = await sql.query<TargetRow>(`${targetsQuery} AND t.id = $1::uuid`, [id])
      return row ? toTarget(row) : null
    },

    renewSecret: (id, secret, overlapMs, actor) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_target SET secret_sealed = ${vault.seal(secret, secretPlace(id))}, secret_since = now(),
            previous_sealed = secret_sealed,
            previous_until = CASE WHEN secret_sealed IS NULL THEN NULL ELSE ${fromNow(overlapMs)} END
          WHERE id = ${id}::uuid AND kind = 'signed' AND removed_at IS NULL`
        if (changed === 1) await writeAudit(tx, 'webhook_secret_renewed', actor, id, {})
        return changed === 1
      }),

    dropPrevious: (id, actor) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_target SET previous_sealed = NULL, previous_until = NULL
          WHERE id = ${id}::uuid AND previous_sealed IS NOT NULL`
        if (changed === 1) await writeAudit(tx, 'webhook_secret_dropped', actor, id, {})
        return changed === 1
      }),

    switchOn: (id, actor) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_target SET disabled_at = NULL, disabled_why = NULL, failing_since = NULL
          WHERE id = ${id}::uuid AND disabled_at IS NOT NULL AND removed_at IS NULL`
        if (changed === 0) return false
        await closeOpenItem(tx, `webhook_failed:${id}`, 'It was switched on again.')
        await writeAudit(tx, 'webhook_switched_on', actor, id, {})
        return true
      }),

    switchOff: (id, actor) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_target SET disabled_at = now(), disabled_why = 'by_admin'
          WHERE id = ${id}::uuid AND disabled_at IS NULL AND removed_at IS NULL`
        if (changed === 1) await writeAudit(tx, 'webhook_switched_off', actor, id, {})
        return changed === 1
      }),

    remove: (id, actor) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_target SET removed_at = now(), secret_sealed = NULL, previous_sealed = NULL, previous_until = NULL
          WHERE id = ${id}::uuid AND removed_at IS NULL`
        if (changed === 0) return false
        await closeOpenItem(tx, `webhook_failed:${id}`, 'It was removed.')
        await writeAudit(tx, 'webhook_target_removed', actor, id, {})
        return true
      }),

    resend: (id, eventId, actor) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_delivery d SET due_at = clock_timestamp(), tries = 0
          FROM webhook_target t WHERE d.target_id = ${id}::uuid AND d.event_id = ${eventId} AND t.id = d.target_id
            AND t.removed_at IS NULL`
        if (changed === 1) await writeAudit(tx, 'webhook_resent', actor, id, { eventId: String(eventId) })
        return changed === 1
      }),

    test: (id, actor) =>
      prisma.$transaction(async (tx) => {
        const made = await tx.$executeRaw`
          INSERT INTO webhook_news (type, subject_id)
          SELECT 'webhook.test', id FROM webhook_target WHERE id = ${id}::uuid AND removed_at IS NULL AND disabled_at IS NULL
            AND (kind = 'chat' OR secret_sealed IS NOT NULL)`
        if (made === 1) await writeAudit(tx, 'webhook_tested', actor, id, {})
        return made === 1
      }),

    log: (id, page) => log(sql, id, page),

    async events(after, ownerId, limit) {
      const rows = await sql.query<EventRow>(
        `SELECT ${eventColumns} FROM (
          SELECT * FROM webhook_event WHERE id > $1::bigint AND type <> 'webhook.test' ${ownerId === null ? '' : 'AND owner_id = $3::uuid'}
          ORDER BY id LIMIT $2::int) e ${eventJoins} ORDER BY e.id`,
        ownerId === null ? [after, limit] : [after, limit, ownerId],
      )
      return rows.map(toEvent)
    },

    async goneUntil() {
      const [row] = await sql.query<{ goneUntil: Date | null }>(
        'SELECT gone_until AS "goneUntil" FROM webhook_mark',
      )
      return row?.goneUntil ?? null
    },

    forget: (after, days, limit) => forget(sql, after, days, limit),

    makeEvents: (held) => makeEvents(sql, held),
    claim: (busy, leaseMs) => claim(sql, vault, busy, leaseMs),
    record: (taken, result) => record(sql, taken, result),

    giveUp: (id, why, tell) =>
      prisma.$transaction(async (tx) => {
        const changed = await tx.$executeRaw`
          UPDATE webhook_target SET disabled_at = now(), disabled_why = ${why}
          WHERE id = ${id}::uuid AND disabled_at IS NULL AND removed_at IS NULL`
        if (changed === 0) return false
        const [row] = await tx.$queryRawUnsafe<TargetRow[]>(`${targetsQuery} AND t.id = $1::uuid`, id)
        if (row) await tellIn(tx, tell(toTarget(row)))
        return true
      }),

    escalate: (afterMs, limit, tell) =>
      prisma.$transaction(async (tx) => {
        const items = await tx.$queryRaw<EscalatedItem[]>`
          UPDATE open_item i SET escalated_at = now() FROM (
            SELECT id FROM open_item WHERE closed_at IS NULL AND escalated_at IS NULL AND severity <> 'info'
              AND opened_at < now() - ${afterMs}::float8 * interval '1 millisecond' AND (owner_id IS NULL OR owned_until <= now())
            ORDER BY opened_at LIMIT ${limit} FOR UPDATE SKIP LOCKED) late
          WHERE i.id = late.id
          RETURNING i.id, i.kind, i.severity, i.payout_id AS "payoutId", i.opened_at AS "openedAt"`
        if (items.length > 0) await tellIn(tx, tell(items))
        return items.length
      }),
  }
}

const targetsQuery = `SELECT t.id, t.name, t.kind, t.address_shown AS "addressShown", t.events, t.owner_id AS "ownerId",
    o.name AS "ownerName", o.email AS "ownerEmail", t.chat, t.secret_sealed IS NOT NULL AS "hasSecret", t.secret_since AS "secretSince",
    CASE WHEN t.previous_until > now() THEN t.previous_until END AS "previousUntil", t.created_at AS "createdAt",
    t.failing_since AS "failingSince", t.disabled_at AS "disabledAt", t.disabled_why AS "disabledWhy",
    (SELECT count(*) FROM (SELECT FROM webhook_delivery WHERE target_id = t.id AND due_at IS NOT NULL LIMIT ${countedMost}) d)::int AS waiting
  FROM webhook_target t LEFT JOIN app_user o ON o.id = t.owner_id WHERE t.removed_at IS NULL`

/** Types that this version does not know are sent to nobody. */
const toTarget = (row: TargetRow): WebhookTarget => ({
  ...row,
  events: webhookEventTypes.filter((type) => row.events.includes(type)),
})
