/** Endpoints as they are in force. Secrets are sealed, each for its endpoint, and only workers ask for keys. */
import { randomUUID } from 'node:crypto'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { Database, PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import type { Endpoint, EndpointBook, EndpointField } from '#lib/payouts/endpoints.ts'
import type {
  EndpointConnection,
  EndpointControl,
  EndpointSecret,
  EndpointStore,
  KeyAnswer,
  TestAnswer,
} from '#lib/services/ports.ts'

/** Both keys of an endpoint are sealed for one place, and both control values, so that the next may take over as it is. */
export const endpointPlace = (id: number, secret: 'key' | 'control') => `endpoint:${id}:${secret}`

/** The SQLSTATE of the trigger that keeps an endpoint at its gateway. */
const movedState = 'PS005'

export function createEndpointStore(prisma: Database, vault: Vault): EndpointStore {
  return {
    book: () => readBook(prisma),

    async controls() {
      const rows = await prisma.endpoint.findMany({
        where: { id: { not: environmentEndpoint } },
        select: { id: true, controlSealed: true, nextControlSealed: true },
      })
      return rows.map((row): EndpointControl => ({ id: row.id, control: openControl(vault, row) }))
    },

    async connections() {
      const rows = await prisma.endpoint.findMany({
        where: { id: { not: environmentEndpoint } },
        orderBy: { id: 'asc' },
      })
      return rows.map((row): EndpointConnection => {
        const key = open(vault, row.keySealed, endpointPlace(row.id, 'key'))
        const control = openControl(vault, row)
        return {
          endpoint: toEndpoint(row),
          secrets: key === null || control === null ? null : { key, control },
        }
      })
    },

    async adopt(own) {
      const written = {
        ...own,
        currencies: [...own.currencies],
        redirectHosts: [...own.redirectHosts],
        fields: toJson(own.fields),
        lowMarks: toJson(own.lowMarks),
      }
      try {
        await prisma.endpoint.upsert({
          where: { id: environmentEndpoint },
          create: { id: environmentEndpoint, source: 'environment', ...written },
          update: { ...written, updatedAt: new Date() },
        })
        return 'adopted'
      } catch (error) {
        if (isRefusedWith(error, movedState)) return 'moved'
        throw error
      }
    },

    async nextNumber() {
      const [row] = await prisma.sql.query<{ id: number }>("SELECT nextval('endpoint_numbers')::int AS id")
      if (!row) throw new Error('Bug: a sequence without a number')
      return row.id
    },

    async keepSecret(endpointId, kind, text) {
      const id = randomUUID()
      const sealed = vault.seal(text, endpointPlace(endpointId, kind))
      await prisma.endpointSecret.create({ data: { id, endpointId, kind, sealed } })
      return id
    },

    askTest: (endpointId, actor) =>
      prisma.$transaction(async (tx) => {
        const fresh = {
          askedAt: new Date(),
          takenAt: null,
          answeredAt: null,
          answer: null,
          said: null,
          keyAnswer: null,
          keySaid: null,
        }
        await tx.endpointTest.upsert({
          where: { endpointId },
          create: { endpointId },
          update: fresh,
        })
        await writeAudit(tx, 'endpoint_tested', actor, String(endpointId), {})
      }),

    async tests() {
      const rows = await prisma.endpointTest.findMany()
      // Only workers write answers, through the port's types.
      return rows.map((row) => ({
        ...row,
        answer: row.answer as TestAnswer | null,
        keyAnswer: row.keyAnswer as KeyAnswer | null,
      }))
    },

    async takeTest() {
      const [row] = await prisma.sql.query<{ id: number }>(
        `UPDATE endpoint_test SET taken_at = now() WHERE endpoint_id = (
           SELECT endpoint_id FROM endpoint_test
           WHERE answered_at IS NULL AND (taken_at IS NULL OR taken_at < now() - interval '2 minutes')
           ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING endpoint_id AS id`,
      )
      return row?.id ?? null
    },

    async answerTest(endpointId, found) {
      await prisma.endpointTest.update({
        where: { endpointId },
        data: { ...found, answeredAt: new Date() },
      })
    },

    async rotating() {
      const rows = await prisma.endpoint.findMany({
        where: { OR: [{ nextKeySealed: { not: null } }, { nextControlSealed: { not: null } }] },
        select: { id: true, nextKeySealed: true, nextControlSealed: true },
      })
      return rows.map(({ id, nextKeySealed, nextControlSealed }) => ({
        id,
        nextKey: nextKeySealed !== null,
        nextControl: nextControlSealed !== null,
      }))
    },
  }
}

export async function readBook(db: PrismaClient | Transaction): Promise<EndpointBook> {
  const [endpoints, routes] = await Promise.all([
    db.endpoint.findMany({ orderBy: { id: 'asc' } }),
    db.endpointRoute.findMany({ orderBy: { position: 'asc' } }),
  ])
  return {
    endpoints: endpoints.map(toEndpoint),
    // A batch is judged, and sent, as what its file came through, so no route names one.
    routes: routes.flatMap(({ currency, source, endpointId }) =>
      source === 'batch' ? [] : [{ currency, source, endpointId }],
    ),
  }
}

/** Without its secrets. */
export const toEndpoint = (row: Prisma.EndpointGetPayload<object>): Endpoint => ({
  id: row.id,
  name: row.name,
  // Constraints know both words of each.
  source: row.source as Endpoint['source'],
  kind: row.kind as Endpoint['kind'],
  cardzoId: row.cardzoId,
  baseUrl: row.baseUrl,
  login: row.login,
  currencies: row.currencies,
  // Only this room writes them, through the port's types.
  fields: row.fields as EndpointField[],
  redirectHosts: row.redirectHosts,
  maxRequestsPerS: row.maxRequestsPerS,
  balance: row.balance,
  lowMarks: row.lowMarks as Record<string, string>,
  active: row.active,
  version: row.version,
})

type SealedControl = { id: number; controlSealed: string | null; nextControlSealed: string | null }

function openControl(vault: Vault, row: SealedControl): EndpointSecret | null {
  const place = endpointPlace(row.id, 'control')
  const current = open(vault, row.controlSealed, place)
  if (current === null) return null
  return { current, next: open(vault, row.nextControlSealed, place) }
}

/** Null: there is none, or it can't be opened: the key of its seal is not among ours, or somebody changed it. */
function open(vault: Vault, sealed: string | null, place: string): string | null {
  if (sealed === null) return null
  try {
    return vault.open(sealed, place)
  } catch {
    // Whatever is wrong with the seal, the endpoint can't be used, and its payouts say so.
    return null
  }
}
