/** "role_changed" reads "Role changed": every kind there is or will be, without a table to forget. */
export const kindText = (kind: string): string => {
  const words = kind.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** "approvalsVoided" reads "approvals voided". */
export const factText = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** A value as it was kept; texts as they are, everything else as JSON. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)
