// Signing a payout-check beside signing as many bytes with Node alone; both leave the main thread.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { createCardzoConnection } from '#lib/cardzo/index.ts'
import { measure } from './load.ts'
import { alternate } from './rounds.ts'
import type { Options, Sides } from './rounds.ts'

export async function measureSigning(options: Options): Promise<Sides> {
  const { privateKey: privateKeyPem } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const connection = createCardzoConnection({
    baseUrl: 'http://127.0.0.1:1/paynet',
    endpoint: { id: '39915' },
    login: 'merchant',
    privateKeyPem,
    merchantControl: 'control',
    timeoutMs: 1000,
  })
  const url = connection.url('payout-check')
  const fields = {
    client_orderid: 'po-eam2hd2haxym4k6p2zitfrae2pfojzpa',
    amount: '100.50',
    currency: 'EUR',
    order_desc: 'Order 1234',
    account_number: 'DE89370400440532013000',
    bank_name: 'Example Bank',
    first_name: 'Ada',
    last_name: 'Nowak',
    server_callback_url: 'https://payouts.example.com/api/cardzo/callback',
    redirect_url: `https://payouts.example.com/pay/${'x'.repeat(43)}/return`,
  }
  const key = createPrivateKey(privateKeyPem)
  // As long as the signature base string of these fields.
  const bytes = Buffer.alloc(800, 'x')
  const signAsync = promisify<string, Buffer, typeof key, Buffer>(sign)
  try {
    return await alternate(
      options,
      () =>
        measure(async () => ((await connection.authorize(url, fields)) === '' ? 'refused' : 'done'), options),
      () =>
        measure(
          async () => ((await signAsync('RSA-SHA256', bytes, key)).length > 0 ? 'done' : 'refused'),
          options,
        ),
    )
  } finally {
    connection.close()
  }
}
