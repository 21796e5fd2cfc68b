// Scripts, styles and fonts of the build, in the smallest form that the caller takes (lib/processes/compress-files.ts made them).
// The framework would compress each for every request.
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { RouteModule } from './route-module.ts'

export const staticPrefix = '/_next/static'

/** Their names contain a hash of what is in them. */
const forever = 'public, max-age=31536000, immutable'

/** Answers with the files of `folder`, and 404 with the framework's words where there is none. */
export function staticFiles(folder: string): RouteModule {
  const make = () =>
    new Hono()
      .use(async (context, next) => {
        await next()
        if (context.res.ok) context.header('Cache-Control', forever)
      })
      .use(
        `${staticPrefix}/*`,
        serveStatic({
          root: folder,
          rewriteRequestPath: (path) => path.slice(staticPrefix.length),
          precompressed: true,
        }),
      )
      .notFound((context) => context.text('Not Found', 404))
  // Not before the first request: it complains where there is no build yet.
  let files: ReturnType<typeof make> | undefined
  return { GET: (request) => (files ??= make()).fetch(request) }
}
