/** Reads what admins type of an endpoint or of the routes, and says what is wrong with it. */
import { createPrivateKey } from 'node:crypto'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import type { Endpoint, EndpointBook, EndpointField, EndpointRoute } from '#lib/payouts/endpoints.ts'
import { fieldProblem } from '#lib/payouts/fields.ts'
import { balanceNameMax, readLowMarks } from '#lib/payouts/merchant-balance.ts'
import { isCurrencyCode } from '#lib/payouts/money.ts'
import { payoutSources } from '#lib/payouts/policy.ts'
import type { Said } from '#lib/payouts/input-problems.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { textProblem } from '#lib/payouts/reason.ts'
import type { EndpointPart } from '#lib/services/ports.ts'

/** As typed. `id`: null for a new one. Secrets are empty where nothing was typed. */
export type EndpointInput = {
  id: number | null
  name: string
  kind: string
  cardzoId: string
  baseUrl: string
  login: string
  currencies: string
  fields: string
  redirectHosts: string
  maxRequestsPerS: string
  /** Empty: it isn't asked for. */
  balance: string
  lowMarks: string
  active: boolean
  key: string
  control: string
  rotation: '' | 'promote' | 'end'
}

export type ReadEndpoint = { part: EndpointPart; key: string | null; control: string | null }

/** Cardzo's ids have up to 19 digits; these limits only keep a page readable. */
const nameMax = 60
const loginMax = 128
const controlMax = 512
const addressMax = 300

type Code = Exclude<Said['code'] & `endpoint${string}`, never>

/** Only what differs from the endpoint in use. */
export function readEndpoint(input: EndpointInput, book: EndpointBook, errors: InputProblem[]): ReadEndpoint {
  const known = book.endpoints.find(({ id }) => id === input.id)
  const add = (path: string, code: Code) => errors.push({ path, said: { code } })
  const none = { part: {}, key: null, control: null }
  if (input.id !== null && !known) {
    add('name', 'endpointUnknown')
    return none
  }
  if (known?.id === environmentEndpoint) return { ...none, part: differing({ active: input.active }, known) }
  if (input.rotation !== '') return { ...none, part: { rotation: input.rotation } }
  const facts = readFacts(input, book, errors)
  const part = known ? differing(changeable(facts), known) : facts
  const key = input.key.trim() === '' ? null : input.key.trim().replaceAll('\\n', '\n')
  const control = input.control.trim() === '' ? null : input.control.trim()
  if (key === null ? !known : !isSigningKey(key)) add('key', 'endpointKey')
  if (control === null && !known) add('control', 'endpointControl')
  if (control !== null && control.length > controlMax) add('control', 'endpointControl')
  return { part, key, control }
}

function readFacts(input: EndpointInput, book: EndpointBook, errors: InputProblem[]): Facts {
  const add = (path: string, code: Code) => errors.push({ path, said: { code } })
  const name = input.name.trim()
  const login = input.login.trim()
  for (const [path, text, most] of [
    ['name', name, nameMax],
    ['login', login, loginMax],
  ] as const) {
    const problem = textProblem(path, text, most)
    if (problem) errors.push(problem)
  }
  const isNew = input.id === null
  const cardzoId = input.cardzoId.trim()
  if (isNew && !/^\d{1,19}$/.test(cardzoId)) add('cardzoId', 'endpointNumber')
  const own = book.endpoints.find(({ id }) => id === environmentEndpoint)
  // A simulator beside real money would make payouts look paid.
  const baseUrl = readAddress(input.baseUrl, own?.baseUrl.startsWith('http://') ?? false)
  if (isNew && baseUrl === null) add('baseUrl', 'endpointAddress')
  const currencies = listOf(input.currencies).map((code) => code.toUpperCase())
  if (currencies.length === 0 || !currencies.every(isCurrencyCode)) add('currencies', 'endpointCurrencies')
  const fields = readFields(input.fields)
  if (fields === null) add('fields', 'endpointFields')
  const redirectHosts = listOf(input.redirectHosts).map((host) => host.toLowerCase())
  if (!redirectHosts.every(isHost)) add('redirectHosts', 'endpointHosts')
  const perSecond = Number(input.maxRequestsPerS)
  if (!/^\d{1,5}$/.test(input.maxRequestsPerS.trim()) || perSecond < 1 || perSecond > 10_000)
    add('maxRequestsPerS', 'endpointCeiling')
  const balance = input.balance.trim()
  if (balance.length > balanceNameMax || !isPlain(balance)) add('balance', 'endpointBalance')
  const lowMarks = readLowMarks(input.lowMarks)
  if (lowMarks === null) add('lowMarks', 'endpointLowMarks')
  return {
    ...{ name, login, cardzoId, currencies, redirectHosts, active: input.active, maxRequestsPerS: perSecond },
    balance: balance === '' ? null : balance,
    lowMarks: lowMarks ?? {},
    kind: input.kind === 'group' ? 'group' : 'endpoint',
    baseUrl: baseUrl ?? '',
    fields: fields ?? [],
  }
}

