/**
 * Sequences of calls: something is made rightly, then odd things are done to it, in any order. What each answer must be is known from what
 * came before, so an answer that forgets, repeats or mixes up is found as well as one that breaks.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { oddText } from './fuzz-bodies.ts'

export type Asked = { method: string; target: string; body?: unknown; key?: string }
export type Said = { status: number; body: Record<string, unknown>; replayed: boolean }
/** Sends one call. Throws when the answer is none that the description names. */
export type Ask = (operationId: string, asked: Asked) => Promise<Said>

/** Numbers choose among what there is when the step is taken. */
export type Step = { what: keyof typeof steps; pick: number; text: string }

type Made = { id: string; key: string; body: Record<string, unknown> }
type State = {
  ask: Ask
  receiver: string
  payouts: (Made & { final: boolean; retry?: string })[]
  grants: Made[]
  batches: (Made & { submitted: boolean })[]
  destinations: { id: string; account: string }[]
}

const same = (a: unknown, b: unknown, what: string) => {
  if (JSON.stringify(a) !== JSON.stringify(b))
    throw new Error(`${what}: ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`)
}
const oneOf = (status: number, allowed: readonly number[], what: string) => {
  if (!allowed.includes(status)) throw new Error(`${what}: ${status} instead of ${allowed.join(' or ')}`)
}
const chosen = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)]
const path = (...parts: string[]) => ['/api/v1', ...parts.map(encodeURIComponent)].join('/')
const idOf = ({ body }: Said) => String(body['id'])

