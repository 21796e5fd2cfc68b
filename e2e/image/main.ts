// npm run image: does without Docker what `docker build` does, and walks a payout to `paid` in the result, as the image's user and with
// nothing writable but what is a volume.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildImage } from './build.ts'
import type { Built } from './build.ts'
import { readDockerfile } from './dockerfile.ts'
import { contentsOf, differences, hashOf, sizes } from './tree.ts'
import { walkThrough } from './walk.ts'

const { values: flags } = parseArgs({
  options: {
    /** Leaves the folder with all stages and logs. */
    keep: { type: 'boolean', default: false },
    /** Walks through this tree instead: the files of an image that something else has built. */
    tree: { type: 'string', default: '' },
    /** Builds twice, in folders of other names and at other times, and compares what would be shipped, instead of walking. */
    twice: { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  if (!flags.twice && (process.platform !== 'linux' || process.getuid?.() !== 0))
    throw new Error('The walk needs Linux and root: it runs in a mount namespace, as another user.')
  process.umask(0o022)
  const folder = mkdtempSync(join(tmpdir(), 'portal-image-'))
  try {
    if (flags.twice) {
      compare(folder)
      return
    }
    const built = flags.tree === '' ? buildImage('.', folder, console.log) : given(flags.tree)
    for (const line of sizes(built.root)) console.log(line)
    await walkThrough(built, folder, console.log)
    console.log('The image works.')
  } finally {
    if (flags.keep) console.log(`Kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
}

function compare(folder: string): void {
  const [one, other] = ['one', join('another', 'deeper')].map((name) => {
    const at = join(folder, name)
    const { root } = buildImage('.', at, console.log)
    return contentsOf(root, join(at, 'build'))
  })
  if (!one || !other) throw new Error('Bug: not two trees')
  const different = differences(one, other)
  if (different.length > 0)
    throw new Error(`${different.length} of ${one.size} files differ:\n${different.join('\n')}`)
  console.log(`Both trees have the same ${one.size} files: sha256 ${hashOf(one)}`)
}

function given(root: string): Built {
  const stage = readDockerfile(readFileSync('Dockerfile', 'utf8')).at(-1)
  if (!stage) throw new Error('The Dockerfile has no stage.')
  return { root: resolve(root), stage }
}

await main()
