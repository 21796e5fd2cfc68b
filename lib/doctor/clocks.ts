/** This machine's clock against the database's, which decides when things are due, and Cardzo's, which judges signatures. */
import { ask } from './ask.ts'
import { messageOf, ofDatabase, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

/** What readiness allows between us and the database. */
const mostMs = 5_000
/** Nobody knows how much Cardzo allows. A header has whole seconds. */
const cardzoLookMs = 3_000
const cardzoFaultMs = 30_000

export const clockChecks: readonly Check[] = [
  ofDatabase('clock and database', ({ clock: { there, before, after } }) => {
    const { ok, fault } = saying('clock and database')
    const aheadMs = there < before ? before - there : Math.min(0, after - there)
    const text = `this machine’s clock ${differenceOf(aheadMs)} the database’s`
    return [
      Math.abs(aheadMs) > mostMs
        ? fault(
            text,
            'Run NTP on both machines: times on pages mislead, and codes of the second factor fail.',
          )
        : ok(text),
    ]
  }),
  { name: 'clock and Cardzo', run: againstCardzo },
]

function differenceOf(aheadMs: number): string {
  if (Math.abs(aheadMs) < 1_000) return 'agrees with'
  return `is ${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`
}

async function againstCardzo({ env }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('clock and Cardzo')
  if (!env) return [not('CARDZO_API_URL', 'The configuration is wrong.')]
  const { origin } = new URL(env.cardzo.apiUrl)
  const before = Date.now()
  let date: number
  try {
    const { headers } = await ask(env.cardzo.apiUrl, { method: 'HEAD' })
    date = Date.parse(String(headers['date']))
  } catch (error) {
    return [not(`${origin}: ${messageOf(error)}`, 'Cardzo does not answer from here: see its credentials.')]
  }
  if (Number.isNaN(date)) return [not(origin, 'It sends no Date.')]
  // The header leaves out what is below a second.
  const aheadMs = before - date > 1_000 ? before - date - 1_000 : Math.min(0, Date.now() - date)
  const text = `this machine’s clock ${differenceOf(aheadMs)} that of ${origin}`
  const todo = 'Run NTP here: Cardzo refuses signatures whose time is off.'
  if (Math.abs(aheadMs) > cardzoFaultMs) return [fault(text, todo)]
  return [Math.abs(aheadMs) > cardzoLookMs ? look(text, todo) : ok(text)]
}
