/* oxlint-disable max-lines -- every sealed column is named in one place. */
/**
 * Seals under the current key what isn't yet: payouts with their hashes and those of their approvals, destinations, second factors,
 * phrases, mails that still have a text, webhook targets, rows of batches that are no payouts yet, parts of imports, endpoints. Each row by itself, and only if
 * its seal is unchanged, so that you can stop it at any moment, run it again, and run it twice at once.
 */
import { createHash } from 'node:crypto'
import { contentHash, contentOf, isContentHash } from '#lib/services/payout/content-hash.ts'
import { rowPlace } from '#lib/services/batch/check-batch.ts'
import { requestPlace } from '#lib/services/payout/request-hash.ts'
import type { Resealed, SealStore } from '#lib/services/ports.ts'
import { addressPlace, secretPlace as webhookSecretPlace } from '#lib/services/webhook/places.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { destinationPlace, printOf, printVersion } from '#lib/db/destination/destination-rows.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { partPlace } from '#lib/db/moving/import-rows.ts'
import { mailPlace, phrasePlace } from '#lib/db/message/mail-store.ts'
import { isUnkeyedHash, payoutPlace } from '#lib/db/payout/payout-rows.ts'
import { secretPlace } from '#lib/db/sign-in/second-factor-store.ts'
import { resealEndpoints } from './reseal-endpoints.ts'
import { Unreadable, namedUnreadable } from './unreadable.ts'
import { isSealed } from './vault.ts'
import type { Vault } from './vault.ts'

export function createSealStore(prisma: PrismaClient, vault: Vault): SealStore {
  return { reseal: (batch, signal) => reseal(prisma, vault, batch, signal) }
}

type Fields = Record<string, string>
type World = { prisma: PrismaClient; vault: Vault; batch: number; signal: AbortSignal | undefined }

/** Counts rows that can't be opened, and leaves them as they are. */
async function reseal(
  prisma: PrismaClient,
  vault: Vault,
  batch: number,
  signal?: AbortSignal,
): Promise<Resealed> {
  const told: Resealed = {
    payouts: 0,
    destinations: 0,
    secondFactors: 0,
    phrases: 0,
    mails: 0,
    endpoints: 0,
    webhooks: 0,
    batchRows: 0,
    importParts: 0,
    unreadable: 0,
    firstUnreadable: [],
  }
  const world = { prisma, vault, batch, signal }
  if (await anyOldPayout(world))
    told.payouts = await each(world, told, payoutPlace, payoutsAfter, resealPayout)
  if (await anyOldDestination(world))
    told.destinations = await each(world, told, destinationPlace, destinationsAfter, resealDestination)
  told.secondFactors = await each(world, told, secretPlace, usersAfter, resealSecret)
  told.phrases = await each(world, told, phrasePlace, phrasesAfter, resealPhrase)
  told.mails = await each(world, told, mailPlace, mailsAfter, resealMail)
  told.endpoints = await resealEndpoints(world, told)
  told.webhooks = await each(world, told, addressPlace, targetsAfter, resealTarget)
  told.batchRows = await each(world, told, (id) => `batch:${id}`, batchRowsAfter, resealBatchRow)
  told.importParts = await each(world, told, (id) => `import:${id}`, importPartsAfter, resealImportPart)
  return told
}

/** Sorts before every id. */
const lowestId = '00000000-0000-0000-0000-000000000000'

/** Walks a table by id, so that rows that stay unchanged come only once. */
async function each<Row extends { id: string }>(
  world: World,
  told: Resealed,
  name: (id: string) => string,
  after: (world: World, id: string) => Promise<Row[]>,
  change: (world: World, row: Row, text: (sealed: string, place: string) => string) => Promise<number>,
): Promise<number> {
  let rows = 0
  let last = lowestId
  while (!world.signal?.aborted) {
    const found = await after(world, last)
    for (const row of found) {
      const opened = new Unreadable()
      try {
        rows += await change(world, row, (sealed, place) => opened.open(world.vault, sealed, place))
      } catch (error) {
        if (!opened.failed) throw error
        told.unreadable += 1
        if (told.firstUnreadable.length < namedUnreadable) told.firstUnreadable.push(name(row.id))
      }
      last = row.id
    }
    if (found.length < world.batch) break
  }
  return rows
}

