/** Every step that can come next in a small world: a worker's, Cardzo's, a person's, the clock's. */
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { Payout, SeenAtClaim } from '#lib/services/ports.ts'
import { leaseMsFor } from '#lib/services/order/step.ts'
import { nothingUnusual } from './samples.ts'
import {
  accepted,
  arrive,
  died,
  mayArrive,
  send,
  silence,
  statusAnswer,
  unheard,
  waitingCallback,
} from './small-cardzo.ts'
import { config, createPlaces } from './small-places.ts'
import type { Clock, Place } from './small-places.ts'
import { advance, claim, isLeased, quietSince, release, restored, wake } from './small-world.ts'
import type { Call, Effect, Keeps, World } from './small-world.ts'

/** How often each thing may happen on one path. */
export type Budget = {
  crash: number
  /** A request or its answer is lost, or comes too late. */
  silence: number
  /** Time passes until a claim is too old to send on, or until a lease has ended. */
  stall: number
  leaseEnd: number
  /** Nobody works until the payout is due again. */
  poll: number
  callback: number
  cancel: number
  stop: number
  /** Cardzo ends the order. */
  bank: number
  /** People approve it, or settle an unknown outcome as failed. */
  approve: number
  settle: number
  /** The database is restored to what it was at first. */
  restore: number
}

export type Worker = { name: string; place: Place | null; waits: boolean }
export type State = { world: World; workers: readonly Worker[]; person: Payout | null | 'done'; left: Budget }
/** `waits`: time passes and nobody does anything. */
export type Step = { name: string; to: State; waits?: true }

export const nothingMore: Budget = {
  ...{ crash: 0, silence: 0, stall: 0, leaseEnd: 0, poll: 0, callback: 0 },
  ...{ cancel: 0, stop: 0, bank: 0, approve: 0, settle: 0, restore: 0 },
}

const leaseMs = leaseMsFor(config.timeoutMs, config.leaseMarginMs)
/** Longer than a claim is good for, shorter than a lease. */
const stallMs = 11_000

const spending =
  (left: Budget) =>
  (what: keyof Budget): Budget => ({ ...left, [what]: left[what] - 1 })

