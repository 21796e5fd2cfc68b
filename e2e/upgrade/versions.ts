// The two versions that run side by side: this one, and a real earlier commit in a folder of its own, with its own packages and build.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ensureBuild, hasBuild } from '#lib/processes/build.ts'

export type Version = {
  name: 'old' | 'new'
  folder: string
  commit: string
}

type Say = (line: string) => void

function git(args: readonly string[], folder = process.cwd()): string {
  const ended = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' })
  if (ended.status !== 0) throw new Error(`git ${args.join(' ')}: ${ended.stderr.trim()}`)
  return ended.stdout.trim()
}

/** The commit to come from: the one given, else the last tag before this one, else the last commit before the newest migration. */
export function chooseCommit(given: string): string {
  if (git(['rev-parse', '--is-shallow-repository']) === 'true')
    throw new Error('This clone has no history. Get it with "git fetch --unshallow".')
  if (given !== '') return git(['rev-parse', '--verify', `${given}^{commit}`])
  const tags = git(['tag', '--merged', 'HEAD^', '--sort=-creatordate']).split('\n')
  if (tags[0]) return git(['rev-parse', `${tags[0]}^{commit}`])
  const newest = readdirSync('prisma/migrations')
    .filter((name) => /^\d/.test(name))
    .sort()
    .at(-1)
  const added = git([
    'log',
    '--diff-filter=A',
    '--format=%H',
    '-1',
    '--',
    `prisma/migrations/${newest ?? ''}`,
  ])
  return git(['rev-parse', added === '' ? 'HEAD' : `${added}^`])
}

/** This version, built; `asItIs`: with the build that is there. */
export async function thisVersion(say: Say, asItIs: boolean): Promise<Version> {
  if (!asItIs)
    await ensureBuild(() => {
      say('Building this version…')
      build(process.cwd())
      return true
    })
  return { name: 'new', folder: process.cwd(), commit: git(['rev-parse', 'HEAD']) }
}

/** The earlier version, checked out and built. What a run before has left is used again. */
export function earlierVersion(commit: string, say: Say): Version {
  // Outside of this clone: a build looks for packages and for the root of the project in the folders above.
  const folder = join(tmpdir(), `cardzo-portal-${commit.slice(0, 12)}`)
  if (!existsSync(folder)) {
    say(`Checking out ${git(['log', '-1', '--format=%h %s', commit])}`)
    git(['worktree', 'prune'])
    git(['worktree', 'add', '--detach', '--force', folder, commit])
  }
  if (!existsSync(join(folder, 'node_modules'))) addPackages(folder, say)
  if (!existsSync(join(folder, 'lib/db/generated')))
    must(folder, process.execPath, ['node_modules/prisma/build/index.js', 'generate'])
  if (!hasBuild(folder)) {
    say('Building it…')
    build(folder)
  }
  return { name: 'old', folder, commit }
}

/** Removes the folder of the earlier version. */
export function forget({ folder }: Version): void {
  rmSync(folder, { recursive: true, force: true })
  git(['worktree', 'prune'])
}

const Lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
const packagesOf = (folder: string) =>
  Lock.parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))).packages

/** Our own packages, where they are the same, as hard links; else those of its lock file. */
function addPackages(folder: string, say: Say): void {
  const ours = packagesOf('.')
  const isSame = Object.entries(packagesOf(folder)).every(
    ([path, { version }]) => path === '' || ours[path]?.version === version,
  )
  if (isSame) {
    const linked = spawnSync('cp', ['-al', 'node_modules', folder])
    if (linked.status === 0) return
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
    must(process.cwd(), 'cp', ['-a', 'node_modules', folder])
    return
  }
  say('Its packages are others: npm ci…')
  must(folder, 'npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'])
}

function build(folder: string): void {
  must(folder, process.execPath, ['node_modules/next/dist/bin/next', 'build'])
}

function must(folder: string, program: string, args: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  const { PATH, HOME } = process.env
  const ended = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...{ PATH, HOME, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
      ...{ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', TYPES_CHECKED_ELSEWHERE: '1' },
    },
  })
  if (ended.status !== 0)
    throw new Error(`${program} ${args.join(' ')} in ${folder}:\n${ended.stdout}\n${ended.stderr}`)
}
