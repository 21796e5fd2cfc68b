/**
 * The name of the index that a migration builds while everybody goes on writing; undefined: it is an ordinary one. PostgreSQL does this
 * outside of a transaction only, so the statement must be the whole migration; then it isn't sent as a transaction of several.
 */
export function indexBuiltConcurrently(script: string): string | undefined {
  const statement = script.replaceAll(/--.*$/gm, '').trim()
  const [, quoted, plain] =
    /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:"([^"]+)"|(\w+)) ON [^;]*;?$/i.exec(statement) ?? []
  return quoted ?? plain?.toLowerCase()
}
