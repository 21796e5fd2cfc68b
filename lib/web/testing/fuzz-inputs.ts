/** Inputs that the API must refuse or survive, made from its own description. */
import fc from 'fast-check'
import { certainlyBad, oddText, perhapsRight } from './fuzz-bodies.ts'
import type { Body } from './fuzz-bodies.ts'
import { oddHeaders } from './fuzz-headers.ts'

export type Operation = {
  operationId: string
  method: string
  path: string
  /** Names of the parameters of each kind. */
  query: readonly string[]
  needsKey: boolean
  /** False: it may come without one, and one that is not JSON is left unread. */
  needsBody: boolean
  /** The example of its body; undefined: it takes none. */
  example: Record<string, unknown> | undefined
  /** Of its body: which fields, by path, may be missing, and where unknown ones are refused. */
  optional: ReadonlySet<string>
}

/**
 * `bad`: something in it is wrong for certain, so nothing may be stored. `odd`: it may be right all the same. `find` reads.
 */
export type Attempt = {
  kind: 'bad' | 'odd' | 'find'
  operationId: string
  method: string
  target: string
  headers: Record<string, string>
  body: Buffer | undefined
  /** What was done to it. */
  how: string[]
}

/** Things that exist, so that requests get past the first look. */
export type Known = { key: string; weakKey: string; ids: Record<string, readonly string[]> }

const escaped = (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E')

const oddQuery = (names: readonly string[]) =>
  fc
    .array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom(...names, 'limit', 'cursor'),
          oddText.map((name) => name.slice(0, 30)),
        ),
        oddText,
      ),
      { maxLength: 4 },
    )
    .map((pairs) => pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&'))

const rawQuery = fc.constantFrom(
  '%',
  '%zz=1',
  '&&&',
  '=',
  'limit',
  'limit=1&limit=2',
  'status=paid&status=%00',
  'a=b#c',
  'cursor=',
  '?',
  'cursor=MQ.AAAA',
  'limit=%31',
)

/** Any attempt at one of the operations. */
export function attempts(operations: readonly Operation[], known: Known): fc.Arbitrary<Attempt> {
  return fc
    .constantFrom(...operations)
    .chain((operation) =>
      operation.method === 'get'
        ? findings(operation, known)
        : fc.oneof(
            { weight: 3, arbitrary: badWrites(operation, known) },
            { weight: 2, arbitrary: oddWrites(operation, known) },
          ),
    )
}

const json = { 'Content-Type': 'application/json' }
const keyHeader = (key: string) => ({ Authorization: `Bearer ${key}` })

/** An address with what exists in its places, or with something odd. */
const targets = ({ path }: Operation, { ids }: Known, odd: boolean): fc.Arbitrary<string> => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  if (names.length === 0) return fc.constant(path)
  const one = (name: string) => {
    const real = fc.constantFrom(...(ids[name] ?? ['x'])).map(escaped)
    const strange = fc.oneof(
      oddText.map(escaped),
      fc.uuid(),
      fc.constantFrom('%', '%ff', '%zz', '%2f', '%2e%2e', '%00', ';', 'a;b=c', '%25'),
    )
    return odd ? fc.oneof(real, strange) : real
  }
  return fc
    .tuple(...names.map(one))
    .map((values) => names.reduce((made, name, n) => made.replace(`{${name}}`, () => values[n] || 'x'), path))
}

function findings(operation: Operation, known: Known): fc.Arbitrary<Attempt> {
  const query = fc.oneof(
    { weight: 1, arbitrary: fc.constant('') },
    { weight: 3, arbitrary: oddQuery(operation.query) },
    { weight: 1, arbitrary: rawQuery },
  )
  return fc
    .tuple(
      targets(operation, known, true),
      query,
      fc.constantFrom(known.key, known.key, known.key, known.weakKey, 'wrong', ''),
      fc.constantFrom('get', 'get', 'get', 'get', 'get', 'head', 'delete', 'patch', 'options'),
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
    )
    .map(([path, asked, key, method, more]) => ({
      kind: 'find' as const,
      operationId: operation.operationId,
      method,
      target: asked === '' ? path : `${path}?${asked.replaceAll('#', '%23')}`,
      headers: { ...keyHeader(key), ...more },
      body: undefined,
      how: ['find', ...Object.keys(more).slice(0, 4)],
    }))
}