/** `first`: what a restore brings back. */
export function createSteps(first: World, keeps: Keeps) {
  const places = createPlaces()

  /** What a claim tells beside the payout. */
  function seenNow(world: World): SeenAtClaim {
    const since = quietSince(world, keeps)
    return {
      ...nothingUnusual,
      stopped: world.stopped,
      askFirstSince: since === null ? null : new Date(since),
      callbackWaits: world.callback === 'waits',
    }
  }

  function perform(world: World, call: Call, clock: Clock, worker: string): Effect[] {
    const { method, args } = call
    switch (method) {
      case 'advance':
        return [advance(world, keeps, args as Parameters<typeof advance>[2])]
      case 'release':
        return [release(world, keeps, args as Parameters<typeof release>[2])]
      case 'find':
        return [{ world, result: world.row }]
      case 'uncompared':
        return [{ world, result: waitingCallback(world) }]
      case 'markCompared':
        return [{ world: { ...world, callback: 'compared' } }]
      case 'status':
        return [
          {
            world: { ...world, cardzo: { ...world.cardzo, checksUnasked: 0 } },
            result: statusAnswer(world, keeps),
          },
        ]
      case 'check':
      case 'pay': {
        clock.now = world.now
        const guard = args[1] as { mayStillSend: () => boolean }
        return [send(world, keeps, method, guard, worker)]
      }
      default:
        throw new Error(`Bug: the small world has no ${method}`)
    }
  }

  async function workerSteps(state: State, worker: Worker, index: number): Promise<Step[]> {
    const { world, workers, left } = state
    const steps: Step[] = []
    const spend = spending(left)
    const set = (change: Partial<Worker>) =>
      workers.map((one, at) => (at === index ? { ...one, ...change } : one))
    if (worker.place === null) {
      const taken = claim(world, keeps, leaseMs)
      if (!taken) return steps
      const leased = {
        payout: taken.world.row,
        lease: { ...taken.lease, workerId: worker.name },
        now: new Date(world.now),
        seen: seenNow(taken.world),
      }
      steps.push({
        name: `${worker.name} claims the payout`,
        to: { ...state, world: taken.world, workers: set({ place: places.rootOf(leased) }) },
      })
      return steps
    }
    if (left.crash > 0)
      steps.push({
        name: `${worker.name} dies`,
        to: {
          ...state,
          world: died(world, keeps, worker.name),
          workers: set({ place: null, waits: false }),
          left: spend('crash'),
        },
      })
    const at = world.now
    const answered = (to: World, answer: unknown, budget = left) => ({
      ...state,
      ...{ world: to, left: budget },
      workers: set({ place: places.after(worker.place as Place, answer, at), waits: false }),
    })
    if (worker.waits) {
      const message = world.cardzo.wire.find(({ from }) => from === worker.name)
      const command = message?.command ?? 'pay'
      const heard = unheard(world, worker.name)
      if (message?.at === 'arrived')
        steps.push({ name: `${worker.name} hears yes`, to: answered(heard, accepted[command]) })
      if (left.silence > 0)
        steps.push({
          name: `${worker.name} hears nothing`,
          to: answered(heard, silence[command], spend('silence')),
        })
      return steps
    }
    const { call, clock, error } = await places.pendingAt(worker.place)
    if (error !== undefined)
      throw new Stumbled(`a step failed: ${error instanceof Error ? error.message : 'with no error'}`)
    if (call === null) {
      steps.push({
        name: `${worker.name} is done`,
        to: { ...state, workers: set({ place: null }) },
      })
      return steps
    }
    for (const effect of perform(world, call, clock, worker.name))
      steps.push({
        name: `${worker.name}: ${call.method}`,
        to: effect.wait
          ? { ...state, world: effect.world, workers: set({ waits: true }) }
          : answered(effect.world, effect.fails ?? effect.result),
      })
    if (call.method === 'status' && left.silence > 0)
      steps.push({
        name: `${worker.name}: status, in vain`,
        to: answered(world, silence.status, spend('silence')),
      })
    return steps
  }

  /** What is on its way arrives, the bank decides, Cardzo calls back. */
  function cardzoSteps(state: State): Step[] {
    const { world, left } = state
    const steps: Step[] = []
    const spend = spending(left)
    for (const [index, message] of world.cardzo.wire.entries()) {
      if (mayArrive(world, message, config.timeoutMs))
        steps.push({ name: `${message.command} arrives`, to: { ...state, world: arrive(world, index) } })
    }
    if (left.bank > 0 && world.cardzo.order === 'beyond')
      for (const order of ['approved', 'declined'] as const)
        steps.push({
          name: `the bank: ${order}`,
          to: { ...state, world: { ...world, cardzo: { ...world.cardzo, order } }, left: spend('bank') },
        })
    if (left.callback > 0 && (world.cardzo.order === 'approved' || world.cardzo.order === 'declined'))
      steps.push({
        name: 'a callback comes',
        to: { ...state, world: { ...wake(world), callback: 'waits' }, left: spend('callback') },
      })
    return steps
  }

  /** People approve, settle, cancel, stop; the operator restores. */
  function peopleSteps(state: State): Step[] {
    const { world, workers, person, left } = state
    const steps: Step[] = []
    const spend = spending(left)
    if (left.approve > 0 && world.row.status === 'awaiting_approval')
      steps.push({
        name: 'people approve',
        to: { ...state, world: decide(world, 'approve'), left: spend('approve') },
      })
    if (left.settle > 0 && world.row.status === 'outcome_unknown')
      steps.push({
        name: 'two people settle it as failed',
        to: { ...state, world: decide(world, 'settle_failed'), left: spend('settle') },
      })
    if (left.restore > 0 && world.row.payClaimedAt !== null)
      steps.push({
        name: 'the database is restored',
        to: {
          ...state,
          world: restored(world, first),
          workers: workers.map((one) => ({ ...one, place: null, waits: false })),
          left: spend('restore'),
        },
      })
    if (person === null && left.cancel > 0 && isBeforeClaim(world.row.status))
      steps.push({ name: 'a person looks', to: { ...state, person: world.row, left: spend('cancel') } })
    if (person !== null && person !== 'done')
      steps.push({ name: 'a person cancels', to: { ...state, world: cancel(world, person), person: 'done' } })
    if (left.stop > 0)
      steps.push({
        name: world.stopped ? 'payments go on' : 'payments are stopped',
        to: {
          ...state,
          world: world.stopped ? { ...wake(world), stopped: false } : { ...world, stopped: true },
          left: spend('stop'),
        },
      })
    return steps
  }

  /** Time passes. */
  function timeSteps(state: State): Step[] {
    const { world, workers, left } = state
    const steps: Step[] = []
    const spend = spending(left)
    if (left.stall > 0 && workers.some(({ place }) => place !== null))
      steps.push({
        name: 'time passes',
        to: { ...state, world: { ...world, now: world.now + stallMs }, left: spend('stall') },
      })
    if (left.leaseEnd > 0 && isLeased(world, keeps) && keeps('lease_ends'))
      steps.push({
        name: 'the lease ends',
        waits: true,
        to: { ...state, world: { ...world, now: world.work.until }, left: spend('leaseEnd') },
      })
    const { dueAt } = world.work
    if (left.poll > 0 && dueAt !== null && dueAt > world.now && workers.every(({ place }) => place === null))
      steps.push({
        name: 'nobody works until it is due',
        waits: true,
        to: { ...state, world: { ...world, now: Math.max(dueAt, world.work.until) }, left: spend('poll') },
      })
    return steps
  }

  function cancel(world: World, was: Payout): World {
    return advance(world, keeps, [was, { move: 'cancel', dueInMs: null }, undefined, undefined]).world
  }

  function decide(world: World, move: 'approve' | 'settle_failed'): World {
    const dueInMs = move === 'approve' ? 0 : null
    return advance(world, keeps, [world.row, { move, dueInMs, facts: {} }, undefined, undefined]).world
  }

  return async (state: State): Promise<Step[]> => {
    const ofWorkers = await Promise.all(
      state.workers.map((worker, index) => workerSteps(state, worker, index)),
    )
    return [...ofWorkers.flat(), ...cardzoSteps(state), ...peopleSteps(state), ...timeSteps(state)]
  }
}

/** A step of a worker failed in a way that nothing here explains. */
export class Stumbled extends Error {}
