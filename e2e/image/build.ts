// What `docker build` does with our Dockerfile, without Docker: each stage is a folder, and what is below it is the stage's file system.
// The base image's part is what this machine has: Node of the version we run on, npm, and a shell.
import { spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path'
import { readDockerfile, readIgnoreFile } from './dockerfile.ts'
import type { Stage, Step } from './dockerfile.ts'

export type Built = { root: string; stage: Stage }

/** Builds all stages of `project`'s Dockerfile below `folder`, and returns the last. Throws with the output of a step that fails. */
export function buildImage(project: string, folder: string, say: (line: string) => void): Built {
  const stages = readDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))
  const takes = readIgnoreFile(join(project, '.dockerignore'))
  let built: Built | undefined
  for (const stage of stages) {
    const root = join(folder, stage.name)
    mkdirSync(root, { recursive: true })
    let workdir = '/'
    for (const step of stage.steps) {
      say(`${stage.name}: ${describe(step)}`)
      if (step.kind === 'workdir') workdir = resolve(workdir, step.path)
      mkdirSync(join(root, workdir), { recursive: true })
      if (step.kind === 'run') runStep(step.command, join(root, workdir))
      if (step.kind === 'copy') copyStep(step, { root, workdir, project, folder, takes })
    }
    built = { root, stage }
  }
  if (!built) throw new Error('The Dockerfile has no stage.')
  return built
}

const describe = (step: Step) =>
  step.kind === 'workdir'
    ? `WORKDIR ${step.path}`
    : step.kind === 'run'
      ? `RUN ${step.command.split('\n')[0] ?? ''}`
      : `COPY ${step.from ?? ''} ${step.sources.join(' ')} ${step.target}`

/** How programs and packages are found from here, and nothing else of our own environment: a container has none of it. */
const taken =
  /^(HOME|PATH|(https?|no)_proxy|npm_config_(cache|cafile|registry|userconfig)|NODE_EXTRA_CA_CERTS|SSL_CERT_(DIR|FILE))$/i

function runStep(command: string, cwd: string): void {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => taken.test(name)))
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const env = { ...own, PATH } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`RUN ${command}\nended with ${status}\n${stdout}\n${stderr}`)
}

type Place = {
  root: string
  workdir: string
  project: string
  folder: string
  takes: (path: string) => boolean
}

/** As COPY does: of a folder what is in it; behind a target that ends with a slash, or several sources, each file under its own name. */
function copyStep(step: Extract<Step, { kind: 'copy' }>, place: Place): void {
  const { root, workdir, project, folder, takes } = place
  const intoFolder = step.target.endsWith('/') || step.sources.length > 1
  const target = join(root, resolve(workdir, step.target))
  for (const source of step.sources) {
    const from = step.from === undefined ? join(project, source) : join(folder, step.from, source)
    if (!existsSync(from)) throw new Error(`COPY: there is no ${source} in ${step.from ?? 'the repository'}.`)
    if (step.from === undefined && !statSync(from).isDirectory() && !takes(source))
      throw new Error(`COPY: .dockerignore leaves out ${source}.`)
    const isFolder = statSync(from).isDirectory()
    cpSync(from, intoFolder && !isFolder ? join(target, basename(source)) : target, {
      recursive: true,
      // Links stay what they are.
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: (path) => step.from !== undefined || takes(relative(project, path)),
    })
  }
  if (step.owner !== undefined && process.getuid?.() === 0) {
    const [uid = 0, gid = 0] = step.owner.split(':').map(Number)
    chownSync(target, uid, gid)
  }
}
