// npm run db:seed: people to try the portal with and, beside our own simulator, a few payouts to look at. Running it again
// changes nothing. Prints the log-ins as JSON on standard output.
import { formatAmount } from '#lib/payouts/money.ts'
import { firstPolicy, minorOf, plainCurrency } from '#lib/payouts/policy.ts'
import type { ApprovalRule, Policy } from '#lib/payouts/policy.ts'
import { usualScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { changeSettings } from '#lib/services/policy/change-settings.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import { demoPassword, demoPeople, demoShopName } from '#lib/services/people/demo-codes.ts'
import type { Runtime } from '#lib/runtime/deps.ts'
import { isLoopbackAddress } from '#lib/runtime/addresses.ts'
import type { Deps } from '#lib/services/ports.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { writeDemoPast } from '#lib/runtime/demo-past.ts'
import { answerWith } from './command.ts'
import { demoPast } from './demo-past.ts'
import { demoWords } from './demo-words.ts'

const operator: Actor = { kind: 'operator', name: 'Demo data' }
/** The amounts' cents choose what the simulated bank does (docs/simulator.md). */
const withdrawals = [
  { email: 'ada@demo.example', amount: '120.00', account: 'DE89370400440532013000' },
  { email: 'ada@demo.example', amount: '75.01', account: 'DE89370400440532013000' },
  { email: 'ben@demo.example', amount: '1250.00', account: 'GB29NWBK60161331926819' },
  { email: 'ben@demo.example', amount: '60.07', account: 'GB29NWBK60161331926819' },
  { email: 'chloe@demo.example', amount: '310.02', account: 'FR1420041010050500013M02606' },
]
/** What receivers may ask for in each currency: their withdrawals above, docs/tour.md, and room to try things. */
const balances = [
  { email: 'ada@demo.example', amount: '1000' },
  { email: 'ben@demo.example', amount: '2500' },
  { email: 'chloe@demo.example', amount: '1000' },
]
const fromShop = [
  {
    externalId: 'cust-42',
    amount: '89.90',
    account: 'NL91ABNA0417164300',
    firstName: 'Dora',
    lastName: 'Visser',
  },
  {
    externalId: 'cust-43',
    amount: '45.08',
    account: 'AT611904300234573201',
    firstName: 'Emil',
    lastName: 'Huber',
  },
  {
    externalId: 'cust-44',
    amount: '499.06',
    account: 'ES9121000418450200051332',
    firstName: 'Fina',
    lastName: 'Ruiz',
  },
]

await answerWith((withDeps) =>
  withDeps(async (deps, runtime) => {
    // People with a password that everybody can read belong beside nobody's real money.
    const { appUrl, cardzo } = runtime.env
    if (!cardzo.loopback || !isLoopbackAddress(appUrl)) {
      console.error(
        'No demo data: the gateway or APP_URL is not on this machine. Create people with "npm run admin -- user:create".',
      )
      return { logins: [] }
    }
    await seedPolicy(deps)
    for (const person of demoPeople) {
      const created = await createUser(deps, operator, { ...person, password: demoPassword })
      if (!created.ok && created.code !== 'email_taken') throw new Error(`${person.email}: ${created.code}`)
    }
    await seedBalances(deps)
    if (await isOurSimulator(cardzo.apiUrl)) {
      await seedPast(deps, runtime)
      await seedPayouts(deps)
    }
    return { logins: demoPeople.map(({ role, email }) => ({ role, email, password: demoPassword })) }
  }),
)

/** Before there are admins, who would have to confirm it: above a limit two people must agree. */
async function seedPolicy(deps: Deps): Promise<void> {
  const users = await deps.people.listUsers()
  if (users.length > 0 || (await deps.policy.active()).version > 0) return
  const rules: ApprovalRule[] = [
    { name: 'Every payout', source: 'any', from: '0', approvers: 1 },
    { name: 'Large amounts', source: 'any', from: '1000', approvers: 2 },
  ]
  const body: Policy = {
    ...firstPolicy,
    currencies: Object.fromEntries(
      deps.config.currencies.map((currency) => {
        const own = rules.map((rule) => ({
          ...rule,
          from: formatAmount(minorOf(rule.from, currency), currency),
        }))
        return [currency, { ...plainCurrency, rules: own }]
      }),
    ),
  }
  await deps.policy.set(body, 'One person agrees; from 1,000 on two must.', operator)
}

/** Three months of payouts, in every status. The simulator hears of their orders first, because a worker may ask about them at once. */
async function seedPast(deps: Deps, runtime: Runtime): Promise<void> {
  const person = async (email: string) => {
    const user = await deps.people.findUserByEmail(email)
    if (!user) throw new Error(`${email} is missing`)
    return user
  }
  const people = {
    receivers: await Promise.all(balances.map(({ email }) => person(email))),
    approvers: await Promise.all(['approver@demo.example', 'approver2@demo.example'].map(person)),
    clerk: await person('clerk@demo.example'),
    shop: await demoShop(deps),
  }
  const { orders, grants, payouts } = demoPast(deps, people, await deps.policy.active())
  const answer = await fetch(new URL('/_control/orders', runtime.env.cardzo.apiUrl), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ orders }),
  })
  if (!answer.ok) throw new Error(`The simulator did not take the demo's orders: ${await answer.text()}`)
  await writeDemoPast(runtime, grants, payouts, demoWords)
}

