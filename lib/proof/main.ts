// npm run contract -- --env-file sandbox.env: asks a gateway about every fact that docs/protocol.md assumes or doesn't know.
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs, parseEnv } from 'node:util'
import { describeField } from '#lib/payouts/fields.ts'
import { formatAmount, isCurrencyCode, parseAmount } from '#lib/payouts/money.ts'
import { readCardzo } from '#lib/runtime/env.ts'
import { sampleFields } from './sample-fields.ts'
import { listenForCallbacks } from './listener.ts'
import { countFindings, reportOf } from './report.ts'
import { walk } from './walk.ts'
import { consents, createWorld } from './world.ts'
import type { Consent } from './world.ts'

const usage = `npm run contract -- --env-file FILE [options]

  --env-file FILE       the CARDZO_ variables of the gateway, as for the portal (docs/configuration.md)
  --currency CODE       the currency to pay in; the first of CARDZO_CURRENCIES
  --amount A            what one order is about; 1.00
  --field NAME=VALUE    what payout-check gets, such as account_number=…; may be repeated
  --listen PORT         listen for callbacks on this port
  --public-url URL      how Cardzo reaches that port; needed unless the gateway is on this machine
  --wait S              how long to wait for the bank, or for the end of a payout; 300
  --report FILE         where the report goes; connection-report.md
  --yes LIST            what may be done without a question: ${consents.join(',')}

Everything that can move money is asked first. Nothing is stored but the report.`

/** Said without a stack trace. */
class Wrong extends Error {
  override readonly name = 'Wrong'
}

const number = (text: string, name: string, min: number, max: number) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Wrong(`--${name} must be a whole number from ${min} to ${max}`)
  return value
}

function readFlags(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        'env-file': { type: 'string' },
        currency: { type: 'string' },
        amount: { type: 'string' },
        field: { type: 'string', multiple: true, default: [] },
        listen: { type: 'string' },
        'public-url': { type: 'string' },
        wait: { type: 'string', default: '300' },
        report: { type: 'string', default: 'connection-report.md' },
        yes: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new Wrong(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}

function readVariables(file: string | undefined): Record<string, string | undefined> {
  if (file === undefined) return {}
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch {
    throw new Wrong(`The file ${file} can't be read`)
  }
}

/** Values of the required fields: given ones first. A made-up account is only good enough for a gateway on this machine. */
function chooseFields(required: readonly string[], given: readonly string[], onThisMachine: boolean) {
  const own = new Map(
    given.map((text): [string, string] => {
      const [name = '', ...value] = text.split('=')
      if (value.length === 0) throw new Wrong(`--field ${text}: write NAME=VALUE`)
      return [name.trim(), value.join('=')]
    }),
  )
  const missing = required.filter(
    (name) =>
      !own.has(name) &&
      (sampleFields[name] === undefined || (!onThisMachine && describeField(name).identifies)),
  )
  if (missing.length > 0)
    throw new Wrong(
      `Say what these fields are, because money may go there: ${missing.map((name) => `--field ${name}=…`).join(' ')}`,
    )
  return {
    ...Object.fromEntries(required.map((name) => [name, sampleFields[name] ?? ''])),
    ...Object.fromEntries(own),
  }
}

function chooseAmount(text: string | undefined, currency: string): string {
  if (text === undefined) return formatAmount(parseAmountOf('1', currency), currency)
  return formatAmount(parseAmountOf(text, currency), currency)
}

function parseAmountOf(text: string, currency: string): bigint {
  const read = parseAmount(text, currency)
  if (!read.ok) throw new Wrong(`--amount ${text} is not an amount of ${currency}`)
  return read.amountMinor
}

/** A person's yes, or one given in advance. Whatever else is on standard input, or nothing, is a no. */
function createQuestions(given: ReadonlySet<string>) {
  const lines = createInterface({ input: process.stdin })
  const typed = lines[Symbol.asyncIterator]()
  return {
    may: async (consent: Consent, question: string): Promise<boolean> => {
      process.stdout.write(`\n? ${question} [yes/no] `)
      if (given.has(consent)) {
        console.log(`yes (--yes ${consent})`)
        return true
      }
      const next = await typed.next()
      const answer = next.done === true ? 'no' : next.value.trim().toLowerCase()
      const isYes = answer === 'yes' || answer === 'y'
      console.log(process.stdin.isTTY ? '' : isYes ? 'yes' : 'no')
      return isYes
    },
    close: () => lines.close(),
  }
}

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2))
  if (flags.help) {
    console.log(usage)
    return 0
  }
  const given = new Set(flags.yes.split(',').filter((word) => word !== ''))
  const strange = [...given].find((word) => !consents.some((each) => each === word))
  if (strange !== undefined) throw new Wrong(`--yes ${strange}: choose from ${consents.join(', ')}`)

  const cardzo = readCardzo(readVariables(flags['env-file']))
  const currency = flags.currency ?? cardzo.currencies[0] ?? ''
  if (!isCurrencyCode(currency)) throw new Wrong(`--currency ${currency} is not a currency code such as EUR`)
  const amount = chooseAmount(flags.amount, currency)
  const fields = chooseFields(cardzo.requiredFields, flags.field, cardzo.loopback)
  const waitMs = number(flags.wait, 'wait', 1, 86_400) * 1000

  const port = flags.listen === undefined ? null : number(flags.listen, 'listen', 1, 65_535)
  const publicUrl =
    flags['public-url'] ?? (cardzo.loopback && port !== null ? `http://127.0.0.1:${port}` : null)
  if (port !== null && publicUrl === null)
    throw new Wrong('--listen needs --public-url: how does Cardzo reach this port?')
  if (publicUrl !== null && !URL.canParse(publicUrl)) throw new Wrong(`--public-url ${publicUrl} is no URL`)
  const listener =
    port === null || publicUrl === null
      ? null
      : await listenForCallbacks(port, publicUrl, cardzo.merchantControl ?? '')

  const questions = createQuestions(given)
  const { may } = questions
  const world = createWorld({
    ...{ cardzo, amount, currency, fields, waitMs, listener, may },
    say: (text) => console.log(text),
  })
  try {
    const endpoint = 'id' in cardzo.endpoint ? cardzo.endpoint.id : `group ${cardzo.endpoint.groupId}`
    console.log(
      `Gateway ${cardzo.apiUrl}, endpoint ${endpoint}, login ${cardzo.login}; ${amount} ${currency} an order`,
    )
    await walk(world)
  } finally {
    // What was learned so far is kept, also when something broke.
    writeFileSync(flags.report, reportOf(world, new Date()), { mode: 0o600 })
    questions.close()
    world.close()
    await listener?.close()
  }
  const counts = Object.entries(countFindings(world)).map(([name, count]) => `${count} ${name}`)
  console.log(`\n${counts.join(', ')}. The report is in ${flags.report}.`)
  console.log(
    'It has no secrets and no whole account numbers. Please send it to us: each row makes the portal surer.',
  )
  return world.exchanges.some(({ answer }) => answer !== null) ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
