/** Headers that servers, proxies and frameworks trip over, none of which changes what is asked for. */
import fc from 'fast-check'

export const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>[]>(
  ...['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;', 'application/json;charset=utf-16', ' application/json '].map((type) => ({ 'Content-Type': type })),
  ...['', '*/*;q=0', 'text/html', 'application/problem+json', ',', 'a'.repeat(4_000)].map((Accept) => ({ Accept })),
  ...['gzip;q=0', 'br', 'gzip, gzip, gzip', 'identity;q=0, *;q=0', '\u00ff'].map((taken) => ({ 'Accept-Encoding': taken })),
  ...['x', 'a:b.c-d_e', '\u00e9', 'a b', 'x'.repeat(129), '"; drop'].map((id) => ({ 'X-Request-Id': id })),
  ...['close', 'keep-alive, x-request-id', 'upgrade'].map((Connection) => ({ Connection })),
  ...['gzip', 'br', 'identity', 'nonsense'].map((encoding) => ({ 'Content-Encoding': encoding })),
  ...['gzip, chunked', 'chunked'].map((encoding) => ({ 'Transfer-Encoding': encoding })),
  ...['GET', 'DELETE', 'x'].map((method) => ({ 'X-HTTP-Method-Override': method })),
  ...['bytes=0-1', 'x'].map((Range) => ({ Range })),
  ...['*', '"x"'].flatMap((tag) => [{ 'If-None-Match': tag }, { 'If-Match': tag }]),
  { Cookie: 'next-auth.session-token=x; locale=../../x' },
  { Origin: 'https://evil.example' },
  { 'X-Forwarded-For': '::1, 999.1.1.1', 'X-Forwarded-Host': 'evil.example', Forwarded: 'for=_x;host=evil' },
  { Expect: '100-continue' },
  { RSC: '1', 'Next-Action': 'x', 'Next-Router-State-Tree': '%' },
  Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`X-Many-${n}`, 'x'.repeat(50)])),
) // oxfmt-ignore
