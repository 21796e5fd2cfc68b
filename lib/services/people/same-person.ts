import type { Deps } from '#lib/services/ports.ts'

/**
 * Could two accounts be used by one human being: the same person, or one that has lately made, invited or reset both? An account that
 * nobody has (the operator's command line) belongs to no one.
 */
export async function isSamePerson(
  deps: Pick<Deps, 'access' | 'people'>,
  userId: string,
  otherId: string | null,
): Promise<boolean> {
  if (otherId === null) return false
  if (userId === otherId) return true
  const [hand, other] = await Promise.all([deps.access.oneHand(userId), deps.people.findUser(otherId)])
  return other !== null && hand.includes(other.personId)
}
