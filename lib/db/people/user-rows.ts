/** What stores about people share: the columns of an account, and how to end everything that lets its person in. */
import type { User } from '#lib/services/ports.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'

export const userColumns = {
  id: true,
  email: true,
  name: true,
  role: true,
  receiverId: true,
  passwordHash: true,
  personId: true,
  totpSecret: true,
  disabledAt: true,
} as const

export type UserRow = Omit<User, 'hasPassword' | 'hasFactor'> & {
  passwordHash: string | null
  totpSecret: string | null
}

export const toUser = ({
  id,
  email,
  name,
  role,
  receiverId,
  personId,
  disabledAt,
  passwordHash,
  totpSecret,
}: UserRow): User => ({
  id,
  email,
  name,
  role,
  receiverId,
  personId,
  disabledAt,
  hasPassword: passwordHash !== null,
  hasFactor: totpSecret !== null,
})

/** Everything that lets this person in, ended in the transaction of the change that ends it; one session may stay. */
export async function endAccess(
  tx: Transaction,
  userId: string,
  keepSessionId: string | null = null,
): Promise<void> {
  await endSessions(tx, userId, keepSessionId)
  await tx.$executeRaw`UPDATE sign_in_link SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
  await tx.$executeRaw`UPDATE sign_in_attempt SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
  await tx.$executeRaw`UPDATE invitation SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
}

/** How many ended. */
export const endSessions = (
  tx: Transaction,
  userId: string,
  keepSessionId: string | null,
): Promise<number> => tx.$executeRaw`
  UPDATE session SET ended_at = now()
  WHERE user_id = ${userId}::uuid AND ended_at IS NULL AND id IS DISTINCT FROM ${keepSessionId}::uuid`

/** The account first, as every writer takes it, then what lets its person in: of two who change it at once, the second finds it used. */
export async function lockUserOf(tx: Transaction, userId: Prisma.Sql): Promise<void> {
  await tx.$queryRaw`SELECT FROM app_user WHERE id = (${userId}) FOR NO KEY UPDATE`
}
