/**
 * Prisma's adapter, which cuts what PostgreSQL can't store from every value, so that no text from outside makes a row unwritable; and
 * which survives a migration that changes what a prepared statement gives back.
 */
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import type pg from 'pg'
import { againIfStale, isJson, isSuspicious, renameIfStale, storableValue } from './sql.ts'

export class StorablePg extends PrismaPg {
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool, options: ConstructorParameters<typeof PrismaPg>[1]) {
    super(pool, options)
    this.#pool = pool
  }

  override async connect() {
    const connection = await super.connect()
    const pool = this.#pool
    guard(connection, (run) => againIfStale(pool, run))
    const start = connection.startTransaction.bind(connection)
    connection.startTransaction = async (...options) => {
      const transaction = await start(...options)
      guard(transaction, async (run) => {
        try {
          return await run()
        } catch (error) {
          // The transaction is over; the next one finds other names.
          renameIfStale(pool, error)
          throw error
        }
      })
      return transaction
    }
    return connection
  }
}

function guard(queryable: SqlQueryable, attempt: <T>(run: () => Promise<T>) => Promise<T>): void {
  const queryRaw = queryable.queryRaw.bind(queryable)
  const executeRaw = queryable.executeRaw.bind(queryable)
  queryable.queryRaw = (query) => attempt(() => queryRaw(storableQuery(query)))
  queryable.executeRaw = (query) => attempt(() => executeRaw(storableQuery(query)))
}

export function storableQuery(query: SqlQuery): SqlQuery {
  if (!query.args.some(isSuspicious)) return query
  // Prisma marks its own JSON columns; hand-written statements have `$3::jsonb`.
  const json = (index: number) => query.argTypes[index]?.scalarType === 'json' || isJson(query.sql, index)
  return { ...query, args: query.args.map((value, index) => storableValue(value, () => json(index))) }
}
