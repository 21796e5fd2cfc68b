// Where a cluster lives on this machine, and as whom.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunAs } from './namespace.ts'

/** PostgreSQL refuses to run as root; Debian's package has made a user for it. */
export function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  const [uid, gid] = [id('-u'), id('-g')]
  if (!(uid > 0 && gid > 0)) throw new Error('There is no user "postgres", which PostgreSQL is to run as.')
  return { uid, gid }
}

const folderPrefix = 'portal-cluster-'

/** A folder that the unprivileged user can enter, which one below a home may not be. Those of labs that were killed are removed. */
export function makeFolder(runAs: RunAs): string {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(folderPrefix)))
    if (!existsSync(`/proc/${name.slice(folderPrefix.length)}`))
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
  const folder = join(tmpdir(), `${folderPrefix}${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  chmodSync(folder, 0o700)
  if (runAs) chownSync(folder, runAs.uid, runAs.gid)
  return folder
}