/** Not `LIKE`: it would read underscores in a key's name as wildcards. */
const isOld = (column: Prisma.Sql, vault: Vault) =>
  Prisma.sql`NOT starts_with(${column}, ${vault.currentPrefix})`

/** Is anything sealed under another key than the current one? Jumps from key to key in an index, however many rows there are. */
async function anyOtherKey(
  { prisma, vault }: World,
  table: Prisma.Sql,
  sealed: Prisma.Sql,
): Promise<boolean> {
  const key = Prisma.sql`split_part(${sealed}, '.', 2)`
  const [row] = await prisma.$queryRaw<{ other: boolean }[]>`
    WITH RECURSIVE each AS (
      (SELECT ${key} AS key FROM ${table} WHERE ${key} IS NOT NULL ORDER BY ${key} LIMIT 1)
      UNION ALL
      SELECT (SELECT ${key} FROM ${table} WHERE ${key} > each.key ORDER BY ${key} LIMIT 1) FROM each WHERE each.key IS NOT NULL
    ) SELECT EXISTS (SELECT FROM each WHERE key <> split_part(${vault.currentPrefix}, '.', 2)) AS other`
  return row?.other ?? true
}

/** The condition of the index `payout_not_sealed`, letter by letter: what versions before seals, keyed hashes or today's prints have left. */
const notSealed = Prisma.sql`destination IS NOT NULL OR NOT starts_with(coalesce(destination_sealed, ''), 'v1.')
  OR NOT starts_with(request_hash, 'v1.') OR NOT starts_with(content_hash, 'f1.')
  OR NOT starts_with(coalesce(destination_print, ''), ${Prisma.raw(`'${printVersion}'`)})`

async function anyOldPayout(world: World): Promise<boolean> {
  // In the order of the index, so that it is used however little the planner knows of such rows.
  const rows = await world.prisma.$queryRaw<unknown[]>`
    SELECT id FROM payout WHERE ${notSealed} ORDER BY id LIMIT 1`
  return rows.length > 0 || anyOtherKey(world, Prisma.sql`payout`, Prisma.sql`destination_sealed`)
}

async function anyOldDestination(world: World): Promise<boolean> {
  const rows = await world.prisma.$queryRaw<unknown[]>`
    SELECT id FROM destination WHERE NOT starts_with(print, ${Prisma.raw(`'${printVersion}'`)}) ORDER BY id LIMIT 1`
  return rows.length > 0 || anyOtherKey(world, Prisma.sql`destination`, Prisma.sql`sealed`)
}

type PayoutRow = {
  id: string
  plain: Fields | null
  sealed: string | null
  contentHash: string
  requestHash: string
  clientOrderId: string
  amountMinor: bigint
  currency: string
  payAt: Date | null
  externalId: string
}

const payoutsAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<PayoutRow[]>`
  SELECT p.id, p.destination AS plain, p.destination_sealed AS sealed, p.content_hash AS "contentHash",
    p.request_hash AS "requestHash",
    p.client_order_id AS "clientOrderId", p.amount_minor AS "amountMinor", p.currency, p.pay_at AS "payAt", r.external_id AS "externalId"
  FROM payout p JOIN receiver r ON r.id = p.receiver_id
  WHERE p.id > ${id}::uuid AND (p.destination IS NOT NULL OR p.destination_sealed IS NULL
    OR ${isOld(Prisma.sql`p.destination_sealed`, vault)} OR ${isOld(Prisma.sql`p.request_hash`, vault)}
    OR NOT starts_with(p.content_hash, ${vault.currentFingerprintPrefix})
    OR NOT starts_with(coalesce(p.destination_print, ''), ${printVersion}))
  ORDER BY p.id LIMIT ${batch}`

/**
 * The change that seals a row also removes its readable text. Content and version stay the same; the trigger `approval_follows_content`
 * gives the approvals the new hash.
 */
function resealPayout(
  { prisma, vault }: World,
  row: PayoutRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const { id, sealed, requestHash } = row
  const destination = row.plain ?? (JSON.parse(text(sealed ?? '', payoutPlace(id))) as Fields)
  const content = { ...row, receiver: { externalId: row.externalId }, destination }
  const request = isSealed(requestHash) ? text(requestHash, requestPlace(id)) : requestHash
  return prisma.$executeRaw`
    UPDATE payout SET destination_sealed = ${vault.seal(JSON.stringify(destination), payoutPlace(id))},
      destination_print = ${printOf(vault, destination)}, destination = NULL,
      content_hash = ${hashAgain(vault, row.contentHash, content)},
      request_hash = ${vault.seal(request, requestPlace(id))}
    WHERE id = ${id}::uuid AND destination_sealed IS NOT DISTINCT FROM ${sealed}`
}

