import { pushCallback, type CallbackDeps } from './callbacks.ts'
import { percentOf, type NewOrder, type Order } from './ledger.ts'
import { finalStatuses, scenarioOf, type Move } from './scenarios.ts'

/** Plans what happens after payout-check. */
export function startCheck(deps: CallbackDeps, order: Order): void {
  schedule(deps, order, scenarioOf(order.scenario).afterCheck)
}

/** An accepted payout-pay: from here on money moves. If a second one is accepted, it moves again. */
export function startPayment(deps: CallbackDeps, order: Order, serial: string): void {
  order.payAccepted++
  order.paySerial = serial
  if (order.payAccepted === 1) schedule(deps, order, scenarioOf(order.scenario).afterPay)
  else if (order.status === 'approved') order.timesPaid = order.payAccepted
}

function schedule(deps: CallbackDeps, order: Order, moves: readonly Move[]): void {
  let dueAt = Date.now()
  order.plan = moves.map((move) => ({ dueAt: (dueAt += move.afterSteps * deps.settings.stepMs), move }))
  runDue(deps, order)
}

/** Goes on with what was planned when the simulator last ended; what should have happened since then happens now. */
export function resume(deps: CallbackDeps): void {
  for (const order of deps.ledger.all()) runDue(deps, order)
}

/** Puts in an order of an earlier time, as it was then. Nothing happens to it by itself, but its open form can be answered. */
export function remember(
  { ledger }: CallbackDeps,
  {
    form,
    paid,
    ...past
  }: Omit<NewOrder, 'scenario' | 'checkSerial'> &
    Pick<Order, 'orderId' | 'status' | 'stage' | 'errorCode' | 'errorMessage'> & {
      form: boolean
      paid: boolean
    },
): void {
  const scenario = form ? 'approve-with-form' : 'approve'
  const order = ledger.open({ ...past, scenario, checkSerial: ledger.nextSerial() }, past.orderId)
  const { status, stage, errorCode, errorMessage } = past
  Object.assign(order, { status, stage, errorCode, errorMessage })
  if (paid) {
    order.payReceived = order.payAccepted = 1
    order.paySerial = ledger.nextSerial()
  }
  if (form) {
    order.form = 'open'
    order.plan = scenarioOf(scenario)
      .afterPay.slice(-1)
      .map((move) => ({ dueAt: 0, move }))
  }
  settleMoney(order)
  ledger.note(order, 'control', `put in as of earlier: ${status} / ${stage}`)
}

/** Makes every move that is due and sets a timer for the next. */
function runDue(deps: CallbackDeps, order: Order): void {
  for (;;) {
    const next = order.plan[0]
    // Nothing goes on while a form is open.
    if (!next || order.form === 'open') return
    const waitMs = next.dueAt - Date.now()
    if (waitMs > 0) {
      announce(deps, order, next.move, waitMs)
      deps.timers.after(waitMs, () => runDue(deps, order), `order-${order.orderId}`)
      return
    }
    order.plan.shift()
    apply(deps, order, next.move)
  }
}

/** Makes the next planned move now. False when none is planned, or a form is open. */
export function advance(deps: CallbackDeps, order: Order): boolean {
  const next = order.plan[0]
  if (!next || order.form === 'open') return false
  const early = next.dueAt - Date.now()
  for (const each of order.plan) each.dueAt -= early
  deps.timers.cancel(`order-${order.orderId}`)
  runDue(deps, order)
  return true
}

// "Callback first": the callback tells a final status that the order does not have yet.
function announce(deps: CallbackDeps, order: Order, move: Move, waitMs: number): void {
  if (scenarioOf(order.scenario).callback !== 'ahead' || !finalStatuses.includes(move.status)) return
  const delayMs = Math.max(0, waitMs - deps.settings.stepMs)
  pushCallback(deps, order, { kind: 'early', status: move.status, delayMs })
}

function apply(deps: CallbackDeps, order: Order, move: Move): void {
  order.status = move.status
  order.stage = move.stage
  order.errorCode = move.errorCode ?? null
  order.errorMessage = move.errorMessage ?? null
  if (move.form) order.form = 'open'
  if (move.amountPercent !== undefined) order.amount = percentOf(order.amountAsked, move.amountPercent)
  settleMoney(order)
  deps.ledger.note(
    order,
    'move',
    `${move.status} / ${move.stage}${move.form ? ', waiting for the form' : ''}`,
  )
  if (finalStatuses.includes(move.status) && scenarioOf(order.scenario).callback === 'with') {
    pushCallback(deps, order, { kind: 'plain' })
  }
}

/** Approved: money left once for each accepted payout-pay. Any other end: it came back or never left. */
function settleMoney(order: Order): void {
  if (!finalStatuses.includes(order.status)) return
  order.timesPaid = order.status === 'approved' ? order.payAccepted : 0
}

/** The receiver's decision on the bank's form. False when no form is open. */
export function submitForm(deps: CallbackDeps, order: Order, decision: 'confirmed' | 'declined'): boolean {
  if (order.form !== 'open') return false
  order.form = decision
  deps.ledger.note(order, 'form', `the receiver ${decision} on the bank’s form`)
  if (decision === 'declined') {
    const errorMessage = 'Declined by the receiver on the form of the bank'
    order.plan = [
      {
        dueAt: 0,
        move: { afterSteps: 0, status: 'declined', stage: 'payout_declined', errorCode: '17', errorMessage },
      },
    ]
  }
  runDue(deps, order)
  return true
}

/** Puts the order into any state by hand, even out of a final one, as a reconciliation does. What was planned no longer happens. */
export function overrule(
  deps: CallbackDeps,
  order: Order,
  move: Pick<Move, 'status' | 'stage' | 'form'> & {
    amount?: string | undefined
    errorCode?: string | undefined
    errorMessage?: string | undefined
    formAddress?: string
  },
): void {
  order.plan = []
  deps.timers.cancel(`order-${order.orderId}`)
  order.form = order.form === 'open' && move.form !== true ? 'none' : order.form
  order.status = move.status
  order.stage = move.stage
  order.errorCode = move.errorCode ?? null
  order.errorMessage = move.errorMessage ?? null
  if (move.form) order.form = 'open'
  order.formAddress = move.formAddress ?? null
  if (move.amount !== undefined) order.amount = move.amount
  settleMoney(order)
  deps.ledger.note(order, 'control', `set by hand: ${move.status} / ${move.stage}`)
}
