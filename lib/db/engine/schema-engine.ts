// Prisma's migration engine, in this process: the CLI's version is a binary from a host that many servers can't reach.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  ColumnTypeEnum,
  DriverAdapterError,
  bindMigrationAwareSqlAdapterFactory,
} from '@prisma/driver-adapter-utils'
import pg from 'pg'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { indexBuiltConcurrently } from './concurrent-index.ts'

/** Missing in the package's types: the generated glue that a bundler would call. */
interface Glue {
  __wbg_set_wasm: (exports: WebAssembly.Exports) => void
}

let instantiated: Promise<void> | undefined

/** The package's entry imports the `.wasm` as a module, which Node doesn't do without a flag, so we instantiate it by hand. */
async function instantiate(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'))
  const glue = Object.entries(bindings).map(([name, value]) => [name, withQuietTimers(name, value)] as const)
  const imports = { './schema_engine_bg.js': Object.fromEntries(glue) as WebAssembly.ModuleImports }
  const { instance } = await WebAssembly.instantiate(bytes, imports)
  ;(bindings as unknown as Glue).__wbg_set_wasm(instance.exports)
  const start = instance.exports['__wbindgen_start']
  if (typeof start === 'function') (start as () => void)()
}

/** The engine never clears its ten-second lock timer, which must not keep a finished process alive. */
function withQuietTimers(name: string, value: unknown): unknown {
  if (!name.startsWith('__wbg_setTimeout')) return value
  return (callback: () => void, timeout_ms: number) => setTimeout(callback, timeout_ms).unref()
}

/**
 * Runs `work` with a migration engine for the database at `databaseUrl`. Connects at once. A statement that waits for a lock longer than
 * `lockTimeoutMs` fails with 55P03; 0: it waits.
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<T>,
  lockTimeoutMs = 0,
): Promise<T> {
  instantiated ??= instantiate()
  await instantiated
  // Our own pool, because the engine never ends its connections, nor its advisory lock with them.
  const pool = new CatalogPool({
    connectionString: databaseUrl,
    // A migration may take longer than the role's statements otherwise may.
    verify: (client, done) =>
      client.query(
        `SET statement_timeout TO 0; SET lock_timeout TO ${lockTimeoutMs}`,
        (error?: Error | null) => done(error ?? undefined),
      ),
  })
  pool.on('error', () => undefined)
  try {
    return await runEngine(pool, work)
  } finally {
    await pool.end()
  }
}

const charType = 18
const moneyType = 790

/** Passes "char" off as money, a type the catalog doesn't use: the adapter makes it a number, and EngineAdapter turns that back. */
class CatalogPool extends pg.Pool {
  override query = (async (asked: pg.QueryArrayConfig) => {
    const answer = await super.query(asked)
    // A script of several statements has several answers.
    for (const { fields } of [answer].flat())
      for (const field of fields) if (field.dataTypeID === charType) field.dataTypeID = moneyType
    return answer
  }) as pg.Pool['query']
}

/**
 * Prisma's adapter with two repairs. It cuts a script at every semicolon, even inside a trigger function, and runs the pieces one by one;
 * we send the whole script as one transaction, so that a failed migration leaves nothing behind. And it doesn't know the type "char", in
 * which PostgreSQL's catalog keeps flags that the engine reads when it compares schemas.
 */
class EngineAdapter extends PrismaPg {
  readonly #pool: pg.Pool
  /** What PostgreSQL said of the last script that failed. The engine passes on its text alone. */
  refusal: unknown

  constructor(pool: pg.Pool) {
    super(pool)
    this.#pool = pool
  }

  override async connect() {
    const connection = await super.connect()
    connection.executeScript = async (script: string) => {
      await this.#run(script).catch((error: unknown) => {
        this.refusal = error
        throw asDriverError(error)
      })
    }
    const queryRaw = connection.queryRaw.bind(connection)
    connection.queryRaw = async (query) => {
      const answer = await queryRaw(query)
      const columnTypes = answer.columnTypes.map((type) =>
        type === ColumnTypeEnum.Numeric ? ColumnTypeEnum.Character : type,
      )
      return { ...answer, columnTypes }
    }
    return connection
  }

  async #run(script: string): Promise<void> {
    if (indexBuiltConcurrently(script) === undefined) {
      await this.#pool.query(script)
      return
    }
    // It keeps nobody from writing, and waits for every transaction that is older: a backup may take hours.
    const client = await this.#pool.connect()
    try {
      await client.query('SET lock_timeout TO 0')
      await client.query(script)
    } finally {
      client.release(true)
    }
  }
}

/** The engine reports the text of an error only in this wrapper. */
function asDriverError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? '',
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  })
}

async function runEngine<T>(pool: pg.Pool, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const own = new EngineAdapter(pool)
  const adapter = bindMigrationAwareSqlAdapterFactory(own)
  // The second argument receives the engine's log lines; failures arrive as rejections, so we drop them.
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter)
  try {
    return await work(engine)
  } catch (error) {
    if (own.refusal === undefined) throw error
    throw new Error(error instanceof Error ? error.message : String(error), { cause: own.refusal })
  } finally {
    engine.free()
  }
}
