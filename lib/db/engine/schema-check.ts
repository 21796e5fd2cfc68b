/** May this version of the code run on the database as it is? */
import { isDatabaseAway } from './away.ts'
import { compareMigrations, migrationsFolder } from './migrations-folder.ts'

export type SchemaVerdict = {
  /** Why this process must not start, in words for the operator; null: it may. */
  problem: string | null
  /** What the operator may want to know; null: nothing. */
  note: string | null
}

/**
 * A version runs on a database that has all of its migrations, and later ones too: that is so while an update is rolled out, and after
 * going back (docs/upgrades.md). On one that lacks some it would fail in the middle of its work. `away`: the database can't say now.
 */
export async function checkSchema(
  databaseUrl: string,
  folder = migrationsFolder,
): Promise<SchemaVerdict | 'away'> {
  try {
    const { lacking, later } = await compareMigrations(databaseUrl, folder)
    const [firstLater] = later
    return {
      problem: problemOf(lacking),
      note:
        firstLater === undefined
          ? null
          : `The database has ${later.length} migrations of a newer version, from ${firstLater} on. This version works with them.`,
    }
  } catch (error) {
    if (isDatabaseAway(error)) return 'away'
    throw error
  }
}

function problemOf([first, ...others]: readonly string[]): string | null {
  if (first === undefined) return null
  return [
    `The database lacks ${others.length + 1} migrations of this version: ${first}${others.length > 0 ? ' and later ones' : ''}.`,
    'Run "npm run db:migrate" in the folder of this version, then start again. Processes of the version before may go on running.',
  ].join('\n')
}
