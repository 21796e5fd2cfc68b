import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isBuilt, rememberBuild, sourceStamp } from './build.ts'

const folder = mkdtempSync(join(tmpdir(), 'build-'))
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

beforeAll(() => {
  for (const name of ['app', 'lib', 'prisma', '.next']) mkdirSync(join(folder, name))
  write('prisma/schema.prisma', '')
  write('app/page.tsx', 'one')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('builds again when a source has changed, and not for a test', async () => {
  const stamp = await sourceStamp(folder)
  expect(await isBuilt(stamp, folder)).toBe(false)
  write('.next/BUILD_ID', 'x')
  await rememberBuild(stamp, folder)
  write('app/page.test.tsx', 'a test')
  expect(await isBuilt(await sourceStamp(folder), folder)).toBe(true)
  write('app/page.tsx', 'two')
  expect(await isBuilt(await sourceStamp(folder), folder)).toBe(false)
})
