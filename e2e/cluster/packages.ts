// What the cluster lab needs from the system: which programs, of which Debian packages, and how to get what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One program of each of Debian's (and Ubuntu's) packages, by the package's name. */
const programs = {
  patroni: ['/usr/bin/patroni'],
  'etcd-server': ['/usr/bin/etcd'],
  'etcd-client': ['/usr/bin/etcdctl'],
  haproxy: ['/usr/sbin/haproxy'],
  pgbouncer: ['/usr/sbin/pgbouncer'],
  'util-linux': ['/usr/bin/unshare', '/usr/bin/setpriv'],
} as const

const postgresFolder = '/usr/lib/postgresql'
/** Older ones lack what the settings below name, and have no updates any more. */
const oldestPostgres = 15

/** Where PostgreSQL's own programs are, the newest version's; undefined: none that is new enough. */
function findPostgres(): string | undefined {
  const versions = existsSync(postgresFolder) ? readdirSync(postgresFolder).map(Number) : []
  return versions
    .filter((version) => version >= oldestPostgres)
    .sort((a, b) => b - a)
    .map((version) => join(postgresFolder, String(version), 'bin'))
    .find((bin) => existsSync(join(bin, 'postgres')))
}

/** Debian's names of the packages that are not installed; empty: the lab can start. */
export function missingPackages(): string[] {
  const missing = Object.entries(programs).filter(([, files]) => !files.every((file) => existsSync(file)))
  return [...(findPostgres() === undefined ? ['postgresql'] : []), ...missing.map(([name]) => name)]
}

/** What to tell people who lack packages: the packages, and commands that install them without starting a service. */
export function howToInstall(missing: readonly string[]): string {
  return [
    `The cluster lab needs Debian's packages ${missing.join(', ')}. This installs them and starts no service:`,
    '',
    `  printf '#!/bin/sh\\nexit 101\\n' | sudo tee /usr/sbin/policy-rc.d && sudo chmod +x /usr/sbin/policy-rc.d`,
    `  sudo apt-get install --no-install-recommends ${missing.join(' ')}`,
    '  sudo rm /usr/sbin/policy-rc.d',
  ].join('\n')
}

/** Where PostgreSQL's programs are. Throws when there are none. */
export function postgresPrograms(): string {
  const bin = findPostgres()
  if (bin === undefined) throw new Error(howToInstall(['postgresql']))
  return bin
}

/** A Patroni to run: the program, where Python finds its modules, and its version. */
export type Patroni = { program: string; modules: string | undefined; version: string }

/** Versions before this one may lose what was acknowledged when a frozen primary thaws (docs/cluster.md). */
export const firstSafePatroni = '3.0.3'

/** Is a version of Patroni one that loses nothing when a frozen primary thaws? */
export function isSafePatroni(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && (minor > 0 || patch >= 3))
}

function versionOf(program: string, modules: string | undefined): string {
  // (Next's types claim that every environment has NODE_ENV.)
  const env = {
    PATH: '/usr/bin:/bin',
    PYTHONPATH: modules,
  } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv
  const { stdout, stderr } = spawnSync(program, ['--version'], { env, encoding: 'utf8' })
  const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0]
  if (version === undefined) throw new Error(`${program} does not say its version: ${stdout}${stderr}`)
  return version
}

/** Patroni as the system has it, whatever version that is. */
export const installedPatroni = (): Patroni => ({
  program: '/usr/bin/patroni',
  modules: undefined,
  version: versionOf('/usr/bin/patroni', undefined),
})

/**
 * A Patroni that is right: the installed one if it is new enough; otherwise that of Debian 13, unpacked below `folder` and installed
 * nowhere. Throws when there is neither.
 */
export function rightPatroni(folder: string): Patroni {
  const installed = installedPatroni()
  if (isSafePatroni(installed.version)) return installed
  const program = join(folder, 'usr/bin/patroni')
  if (!existsSync(program)) {
    console.log(
      `Patroni ${installed.version} may lose what was acknowledged (docs/cluster.md): fetching that of Debian 13…`,
    )
    unpackFromDebian13(folder)
  }
  const modules = join(folder, 'usr/lib/python3/dist-packages')
  const patroni = { program, modules, version: versionOf(program, modules) }
  if (!isSafePatroni(patroni.version)) throw new Error(`Patroni ${patroni.version} in ${folder} is too old.`)
  return patroni
}

/** It is written in Python alone, so the package of a newer Debian runs here. apt checks Debian's signature. */
function unpackFromDebian13(folder: string): void {
  const apt = join(folder, 'apt')
  for (const part of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(apt, part), { recursive: true })
  const sources = join(apt, 'sources.list')
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(sources, `deb [signed-by=${keys}] http://deb.debian.org/debian trixie main\n`)
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  const run = (program: string, args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: apt, encoding: 'utf8' })
    if (status !== 0)
      throw new Error(
        `${program} ${args.join(' ')} failed: ${stdout}${stderr}\nInstall Patroni ${firstSafePatroni} or newer yourself.`,
      )
  }
  run('apt-get', [...options, 'update'])
  run('apt-get', [...options, 'download', 'patroni/trixie'])
  const file = readdirSync(apt).find((name) => name.endsWith('.deb'))
  if (file === undefined) throw new Error(`apt-get downloaded nothing to ${apt}`)
  run('dpkg', ['-x', file, folder])
}
