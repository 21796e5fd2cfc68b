import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCardzoConnection, type CardzoConnection } from './connection.ts'
import kat from './kat.json' with { type: 'json' }
import certificate from './loopback-certificate.json' with { type: 'json' }
import { payoutPayRequest, processPayoutPay } from './payout-pay.ts'

const ids = { clientOrderId: 'PO-1', orderId: '7' }
let server: Server
let requests = 0
let handshakes = 0
beforeAll(async () => {
  server = createServer(certificate, (req, res) => {
    requests++
    req.resume().on('end', () => res.end('type=async-response\n&paynet-order-id=7\n'))
  })
  server.on('secureConnection', () => handshakes++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())

function connect(): CardzoConnection {
  return createCardzoConnection({
    baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/paynet`,
    endpoint: { id: '1' },
    login: 'test-login',
    privateKeyPem: kat.testKey.privatePkcs8Pem,
    merchantControl: 'secret',
    timeoutMs: 2000,
  })
}

describe('a gateway over TLS', () => {
  it('whose certificate is not trusted gets not one byte of the request', async () => {
    const connection = connect()
    let asked = false
    const beforeFirstByte = () => (asked = true)
    await expect(payoutPayRequest(connection, ids, { beforeFirstByte })).rejects.toMatchObject({
      code: 'not_sent',
      reason: 'tls',
    })
    expect({ asked, requests }).toEqual({ asked: false, requests: 0 })
    connection.close()
  })

  it('that is trusted gets the request after the handshake, and the next on the same connection', async () => {
    const trusted = tls.getCACertificates('default')
    tls.setDefaultCACertificates([...trusted, certificate.cert])
    const connection = connect()
    const before = handshakes
    try {
      for (const nth of [1, 2]) {
        const raw = await payoutPayRequest(connection, ids, { beforeFirstByte: () => true })
        expect(processPayoutPay(raw, ids)).toMatchObject({ kind: 'accepted', orderId: '7' })
        expect(requests).toBe(nth)
      }
      expect(handshakes).toBe(before + 1)
    } finally {
      tls.setDefaultCACertificates(trusted)
      connection.close()
    }
  })
})
