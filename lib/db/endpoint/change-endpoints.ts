/** What a confirmed change of the settings does to endpoints and routes. The caller's transaction has locked both tables. */
import type { Transaction } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import type { EndpointPart, EndpointRoute } from '#lib/services/ports.ts'
import { readBook, toEndpoint } from './endpoint-store.ts'

type Parts = Readonly<Record<string, EndpointPart>>

const facts = [
  'name',
  'kind',
  'cardzoId',
  'baseUrl',
  'login',
  'currencies',
  'fields',
  'redirectHosts',
  'maxRequestsPerS',
  'balance',
  'lowMarks',
  'active',
] as const satisfies readonly (keyof EndpointPart)[]
const secrets = [
  'key',
  'control',
  'nextKey',
  'nextControl',
] as const satisfies readonly (keyof EndpointPart)[]

/** What is in force of what these parts name. Any change of an endpoint gives it another version. */
export async function presentEndpoints(tx: Transaction, parts: Parts): Promise<Record<string, EndpointPart>> {
  const ids = Object.keys(parts).map(Number)
  const rows = await tx.endpoint.findMany({ where: { id: { in: ids } } })
  const known = new Map(rows.map((row) => [row.id, toEndpoint(row)]))
  return Object.fromEntries(
    Object.entries(parts).map(([id, part]) => {
      const now = known.get(Number(id))
      const named = facts.filter((name) => part[name] !== undefined)
      return [id, { version: now?.version ?? 0, ...(now && pick(now, named)) }]
    }),
  )
}

const pick = (from: EndpointPart, names: readonly (keyof EndpointPart)[]): EndpointPart =>
  Object.fromEntries(names.map((name) => [name, from[name]]))

export const presentRoutes = async (tx: Transaction): Promise<readonly EndpointRoute[]> =>
  (await readBook(tx)).routes

export async function writeEndpoints(tx: Transaction, parts: Parts): Promise<void> {
  for (const [given, part] of Object.entries(parts)) {
    const id = Number(given)
    const row = await tx.endpoint.findUnique({ where: { id } })
    if (row) await update(tx, row, part)
    else await insert(tx, id, part)
  }
}

async function insert(tx: Transaction, id: number, part: EndpointPart): Promise<void> {
  const { name, kind, cardzoId, baseUrl, login, currencies, fields, redirectHosts, maxRequestsPerS } = part
  if (
    id === environmentEndpoint ||
    name === undefined ||
    kind === undefined ||
    cardzoId === undefined ||
    baseUrl === undefined ||
    login === undefined ||
    maxRequestsPerS === undefined
  )
    throw new Error(`Bug: endpoint ${id} was proposed in part`)
  await tx.endpoint.create({
    data: {
      ...{ id, name, source: 'desk', kind, cardzoId, baseUrl, login, maxRequestsPerS },
      currencies: [...(currencies ?? [])],
      fields: toJson(fields ?? []),
      redirectHosts: [...(redirectHosts ?? [])],
      active: part.active ?? true,
      balance: part.balance ?? null,
      lowMarks: toJson(part.lowMarks ?? {}),
      keySealed: await sealedOf(tx, id, 'key', part.key),
      controlSealed: await sealedOf(tx, id, 'control', part.control),
    },
  })
}

async function update(
  tx: Transaction,
  row: Prisma.EndpointGetPayload<object>,
  part: EndpointPart,
): Promise<void> {
  const { currencies, fields, lowMarks, redirectHosts, rotation, nextKey, nextControl } = part
  const plain = ['name', 'login', 'maxRequestsPerS', 'balance', 'active'] as const
  await tx.endpoint.update({
    where: { id: row.id },
    data: {
      ...Object.fromEntries(plain.flatMap((name) => (part[name] === undefined ? [] : [[name, part[name]]]))),
      ...(currencies && { currencies: [...currencies] }),
      ...(fields && { fields: toJson(fields) }),
      ...(lowMarks && { lowMarks: toJson(lowMarks) }),
      ...(redirectHosts && { redirectHosts: [...redirectHosts] }),
      ...(nextKey !== undefined && { nextKeySealed: await sealedOf(tx, row.id, 'key', nextKey) }),
      ...(nextControl !== undefined && {
        nextControlSealed: await sealedOf(tx, row.id, 'control', nextControl),
      }),
      ...(rotation === 'end' && { nextKeySealed: null, nextControlSealed: null }),
      ...(rotation === 'promote' && {
        ...(row.nextKeySealed !== null && { keySealed: row.nextKeySealed, nextKeySealed: row.keySealed }),
        ...(row.nextControlSealed !== null && {
          controlSealed: row.nextControlSealed,
          nextControlSealed: row.controlSealed,
        }),
      }),
      version: row.version + 1,
      updatedAt: new Date(),
    },
  })
}

async function sealedOf(
  tx: Transaction,
  endpointId: number,
  kind: 'key' | 'control',
  id: string | undefined,
): Promise<string> {
  const kept = id === undefined ? null : await tx.endpointSecret.findUnique({ where: { id } })
  if (kept?.endpointId !== endpointId || kept.kind !== kind)
    throw new Error(`Bug: the ${kind} that was proposed for endpoint ${endpointId} is not there`)
  return kept.sealed
}

/** Once a change is decided, in whatever way. */
export async function forgetSecrets(tx: Transaction, parts: Parts = {}): Promise<void> {
  const ids = Object.values(parts).flatMap((part) => secrets.flatMap((name) => part[name] ?? []))
  if (ids.length > 0) await tx.endpointSecret.deleteMany({ where: { id: { in: ids } } })
}

export async function writeRoutes(tx: Transaction, routes: readonly EndpointRoute[]): Promise<void> {
  await tx.endpointRoute.deleteMany()
  await tx.endpointRoute.createMany({
    data: routes.map((route, position) => ({ ...route, position: position + 1 })),
  })
}
