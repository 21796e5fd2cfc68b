import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildImage } from './build.ts'
import { readDockerfile } from './dockerfile.ts'
import { contentsOf, differences, filesIn, hashOf, sizes } from './tree.ts'

const ignored = '*\n!lib\n!package.json\n**/*.test.ts\nlib/made\n'
let folder = ''
const quiet = () => undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(files: Record<string, string>): string {
  const project = join(folder, 'project')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(project, path, '..'), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  return project
}

describe('building without Docker', () => {
  it('copies, runs and leaves out what a build of the Dockerfile does', () => {
    const project = write({
      Dockerfile: [
        'FROM node:1 AS build',
        'WORKDIR /portal',
        'COPY package.json ./',
        'COPY lib lib',
        'RUN mkdir out \\',
        ' && cat lib/a.ts package.json > out/both',
        'FROM node:1',
        'WORKDIR /portal',
        'ENV A=1 B="two words"',
        'COPY --from=build /portal/out out',
        'COPY --from=build /portal/lib/a.ts /portal/package.json ./',
        'COPY --from=build --chown=10001:10001 /portal/lib /var/lib/x',
        'USER 10001:10001',
        'CMD ["node", "x.ts"]',
      ].join('\n'),
      '.dockerignore': ignored,
      'package.json': '{}',
      '.env': 'SECRET=1',
      'lib/a.ts': 'a',
      'lib/a.test.ts': 'not here',
      'lib/made/b.ts': 'not here',
    })
    symlinkSync('a.ts', join(project, 'lib', 'link'))
    const { root, stage } = buildImage(project, join(folder, 'built'), quiet)
    expect(filesIn(root)).toEqual([
      'portal/a.ts',
      'portal/out/both',
      'portal/package.json',
      'var/lib/x/a.ts',
      'var/lib/x/link',
    ])
    expect(readFileSync(join(root, 'portal/out/both'), 'utf8')).toBe('a{}')
    expect(readlinkSync(join(root, 'var/lib/x/link'))).toBe('a.ts')
    expect(stage).toMatchObject({ user: '10001:10001', command: ['node', 'x.ts'], env: { A: '1' } })
  })

  it('says which step failed, and what it said', () => {
    const project = write({
      Dockerfile: 'FROM node:1\nRUN echo halfway && exit 3',
      '.dockerignore': ignored,
    })
    expect(() => buildImage(project, join(folder, 'built'), quiet)).toThrow(/exit 3\nended with 3\nhalfway/)
  })

  it('refuses to copy what is not there, or must not come in', () => {
    const project = write({
      Dockerfile: 'FROM node:1\nCOPY .env ./',
      '.dockerignore': ignored,
      '.env': 'SECRET=1',
    })
    expect(() => buildImage(project, join(folder, 'built'), quiet)).toThrow('.dockerignore leaves out .env')
    writeFileSync(join(project, 'Dockerfile'), 'FROM node:1\nCOPY nothing ./')
    expect(() => buildImage(project, join(folder, 'other'), quiet)).toThrow('there is no nothing')
  })

  it('does not pass over an instruction that it does not know', () => {
    expect(() => readDockerfile('FROM node:1\nADD x y')).toThrow('What does ADD do?')
  })
})

describe('comparing trees', () => {
  it('names each file that is missing, differs or has become a program', () => {
    const one = write({ same: '1', other: '2', only: '3' })
    const contents = contentsOf(one, one)
    const changed = new Map([...contents, ['other', 'file x']])
    changed.delete('only')
    expect(differences(contents, changed)).toEqual(['only', 'other'])
    expect(differences(contents, contents)).toEqual([])
    expect(hashOf(contents)).not.toBe(hashOf(changed))
    expect(hashOf(contents)).toBe(hashOf(new Map([...contents].reverse())))
  })

  it('takes where it was built, and the keys that each build makes, for the same', () => {
    const built = (folderName: string, key: string, more = '') => {
      const root = write({
        'portal/.next/x.json': `{"root": "${join(folder, folderName)}/portal", "previewModeId": "${key}"}${more}`,
      })
      return contentsOf(root, join(folder, folderName))
    }
    const first = built('one', '0a1b')
    expect(differences(first, built('another/deeper', 'ff00'))).toEqual([])
    expect(differences(first, built('one', '0a1b', ' '))).toEqual(['portal/.next/x.json'])
  })

  it('adds sizes up by part', () => {
    const root = write({ 'portal/node_modules/a/x': 'x'.repeat(2e5), 'portal/lib/y': 'y'.repeat(1e5) })
    expect(sizes(root).map((line) => line.trim())).toEqual([
      '0.2 MB  portal/node_modules/a',
      '0.1 MB  portal/lib',
      '0.3 MB  in all, beside the base image',
    ])
  })
})
