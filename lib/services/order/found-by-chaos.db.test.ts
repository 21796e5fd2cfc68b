/** Bugs that the fault lab found, each in as few lines as show it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import type { CallbackMessage } from '#lib/services/ports.ts'
import { createTestPortal, eventually, system } from '#lib/services/testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeEach(async () => {
  portal = await createTestPortal()
})
afterEach(() => portal.close())

async function callbackOf(id: string, status: string): Promise<CallbackMessage> {
  const { clientOrderId, orderId } = await portal.payout(id)
  return { status, orderId: orderId ?? '', clientOrderId, type: null, params: {} }
}

/** The next call of this port's function fails, as if the database had gone away. */
function failOnce<Port extends object>(port: Port, name: keyof Port & string): void {
  const real = port[name]
  Object.assign(port, {
    [name]: () => {
      Object.assign(port, { [name]: real })
      return Promise.reject(new Error('connection reset'))
    },
  })
}

const told = (id: string, kind: string) => async () =>
  (await portal.items(id)).includes(kind) || `nobody was told: ${kind}`

describe('a payout in the fault lab', () => {
  it('takes twenty callbacks at the same moment without a deadlock', async () => {
    const id = await portal.ask()
    const messages = await Promise.all(
      Array.from({ length: 20 }, (_, n) => callbackOf(id, n % 2 === 0 ? 'approved' : `word-${n}`)),
    )
    const stored = messages.map((message) => portal.deps.callbacks.store(message, id))
    expect(await Promise.all(stored)).toHaveLength(20)
  })

  it('is looked at again moments after the database was away, not a minute later', async () => {
    failOnce(portal.deps.gatewayCondition, 'recordOk')
    portal.startWorker()
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    expect(portal.errors).toHaveLength(1)
  })

  it('is sent after a lock-out even when no other payout asks for a status', async () => {
    await portal.deps.gatewayCondition.recordLockedOut(1, {
      httpStatus: 401,
      gatewayDate: null,
      ourDate: new Date().toISOString(),
      command: 'payout-check',
    })
    portal.startWorker()
    await portal.until(await portal.ask(), 'awaiting_approval')
  })

  it('has its callbacks compared even if its worker dies right after the last move', async () => {
    const stopped = portal.startWorker()
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    await stopped.stop()
    const { clientOrderId } = await portal.payout(id)
    Object.assign(portal.gateway.order(clientOrderId), { status: 'declined', stage: 'payout_check_declined' })
    await portal.deps.callbacks.store(await callbackOf(id, 'approved'), id)
    failOnce(portal.deps.callbacks, 'uncompared')
    portal.startWorker()
    await portal.until(id, 'declined')
    await eventually(told(id, 'callback_disagrees'))
  })

  it('is asked about once more when it is cancelled with a callback that nobody could compare yet', async () => {
    const worker = portal.startWorker()
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    await portal.deps.callbacks.store(await callbackOf(id, 'approved'), id)
    // A worker has looked because of the callback. Cardzo still says validated, so nothing could be compared.
    await eventually(async () => (await portal.payout(id)).dueAt! > new Date() || 'it is still due')
    await worker.stop()
    expect(await cancelPayout(portal.deps, system, { id })).toMatchObject({ ok: true })
    portal.startWorker()
    await eventually(told(id, 'paid_after_end'))
  })

  it('is asked about when a callback came just before it was cancelled', async () => {
    const stopped = portal.startWorker()
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    await stopped.stop()
    await portal.deps.callbacks.store(await callbackOf(id, 'approved'), id)
    expect(await cancelPayout(portal.deps, system, { id })).toMatchObject({ ok: true })
    portal.startWorker()
    await eventually(told(id, 'paid_after_end'))
    // The callback claims that money moved: it waits for a person, and the portal goes on asking Cardzo.
    expect(await portal.payout(id)).toMatchObject({ status: 'cancelled', dueAt: expect.any(Date) as Date })
  })
})