type Facts = Omit<Endpoint, 'id' | 'source' | 'version'>

/** Where an order was sent never changes. */
const changeable = ({ kind, cardzoId, baseUrl, ...rest }: Facts): EndpointPart => rest

const differing = (part: EndpointPart, known: Endpoint): EndpointPart =>
  Object.fromEntries(
    Object.entries(part).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name as keyof Endpoint]),
    ),
  )

/** Without what nobody can see or type. */
const isPlain = (text: string) => !/\p{C}/u.test(text)

const listOf = (text: string) => [...new Set(text.split(/[\s,]+/).filter((one) => one !== ''))]

/** Null: no address of a gateway. http is for simulators, where the environment's gateway is one too. */
function readAddress(text: string, besideSimulator: boolean): string | null {
  if (text.length > addressMax || !URL.canParse(text.trim())) return null
  const url = new URL(text.trim())
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  const mayBeHttp = besideSimulator && isLocal && url.protocol === 'http:'
  if (url.protocol !== 'https:' && !mayBeHttp) return null
  if (isLocal !== mayBeHttp && isLocal) return null
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null
  return url.href.replace(/\/+$/, '')
}

function isHost(text: string): boolean {
  return /^[a-z0-9.-]+(:\d{1,5})?$/.test(text) && URL.canParse(`https://${text}`)
}

/** RSA of at least 2048 bits, as Cardzo asks. The worker's own check is in lib/cardzo/key.ts. */
function isSigningKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
  } catch {
    // Whatever OpenSSL says may quote the input.
    return false
  }
}

const fieldsMost = 30
const fieldTextMax = 120

/** One field a line: name, label, hint and pattern, with bars between them. Null: one of them can't be read. */
function readFields(text: string): EndpointField[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const read = lines.map((line): EndpointField | null => {
    const [name = '', label = '', hint = '', pattern = '', labelRu = '', hintRu = '', ...more] = line
      .split('|')
      .map((part) => part.trim())
    const isFit = [label, hint, pattern, labelRu, hintRu].every((part) => part.length <= fieldTextMax)
    if (more.length > 0 || !isFit || fieldProblem(name) !== undefined || !isPattern(pattern)) return null
    return {
      ...{ name, label: label || null, hint: hint || null, pattern: pattern || null },
      ...((labelRu || hintRu) && { ru: { label: labelRu || null, hint: hintRu || null } }),
    }
  })
  const fields = read.filter((field) => field !== null)
  const isUnique = new Set(fields.map(({ name }) => name)).size === read.length
  return fields.length === read.length && isUnique && read.length <= fieldsMost ? fields : null
}

/** Without groups and with few open ends, so that no value takes long to compare. */
function isPattern(text: string): boolean {
  if (/[()\\|]/.test(text.replaceAll(/\\[dwsDWS.]/g, '')) || (text.match(/[*+]|,\}/g) ?? []).length > 2)
    return false
  try {
    return new RegExp(`^(?:${text})$`, 'v') instanceof RegExp
  } catch {
    return false
  }
}

export const writeFields = (fields: readonly EndpointField[]): string =>
  fields
    .map(({ name, label, hint, pattern, ru }) =>
      [name, label, hint, pattern, ru?.label, ru?.hint]
        .map((part) => part ?? '')
        .join(' | ')
        .replace(/[ |]+$/, ''),
    )
    .join('\n')

/** One route a line: a currency or *, a source or *, the number of an endpoint. */
export function readRoutes(text: string, book: EndpointBook, errors: InputProblem[]): EndpointRoute[] {
  const ids = new Set(book.endpoints.map(({ id }) => id))
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const routes = lines.flatMap((line): EndpointRoute[] => {
    const [currency = '', source = '', id = '', ...more] = line.trim().split(/\s+/)
    const known = payoutSources.find((one) => one === source)
    const isFit =
      more.length === 0 &&
      (currency === '*' || isCurrencyCode(currency)) &&
      (source === '*' || known !== undefined) &&
      ids.has(Number(id))
    return isFit
      ? [{ currency: currency === '*' ? null : currency, source: known ?? null, endpointId: Number(id) }]
      : []
  })
  if (routes.length !== lines.length || routes.length > 100)
    errors.push({ path: 'routes', said: { code: 'endpointRoutes' } })
  return routes
}

export const writeRoutes = (routes: readonly EndpointRoute[]): string =>
  routes
    .map(({ currency, source, endpointId }) => `${currency ?? '*'} ${source ?? '*'} ${endpointId}`)
    .join('\n')
