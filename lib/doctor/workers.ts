/** Workers, what they keep outside the database, and what waits for people. */
import { constants } from 'node:fs'
import { access, readdir, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { messageOf, ofDatabase, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

export const workerChecks: readonly Check[] = [
  ofDatabase('workers', ({ portal }) => {
    const { ok, look, fault, not } = saying('workers')
    if (!portal) return [not('the database', 'Its migrations are not complete.')]
    const { alive, lastBeat, clocksDiffer } = portal.workers
    const found: Finding[] = [
      alive > 0
        ? ok(`${alive} gave a sign of life in the last minute`)
        : fault(
            lastBeat === null ? 'none has ever run' : `none since ${lastBeat.toISOString()}`,
            'Start a worker (npm run worker): nothing is sent, asked or mailed without one.',
          ),
    ]
    if (clocksDiffer > 0)
      found.push(
        fault(`the clocks of ${clocksDiffer} differ from the database’s`, 'Run NTP on their machines.'),
      )
    if (alive > 0 && portal.oldestDueS > 60)
      found.push(
        look(
          `something has been due for ${Math.round(portal.oldestDueS)} s`,
          'Too few workers, slow ones, or Cardzo hangs: see docs/operations.md#when-cardzo-does-not-answer.',
        ),
      )
    return found
  }),
  { name: 'marker', run: marker },
  { name: 'shared marks', run: sentMarks },
  { name: 'disk', run: disk },
  ofDatabase('asking first and stops', ({ portal }) => {
    const { ok, look, not } = saying('asking first and stops')
    if (!portal) return [not('the database', 'Its migrations are not complete.')]
    const found: Finding[] = []
    if (portal.askFirstSince !== null)
      found.push(
        look(
          `Cardzo is asked first since ${portal.askFirstSince.toISOString()}`,
          'The database was restored: go through docs/restore.md and end it.',
        ),
      )
    if (portal.stops > 0)
      found.push(
        look(
          `${portal.stops} stops of payments are in force`,
          'Release them on /desk/stop when their reason is gone.',
        ),
      )
    return found.length > 0 ? found : [ok('neither is on')]
  }),
  ofDatabase('open items', ({ portal }) => {
    const { ok, look, not } = saying('open items')
    if (!portal) return [not('the database', 'Its migrations are not complete.')]
    const sum = portal.items.reduce((all, { count }) => all + count, 0)
    if (sum === 0) return [ok('none')]
    const list = portal.items
      .slice(0, 6)
      .map(({ kind, count }) => `${count} ${kind}`)
      .join(', ')
    return [
      look(
        `${sum}: ${list}`,
        'Somebody should look at the desk: docs/open-items.md says what each one means.',
      ),
    ]
  }),
]

const refused = async (path: string): Promise<string | null> =>
  access(path, constants.W_OK | constants.X_OK).then(
    () => null,
    (error: unknown) => messageOf(error),
  )

async function marker({ env, database }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('marker')
  const examined = await database
  const portal = typeof examined === 'string' ? null : examined.portal
  const told = (portal?.workers.markerTroubles ?? []).map((trouble) =>
    fault(
      `a worker says: ${trouble}`,
      'Give it room and rights there: it sends nothing until it can write its marker.',
    ),
  )
  if (!env) return [...told, not('MARKER_FILE', 'The configuration is wrong.')]
  const folder = dirname(env.markerFile)
  const trouble = await refused(folder)
  if (trouble !== null)
    return [
      ...told,
      // The worker makes the folder when it starts.
      trouble.includes('ENOENT') && portal?.isUsed !== true
        ? ok(`${folder} is made by the first worker`)
        : fault(
            `${folder}: ${trouble}`,
            'Bring the folder back, or give this account the right to write there; workers send nothing without it.',
          ),
    ]
  const files = (await readdir(folder)).filter((name) => name.startsWith(basename(env.markerFile)))
  if (files.length === 0 && portal?.isUsed === true)
    return [
      ...told,
      look(
        `${env.markerFile}: no worker’s marker is here`,
        'Fine if workers run elsewhere; else they were lost, and a restore would go unnoticed: see docs/restore.md.',
      ),
    ]
  return [...told, ok(`${env.markerFile}: can be written, ${files.length} there`)]
}

async function sentMarks({ env, database }: World): Promise<Finding[]> {
  const { ok, fault, not } = saying('shared marks')
  if (!env) return [not('SENT_MARKS_DIR', 'The configuration is wrong.')]
  const folder = env.sentMarksDir
  if (folder === undefined)
    return [ok('SENT_MARKS_DIR is not set; docs/replication.md says when you need it')]
  const examined = await database
  const isUsed = typeof examined !== 'string' && examined.portal?.isUsed === true
  const entries = await readdir(folder).catch((error: unknown) => messageOf(error))
  if (typeof entries === 'string' || !entries.includes('begun')) {
    const state = typeof entries === 'string' ? entries : 'it is empty'
    return [
      isUsed
        ? fault(
            `${folder}: ${state}`,
            'Mount it again: the marks of what was sent are gone, and workers will ask Cardzo first.',
          )
        : ok(`${folder} is begun by the first worker`),
    ]
  }
  const trouble = await refused(folder)
  return [
    trouble === null
      ? ok(`${folder}: begun, and can be written`)
      : fault(
          `${folder}: ${trouble}`,
          'Give this account the right to write there: nothing is sent until it can.',
        ),
  ]
}

const gigabyte = 1024 ** 3

async function disk({ env }: World): Promise<Finding[]> {
  const { ok, look, fault } = saying('disk')
  const folders = [...new Set(['.', ...(env ? [dirname(env.markerFile), env.sentMarksDir ?? '.'] : [])])]
  const found = await Promise.all(
    folders.map(async (folder) => {
      const room = await statfs(folder).catch(() => null)
      if (!room) return null
      const free = room.bavail * room.bsize
      const share = room.bavail / room.blocks
      const seen = `${folder}: ${(free / gigabyte).toFixed(1)} GB free (${Math.round(share * 100)} %)`
      if (free < gigabyte / 10)
        return fault(seen, 'Make room now: a marker that can’t be written stops all sending.')
      return free < gigabyte ? look(seen, 'Make room soon.') : ok(seen)
    }),
  )
  return found.filter((finding) => finding !== null)
}
