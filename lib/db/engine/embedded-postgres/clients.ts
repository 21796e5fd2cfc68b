// Who uses the embedded server: one empty file per membership, named after the process. The name says everything, so a file is
// never half written, and a process that died without leaving is recognised by the name alone.
import { readFileSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

let memberships = 0

/** Adds a membership of this process to `folder` and returns its name. */
export async function register(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  memberships += 1
  const name = `${process.pid}.${startOf(process.pid)}.${memberships}`
  await writeFile(join(folder, name), '')
  return name
}

export async function unregister(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true })
}

/** How many memberships belong to living processes. Removes the files of dead ones. */
export async function countLiving(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  let living = 0
  for (const name of await readdir(folder)) {
    const [pid, startedAt] = name.split('.')
    if (isSameProcess(Number(pid), startedAt)) living += 1
    else await unregister(folder, name)
  }
  return living
}

/** Does a process with this number run, under any user? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  // An ended process stays a zombie until its parent reaps it; in some containers that never happens.
  return readStat(pid)?.[0] !== 'Z'
}

function isSameProcess(pid: number, startedAt: string | undefined): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return false
  // Process numbers are reused; where there is /proc, the start time tells the old process from the new one.
  return startOf(pid) === startedAt
}

function startOf(pid: number): string {
  return readStat(pid)?.[19] ?? '0'
}

/** The fields of `/proc/<pid>/stat` from the third, the state, on; undefined where there is none. */
function readStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
