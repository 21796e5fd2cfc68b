/** Prisma's adapter, which cuts what PostgreSQL can't store from every value: no text from outside makes a row unwritable. */
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import { isJson, isSuspicious, storableValue } from './sql.ts'

export class StorablePg extends PrismaPg {
  override async connect() {
    const connection = await super.connect()
    guard(connection)
    const start = connection.startTransaction.bind(connection)
    connection.startTransaction = async (...options) => {
      const transaction = await start(...options)
      guard(transaction)
      return transaction
    }
    return connection
  }
}

function guard(queryable: SqlQueryable): void {
  const queryRaw = queryable.queryRaw.bind(queryable)
  const executeRaw = queryable.executeRaw.bind(queryable)
  queryable.queryRaw = (query) => queryRaw(storableQuery(query))
  queryable.executeRaw = (query) => executeRaw(storableQuery(query))
}

export function storableQuery(query: SqlQuery): SqlQuery {
  if (!query.args.some(isSuspicious)) return query
  // Prisma marks its own JSON columns; hand-written statements have `$3::jsonb`.
  const json = (index: number) => query.argTypes[index]?.scalarType === 'json' || isJson(query.sql, index)
  return { ...query, args: query.args.map((value, index) => storableValue(value, () => json(index))) }
}
