import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyMaxBytes, parseForm, readForm, readJson, readNoBody } from './body.ts'

const post = (body: BodyInit | null, type?: string) =>
  new Request('http://portal.test/', {
    method: 'POST',
    body,
    ...(type !== undefined && { headers: { 'Content-Type': type } }),
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  })
const json = (text: string | Uint8Array<ArrayBuffer>) => readJson(post(text, 'application/json'))

/** A body without a Content-Length that never ends. */
function endless() {
  const counted = { chunks: 0 }
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      counted.chunks++
      controller.enqueue(new Uint8Array(8 * 1024).fill(0x20))
    },
  })
  return { stream, counted }
}

describe('reading a JSON body', () => {
  it('takes JSON with a charset', async () => {
    expect(await readJson(post('{"a":"ż"}', 'Application/JSON; charset=utf-8'))).toEqual({
      ok: true,
      value: { a: 'ż' },
    })
  })

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'does not take %s for JSON',
    async (type) => {
      expect(await readJson(post(new Blob(['{}']), type))).toEqual({
        ok: false,
        code: 'unsupported_media_type',
      })
    },
  )

  it.each(['', '{', '{"a":1,}', 'hello', '[1', "{'a':1}"])('says that %j is not JSON', async (text) => {
    expect(await json(text)).toMatchObject({
      ok: false,
      code: 'invalid_request',
      errors: [{ path: '', message: 'The body is not JSON.' }],
    })
  })

  it('says that broken UTF-8 is not UTF-8', async () => {
    expect(await json(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({
      errors: [{ path: '', message: 'The body is not UTF-8.' }],
    })
  })

  it('takes exactly the largest size, and not one byte more', async () => {
    const filled = (size: number) => `"${'x'.repeat(size - 2)}"`
    expect(await json(filled(bodyMaxBytes))).toMatchObject({ ok: true })
    expect(await json(filled(bodyMaxBytes + 1))).toEqual({ ok: false, code: 'too_large' })
  })

  it('stops reading an endless body soon after the limit', async () => {
    const { stream, counted } = endless()
    expect(await readJson(post(stream, 'application/json'))).toEqual({ ok: false, code: 'too_large' })
    expect(counted.chunks).toBeLessThan(12)
  })

  it('names the field that no database can store', async () => {
    expect(await json('{"metadata":{"a":"x\\u0000"},"description":"\\ud800"}')).toMatchObject({
      ok: false,
      errors: expect.arrayContaining([
        { path: 'metadata.a', message: expect.any(String) as string },
        { path: 'description', message: expect.any(String) as string },
      ]) as unknown,
    })
    expect(await json('{"metadata":{"\\u0000":"x"}}')).toMatchObject({ ok: false })
  })

  it('does not silently lose a field named __proto__', async () => {
    expect(await json('{"destination":{"__proto__":"x"}}')).toMatchObject({
      ok: false,
      errors: [{ path: 'destination.__proto__', message: 'Unknown field.' }],
    })
  })

  it('says one thing only: no key twice, no number that would change', async () => {
    expect(await json('{"amount":"1.00","receiver":{"a":1,"a":2},"amount":"99.99"}')).toMatchObject({
      ok: false,
      code: 'invalid_request',
      errors: [{ path: 'receiver.a' }, { path: 'amount' }],
    })
    expect(await json('{"metadata":{"n":9007199254740993}}')).toMatchObject({
      ok: false,
      code: 'invalid_request',
      errors: [{ path: 'metadata.n', message: expect.stringContaining('as text') as string }],
    })
  })

  it('leaves anything but JSON unread where no body is needed', async () => {
    const sent = (body: BodyInit | null, type?: string) => readNoBody(post(body, type))
    for (const fine of [
      sent(null),
      sent('a=1', 'text/plain'),
      sent('', 'application/json'),
      sent('{}', 'application/json'),
    ])
      expect(await fine).toMatchObject({ ok: true })
    for (const bad of ['{', '{"a":1,"a":2}', '{"n":1e400}'])
      expect(await sent(bad, 'application/json')).toMatchObject({ code: 'invalid_request' })
  })

  it('refuses a body nested thousands of levels deep instead of falling over', async () => {
    expect(await json('['.repeat(30_000) + ']'.repeat(30_000))).toMatchObject({
      ok: false,
      code: 'invalid_request',
    })
  })
})

describe('reading a form body', () => {
  it('keeps every pair in order', async () => {
    expect(await readForm(post('b=1&a=2+3&a=%C5%BC', 'application/x-www-form-urlencoded'))).toEqual({
      ok: true,
      value: {
        pairs: [
          ['b', '1'],
          ['a', '2 3'],
          ['a', 'ż'],
        ],
        broken: new Set(),
      },
    })
  })

  it('is read as the URL standard reads it, whatever bytes it has', () => {
    // ASCII letters only: Node loses others beside a byte that is not UTF-8.
    const characters = fc.constantFrom('a', '=', '&', '%', '+', '4', 'F', '%C5%BC', '%ff')
    fc.assert(
      fc.property(
        fc.array(characters).map((all) => all.join('')),
        (text) => {
          const standard = [...new URLSearchParams(`x=&${text}`)].slice(1)
          expect(parseForm(Buffer.from(text)).pairs).toEqual(standard)
        },
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const { broken, pairs } = parseForm(bytes)
        for (const name of broken) expect(pairs.map(([known]) => known)).toContain(name)
      }),
    )
  })

  it('keeps a letter beside a byte that is not UTF-8', () => {
    expect(parseForm(Buffer.from('a=ż%ff')).pairs).toEqual([['a', 'ż\ufffd']])
  })

  it('names the fields that were only partly readable', () => {
    const broken = (text: string) => [...parseForm(Buffer.from(text, 'latin1')).broken]
    expect(broken('a=1&b=50%&c=\xff&d=%C5&e=%C5%BC&f=%25&g=%zz&%=1')).toEqual(['b', 'c', 'd', 'g', '%'])
  })

  it('does not take multipart or JSON', async () => {
    expect(await readForm(post(new FormData()))).toEqual({ ok: false, code: 'unsupported_media_type' })
    expect(await readForm(post('{}', 'application/json'))).toEqual({
      ok: false,
      code: 'unsupported_media_type',
    })
  })

  it('stops at the limit too', async () => {
    const { stream } = endless()
    expect(await readForm(post(stream, 'application/x-www-form-urlencoded'))).toEqual({
      ok: false,
      code: 'too_large',
    })
  })
})
