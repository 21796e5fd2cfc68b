// Who uses the embedded server: one empty file per membership, named after the process. A name says all, so a file is
// never half written, and a process that died without leaving is recognised by its name alone.
import { readFileSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

let memberships = 0

/** Registers this process once more in `folder` and returns the name of that membership. */
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

/** How many memberships belong to living processes; the files of dead ones are removed. */
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

/** Whether a process with this number runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  // One that has ended stays listed as a zombie until its parent asks; in some containers nobody ever does.
  return readStat(pid)?.[0] !== 'Z'
}

function isSameProcess(pid: number, startedAt: string | undefined): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return false
  // Process numbers are reused; the start time tells the old holder of a number from the new one, where there is /proc.
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
