/** /api/v1 over HTTP as production serves it, on the handlers themselves. The test puts its own `getDeps` in the place of the real one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { apiRoutes } from '#lib/web/api-routes.ts'
import { hotPaths } from '#lib/web/hot-paths.ts'
import type { Handler, Method } from '#lib/web/route-module.ts'

export type ServedApi = {
  /** Without a slash at the end. */
  url: string
  /** What handlers threw; a handler never should. */
  thrown: unknown[]
  close: () => Promise<void>
}

export async function serveApi(): Promise<ServedApi> {
  const thrown: unknown[] = []
  const hot = hotPaths((error) => thrown.push(error), apiRoutes)
  const other = getRequestListener(likeTheFramework, { overrideGlobalObjects: false })
  const server = createServer((request, response) => {
    const answer = hot(request) ?? other
    void answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    thrown,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const table = Object.entries(apiRoutes).map(([pattern, module]) => ({
  module,
  shape: new RegExp(
    `^${pattern
      .replace(/\/\[\[\.{3}\w+\]\]$/, '(?:/.*)?')
      .replaceAll(/\[(\w+)\]/g, '(?<$1>[^/]+)')
      .replaceAll(/\.(?!\*)/g, '\\.')}$`,
  ),
}))

/** An address that is not in its plainest form: parts are decoded once, and the first route that fits answers. */
async function likeTheFramework(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  for (const { module, shape } of table) {
    const groups = shape.exec(pathname)?.groups
    if (!groups && !shape.test(pathname)) continue
    const method = request.method as Method
    const handle: Handler | undefined = module[method] ?? (method === 'HEAD' ? module.GET : undefined)
    // The framework tells by itself what a route takes.
    if (!handle) return new Response(null, { status: method === 'OPTIONS' ? 204 : 405 })
    return handle(request, { params: Promise.resolve(decoded(groups ?? {}) as never) })
  }
  return new Response(null, { status: 404 })
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)]
      } catch {
        return [name, value]
      }
    }),
  )
}
