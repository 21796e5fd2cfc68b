import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { describeApi } from '#app/_server/openapi/describe-api.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import { problemType } from '#app/_server/problem.ts'
import type { ProblemCode } from '#app/_server/problem.ts'
import { commandOf, readOperations, readProblems } from './operations.ts'

const operations = readOperations()

it('shows every call of the description, with its permissions and what it can refuse', () => {
  const described = Object.entries(describeApi().paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => name !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(operations.map(({ method, path }) => `${method} ${path}`)).toEqual(described)
  for (const { id, tag, scopes, answers, problems } of operations) {
    expect([tag !== '', answers.length > 0, problems.length > 0], id).toEqual([true, true, true])
    expect(
      scopes.every((scope) => (apiScopes as readonly string[]).includes(scope)),
      id,
    ).toBe(true)
    for (const { codes } of problems) expect(codes.length, id).toBeGreaterThan(0)
  }
})

it('has a value for each part of an address, and a body where there is one', () => {
  for (const { id, parameters, body } of operations) {
    for (const one of parameters) if (one.in === 'path') expect(one.example, `${id} ${one.name}`).not.toBe('')
    if (body !== null) expect(JSON.parse(body), id).toBeTypeOf('object')
  }
})

it('has a place for each problem that a call can answer, where its `type` leads', () => {
  const places = readProblems().map(({ anchor }) => `/developers#${anchor}`)
  expect(new Set(places).size).toBe(places.length)
  const codes = operations.flatMap(({ problems }) => problems.flatMap((one) => one.codes))
  for (const code of codes) expect(places).toContain(problemType(code as ProblemCode))
})

it('shows commands that a shell reads as they are meant', () => {
  for (const operation of operations) {
    // Instead of sending it: what curl would be given.
    const script = `curl() { printf '%s\\n' "$@"; }; PORTAL=http://x KEY=k\n${commandOf(operation)}`
    const { status, stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
    expect(status, operation.id).toBe(0)
    expect(stdout, operation.id).toMatch(/^http:\/\/x\/api\/v1\//m)
    if (operation.scopes.length > 0) expect(stdout).toContain('Authorization: Bearer k')
    if (operation.body !== null) expect(stdout).toContain(operation.body)
  }
})
