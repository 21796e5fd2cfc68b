/** The checklist of a new installation: facts from the tables that have them, and one row for what no other table knows. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { FirstRunFacts, FirstRunStore } from '#lib/services/ports.ts'

/** More admins than any installation has; the oldest accounts come first. */
const adminsRead = 50

type Row = {
  admins: number
  readyAdmins: number
  one: string | null
  other: string | null
  pairSince: Date | null
  policy: Policy | null
  policySince: Date | null
  callbackAt: Date | null
  refusedAt: Date | null
  refusedReason: NonNullable<FirstRunFacts['refused']>['reason'] | null
  mailTo: string | null
  mailSentAt: Date | null
  mailError: string | null
  mailAcceptedAt: Date | null
  mailAnswer: string | null
  backupBy: string | null
  backupAt: Date | null
}

const statement = `
  WITH admin AS (
    SELECT name, person_id, created_at, totp_secret IS NOT NULL AS ready FROM app_user
    WHERE role = 'admin' AND disabled_at IS NULL ORDER BY created_at, id LIMIT ${adminsRead}
  ), pair AS (
    SELECT a.name AS one, b.name AS other, greatest(a.created_at, b.created_at) AS since
    FROM admin a CROSS JOIN LATERAL (SELECT ARRAY(SELECT one_hand(a.person_id)) AS persons) hand
    JOIN admin b ON NOT b.person_id = ANY (hand.persons)
    WHERE a.ready AND b.ready ORDER BY since, a.created_at LIMIT 1
  )
  SELECT
    (SELECT count(DISTINCT person_id)::int FROM admin) AS admins,
    (SELECT count(DISTINCT person_id)::int FROM admin WHERE ready) AS "readyAdmins",
    pair.one, pair.other, pair.since AS "pairSince",
    policy.body AS policy, coalesce(policy.decided_at, policy.proposed_at) AS "policySince",
    (SELECT received_at FROM callback ORDER BY received_at, id LIMIT 1) AS "callbackAt",
    refused.at AS "refusedAt", refused.reason AS "refusedReason",
    first_run.test_mail_to AS "mailTo", mail.sent_at AS "mailSentAt", mail.last_error AS "mailError",
    first_run.mail_accepted_at AS "mailAcceptedAt", first_run.mail_answer AS "mailAnswer",
    first_run.backup_by_name AS "backupBy", first_run.backup_at AS "backupAt"
  FROM (VALUES (1)) AS always
    LEFT JOIN pair ON true
    LEFT JOIN policy_version policy ON policy.active_key = 'active'
    LEFT JOIN (SELECT at, reason FROM refused_callback ORDER BY number DESC LIMIT 1) AS refused ON true
    LEFT JOIN first_run ON first_run.id = 1
    LEFT JOIN mail ON mail.id = first_run.test_mail_id`

export function createFirstRunStore(prisma: Database, hooks: StoreHooks, vault: Vault): FirstRunStore {
  return {
    async facts() {
      const [row] = await prisma.sql.query<Row>(statement)
      if (!row) throw new Error('One row of VALUES gave none')
      const { one, other, pairSince, policy, policySince, refusedAt, refusedReason } = row
      const { mailTo, backupBy, backupAt } = row
      return {
        admins: row.admins,
        readyAdmins: row.readyAdmins,
        pair: one !== null && other !== null && pairSince ? { one, other, since: pairSince } : null,
        policy: policy && policySince ? { body: policy, since: policySince } : null,
        callbackAt: row.callbackAt,
        refused: refusedAt && refusedReason ? { at: refusedAt, reason: refusedReason } : null,
        mail:
          mailTo === null
            ? null
            : {
                to: mailTo,
                sentAt: row.mailSentAt,
                error: row.mailError,
                acceptedAt: row.mailAcceptedAt,
                answer: row.mailAnswer,
              },
        backup: backupBy !== null && backupAt ? { by: backupBy, at: backupAt } : null,
      }
    },

    async sendTestMail(mail, actor) {
      await prisma.$transaction(async (tx) => {
        const [id] = await insertMails(tx, [mail], null, vault)
        if (id === undefined) throw new Error('Bug: a test mail with a key that was used before')
        const latest = { testMailId: id, testMailTo: mail.to, mailAcceptedAt: null, mailAnswer: null }
        await tx.firstRun.upsert({ where: { id: 1 }, create: latest, update: latest })
        await writeAudit(tx, 'test_mail_sent', actor, id, { email: mail.to })
        await hooks.enqueueMail(tx, [id])
      })
    },

    confirmBackup: (actor) =>
      prisma.$transaction(async (tx) => {
        const confirmed = await tx.$executeRaw`
          INSERT INTO first_run (id, backup_by_id, backup_by_name, backup_at) VALUES (1, ${actor.id}::uuid, ${actor.name}, now())
          ON CONFLICT (id) DO UPDATE SET backup_by_id = EXCLUDED.backup_by_id, backup_by_name = EXCLUDED.backup_by_name,
            backup_at = EXCLUDED.backup_at
          WHERE first_run.backup_at IS NULL`
        if (confirmed === 0) return false
        await writeAudit(tx, 'backup_confirmed', actor, null, {})
        return true
      }),
  }
}
