/**
 * Is this page of another version than the servers? While an update is rolled out servers of both answer in turn, so only what differs
 * twice in a row, in the same way, counts.
 */
let seen: string | null = null
let isOther = false

/** Takes what a server has just said of itself; null: it said nothing. */
export function judgeVersion(own: string, said: string | null): boolean {
  if (said === null) return isOther
  isOther = said !== own && said === seen
  seen = said
  return isOther
}

/** A refresh would then be a load, and take what is typed with it. */
export const isOfOtherVersion = (): boolean => isOther
