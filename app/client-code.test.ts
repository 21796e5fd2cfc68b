// What browsers load is only what browsers can run. A value taken from the server's code brings with it all that the server needs:
// once a list of thirteen names brought half a megabyte that stands in for Node's cryptography.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

const project = join(import.meta.dirname, '..')
const serverOnly = /^(node:|lib\/(?!payouts\/|words\/|contract\/)|app\/_server\/)/

/** What a file imports when it runs: packages by name, the project's own files by their path in it. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(project, file), 'utf8')
  const named = source.matchAll(/^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)'/gms)
  return [...named].map(([, name = '']) => {
    if (name.startsWith('#')) return name.slice(1)
    return name.startsWith('.') ? relative(project, join(project, dirname(file), name)) : name
  })
}

const startsWith = (directive: string, file: string) =>
  readFileSync(join(project, file), 'utf8').startsWith(`'${directive}'`)

/** Ways from a component to what no browser should load, as `component > file > node:crypto`. */
function waysOut(component: string): string[] {
  const found: string[] = []
  const seen = new Set([component])
  const follow = (file: string, way: string) => {
    for (const next of importsOf(file)) {
      if (seen.has(next)) continue
      seen.add(next)
      if (serverOnly.test(next)) found.push(`${way} > ${next}`)
      // Of an action only its address reaches the browser.
      else if (/^(app|lib)\//.test(next) && !startsWith('use server', next)) follow(next, `${way} > ${next}`)
    }
  }
  follow(component, component)
  return found
}

const components = readdirSync(join(project, 'app'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('app', file))
  .filter((file) => /\.tsx?$/.test(file) && startsWith('use client', file))

it('lets no component of the browser reach code of the server', () => {
  expect(components.length).toBeGreaterThan(50)
  expect(components.flatMap(waysOut)).toEqual([])
})
