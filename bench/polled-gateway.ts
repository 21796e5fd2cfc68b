// A gateway whose orders stay in processing and that notes when it is asked about each. Cheaper than the simulator, which keeps a ledger:
// what is measured is the worker. GET /asks tells the times, in milliseconds since 1970.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const asks = new Map<string, number[]>()
let serial = 0

createServer((request, response) => {
  if (request.url === '/asks') {
    response.end(JSON.stringify(Object.fromEntries(asks)))
    return
  }
  const at = Date.now()
  void text(request).then((body) => {
    const asked = new URLSearchParams(body)
    const clientOrderId = asked.get('client_orderid') ?? ''
    const before = asks.get(clientOrderId)
    if (before) before.push(at)
    else asks.set(clientOrderId, [at])
    const fields = {
      type: 'status-response',
      'serial-number': String(++serial),
      'merchant-order-id': clientOrderId,
      'paynet-order-id': asked.get('orderid') ?? '',
      status: 'processing',
      amount: '100.50',
      currency: 'EUR',
      'transaction-type': 'payout',
      'order-stage': 'payout_processing',
    }
    const answer = Object.entries(fields).map(([name, value]) => `${name}=${value}\n`)
    response.writeHead(200, { 'Content-Type': 'text/html;charset=utf-8', 'X-Cardzo-Simulator': 'true' })
    response.end(answer.join('&'))
  })
}).listen(Number(process.env['GATEWAY_PORT']), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
