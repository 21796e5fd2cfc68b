/** Names that requests to the API gave by their idempotency keys. */
import type { Database } from '#lib/db/engine/client.ts'
import type { ApiRequestStore } from '#lib/services/ports.ts'

export function createApiRequestStore({ sql }: Pick<Database, 'sql'>): ApiRequestStore {
  return {
    async find(act, key) {
      const [row] = await sql.query<{ subject: string }>(
        'SELECT subject FROM api_request WHERE act = $1 AND key = $2',
        [act, key],
      )
      return row?.subject ?? null
    },

    async note(act, key, subject) {
      await sql.query(
        'INSERT INTO api_request (act, key, subject) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [act, key, subject],
      )
    },
  }
}
