// The Dockerfile as data: what each stage copies and runs. It knows the instructions that our Dockerfile has, and throws at any other.
import { readFileSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { DockerfileParser } from 'dockerfile-ast'
import type { Flag, ModifiableInstruction } from 'dockerfile-ast'

export type Step =
  | { kind: 'workdir'; path: string }
  | { kind: 'run'; command: string }
  /** `from`: a stage; undefined: the folder of the repository. */
  | { kind: 'copy'; from: string | undefined; owner: string | undefined; sources: string[]; target: string }

export type Stage = {
  name: string
  base: string
  steps: Step[]
  env: Record<string, string>
  user: string | undefined
  /** As lists of words. */
  command: string[]
  health: string[]
  volumes: string[]
  stopSignal: string | undefined
}

export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword()
    const words = instruction.getArguments().map((word) => word.getValue())
    if (keyword === 'FROM') {
      stages.push(newStage(words))
      continue
    }
    const stage = stages.at(-1)
    if (!stage) throw new Error(`${keyword} before FROM`)
    read(stage, keyword, words, instruction as ModifiableInstruction)
  }
  return stages
}

const newStage = ([base = '', , name = 'final']: string[]): Stage => ({
  name,
  base,
  steps: [],
  env: {},
  user: undefined,
  command: [],
  health: [],
  volumes: [],
  stopSignal: undefined,
})

function read(stage: Stage, keyword: string, words: string[], instruction: ModifiableInstruction): void {
  const [first = ''] = words
  switch (keyword) {
    case 'WORKDIR':
      stage.steps.push({ kind: 'workdir', path: first })
      return
    case 'RUN':
      stage.steps.push({ kind: 'run', command: instruction.getArgumentsContent() ?? '' })
      return
    case 'COPY': {
      const flag = (name: string) =>
        flagsOf(instruction)
          .find((one) => one.getName() === name)
          ?.getValue()
      const paths = words.filter((word) => !word.startsWith('--'))
      stage.steps.push({
        kind: 'copy',
        from: flag('from') ?? undefined,
        owner: flag('chown') ?? undefined,
        sources: paths.slice(0, -1),
        target: paths.at(-1) ?? '',
      })
      return
    }
    case 'ENV':
      for (const word of words) {
        const at = word.indexOf('=')
        stage.env[word.slice(0, at)] = word.slice(at + 1)
      }
      return
    case 'USER':
      stage.user = first
      return
    case 'VOLUME':
      stage.volumes.push(...words)
      return
    case 'STOPSIGNAL':
      stage.stopSignal = first
      return
    case 'CMD':
      stage.command = listIn(instruction)
      return
    case 'HEALTHCHECK':
      stage.health = listIn(instruction)
      return
    // Say something to people and to registries only.
    case 'LABEL':
    case 'EXPOSE':
      return
    default:
      throw new Error(`What does ${keyword} do? Teach e2e/image/dockerfile.ts`)
  }
}

const flagsOf = (instruction: ModifiableInstruction): Flag[] => instruction.getFlags()

/** The words of `CMD ["node", "x"]`, which are JSON. */
function listIn(instruction: ModifiableInstruction): string[] {
  const text = instruction.getArgumentsContent() ?? ''
  return JSON.parse(text.slice(text.indexOf('['))) as string[]
}

/** Whether a file of the repository, by its path there, may come into a build. The last pattern that matches it, or a folder it is in, decides. */
export function readIgnoreFile(file = '.dockerignore'): (path: string) => boolean {
  const patterns = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line.startsWith('!') ? { glob: line.slice(1), takes: true } : { glob: line, takes: false },
    )
  return (path) => {
    const parts = path.split('/')
    const selfAndParents = parts.map((_, n) => parts.slice(0, n + 1).join('/'))
    const last = patterns.findLast(({ glob }) =>
      selfAndParents.some((one) => matchesGlob(plain(one), plain(glob))),
    )
    return last?.takes ?? true
  }
}

/** Node's own matching lets no star match a leading dot; Docker's does. */
const plain = (path: string) => path.replaceAll(/(^|\/)\./g, '$1(dot)')
