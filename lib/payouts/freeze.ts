/** A frozen destination cools off until a person releases it. */

/** The end of a cooling-off time that no clock ends. */
export const frozenUntil = new Date('9999-12-31T00:00:00Z')

/** Does this cooling-off time end only when a person releases the destination? */
export const isFrozenUntil = (until: Date | null): boolean =>
  until !== null && until.getTime() >= frozenUntil.getTime()
