/**
 * Tests the connection to an endpoint: asks for the status of an order that can't exist, which moves nothing and makes nothing. First by the
 * control value, as always; if that works, once more by a request signed with the key.
 */
import { randomUUID } from 'node:crypto'
import type { Deps, Gateway, KeyAnswer, StatusAnswer, TestAnswer } from '#lib/services/ports.ts'

const saidMax = 300

const found = {
  no_such_order: 'works',
  known: 'odd',
  other_operation: 'odd',
  locked_out: 'locked_out',
  silence: 'silence',
  not_sent: 'not_sent',
} as const satisfies Record<StatusAnswer['kind'], TestAnswer>

const saidBy = ({ exchange: { answer, error } }: StatusAnswer) => (answer ?? error)?.slice(0, saidMax) ?? null

/** What a test found; `keyAnswer` null: the signing key was not tried, because the rest doesn't work. */
export type TestedConnection = {
  answer: TestAnswer
  said: string | null
  keyAnswer: KeyAnswer | null
  keySaid: string | null
  simulator: boolean
  /** Did anything come back at all? */
  answered: boolean
}

/** Asks about an order that can't exist. `whenWorks` runs before the key is tried. */
export async function askConnection(
  gateway: Pick<Gateway, 'status'>,
  endpointId: number,
  whenWorks: (answer: StatusAnswer) => Promise<void> = () => Promise.resolve(),
): Promise<TestedConnection> {
  const ask = (more: { signed?: true } = {}) =>
    gateway.status({
      endpointId,
      clientOrderId: `connection-test-${randomUUID()}`,
      orderId: null,
      ...more,
    })
  const answer = await ask()
  const works = answer.kind === 'no_such_order'
  if (works) await whenWorks(answer)
  const byKey = works ? await ask({ signed: true }) : null
  return {
    answer: found[answer.kind],
    said: saidBy(answer),
    keyAnswer: byKey && keyAnswerOf(byKey),
    keySaid: byKey && saidBy(byKey),
    simulator: answer.simulator,
    answered: answer.exchange.answer !== null,
  }
}

/** Answers one test that an admin asked for, if there is one. An alarm about this endpoint closes when it works. */
export async function testConnections(deps: Deps): Promise<void> {
  const endpointId = await deps.endpoints.takeTest()
  if (endpointId === null) return
  const {
    simulator: _simulator,
    answered: _answered,
    ...tested
  } = await askConnection(deps.gateway, endpointId, ({ simulator }) =>
    deps.gatewayCondition.recordOk(endpointId, simulator),
  )
  await deps.endpoints.answerTest(endpointId, tested)
}

/** The address is right, so a 404 means that there are no signed status requests. */
function keyAnswerOf(answer: StatusAnswer): KeyAnswer {
  if (answer.kind === 'no_such_order') return 'accepted'
  return answer.kind === 'locked_out' && answer.httpStatus !== 404 ? 'refused' : 'unclear'
}
