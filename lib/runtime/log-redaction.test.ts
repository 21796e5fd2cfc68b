/** Whatever is logged, and however deep it lies, no line of any process says what nobody may read there. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { logTo } from './log.ts'

const lines: string[] = []
const log = logTo({ write: (line) => void lines.push(line) }, 'info', 'test')
/** What one call writes. */
function written(facts: Record<string, unknown>, message = 'something happened'): string {
  lines.length = 0
  log.error(facts, message)
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

const secret = 'Zq7-secret-value'

/** Names under which nothing is ever shown, as code, wire and database spell them. */
const secretNames = [
  ...['password', 'newPassword', 'AUTH_SECRET', 'totpSecret', 'token', 'linkToken', 'cookie', 'set-cookie'],
  ...['authorization', 'Authorization', 'privateKeyPem', 'CARDZO_PRIVATE_KEY', 'apiKey', 'x-api-key'],
  ...[
    'control',
    'merchantControl',
    'oauth_signature',
    'signature',
    'account_number',
    'accountNumber',
    'iban',
  ],
  ...['destination', 'fields', 'params', 'parameters', 'values', 'body', 'form', 'receiver', 'metadata'],
  ...['first_name', 'lastName', 'fullName', 'account_holder', 'email', 'recipient', 'phone', 'birthDate'],
]
const harmlessNames = ['why', 'payoutId', 'what', 'url', 'path', 'said', 'a', 'items', 'err', 'cause']

/** What is cut out of any text, by its shape. Each gives the text and the part that must not be seen. */
const shaped = fc.oneof(
  fc.constantFrom(
    ...[
      ['DE89370400440532013000', '0440532013'],
      ['DE89 3704 0044 0532 0130 00', '0044 0532'],
      ['4111 1111 1111 1111', '1111 1111 11'],
      ['cpp_abcdefghijklmnopqrstuvwxyz0123456789', 'abcdefghijkl'],
      ['Authorization: Bearer of-somebody-else', 'of-somebody'],
      ['postgresql://portal:hunter2word@db/portal', 'hunter2word'],
      ['wilhelmina.o-hara@example.com', 'wilhelmina'],
      ['"Wilhelmina O"@example.com', 'Wilhelmina'],
      ['https://p.example/pay/abcdefghijklmnopqrstu/return', 'abcdefghijklmnop'],
      ['password=hunter2word', 'hunter2word'],
      ['-----BEGIN PRIVATE KEY-----\nMIIabcdefgh\n-----END PRIVATE KEY-----', 'MIIabcdefgh'],
    ].map(([text = '', hidden = '']) => ({ text, hidden })),
  ),
  fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => Buffer.from(bytes).toString('hex'))
    .map((control) => ({ text: control, hidden: control })),
  fc.constant(null).map(() => {
    const token = `aA1${randomBytes(30).toString('base64url')}`
    return { text: token, hidden: token }
  }),
)

/** Puts a value some levels down, in objects, arrays and errors. */
const nesting = fc.array(
  fc.constantFrom<'object' | 'array' | 'error' | 'cause' | 'aggregate'>(
    ...(['object', 'array', 'error', 'cause', 'aggregate'] as const),
  ),
  { maxLength: 8 },
)
function buried(value: unknown, levels: readonly string[], name: string): unknown {
  return levels.reduce<unknown>((inner, level) => {
    switch (level) {
      case 'object':
        return { [name]: inner }
      case 'array':
        return [1, inner]
      case 'error':
        return Object.assign(new Error('failed'), { inner, query: inner })
      case 'cause':
        return new Error('failed', { cause: inner })
      default:
        return new AggregateError([inner], 'failed')
    }
  }, value)
}

describe('no line of the log', () => {
  it('says what lies under a secret name, however deep and whatever is around it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...secretNames),
        fc.constantFrom(...harmlessNames),
        nesting,
        nesting,
        (name, around, outside, inside) => {
          const facts = { [around]: buried({ [name]: buried(secret, inside, around) }, outside, around) }
          expect(written(facts)).not.toContain(secret)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('says what has the shape of a secret, in any text, key, message or error', () => {
    fc.assert(
      fc.property(
        shaped,
        fc.constantFrom(...harmlessNames.filter((name) => name !== 'payoutId')),
        nesting,
        fc.constantFrom('', 'refused: ', '("', 'at '),
        ({ text, hidden }, name, levels, before) => {
          const said = `${before}${text}`
          const about: Record<string, unknown>[] = [
            { [name]: buried(said, levels, name) },
            { [name]: buried(new Error(said), levels, name) },
            { [name]: buried({ [said]: 1 }, levels, name) },
          ]
          for (const facts of about) expect(written(facts)).not.toContain(hidden)
          expect(written({}, said)).not.toContain(hidden)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('repeats the row of which PostgreSQL complains, nor what was sent', () => {
    const error = new pg.DatabaseError('duplicate key value violates unique constraint', 100, 'error')
    Object.assign(error, {
      ...{ code: '23505', severity: 'ERROR', table: 'receiver', constraint: 'receiver_email_key' },
      detail: `Key (first_name)=(${secret}) already exists.`,
      where: `COPY receiver, line 1: "${secret}"`,
      internalQuery: `SELECT '${secret}'`,
      parameters: [secret],
      query: { text: 'SELECT $1', values: [secret] },
    })
    const line = written({ err: error })
    expect(line).not.toContain(secret)
    for (const kept of ['23505', 'receiver_email_key', 'duplicate key value', 'log-redaction.test.ts'])
      expect(line).toContain(kept)
  })

  it('shows bytes, which may be a key', () => {
    const key = randomBytes(32)
    expect(written({ buffer: key, deep: [{ view: new Uint8Array(key) }] })).not.toContain(`${key[0]},"1":`)
    expect(written({ buffer: key })).toContain('[bytes]')
  })

  it('hides what people look for', () => {
    const facts = {
      payoutId: 'de893704-4005-4320-8300-012345678901',
      orderId: '1234567890',
      workerId: 'worker-1a2b3c4d',
      err: Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' }),
      mail: 'a mail to …@example.com was refused',
    }
    const line = written(facts)
    for (const kept of [facts.payoutId, facts.orderId, facts.workerId, 'ECONNREFUSED 10.0.0.1:5432'])
      expect(line).toContain(kept)
  })
})