const oddKey = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .map((key) => key.trim())

function badWrites(operation: Operation, known: Known): fc.Arbitrary<Attempt> {
  const { method, operationId, example, needsKey, needsBody } = operation
  const attempt = (more: Partial<Attempt> & Pick<Attempt, 'target' | 'how'>): Attempt => ({
    kind: 'bad',
    operationId,
    method,
    headers: { ...keyHeader(known.key), ...(needsKey && { 'Idempotency-Key': 'fuzz' }) },
    body: undefined,
    ...more,
  })
  const exact = example === undefined ? undefined : Buffer.from(JSON.stringify(example))
  const bodies: fc.Arbitrary<Body> =
    example === undefined
      ? fc
          .constantFrom(
            '{',
            '[1',
            '{"a":1,"a":2}',
            '{"a":9007199254740993}',
            '"\\ud800"',
            `"${'x'.repeat(70_000)}"`,
            `${'['.repeat(500)}${']'.repeat(500)}`,
          )
          .map((text) => ({ text, how: 'a body that is not JSON' }))
      : certainlyBad(example, operation.optional).filter(({ text }) => needsBody || text.length > 0)
  const usual = attempt({ target: '', how: [] }).headers
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(targets(operation, known, false), bodies)
        .map(([target, { text, how }]) =>
          attempt({ target, how: [how], headers: { ...usual, ...json }, body: Buffer.from(text) }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(targets(operation, known, false), fc.constantFrom('wrong', '', known.weakKey))
        .map(([target, key]) =>
          attempt({
            target,
            how: ['a key that may not'],
            headers: { ...usual, ...json, ...keyHeader(key) },
            body: exact,
          }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(targets(operation, known, false), fc.constantFrom('patch', 'delete'))
        .map(([target, other]) =>
          attempt({
            target,
            method: other,
            how: ['another method'],
            headers: { ...usual, ...json },
            body: exact,
          }),
        ),
    },
    ...(!needsBody
      ? [
          {
            weight: 1,
            arbitrary: nobodys(operation, known).map((target) =>
              attempt({ target, how: ['nothing that exists'] }),
            ),
          },
        ]
      : [
          {
            weight: 1,
            arbitrary: fc
              .tuple(
                targets(operation, known, false),
                fc.constantFrom(
                  'text/plain',
                  'application/xml',
                  '',
                  'application/jsonx',
                  'multipart/form-data; boundary=x',
                ),
              )
              .map(([target, type]) =>
                attempt({
                  target,
                  how: ['another media type'],
                  headers: { ...usual, 'Content-Type': type },
                  body: exact,
                }),
              ),
          },
        ]),
    ...(needsKey
      ? [
          {
            weight: 1,
            arbitrary: fc
              .tuple(targets(operation, known, false), fc.constantFrom('', 'x'.repeat(256)))
              .map(([target, key]) =>
                attempt({
                  target,
                  how: ['no idempotency key'],
                  headers: { ...keyHeader(known.key), ...json, 'Idempotency-Key': key },
                  body: exact,
                }),
              ),
          },
        ]
      : []),
  )
}

/** Addresses of things that nobody has. */
const nobodys = ({ path }: Operation, { ids }: Known) =>
  fc
    .tuple(fc.uuid(), fc.constantFrom(...(ids['externalId'] ?? ['x'])))
    .map(([id, externalId]) => path.replace('{id}', id).replace('{externalId}', escaped(externalId)))

function oddWrites(operation: Operation, known: Known): fc.Arbitrary<Attempt> {
  const { method, operationId, example, needsKey } = operation
  const body =
    example === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: 3, arbitrary: perhapsRight(example) },
          { weight: 1, arbitrary: fc.constant(example) },
        )
  return fc
    .tuple(
      targets(operation, known, true),
      body,
      oddKey,
      fc.uuid(),
      fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
    )
    .map(([target, given, odd, uuid, more]): Attempt => ({
      kind: 'odd',
      operationId,
      method,
      target,
      headers: {
        ...keyHeader(known.key),
        ...(given && json),
        // A fresh one, so that not every answer is about the key.
        ...(needsKey && { 'Idempotency-Key': odd.length > 20 ? odd : uuid }),
        ...more,
      },
      body: given && Buffer.from(JSON.stringify(given)),
      how: ['perhaps right', ...Object.keys(more).slice(0, 4)],
    }))
}
