import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { vi } from 'vitest'
import {
  createCardzoConnection,
  payoutCheckRequest,
  payoutPayRequest,
  processPayoutCheck,
  processPayoutPay,
  processStatus,
  statusRequest,
  verifyCallback,
  type CardzoConnectionOptions,
} from '#lib/cardzo/index.ts'
import kat from '#lib/cardzo/kat.json' with { type: 'json' }
import { signRequest, writeForm } from '#lib/cardzo/testing.ts'
import { startSimulator, type SimulatorOptions } from '../server.ts'

export const secret = 'control-key'
export const privateKeyPem = kat.testKey.privatePkcs8Pem

/** A simulator with a quick pace, a merchant that talks to it, and a place that takes its callbacks. */
export async function startMerchant(
  options: Partial<SimulatorOptions> = {},
  change: Partial<CardzoConnectionOptions> = {},
) {
  const simulator = await startSimulator({
    merchant: { login: 'test-login', keyPem: privateKeyPem, control: secret, endpoint: { id: '39915' } },
    settings: { stepMs: 15, retryMs: 15 },
    ...options,
  })
  const inbox = await startInbox()
  const connection = createCardzoConnection({
    baseUrl: simulator.url,
    endpoint: { id: '39915' },
    login: 'test-login',
    privateKeyPem,
    merchantControl: secret,
    timeoutMs: 2000,
    ...change,
  })
  const fieldsOf = (clientOrderId: string, more: Record<string, string> = {}) => ({
    client_orderid: clientOrderId,
    amount: '25.00',
    currency: 'EUR',
    order_desc: 'Test',
    account_number: 'DE89370400440532013000',
    server_callback_url: inbox.url,
    redirect_url: 'http://127.0.0.1:1/return?token=x',
    ...more,
  })
  const merchant = {
    simulator,
    inbox,
    connection,
    fieldsOf,
    newId: () => `PO-${randomBytes(6).toString('hex')}`,
    async check(clientOrderId: string, more?: Record<string, string>) {
      const raw = await payoutCheckRequest(connection, fieldsOf(clientOrderId, more))
      return processPayoutCheck(raw, { clientOrderId })
    },
    async pay(ids: { clientOrderId: string; orderId: string }) {
      return processPayoutPay(await payoutPayRequest(connection, ids), ids)
    },
    async status(ids: { clientOrderId: string; orderId?: string }) {
      return processStatus(await statusRequest(connection, ids), ids)
    },
    /** payout-check, and wait for the bank. */
    async validated(more?: Record<string, string>) {
      const clientOrderId = merchant.newId()
      const verdict = await merchant.check(clientOrderId, more)
      if (verdict.kind !== 'accepted') throw new Error(`payout-check was not accepted but ${verdict.kind}`)
      const ids = { clientOrderId, orderId: verdict.orderId }
      await merchant.until(ids, (status) => status.stage === 'payout_check_validated')
      return ids
    },
    /** Asks for the status until it is as wanted, for five seconds at most. */
    async until(
      ids: { clientOrderId: string; orderId: string },
      wanted: (status: { status: string; stage: string | null }) => boolean,
    ) {
      return eventually(async () => {
        const status = await merchant.status(ids)
        return status.kind === 'status' && wanted(status) ? status : null
      })
    },
    async control(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
      const response = await fetch(`${simulator.origin}/_control/${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    /** POSTs anything with a signature of one's own choice. */
    async post(path: string, body: Record<string, string>, headers: Record<string, string> = {}) {
      const response = await fetch(`${simulator.url}${path}`, {
        method: 'POST',
        body: writeForm(body),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      })
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      }
    },
    sign(
      path: string,
      body: Record<string, string>,
      change: { login?: string; nonce?: string; timestamp?: number } = {},
    ) {
      const oauth = {
        login: 'test-login',
        nonce: randomBytes(8).toString('hex'),
        timestamp: Math.floor(Date.now() / 1000),
      }
      const request = { url: `${simulator.url}${path}`, body: Object.entries(body) }
      return signRequest(request, privateKeyPem, { ...oauth, ...change })
    },
    async close() {
      connection.close()
      await simulator.close()
      await inbox.close()
    },
  }
  return merchant
}

export type Merchant = Awaited<ReturnType<typeof startMerchant>>

/** Takes callbacks and answers as told. */
async function startInbox() {
  const received: URLSearchParams[] = []
  const inbox = { received, answer: 200, url: '', close: async () => {} }
  const server = createServer((req, res) => {
    received.push(new URL(req.url ?? '/', 'http://inbox').searchParams)
    res.writeHead(inbox.answer, { Connection: 'close' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  inbox.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback?own=1`
  inbox.close = () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve()
      })
      server.closeAllConnections()
    })
  return inbox
}

/** What a merchant makes of a callback. */
export const readCallback = (params: URLSearchParams) => verifyCallback(params, secret)

/** Polls until there is something, for twenty seconds at most, which a busy machine may need. */
export const eventually = <T>(look: () => T | Promise<T>) =>
  vi.waitUntil(look, { timeout: 20_000, interval: 5 })
