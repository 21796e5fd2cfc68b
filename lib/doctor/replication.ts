/** Standbys, and Patroni: can a failover forget what was acknowledged? docs/replication.md says what is safe. */
import { z } from 'zod'
import { ask } from './ask.ts'
import { messageOf, ofDatabase, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

export const replicationChecks: readonly Check[] = [
  ofDatabase('standbys', (examined, { env }) => {
    const { ok, look, fault, not } = saying('standbys')
    const { standbys, settings, role } = examined
    const names = settings.synchronous_standby_names ?? ''
    const commit = settings.synchronous_commit ?? ''
    if (standbys.length === 0 && names === '')
      return [ok('none; what is acknowledged is on this server and in the backups')]
    if (names !== '' && (commit === 'local' || commit === 'remote_write'))
      return [
        fault(
          `synchronous_commit is ${commit} for our role`,
          'Set it to on: a standby that takes over must have every claim on its disk.',
        ),
      ]
    if (standbys.length > 0 && !role.monitors && standbys.every(({ sync }) => sync === null))
      return [
        not(
          `${standbys.length} standbys, synchronous_standby_names ${names === '' ? 'empty' : 'set'}`,
          `Their state is hidden from ${role.name}: GRANT pg_monitor TO ${role.name}.`,
        ),
      ]
    const list = standbys.map(({ name, state, sync }) => `${name} (${String(sync ?? state)})`).join(', ')
    const inSync = standbys.filter(({ sync }) => sync === 'sync' || sync === 'quorum').length
    if (names === '') {
      const todo = 'With asynchronous standbys a failover forgets the last commits'
      return [
        env?.sentMarksDir === undefined
          ? fault(list, `${todo}: set synchronous_standby_names, or SENT_MARKS_DIR for all workers.`)
          : look(list, `${todo}; SENT_MARKS_DIR notices it, and a person must settle what it stops.`),
      ]
    }
    return [
      inSync === 0
        ? fault(
            `${list || 'no standby is connected'}; synchronous_standby_names is ${names}`,
            'No synchronous standby is there, so every commit waits: bring one back.',
          )
        : ok(`${list}; synchronous_commit ${commit}`),
    ]
  }),
  { name: 'Patroni', run: patroni },
]

const Node = z.object({
  patroni: z.object({ version: z.string(), scope: z.string().optional(), name: z.string().optional() }),
  role: z.string().optional(),
  state: z.string().optional(),
  pause: z.boolean().optional(),
})
const Config = z.object({
  synchronous_mode: z.union([z.boolean(), z.string()]).optional(),
  synchronous_mode_strict: z.boolean().optional(),
})
const Cluster = z.object({
  members: z.array(z.object({ name: z.string(), api_url: z.string().optional() })),
})

/** The first that writes the leader's key under a condition with etcd3. */
const firstSafe = [3, 0, 3]

export function isSafePatroni(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  for (const [place, least] of firstSafe.entries()) {
    const part = parts[place] ?? 0
    if (part !== least) return part > least
  }
  return true
}

async function read<T>(url: string, shape: z.ZodType<T>): Promise<T> {
  const { body } = await ask(url)
  return shape.parse(JSON.parse(body))
}

async function patroni({ patroniUrls, database }: World): Promise<Finding[]> {
  const { not, fault } = saying('Patroni')
  if (patroniUrls === null)
    return [fault('PATRONI_URL', 'It must be addresses such as http://db1:8008, with commas.')]
  const [first] = patroniUrls
  if (first === undefined) {
    const examined = await database
    const cluster = typeof examined === 'string' ? '' : (examined.settings.cluster_name ?? '')
    return [
      not(
        cluster === '' ? 'PATRONI_URL is not set' : `PATRONI_URL is not set; cluster_name is ${cluster}`,
        'Under Patroni, name its REST addresses in PATRONI_URL: versions before 3.0.3 lose what was acknowledged.',
      ),
    ]
  }
  // The others by the list of the first one that answers.
  const listed = await Promise.any(patroniUrls.map((url) => read(`${url}/cluster`, Cluster))).catch(
    () => null,
  )
  const members = (listed?.members ?? []).flatMap(({ api_url: url }) =>
    url === undefined || !URL.canParse(url) ? [] : new URL(url).origin,
  )
  const urls = [...new Set([...patroniUrls.map((url) => new URL(url).origin), ...members])]
  return [...(await Promise.all(urls.map(oneNode))), ...(await configOf(patroniUrls))]
}

async function oneNode(url: string): Promise<Finding> {
  const { ok, look, fault } = saying('Patroni')
  try {
    const { patroni: about, role, state, pause } = await read(`${url}/patroni`, Node)
    const seen = `${about.name ?? url}: Patroni ${about.version}, ${role ?? '?'}, ${state ?? '?'}`
    if (!isSafePatroni(about.version))
      return fault(
        seen,
        'Upgrade to 3.0.3 or newer: with etcd3 an older one lets a thawed primary take over again, and acknowledged rows are lost.',
      )
    return pause === true
      ? look(`${seen}, paused`, 'Resume it (patronictl resume): nobody takes over while it is paused.')
      : ok(seen)
  } catch (error) {
    return look(
      `${url}: ${messageOf(error)}`,
      'Its node is down, or PATRONI_URL is wrong: look at it before the next one fails.',
    )
  }
}

async function configOf(urls: readonly string[]): Promise<Finding[]> {
  const { ok, look, fault } = saying('Patroni')
  const config = await Promise.any(urls.map((url) => read(`${url}/config`, Config))).catch(() => null)
  if (!config) return []
  const mode = config.synchronous_mode
  if (mode === undefined || mode === false || mode === 'off')
    return [
      fault(
        'synchronous_mode is off',
        'patronictl edit-config: set synchronous_mode: true, or a failover forgets the last commits.',
      ),
    ]
  return [
    config.synchronous_mode_strict === true
      ? ok('synchronous_mode and synchronous_mode_strict are on')
      : look(
          'synchronous_mode_strict is off',
          'Without a standby it goes on alone, and a failover then forgets: set synchronous_mode_strict: true.',
        ),
  ]
}
