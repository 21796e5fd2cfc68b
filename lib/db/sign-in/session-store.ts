/** Sessions: opened, looked up at every request, given another token, ended. The database's clock judges every expiry. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { endSessions, toUser, userColumns } from '#lib/db/people/user-rows.ts'
import type { Session, SessionStore } from '#lib/services/ports.ts'

// One write a minute is enough for an idle time-out that is counted in tens of minutes.
const touchEveryMs = 60_000

export function createSessionStore(prisma: PrismaClient): SessionStore {
  return {
    async create({ id, tokenHash, userId, lifetimeMs, ip, userAgent, by }, actor) {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO session (id, token_hash, user_id, expires_at, ip, user_agent)
          VALUES (${id}::uuid, ${tokenHash}, ${userId}::uuid, now() + ${lifetimeMs} * interval '1 millisecond',
                  ${ip}, ${userAgent})`
        await writeAudit(tx, 'signed_in', actor, userId, { ip, by })
      })
    },

    async use(tokenHash, idleMs) {
      const rows = await prisma.$queryRaw<(Session & { touch: boolean })[]>`
        SELECT s.id, s.user_id AS "userId", s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
               s.expires_at AS "expiresAt", s.ip, s.user_agent AS "userAgent",
               s.last_seen_at < now() - ${touchEveryMs} * interval '1 millisecond' AS touch
        FROM session s
        WHERE s.token_hash = ${tokenHash} AND s.ended_at IS NULL AND s.expires_at > now()
          AND s.last_seen_at > now() - ${idleMs} * interval '1 millisecond'`
      const row = rows[0]
      if (!row) return null
      const user = await prisma.user.findUnique({ where: { id: row.userId }, select: userColumns })
      if (!user || user.disabledAt !== null) return null
      const { touch, ...session } = row
      if (touch) await prisma.$executeRaw`UPDATE session SET last_seen_at = now() WHERE id = ${row.id}::uuid`
      return { session, user: toUser(user) }
    },

    async rotate(id, tokenHash) {
      const [row] = await prisma.$queryRaw<{ remainingMs: number }[]>`
        UPDATE session SET token_hash = ${tokenHash}
        WHERE id = ${id}::uuid AND ended_at IS NULL AND expires_at > now()
        RETURNING (extract(epoch FROM expires_at - now()) * 1000)::int8::float8 AS "remainingMs"`
      return row?.remainingMs ?? null
    },

    async end(id, actor) {
      await prisma.$transaction(async (tx) => {
        const ended = await tx.$executeRaw`
          UPDATE session SET ended_at = now() WHERE id = ${id}::uuid AND ended_at IS NULL`
        if (ended === 1) await writeAudit(tx, 'signed_out', actor, actor.id, {})
      })
    },

    listOf: (userId, idleMs) => prisma.$queryRaw<Session[]>`
      SELECT id, user_id AS "userId", created_at AS "createdAt", last_seen_at AS "lastSeenAt", expires_at AS "expiresAt",
             ip, user_agent AS "userAgent"
      FROM session
      WHERE user_id = ${userId}::uuid AND ended_at IS NULL AND expires_at > now()
        AND last_seen_at > now() - ${idleMs} * interval '1 millisecond'
      ORDER BY last_seen_at DESC, id`,

    endOneOf: (userId, sessionId, actor) =>
      prisma.$transaction(async (tx) => {
        const ended = await tx.$executeRaw`
          UPDATE session SET ended_at = now()
          WHERE id = ${sessionId}::uuid AND user_id = ${userId}::uuid AND ended_at IS NULL`
        if (ended === 1) await writeAudit(tx, 'session_ended', actor, userId, { sessionId })
        return ended === 1
      }),

    endAllOf: (userId, keepSessionId, actor) =>
      prisma.$transaction(async (tx) => {
        const ended = await endSessions(tx, userId, keepSessionId)
        await writeAudit(tx, 'sessions_ended', actor, userId, { ended })
        return ended
      }),
  }
}
