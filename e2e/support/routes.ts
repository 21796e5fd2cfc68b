// Every page and route handler of the app, found in its files.
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

const app = join(process.cwd(), 'app')

export type Route = { kind: 'page' | 'route'; pattern: string; methods: string[] }

const methodNames = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export function findRoutes(): Route[] {
  return readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file))
    .map((file) => {
      const path = relative(app, join(app, file)).split('/').slice(0, -1)
      const pattern = `/${path.filter((part) => !part.startsWith('(')).join('/')}`
      if (file.endsWith('page.tsx')) return { kind: 'page' as const, pattern, methods: ['GET'] }
      return { kind: 'route' as const, pattern, methods: ownMethods(readFileSync(join(app, file), 'utf8')) }
    })
    .sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
}

/** The methods that a route handler answers itself; those taken from otherMethods() only refuse. */
function ownMethods(source: string): string[] {
  const exported = source
    .split(/^(?=export )/m)
    .filter((part) => part.startsWith('export') && !/otherMethods(OfFile)?\(/.test(part))
    .join('\n')
  return methodNames.filter((method) =>
    new RegExp(`(function|const|as) ${method}\\b|[{,]\\s*${method}\\b`).test(exported),
  )
}
