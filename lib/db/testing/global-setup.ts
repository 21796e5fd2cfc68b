// Runs once before the database tests of each project in vitest.config.ts: one server and one template for all of them.
import type { TestProject } from 'vitest/node'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServer: { adminUrl: string; template: string }
  }
}

/** Each project loads this file for itself, and they share a process. */
const place = Symbol.for('the test server of this run')
type Shared = { server: Promise<TestServer>; users: number }
const run = globalThis as { [place]?: Shared | undefined }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run[place] ??= { server: startTestServer(), users: 0 })
  shared.users += 1
  const { adminUrl, template, stop } = await shared.server
  project.provide('testServer', { adminUrl, template })
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    run[place] = undefined
    await stop()
  }
}
