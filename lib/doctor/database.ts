/** PostgreSQL: will it keep what it acknowledged, is it ours and whole, and are there enough connections? */
import { isLoopbackAddress } from '#lib/runtime/addresses.ts'
import { checkDatabase } from '#lib/runtime/database.ts'
import { messageOf, ofDatabase, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

/** Tried: docs/production.md. 15 is what the cluster lab runs on. */
const oldestMajor = 15
/** A process has one or two for mails and LISTEN beside its pool. */
const besidePool = 2
/** For backups and people. */
const spare = 5

export const databaseChecks: readonly Check[] = [
  { name: 'database', run: reached },
  ofDatabase('durability', ({ settings }) => {
    const { ok, fault } = saying('durability')
    const { fsync, full_page_writes: pages, synchronous_commit: commit } = settings
    const found = [
      ...(fsync === 'on'
        ? []
        : [fault(`fsync is ${String(fsync)}`, 'Set fsync = on: a power cut can lose or break everything.')]),
      ...(pages === 'on'
        ? []
        : [
            fault(
              `full_page_writes is ${String(pages)}`,
              'Set full_page_writes = on: a power cut can leave torn pages.',
            ),
          ]),
      ...(commit === 'off'
        ? [
            fault(
              'synchronous_commit is off for our role',
              'Set it to on: a crash forgets that payout-pay was sent, and it could be sent again.',
            ),
          ]
        : []),
    ]
    return found.length > 0 ? found : [ok(`fsync, full_page_writes on, synchronous_commit ${String(commit)}`)]
  }),
  ofDatabase('checksums', ({ settings }) => {
    const { ok, look } = saying('checksums')
    return [
      settings.data_checksums === 'on'
        ? ok('data checksums are on')
        : look(
            'data checksums are off',
            'Stop PostgreSQL and run pg_checksums --enable, so that a failing disk is noticed.',
          ),
    ]
  }),
  ofDatabase('continuous backup', ({ settings, archiver }) => {
    const { ok, look, fault } = saying('continuous backup')
    const { wal_level: level, archive_mode: mode } = settings
    if (level === 'minimal')
      return [
        fault(
          'wal_level is minimal',
          'Set wal_level = replica: neither standbys nor point-in-time recovery work.',
        ),
      ]
    const command = settings.archive_library || settings.archive_command
    if (mode === 'off' || !command || command === '(disabled)')
      return [
        look(
          `wal_level ${String(level)}, the write-ahead log is not archived`,
          'Without an archive you lose everything since the last dump: see docs/operations.md#backup-and-restore.',
        ),
      ]
    if (archiver?.failing === true)
      return [
        fault(
          `archiving fails, last at ${archiver.lastFailed ?? '?'}`,
          'Read PostgreSQL’s log and mend archive_command: the disk fills, and there is no backup of what is new.',
        ),
      ]
    return [ok(`wal_level ${String(level)}, ${archiver?.archived ?? 0} files archived`)]
  }),
  ofDatabase('connections', connections),
  { name: 'sessions', run: sessions },
  ofDatabase('migrations', ({ migrations: { table, pending, unknown } }) => {
    const { ok, look, fault } = saying('migrations')
    if (!table) return [fault('no migration was ever applied', 'Run npm run db:migrate.')]
    if (pending.length > 0)
      return [fault(`${pending.length} missing, the first is ${pending[0] ?? ''}`, 'Run npm run db:migrate.')]
    if (unknown.length > 0)
      return [
        look(
          `the database has ${unknown.length} that this version does not know, such as ${unknown[0] ?? ''}`,
          'A newer version runs on this database: run its doctor.',
        ),
      ]
    return [ok('all are applied')]
  }),
  ofDatabase('guards', ({ guards, settings }) => {
    const { ok, look, fault, not } = saying('guards')
    if (!guards)
      return [not('prisma/guards', 'This installation has no such files, or the database no tables.')]
    const { compared, missing, changed, off } = guards
    const found = [
      ...(off.length > 0
        ? [
            fault(
              `switched off: ${off.join(', ')}`,
              'Somebody disabled triggers that guard the money: ALTER TABLE … ENABLE TRIGGER, and run history:verify.',
            ),
          ]
        : []),
      ...(missing.length > 0
        ? [
            fault(
              `missing: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ' …' : ''}`,
              'The database has lost guards that its migrations made: find out who dropped them, and restore the schema.',
            ),
          ]
        : []),
      // Another major version writes the same guard in another way.
      ...(changed.length > 0
        ? [
            (settings.server_version?.startsWith('18') === true ? fault : look)(
              `different: ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ' …' : ''}`,
              'Compare them with prisma/guards: somebody changed them, or this PostgreSQL writes them in another way.',
            ),
          ]
        : []),
    ]
    return found.length > 0 ? found : [ok(`${compared} are there, as in prisma/guards, and switched on`)]
  }),
  ofDatabase('role', ({ role }) => {
    const { ok, look } = saying('role')
    if (role.isSuper)
      return [
        look(
          `${role.name} is a superuser`,
          'Use a role of its own: a superuser can switch off every guard (docs/history.md).',
        ),
      ]
    return [
      ok(
        `${role.name} is no superuser${role.ownsTables ? ', and owns the tables' : ' and no owner of the tables'}`,
      ),
    ]
  }),
  ofDatabase('way to the database', ({ encrypted }, { databaseUrl }) => {
    const { ok, look } = saying('way to the database')
    const url = databaseUrl === undefined ? null : new URL(databaseUrl.replace(/^postgres(ql)?:/, 'http:'))
    if (url === null || url.hostname === '' || isLoopbackAddress(url.href))
      return [ok('the database or its pooler is on this machine')]
    return [
      encrypted
        ? ok('encrypted')
        : look(
            `not encrypted, to ${url.hostname}`,
            'Add ?sslmode=verify-full to DATABASE_URL unless the network is yours alone.',
          ),
    ]
  }),
]

async function reached({ database, databaseUrl }: World): Promise<Finding[]> {
  const { ok, look, fault } = saying('database')
  const examined = await database
  if (typeof examined === 'string')
    return [
      fault(
        databaseUrl === undefined ? 'no DATABASE_URL, and no embedded server that runs' : examined,
        'Start PostgreSQL, or mend DATABASE_URL and its password; everything else waits for it.',
      ),
    ]
  const { server_version: version, server_version_num: number } = examined.settings
  if (Math.floor(Number(number) / 10_000) < oldestMajor)
    return [
      fault(
        `PostgreSQL ${String(version)}`,
        `Use version ${oldestMajor} or newer; 18 is what the portal is tested with.`,
      ),
    ]
  if (examined.isStandby)
    return [
      fault(
        `PostgreSQL ${String(version)}, a standby`,
        'DATABASE_URL must lead to the primary: nothing can be written there.',
      ),
    ]
  return [
    number?.startsWith('18') === true
      ? ok(`PostgreSQL ${String(version)}`)
      : look(
          `PostgreSQL ${String(version)}`,
          'The portal is tested with version 18; this one is only tried.',
        ),
  ]
}

function connections(
  { settings, connections: { used }, portal }: Parameters<Parameters<typeof ofDatabase>[1]>[0],
  world: World,
): Finding[] {
  const { ok, look, fault, not } = saying('connections')
  const { env, webServers, databaseDirectUrl } = world
  if (!env) return [not('DATABASE_POOL_SIZE', 'The configuration is wrong.')]
  const most = Number(settings.max_connections) - Number(settings.superuser_reserved_connections ?? 0)
  const processes = webServers + (portal?.workers.alive ?? 1)
  const needed = processes * (env.databasePoolSize + besidePool) + spare
  const seen = `${processes} processes with ${env.databasePoolSize} each need ${needed} of ${most}; ${used} are open`
  if (used > most * 0.9)
    return [fault(seen, 'Find out who holds them, and raise max_connections or put PgBouncer in front.')]
  if (databaseDirectUrl !== undefined) return [ok(`${seen}; a pooler shares them`)]
  return [
    needed > most
      ? look(seen, 'Lower DATABASE_POOL_SIZE, raise max_connections, or put PgBouncer in front.')
      : ok(seen),
  ]
}

/** Several connections at once, by the portal's own way: what a pooler gives it. */
async function sessions({ database, databaseUrl, databaseDirectUrl }: World): Promise<Finding[]> {
  const { ok, fault, not } = saying('sessions')
  if (typeof (await database) === 'string' || databaseUrl === undefined)
    return [not('the database', 'The database could not be asked: see there.')]
  try {
    await checkDatabase(databaseUrl)
    return [
      ok(
        `time zone, isolation and time limits are right${databaseDirectUrl === undefined ? '' : ', through the pooler too'}`,
      ),
    ]
  } catch (error) {
    return [fault('what a connection begins with', messageOf(error))]
  }
}