/** Grants by reference, so that seeding again changes nothing; settings once, so that it does not undo what somebody set since. */
async function seedBalances(deps: Deps): Promise<void> {
  const grants = balances.flatMap(({ email, amount }) =>
    deps.config.currencies.map((currency) => {
      const reference = `demo-${currency}-${email}`
      return { receiver: { externalId: email }, currency, amount, reference }
    }),
  )
  const known = await deps.ledger.findGrants(grants.map(({ reference }) => reference))
  if (known.length === 0) {
    // A demo is watched: nothing waits for a day, and undoing has time enough.
    const set = await changeSettings(deps, operator, { coolingOffH: '0', sendDelayS: '10' })
    if (!set.ok) throw new Error(`settings: ${JSON.stringify(set)}`)
  }
  for (const body of grants) warnIfRefused(body.reference, await createGrant(deps, operator, { body }))
}

/** Payouts are real orders to whatever gateway there is: only our own simulator gets some that nobody asked for. */
async function isOurSimulator(apiUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/', apiUrl), {
      signal: AbortSignal.timeout(2000),
    })
    return answer.headers.get('x-cardzo-simulator') === 'true'
  } catch {
    return false
  }
}

async function seedPayouts(deps: Deps): Promise<void> {
  const currency = deps.config.currencies[0]
  if (currency === undefined) return
  for (const [index, { email, amount, account }] of withdrawals.entries()) {
    const user = await deps.people.findUserByEmail(email)
    if (!user) throw new Error(`${email} is missing`)
    const destination = destinationOf(deps, account, user.name)
    const formId = `demo-withdrawal-${String(index).padStart(4, '0')}`
    const asked = await requestWithdrawal(deps, actorOf(user), {
      formId,
      amount,
      currency,
      destination,
      ipAddress: null,
    })
    warnIfRefused(formId, asked)
  }
  const shop = await demoShop(deps)
  for (const [index, { externalId, amount, account, firstName, lastName }] of fromShop.entries()) {
    const receiver = { externalId, firstName, lastName }
    const destination = destinationOf(deps, account, `${firstName} ${lastName}`)
    const body = { amount, currency, receiver, destination, description: `Order ${1001 + index}` }
    const idempotencyKey = `demo-shop-${index}`
    warnIfRefused(idempotencyKey, await createPayout(deps, shop, { idempotencyKey, body }))
  }
}

/** Whatever fields the endpoint requires, filled in plausibly. */
function destinationOf(deps: Deps, account: string, name: string): Record<string, string> {
  const [first = name, ...rest] = name.split(' ')
  const values: Record<string, string> = {
    account_number: account,
    bank_name: 'Example Bank',
    first_name: first,
    last_name: rest.join(' ') || first,
    email: 'receiver@demo.example',
    ipaddress: '127.0.0.1',
  }
  return Object.fromEntries(deps.config.requiredFields.map((field) => [field, values[field] ?? 'Example']))
}

/** The demo's other system; its key is not kept, because nobody needs it. */
async function demoShop(deps: Deps): Promise<Actor & { kind: 'api_key' }> {
  const name = demoShopName
  const known = (await deps.keys.list()).find((key) => key.name === name)
  if (known) return { kind: 'api_key', id: known.id, name, ownerId: known.ownerId, scopes: known.scopes }
  const created = await createApiKey(deps, operator, { name })
  if (!created.ok) throw new Error(`${name}: ${created.code}`)
  return { kind: 'api_key', id: created.id, name, ownerId: null, scopes: usualScopes }
}

/** A configuration that the demo's payouts do not fit is no reason to stop the demo. */
function warnIfRefused(
  what: string,
  result: { ok: true } | { ok: false; code: string; errors?: unknown },
): void {
  if (!result.ok) console.error(`${what} was left out: ${result.code} ${JSON.stringify(result.errors ?? '')}`)
}