/** A hash that didn't match the content must not match it now: the row was changed, and has to stay recognisable as changed. */
function hashAgain(vault: Vault, hash: string, content: Parameters<typeof contentHash>[1]): string {
  // Before there were hashes, only a trigger protected the content.
  const wasRight = isUnkeyedHash(hash)
    ? hash === '' || hash === createHash('sha256').update(contentOf(content)).digest('hex')
    : isContentHash(vault, hash, content)
  return wasRight ? contentHash(vault, content) : `${vault.currentFingerprintPrefix}changed`
}

type DestinationRow = { id: string; receiverId: string; sealed: string }

const destinationsAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<DestinationRow[]>`
  SELECT id, receiver_id AS "receiverId", sealed FROM destination
  WHERE id > ${id}::uuid AND (${isOld(Prisma.sql`sealed`, vault)} OR NOT starts_with(print, ${printVersion})) ORDER BY id LIMIT ${batch}`

/**
 * While keys change, a process that doesn't know the new key yet may save a destination a second time. That later one keeps its payouts,
 * but leaves the list.
 */
async function resealDestination(
  { prisma, vault }: World,
  { id, receiverId, sealed }: DestinationRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const plain = text(sealed, destinationPlace(id))
  const print = printOf(vault, JSON.parse(plain) as Fields)
  return prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM receiver WHERE id = ${receiverId}::uuid FOR NO KEY UPDATE`
    const [twin] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM destination WHERE receiver_id = ${receiverId}::uuid AND print = ${print} AND id <> ${id}::uuid`
    const changed = await tx.$executeRaw`
      UPDATE destination SET sealed = ${vault.seal(plain, destinationPlace(id))}, print = ${twin ? `${print}:${id}` : print}
      WHERE id = ${id}::uuid AND sealed = ${sealed}`
    if (changed === 1 && twin)
      await tx.$executeRaw`
        WITH gone AS (SELECT is_default, removed_at FROM destination WHERE id = ${id}::uuid)
        UPDATE destination d SET
          is_default = CASE WHEN d.id = ${id}::uuid THEN false ELSE d.is_default OR (gone.is_default AND gone.removed_at IS NULL) END,
          removed_at = CASE
            WHEN d.id = ${id}::uuid THEN coalesce(d.removed_at, clock_timestamp())
            WHEN gone.removed_at IS NULL THEN NULL ELSE d.removed_at END
        FROM gone WHERE d.id IN (${id}::uuid, ${twin.id}::uuid)`
    return changed
  })
}

type UserRow = { id: string; secret: string }

const usersAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<UserRow[]>`
  SELECT id, totp_secret AS secret FROM app_user
  WHERE id > ${id}::uuid AND totp_secret IS NOT NULL AND ${isOld(Prisma.sql`totp_secret`, vault)} ORDER BY id LIMIT ${batch}`

function resealSecret(
  { prisma, vault }: World,
  { id, secret }: UserRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const plain = isSealed(secret) ? text(secret, secretPlace(id)) : secret
  return prisma.$executeRaw`
    UPDATE app_user SET totp_secret = ${vault.seal(plain, secretPlace(id))}
    WHERE id = ${id}::uuid AND totp_secret = ${secret}`
}

type PhraseRow = { id: string; phrase: string }

const phrasesAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<PhraseRow[]>`
  SELECT id, phrase FROM app_user
  WHERE id > ${id}::uuid AND phrase IS NOT NULL AND ${isOld(Prisma.sql`phrase`, vault)} ORDER BY id LIMIT ${batch}`

const resealPhrase = (
  { prisma, vault }: World,
  { id, phrase }: PhraseRow,
  text: (sealed: string, place: string) => string,
): Promise<number> => prisma.$executeRaw`
    UPDATE app_user SET phrase = ${vault.seal(text(phrase, phrasePlace(id)), phrasePlace(id))}
    WHERE id = ${id}::uuid AND phrase = ${phrase}`

type MailRow = { id: string; text: string }

const mailsAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<MailRow[]>`
  SELECT id, text FROM mail
  WHERE id > ${id}::uuid AND text <> '' AND ${isOld(Prisma.sql`text`, vault)} ORDER BY id LIMIT ${batch}`

function resealMail(
  { prisma, vault }: World,
  { id, text: stored }: MailRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const plain = isSealed(stored) ? text(stored, mailPlace(id)) : stored
  return prisma.$executeRaw`
    UPDATE mail SET text = ${vault.seal(plain, mailPlace(id))} WHERE id = ${id}::uuid AND text = ${stored}`
}

type TargetRow = { id: string; address: string; secret: string | null; previous: string | null }

const targetsAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<TargetRow[]>`
  SELECT id, address_sealed AS address, secret_sealed AS secret, previous_sealed AS previous FROM webhook_target
  WHERE id > ${id}::uuid AND (${isOld(Prisma.sql`address_sealed`, vault)} OR ${isOld(Prisma.sql`secret_sealed`, vault)}
    OR ${isOld(Prisma.sql`previous_sealed`, vault)}) ORDER BY id LIMIT ${batch}`

/** The trigger that compares a target with what two admins agreed to lets another seal of another key pass. */
function resealTarget(
  { prisma, vault }: World,
  { id, address, secret, previous }: TargetRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const again = (sealed: string | null) =>
    sealed === null ? null : vault.seal(text(sealed, webhookSecretPlace(id)), webhookSecretPlace(id))
  const isCurrent = address.startsWith(vault.currentPrefix)
  const place = addressPlace(id)
  return prisma.$executeRaw`
    UPDATE webhook_target SET address_sealed = ${isCurrent ? address : vault.seal(text(address, place), place)},
      secret_sealed = ${again(secret)}, previous_sealed = ${again(previous)}
    WHERE id = ${id}::uuid AND address_sealed = ${address} AND secret_sealed IS NOT DISTINCT FROM ${secret}
      AND previous_sealed IS NOT DISTINCT FROM ${previous}`
}

/** `id`: batch and line. */
type BatchRowRow = { id: string; batchId: string; line: number; sealed: string }

function batchRowsAfter({ prisma, vault, batch }: World, last: string): Promise<BatchRowRow[]> {
  const [id = lowestId, line = '0'] = last.split(':')
  return prisma.$queryRaw<BatchRowRow[]>`
    SELECT batch_id::text || ':' || line AS id, batch_id::text AS "batchId", line, sealed FROM batch_row
    WHERE (batch_id, line) > (${id}::uuid, ${Number(line)}) AND sealed IS NOT NULL AND ${isOld(Prisma.sql`sealed`, vault)}
    ORDER BY batch_id, line LIMIT ${batch}`
}

function resealBatchRow(
  { prisma, vault }: World,
  { batchId, line, sealed }: BatchRowRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const place = rowPlace(batchId, line)
  return prisma.$executeRaw`
    UPDATE batch_row SET sealed = ${vault.seal(text(sealed, place), place)}
    WHERE batch_id = ${batchId}::uuid AND line = ${line} AND sealed = ${sealed}`
}

/** `id`: import, what and part. */
type ImportPartRow = { id: string; importId: string; what: string; part: number; sealed: string }

function importPartsAfter({ prisma, vault, batch }: World, last: string): Promise<ImportPartRow[]> {
  const [id = lowestId, what = '', part = '0'] = last.split(':')
  return prisma.$queryRaw<ImportPartRow[]>`
    SELECT import_id::text || ':' || what || ':' || part AS id, import_id::text AS "importId", what, part, sealed FROM import_part
    WHERE (import_id, what, part) > (${id}::uuid, ${what}, ${Number(part)}) AND ${isOld(Prisma.sql`sealed`, vault)}
    ORDER BY import_id, what, part LIMIT ${batch}`
}

function resealImportPart(
  { prisma, vault }: World,
  { importId, what, part, sealed }: ImportPartRow,
  text: (sealed: string, place: string) => string,
): Promise<number> {
  const place = partPlace(importId, what, part)
  return prisma.$executeRaw`
    UPDATE import_part SET sealed = ${vault.seal(text(sealed, place), place)}
    WHERE import_id = ${importId}::uuid AND what = ${what} AND part = ${part} AND sealed = ${sealed}`
}
