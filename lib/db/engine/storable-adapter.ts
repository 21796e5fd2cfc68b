/** Prisma's adapter, which cuts what PostgreSQL can't store from every value: no text from outside makes a row unwritable. */
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import { storable, storableText } from '#lib/payouts/storable.ts'

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

/** NUL and lone surrogates, raw or as JSON escapes. */
const suspicious = /[\0\p{Cs}]|\\u(?:0000|d[89a-f])/iu

const isSuspicious = (value: unknown): boolean =>
  typeof value === 'string' ? suspicious.test(value) : Array.isArray(value) && value.some(isSuspicious)

export function storableQuery(query: SqlQuery): SqlQuery {
  if (!query.args.some(isSuspicious)) return query
  const args = query.args.map((value, index) =>
    isSuspicious(value) ? cleaned(value, isJson(query, index)) : value,
  )
  return { ...query, args }
}

/** Prisma marks its own JSON columns; hand-written statements have `$3::jsonb`. */
const isJson = ({ sql, argTypes }: SqlQuery, index: number) =>
  argTypes[index]?.scalarType === 'json' || new RegExp(`\\$${index + 1}::jsonb?\\b`).test(sql)

function cleaned(value: unknown, json: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => cleaned(one, json))
  if (typeof value !== 'string') return value
  if (!json) return storableText(value)
  return JSON.stringify(storable(JSON.parse(value)))
}
