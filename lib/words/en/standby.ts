/** What was read from a standby of the database says how old it is. */
export const standby = {
  asOf: '{s, plural, =0 {As of this moment} one {As of # second ago} other {As of # seconds ago}}',
} as const
