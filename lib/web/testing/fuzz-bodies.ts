/** Bodies of requests that the API must refuse, or survive. */
import fc from 'fast-check'

/** Texts that parsers, databases and people trip over. */
export const oddText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts()) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 600 }) },
)

function oddTexts(): string[] {
  return [
    '', ' ', '\t', '\n', '0', '-0', '-1', '00', '1.', '.1', '1e3', '1e999', '0x10', '1_000', '1,5', '+5', 'NaN', 'Infinity',
    '0.001', '99999999999999999999.99', '9'.repeat(400), '0.00000001', '\u0661\u0662', '\uff11\uff10', 'null', 'true', 'undefined',
    '__proto__', 'constructor', 'toString', 'EUR', 'eur', 'XXX', 'JPY', 'USD', '\u20ac', "'; DROP TABLE payout; --", '${x}', '{{x}}', '%00', '%', '%s%n',
    '../../etc/passwd', '<script>alert(1)</script>', '\u202eabc', '\u200d', '\u200b', '\ufeff', '\u0000', 'a\u0000b', '\ud800', '\udfff\ud800',
    '\u0301'.repeat(50), '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}', '\ufdfd', 'I\u0307', '\u00df', 'a@b', 'a@b.c', 'a@\u00fc.example', `${'a'.repeat(300)}@example.com`,
    '2026-02-30', '2026-11-01T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999+14:00', 'DE89370400440532013000', 'DE00370400440532013000',
    'x'.repeat(129), 'x'.repeat(256), 'x'.repeat(5_000), '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '9223372036854775807', '9223372036854775808', '-9223372036854775809', '2147483648', '1.7976931348623157e309', 'en', 'ru-RU', 'xx', 'zh-Hans-CN-x-private',
  ] // oxfmt-ignore
}

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, true, 0, -1, 1e21, 0.1, [], {}, [[]], { a: null }),
)

/** Every place in a value, as the names that lead there. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([name, one]) => placesOf(one, [...path, name]))
  return path.length === 0 ? inner : [path, ...inner]
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by
  const object = value as Record<string, unknown>
  const inner = replaced(object[name], rest, by)
  return { ...object, [name]: inner }
}

function without(value: unknown, [name = '', ...rest]: readonly string[]): unknown {
  const { [name]: gone, ...others } = value as Record<string, unknown>
  return rest.length === 0 ? others : { ...others, [name]: without(gone, rest) }
}

export type Body = { text: string | Buffer; how: string }

/** What no shape of a body allows. */
export function certainlyBad(
  example: Record<string, unknown>,
  optional: ReadonlySet<string>,
): fc.Arbitrary<Body> {
  const places = placesOf(example)
  const required = places.filter(
    (place) => !place.some((_, n) => optional.has(place.slice(0, n + 1).join('.'))),
  )
  const texts = places.filter((place) => typeof at(example, place) === 'string')
  const json = (value: unknown, how: string): Body => ({ text: JSON.stringify(value), how })
  const whole = JSON.stringify(example)
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(...places), fc.constantFrom<unknown>(1, true, [], [1], ['x'], -0.5))
      .filter(([place, by]) => kindOf(at(example, place)) !== kindOf(by))
      .map(([place, by]) => json(replaced(example, place, by), `${place.join('.')} has another type`))
      .filter(({ how }) => !how.startsWith('metadata.')),
    ...(required.length > 0
      ? [
          fc
            .constantFrom(...required)
            .map((place) => json(without(example, place), `${place.join('.')} is missing`)),
          fc
            .constantFrom(...required)
            .map((place) => json(replaced(example, place, null), `${place.join('.')} is null`)),
        ]
      : []),
    fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((name) => !(name in example))
      .map((name) => json({ ...example, [name]: 'x' }, 'unknown field')),
    ...(texts.length === 0
      ? []
      : [
          fc
            .constantFrom(...texts)
            .chain((place) =>
              fc
                .constantFrom('\u0000', 'a\u0000', '\ud800', 'x\udc00y', 'y'.repeat(2_000))
                .map((by) => json(replaced(example, place, by), `${place.join('.')} can't be kept`)),
            ),
        ]),
    fc.nat({ max: whole.length - 1 }).map((end) => ({ text: whole.slice(0, end), how: 'cut off' })),
    fc
      .constantFrom('null', '[]', '1', '"x"', 'true', '{}}', '{"a":1,}', "{'a':1}", '\ufeff{', 'NaN', '[1,2')
      .map((text) => ({ text, how: 'another kind of body' })),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => ({
      text: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from(bytes)]),
      how: 'bytes that are no text',
    })),
    fc.constantFrom(...Object.keys(example)).map((name) => ({
      text: whole.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(example[name])},`),
      how: 'a field twice',
    })),
    fc.constantFrom(20, 200, 20_000).map((depth) => ({
      text: `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      how: 'nested deeply',
    })),
    fc.constant({ text: `{"a":"${'x'.repeat(70_000)}"}`, how: 'too long' }),
    fc.constantFrom(...Object.keys(example)).map((name) => ({
      // The same name, once with an escape: parsers see one key, people two.
      text: whole.replace(
        '{',
        `{"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}":${JSON.stringify(example[name])},`,
      ),
      how: 'a field twice, once escaped',
    })),
    fc.constantFrom('utf16le', 'latin1').map((encoding) => ({
      text: Buffer.from(
        encoding === 'utf16le' ? whole : whole.replace('"', '"\u00e9'),
        encoding as BufferEncoding,
      ),
      how: `in ${encoding}`,
    })),
    fc.constantFrom('9007199254740993', '1e400', '0.12345678901234567890', '-1e-999').map((number) => ({
      text: whole.replace(/\}$/, `,"x":${number}}`),
      how: 'a number that would change',
    })),
  )
}

const kindOf = (value: unknown) => (Array.isArray(value) ? 'array' : typeof value)

const at = (value: unknown, place: readonly string[]): unknown =>
  place.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], value)

/** The example with some values replaced: perhaps right, perhaps not. */
export const perhapsRight = (example: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .array(fc.tuple(fc.constantFrom(...placesOf(example)), oddValue), { minLength: 1, maxLength: 2 })
    .map((changes) =>
      changes.reduce<unknown>((value, [place, by]) => {
        try {
          return replaced(value, place, by)
        } catch {
          return value
        }
      }, example),
    )
    .map((value) => value as Record<string, unknown>)
