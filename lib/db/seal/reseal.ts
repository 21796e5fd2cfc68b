/**
 * Whatever is not sealed under the current key, or not at all, is sealed under it: payouts with their hashes and those of their approvals,
 * destinations, second factors, mails that still have a text. Each row by
 * itself and only if nobody changed its seal meanwhile, so that it can be stopped at any moment, run again, and run twice at once.
 */
import { createHash } from 'node:crypto'
import { contentHash, contentOf, isContentHash } from '#lib/services/payout/content-hash.ts'
import { requestPlace } from '#lib/services/payout/request-hash.ts'
import type { Resealed, SealStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { destinationPlace, printOf, printVersion } from '#lib/db/destination/destination-rows.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { mailPlace } from '#lib/db/message/mail-store.ts'
import { isUnkeyedHash, payoutPlace } from '#lib/db/payout/payout-rows.ts'
import { secretPlace } from '#lib/db/sign-in/second-factor-store.ts'
import { isSealed } from './vault.ts'
import type { Vault } from './vault.ts'

/** Enough to look into; a missing key makes thousands. */
const namedUnreadable = 10

export function createSealStore(prisma: PrismaClient, vault: Vault): SealStore {
  return { reseal: (batch, signal) => reseal(prisma, vault, batch, signal) }
}

type Fields = Record<string, string>
type World = { prisma: PrismaClient; vault: Vault; batch: number; signal: AbortSignal | undefined }

/** Rows that can't be opened are counted and left as they are. */
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
    mails: 0,
    unreadable: 0,
    firstUnreadable: [],
  }
  const world = { prisma, vault, batch, signal }
  told.payouts = await each(world, told, payoutPlace, payoutsAfter, resealPayout)
  told.destinations = await each(world, told, destinationPlace, destinationsAfter, resealDestination)
  told.secondFactors = await each(world, told, secretPlace, usersAfter, resealSecret)
  told.mails = await each(world, told, mailPlace, mailsAfter, resealMail)
  return told
}

/** Before every id there is. */
const lowestId = '00000000-0000-0000-0000-000000000000'

/** Goes through a table by id, so that rows which stay as they are come once. */
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

/** Tells a seal that can't be opened from a database that is away. */
class Unreadable {
  failed = false
  open(vault: Vault, sealed: string, place: string): string {
    this.failed = true
    const text = vault.open(sealed, place)
    this.failed = false
    return text
  }
}

/** `LIKE` would take the underscores of a key's name for any letter. */
const isOld = (column: Prisma.Sql, vault: Vault) =>
  Prisma.sql`NOT starts_with(${column}, ${vault.currentPrefix})`

type PayoutRow = {
  id: string
  plain: Fields | null
  sealed: string | null
  contentHash: string
  requestHash: string
  clientOrderId: string
  amountMinor: bigint
  currency: string
  externalId: string
}

const payoutsAfter = ({ prisma, vault, batch }: World, id: string) => prisma.$queryRaw<PayoutRow[]>`
  SELECT p.id, p.destination AS plain, p.destination_sealed AS sealed, p.content_hash AS "contentHash",
    p.request_hash AS "requestHash",
    p.client_order_id AS "clientOrderId", p.amount_minor AS "amountMinor", p.currency, r.external_id AS "externalId"
  FROM payout p JOIN receiver r ON r.id = p.receiver_id
  WHERE p.id > ${id}::uuid AND (p.destination IS NOT NULL OR p.destination_sealed IS NULL
    OR ${isOld(Prisma.sql`p.destination_sealed`, vault)} OR ${isOld(Prisma.sql`p.request_hash`, vault)}
    OR NOT starts_with(p.content_hash, ${vault.currentFingerprintPrefix})
    OR NOT starts_with(coalesce(p.destination_print, ''), ${printVersion}))
  ORDER BY p.id LIMIT ${batch}`

/**
 * What stood there readable goes with the same change that seals it. The content stays what it was, and so does its version; the approvals
 * get the new hash with it (trigger `approval_follows_content`).
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

/** A hash that was not of this content never becomes one that is: the row was changed, and stays so for everybody who looks. */
function hashAgain(vault: Vault, hash: string, content: Parameters<typeof contentHash>[1]): string {
  // Before there were hashes a trigger alone kept the content as it was.
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
 * While keys change, a process that did not know the new one may have saved an account a second time. The later one then stays behind the
 * payouts made with it, and is listed no more.
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
