import { describe, expect, it } from 'vitest'
import { isDatabaseAway } from './away.ts'

const error = (facts: object) => Object.assign(new Error('x'), facts)

describe('telling a database that is away from a bug', () => {
  it.each([
    ['a refused connection', error({ code: 'ECONNREFUSED' })],
    ['a name that resolves to two refusing addresses', new AggregateError([error({ code: 'ECONNREFUSED' })])],
    ['a reset in the middle of a statement', error({ code: 'ECONNRESET', syscall: 'read' })],
    ['a server that was told to stop', error({ code: '57P01' })],
    ['a server that is starting up', error({ code: '57P03' })],
    ['a connection exception', error({ code: '08006' })],
    ['too many connections', error({ code: '53300' })],
    ['a statement that took too long', error({ code: '57014' })],
    ['Prisma without a connection', error({ code: 'P1001' })],
    ['Prisma that never started', error({ errorCode: 'P1001' })],
    ['an empty pool', new Error('timeout exceeded when trying to connect')],
    ['a server that takes a connection and says nothing', new Error('timeout expired')],
    ['a statement that a migration has outdated', error({ code: '0A000', routine: 'RevalidateCachedQuery' })],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['what the adapter reports', error({ cause: { kind: 'DatabaseNotReachable', host: 'db', port: 5432 } })],
    [
      'a raw statement that Prisma wraps',
      error({
        code: 'P2010',
        meta: { driverAdapterError: error({ cause: { kind: 'postgres', originalCode: '57P01' } }) },
      }),
    ],
  ])('recognises %s', (_name, away) => {
    expect(isDatabaseAway(away)).toBe(true)
  })

  it.each([
    ['a broken rule', error({ code: 'P2002' })],
    ['a wrong statement', error({ code: '42601' })],
    ['a feature that PostgreSQL lacks', error({ code: '0A000', routine: 'transformStmt' })],
    ["text that PostgreSQL can't store", error({ code: '22P05' })],
    ['a slip in our code', new TypeError('x is not a function')],
    ['nothing', null],
    ['a word', 'ECONNREFUSED'],
  ])('calls %s a bug', (_name, bug) => {
    expect(isDatabaseAway(bug)).toBe(false)
  })

  it('does not loop when an error is its own cause', () => {
    const circle = error({})
    circle.cause = circle
    expect(isDatabaseAway(circle)).toBe(false)
  })
})
