/** The same keys as the English words, with texts of another language. */
export type Same<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Same<English[Key]>
}
