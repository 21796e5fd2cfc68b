/** Our credentials at Cardzo, by the status of an order that can't exist, which moves nothing and makes nothing. */
import { connectAlone } from '#lib/runtime/connect-endpoints.ts'
import { readEndpointConnections } from '#lib/runtime/endpoint-connections.ts'
import { askConnection } from '#lib/services/order/test-connection.ts'
import { messageOf, ofDatabase, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

export const cardzoChecks: readonly Check[] = [
  { name: 'Cardzo', run: credentials },
  ofDatabase('Cardzo, as workers see it', ({ portal }) => {
    const { ok, look, fault, not } = saying('Cardzo, as workers see it')
    if (!portal) return [not('the database', 'Its migrations are not complete.')]
    const used = portal.endpoints.filter(({ active, lastOkAt }) => active || lastOkAt !== null)
    if (used.length === 0) return [not('no endpoint', 'No worker has started yet.')]
    return used.map(({ id, name, lockedOutAt, silentSince, lastOkAt }) => {
      const seen = `endpoint ${id} (${name})`
      if (lockedOutAt !== null)
        return fault(
          `${seen}: locked out since ${lockedOutAt.toISOString()}`,
          'Check login, key, control value and our address with Cardzo: nothing new is sent until a status request works.',
        )
      if (silentSince !== null)
        return fault(
          `${seen}: silent since ${silentSince.toISOString()}`,
          'Ask Cardzo’s support, and look at the network in between.',
        )
      return lastOkAt === null
        ? look(`${seen}: never answered a worker yet`, 'Fine before the first payout; else start a worker.')
        : ok(`${seen}: last answered well at ${lastOkAt.toISOString()}`)
    })
  }),
]

async function credentials({ env, database, databaseUrl }: World): Promise<Finding[]> {
  const { not } = saying('Cardzo')
  if (!env) return [not('CARDZO_API_URL', 'The configuration is wrong.')]
  const examined = await database
  const isThere = typeof examined !== 'string' && examined.portal !== null && databaseUrl !== undefined
  const connections = isThere ? await readEndpointConnections(databaseUrl, env) : []
  const endpoints = connectAlone(env, connections)
  try {
    return (await Promise.all(endpoints.map(askOne))).flat()
  } finally {
    for (const { close } of endpoints) close()
  }
}

async function askOne({ id, name, gateway }: ReturnType<typeof connectAlone>[number]): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('Cardzo')
  const seen = `endpoint ${id} (${name})`
  if (!gateway)
    return [
      not(
        seen,
        id === 1
          ? 'Only workers have the key: run this with the worker’s environment.'
          : 'Its key can’t be opened with these DATA_KEYS.',
      ),
    ]
  const { answer, said, keyAnswer, keySaid, simulator, answered } = await askConnection(gateway, id).catch(
    (error: unknown) => ({
      answer: 'silence' as const,
      said: messageOf(error),
      keyAnswer: null,
      keySaid: null,
      simulator: false,
      answered: false,
    }),
  )
  const quoted = said === null ? '' : ` (${said.replaceAll(/\s+/g, ' ').trim()})`
  switch (answer) {
    case 'locked_out':
      return [
        fault(
          `${seen}: refused${quoted}`,
          'Check CARDZO_LOGIN, CARDZO_MERCHANT_CONTROL, the endpoint’s number, and that Cardzo allows our address.',
        ),
      ]
    case 'silence':
    case 'not_sent':
      if (answered)
        return [
          fault(
            `${seen}: answers, but not to the question${quoted}`,
            'Check CARDZO_LOGIN, the endpoint’s number and the path in CARDZO_API_URL.',
          ),
        ]
      return [
        fault(
          `${seen}: no answer${quoted}`,
          'Check CARDZO_API_URL, DNS, the firewall and the certificate authorities of this machine.',
        ),
      ]
    case 'odd':
      return [
        look(
          `${seen}: it claims to know an order that can’t exist${quoted}`,
          'Show Cardzo’s support this answer before you pay anybody.',
        ),
      ]
    case 'works':
      break
  }
  const whose = simulator ? ', a simulator' : ''
  switch (keyAnswer) {
    case 'refused':
      return [
        fault(
          `${seen}${whose}: knows us by the control value, and refuses our signature (${keySaid ?? ''})`,
          'Give Cardzo the public half of the key in use (openssl rsa -in key.pem -pubout), and check the clock.',
        ),
      ]
    case 'unclear':
    case null:
      return [
        look(
          `${seen}${whose}: knows us by the control value`,
          'It has no signed status requests, so the key is first tried by a payout-check.',
        ),
      ]
    case 'accepted':
      return [ok(`${seen}${whose}: takes our control value and our signature`)]
  }
}
