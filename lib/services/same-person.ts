import type { Deps } from './ports.ts'

/** Do two accounts belong to one human being? An account that nobody has (the operator's command line) belongs to no one. */
export async function isSamePerson(
  deps: Pick<Deps, 'people'>,
  userId: string,
  otherId: string | null,
): Promise<boolean> {
  if (otherId === null) return false
  if (userId === otherId) return true
  const [one, other] = await Promise.all([deps.people.findUser(userId), deps.people.findUser(otherId)])
  return one !== null && other !== null && one.personId === other.personId
}