const payoutBody = (receiver: string, pick: number) => ({
  amount: `${(pick % 90) + 1}.50`,
  currency: 'EUR',
  receiver: { externalId: receiver, firstName: 'Ada' },
  destination: { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' },
})

const steps = {
  async askForPayout(state: State, { pick }: Step) {
    const body = payoutBody(state.receiver, pick)
    const key = randomUUID()
    const said = await state.ask('createPayout', { method: 'post', target: path('payouts'), body, key })
    same([said.status, said.replayed], [201, false], 'a new payout')
    state.payouts.push({ id: idOf(said), key, body, final: false })
  },
  async askAgain(state: State, { pick }: Step) {
    const known = chosen(state.payouts, pick)
    if (!known) return
    // The same to people and to us: another order of fields, another spelling of the amount, `null` for what is absent.
    const body = {
      description: null,
      ...Object.fromEntries(Object.entries(known.body).reverse()),
      amount: String(known.body['amount']).replace(/0$/, ''),
    }
    const said = await state.ask('createPayout', {
      method: 'post',
      target: path('payouts'),
      body,
      key: known.key,
    })
    same([said.status, said.replayed, idOf(said)], [200, true, known.id], 'the same request again')
  },
  async askOtherwise(state: State, { pick, text }: Step) {
    const known = chosen(state.payouts, pick)
    if (!known) return
    const body = {
      ...known.body,
      ...(pick % 2 ? { amount: '99.99' } : { metadata: { odd: text.toWellFormed().replaceAll('\0', '') } }),
    }
    const said = await state.ask('createPayout', {
      method: 'post',
      target: path('payouts'),
      body,
      key: known.key,
    })
    same([said.status, said.body['code']], [422, 'idempotency_key_reused'], 'its key with another body')
  },
  async read(state: State, { pick }: Step) {
    const known = chosen(state.payouts, pick)
    if (!known) return
    const said = await state.ask('showPayout', { method: 'get', target: path('payouts', known.id) })
    same([said.status, idOf(said), said.body['final']], [200, known.id, known.final], 'reading it')
  },
  async cancel(state: State, { pick }: Step) {
    const known = chosen(state.payouts, pick)
    if (!known) return
    const said = await state.ask('cancelPayout', {
      method: 'post',
      target: path('payouts', known.id, 'cancel'),
    })
    same([said.status, said.body['status']], [200, 'cancelled'], 'cancelling it')
    known.final = true
  },
  async retry(state: State, { pick }: Step) {
    const known = chosen(state.payouts, pick)
    if (!known) return
    const key = randomUUID()
    const said = await state.ask('retryPayout', {
      method: 'post',
      target: path('payouts', known.id, 'retry'),
      key,
    })
    if (!known.final) same([said.status, said.body['code']], [409, 'wrong_status'], 'retrying what is open')
    else if (known.retry !== undefined)
      same([said.status, idOf(said)], [200, known.retry], 'retrying it a second time')
    else {
      same([said.status, said.body['retryOf']], [201, known.id], 'retrying it')
      known.retry = idOf(said)
    }
  },
  async retryUnderItsKey(state: State, { pick }: Step) {
    const known = chosen(state.payouts, pick)
    if (!known) return
    const target = path('payouts', known.id, 'retry')
    const said = await state.ask('retryPayout', { method: 'post', target, key: known.key })
    oneOf(said.status, [200, 201, 409, 422], 'a retry under the key of the request')
    if (said.status > 201) return
    if (idOf(said) === known.id) throw new Error('a retry gave the payout that it was to retry')
    known.retry ??= idOf(said)
    same(idOf(said), known.retry, 'one retry')
  },
  async grant(state: State, { pick }: Step) {
    const reference = randomUUID()
    const body = {
      receiver: { externalId: state.receiver },
      amount: `${(pick % 50) + 1}`,
      currency: 'EUR',
      reference,
    }
    const key = randomUUID()
    const said = await state.ask('createGrant', { method: 'post', target: path('grants'), body, key })
    same([said.status, said.body['reference']], [201, reference], 'a new grant')
    state.grants.push({ id: idOf(said), key, body })
  },
  async grantAgain(state: State, { pick }: Step) {
    const known = chosen(state.grants, pick)
    if (!known) return
    const isOther = pick % 3 === 0
    const body = isOther ? { ...known.body, amount: '999' } : known.body
    const key = pick % 2 ? known.key : randomUUID()
    const said = await state.ask('createGrant', { method: 'post', target: path('grants'), body, key })
    if (isOther) same(said.status, 422, 'the same reference with another amount')
    else same([said.status, said.replayed, idOf(said)], [200, true, known.id], 'the same grant again')
  },
  async checkBatch(state: State, { pick }: Step) {
    const rows = Array.from({ length: (pick % 3) + 1 }, (_, n) => ({
      key: randomUUID(),
      ...payoutBody(state.receiver, pick + n),
      ...(pick % 4 === 0 && n === 0 && { amount: '-1' }),
    }))
    const body = { rows }
    const said = await state.ask('checkBatch', { method: 'post', target: path('batches'), body })
    const wrong = pick % 4 === 0 ? 1 : 0
    same([said.status, said.body['rows'], said.body['wrong']], [201, rows.length, wrong], 'a batch')
    state.batches.push({ id: idOf(said), key: String(wrong), body, submitted: false })
  },
  async submitBatch(state: State, { pick }: Step) {
    const known = chosen(state.batches, pick)
    if (!known) return
    const leaveOut = pick % 5 === 0 ? Number(known.key) + 1 : Number(known.key)
    const target = path('batches', known.id, 'submit')
    if (pick % 7 === 0) {
      const refused = await state.ask('submitBatch', { method: 'post', target, body: null })
      same(refused.status, 400, 'submitting with a body that is no object')
      return
    }
    const said = await state.ask('submitBatch', { method: 'post', target, body: { leaveOut } })
    const isAllWrong = (known.body['rows'] as unknown[]).length === Number(known.key)
    const isRight = known.submitted || (leaveOut === Number(known.key) && !isAllWrong)
    same(said.status, isRight ? 200 : 409, `submitting a batch, leaving out ${leaveOut} of ${known.key}`)
    if (isRight) known.submitted = true
  },
  async readBatch(state: State, { pick }: Step) {
    const known = chosen(state.batches, pick)
    if (!known) return
    const count = (known.body['rows'] as unknown[]).length
    const rows = await state.ask('listBatchRows', {
      method: 'get',
      target: `${path('batches', known.id, 'rows')}?limit=1000`,
    })
    same([rows.status, (rows.body['data'] as unknown[]).length], [200, count], 'its rows')
    const said = await state.ask('showBatch', { method: 'get', target: path('batches', known.id) })
    same([said.status, said.body['submittedAt'] !== null], [200, known.submitted], 'the batch')
  },
  async handInAgain(state: State, { pick }: Step) {
    const known = chosen(state.batches, pick)
    if (!known?.submitted) return
    const said = await state.ask('checkBatch', { method: 'post', target: path('batches'), body: known.body })
    oneOf(said.status, [200, 201], 'the same rows again')
    if (said.status === 200) same(idOf(said), known.id, 'the batch of these rows')
  },
  async saveReceiver(state: State, { pick }: Step) {
    const isOther = pick % 3 === 0
    const body = { firstName: isOther ? 'Eve' : 'Ada', locale: pick % 2 ? 'ru' : 'en' }
    const said = await state.ask('saveReceiver', {
      method: 'put',
      target: path('receivers', state.receiver),
      body,
    })
    oneOf(said.status, isOther ? [409] : [200], 'naming the receiver once more')
  },
  async addDestination(state: State, { pick }: Step) {
    const account = `A${state.receiver.slice(0, 8)}${pick % 3}`
    const body = { destination: { account_number: account, bank_name: 'Example Bank' } }
    const target = path('receivers', state.receiver, 'destinations')
    const said = await state.ask('addDestination', { method: 'post', target, body })
    const known = state.destinations.find((one) => one.account === account)
    same(said.status, known ? 200 : 201, 'saving a destination')
    if (known) same(idOf(said), known.id, 'the same destination')
    else state.destinations.push({ id: idOf(said), account })
  },
  async disableDestination(state: State, { pick }: Step) {
    const known = chosen(state.destinations, pick)
    if (!known) return
    const target = path('receivers', state.receiver, 'destinations', known.id, 'disable')
    const said = await state.ask('disableDestination', { method: 'post', target })
    same([said.status, said.body['disabledAt'] !== null], [200, true], 'disabling it')
  },
  /** An id of one kind where another kind is meant, or of another receiver. */
  async mixUp(state: State, { pick, text }: Step) {
    const ids = [state.grants, state.batches, state.destinations].flat().map(({ id }) => id)
    const id = chosen(ids, pick) ?? (text.toWellFormed().replaceAll(/[./]/g, '') || 'x')
    const said = await state.ask('cancelPayout', { method: 'post', target: path('payouts', id, 'cancel') })
    same(said.status, 404, 'cancelling what is no payout')
    const known = chosen(state.destinations, pick)
    if (!known) return
    const target = path('receivers', 'cust-42', 'destinations', known.id)
    same(
      (await state.ask('showDestination', { method: 'get', target })).status,
      404,
      "another receiver's destination",
    )
  },
  /** Page after page each payout comes once, and its cursor works nowhere else. */
  async walk(state: State, { pick }: Step) {
    const list = `${path('payouts')}?receiver=${state.receiver}&limit=${(pick % 3) + 1}`
    const seen: unknown[] = []
    let cursor: string | null = null
    do {
      const target: string = cursor === null ? list : `${list}&cursor=${encodeURIComponent(cursor)}`
      const { status, body }: Said = await state.ask('listPayouts', { method: 'get', target })
      same(status, 200, 'a page')
      seen.push(...(body['data'] as { id: string }[]).map(({ id }) => id))
      cursor = body['nextCursor'] as string | null
      if (cursor === null) break
      for (const elsewhere of [
        `${path('payouts')}?cursor=`,
        `${path('grants')}?cursor=`,
        `${list}&status=paid&cursor=`,
      ]) {
        const other = await state.ask(elsewhere.includes('grants') ? 'listGrants' : 'listPayouts', {
          method: 'get',
          target: elsewhere + encodeURIComponent(cursor),
        })
        same(other.status, 400, 'a cursor of another list')
      }
    } while (seen.length < 200)
    same(seen.length, new Set(seen).size, 'payouts that come once')
    const made = state.payouts.flatMap(({ id, retry }) => (retry === undefined ? [id] : [id, retry]))
    same(
      made.filter((id) => !seen.includes(id)),
      [],
      'payouts that are missing',
    )
  },
} satisfies Record<string, (state: State, step: Step) => Promise<void>>

/** Beginnings and what may follow. */
export const sequences: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      what: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])),
      pick: fc.nat({ max: 1_000 }),
      text: oddText,
    }),
    { minLength: 4, maxLength: 14 },
  )
  .map((list): Step[] => [{ what: 'askForPayout', pick: 0, text: '' }, ...list])

/** Takes the steps one after another. Throws at the first wrong answer, and says which steps led there. */
export async function take(ask: Ask, list: readonly Step[]): Promise<void> {
  const receiver = randomUUID()
  const state: State = { ask, receiver, payouts: [], grants: [], batches: [], destinations: [] }
  for (const [n, step] of list.entries())
    try {
      await steps[step.what](state, step)
    } catch (cause) {
      const before = list.slice(0, n + 1).map(({ what, pick }) => `${what}(${pick})`)
      throw new Error(`${before.join(', ')}: ${cause instanceof Error ? cause.message : ''}`, { cause })
    }
}
