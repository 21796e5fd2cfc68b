/** The proxies in front, by how the web server saw two requests of ours, one of which claims to come from somebody else. */
import { callerPath, readCallerSeen } from '#lib/web/caller-answer.ts'
import { ask } from './ask.ts'
import { messageOf, noAddress, saying } from './finding.ts'
import type { Finding, World } from './finding.ts'

/** An address for documentation: nobody has it. */
const forged = '192.0.2.77'

export async function proxies({ appUrl, env }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('proxies')
  if (!appUrl) return [not('APP_URL', noAddress)]
  if (!env) return [not(appUrl.origin, 'The configuration is wrong.')]
  if (env.metricsToken === undefined)
    return [not(appUrl.origin, 'Set METRICS_TOKEN: web servers tell only its holder how they see a request.')]
  const url = new URL(callerPath, appUrl)
  const askAs = async (headers: Record<string, string> = {}) => {
    const answer = await ask(url, {
      headers: { Authorization: `Bearer ${env.metricsToken ?? ''}`, ...headers },
    })
    return { ...answer, told: answer.status === 200 ? readCallerSeen(answer.body) : null }
  }
  let plain: Awaited<ReturnType<typeof askAs>>
  let claiming: typeof plain
  try {
    ;[plain, claiming] = await Promise.all([askAs(), askAs({ 'X-Forwarded-For': forged })])
  } catch (error) {
    // Over a connection that is not trusted the token is not sent.
    return [not(`${url.href}: ${messageOf(error)}`, 'Mend certificate and address first.')]
  }
  if (plain.status === 421)
    return [
      fault(
        `${url.href}: 421`,
        'The proxy sends another Host: let it pass Host on, or X-Forwarded-Host from an address in TRUSTED_PROXIES.',
      ),
    ]
  if (!plain.told || !claiming.told)
    return [
      not(`${url.href}: ${plain.status}`, 'The web server has another METRICS_TOKEN, or an older version.'),
    ]
  const { address: from, forwardedFor, hops, mismatch, hostFits } = plain.told
  const host = hostFits
    ? []
    : [
        fault(
          'the name that the web server is asked by is not that of APP_URL',
          'Let the proxy pass Host on, or X-Forwarded-Host from an address in TRUSTED_PROXIES; pages answer 421 until then.',
        ),
      ]
  const seen = `TRUSTED_PROXY_HOPS is ${hops}, X-Forwarded-For has ${forwardedFor} ${forwardedFor === 1 ? 'entry' : 'entries'}, we came from ${from}`
  if (claiming.told.address === forged)
    return [
      ...host,
      fault(
        `${seen}, and a client’s own X-Forwarded-For was believed`,
        `Anybody can choose an address and escape every limit: set TRUSTED_PROXY_HOPS to ${forwardedFor} on every web server.`,
      ),
    ]
  if (mismatch !== null)
    return [
      ...host,
      fault(
        `${seen}: ${mismatch}`,
        hops === 0
          ? `Set TRUSTED_PROXY_HOPS to ${Math.max(1, forwardedFor)}: until then limits and audit rows count everybody as one address.`
          : 'Name the address that the proxy connects from in TRUSTED_PROXIES, and let each proxy append to X-Forwarded-For.',
      ),
    ]
  if (forwardedFor > hops)
    return [
      ...host,
      fault(
        seen,
        `There are ${forwardedFor} proxies: set TRUSTED_PROXY_HOPS to ${forwardedFor}, or everybody behind the outer one shares its address.`,
      ),
    ]
  if (hops === 0 && appUrl.protocol === 'https:')
    return [
      ...host,
      fault(
        `${seen}, though something in front ends TLS`,
        'Let the proxy append the client to X-Forwarded-For and set TRUSTED_PROXY_HOPS to 1: everybody shares its address now.',
      ),
    ]
  if (host.length > 0) return host
  return [
    hops === 0
      ? look(seen, 'Nothing is in front of the web server; people need TLS.')
      : ok(`${seen}; a forged one is not believed`),
  ]
}
