/** Rows of a page that follows changes: what is shown stays in its place. Pure. */

export type LiveRow<Cells> = { id: string; version: string; cells: Cells }
export type HeldRow<Cells> = LiveRow<Cells> & {
  /** It is not as it was shown before. */
  changed: boolean
  /** It is no longer among the rows that the server gives for this page. */
  gone: boolean
}

/** The rows that are shown, brought up to date in their places, and how many are new. With nothing shown yet: the rows as they come. */
export function mergeRows<Cells>(
  held: readonly HeldRow<Cells>[],
  rows: readonly LiveRow<Cells>[],
): { held: HeldRow<Cells>[]; fresh: number } {
  if (held.length === 0)
    return { held: rows.map((row) => ({ ...row, changed: false, gone: false })), fresh: 0 }
  const now = new Map(rows.map((row) => [row.id, row]))
  const known = new Set(held.map(({ id }) => id))
  return {
    held: held.map((row) => {
      const next = now.get(row.id)
      if (!next) return { ...row, gone: true }
      return { ...next, changed: next.version !== row.version || row.changed, gone: false }
    }),
    fresh: rows.filter(({ id }) => !known.has(id)).length,
  }
}
