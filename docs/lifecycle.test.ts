import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isFinal, movers, next, payoutMoves, payoutStatuses } from '#lib/payouts/transitions.ts'
import { statusWords } from '#lib/payouts/words.ts'

const file = new URL('lifecycle.md', import.meta.url)

/** The page as the table says it should be. */
function drawLifecycle(): string {
  const arrows = payoutStatuses.flatMap((from) =>
    payoutMoves.flatMap((move) => {
      const to = next(from, move)
      return to ? [`  ${from} --> ${to}: ${move}`] : []
    }),
  )
  const rows = payoutStatuses.map((status) => {
    const moves = payoutMoves.flatMap((move) => {
      const to = next(status, move)
      return to ? [`${move} → ${to}`] : []
    })
    const turn = { you: 'receiver', finance: 'finance', cardzo: 'Cardzo or the bank', nobody: '-' }[
      statusWords[status].turn
    ]
    return `| \`${status}\` | ${turn} | ${isFinal(status) ? 'yes' : ''} | ${moves.join('; ')} |`
  })
  return [
    '# The lifecycle of a payout',
    '',
    'Drawn from `lib/payouts/transitions.ts` by `docs/lifecycle.test.ts`; `UPDATE_DOCS=1 npm run test:unit` draws it again.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> requested',
    ...arrows,
    ...payoutStatuses.filter(isFinal).map((status) => `  ${status} --> [*]`),
    '```',
    '',
    '| status | whose turn | final | moves |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'Moves made by people: ' +
      payoutMoves
        .filter((move) => movers[move] !== 'worker')
        .map((move) => `\`${move}\` (${movers[move]})`)
        .join(', ') +
      '. All others are made by the worker, when Cardzo answers or time runs out.',
    '',
  ].join('\n')
}

describe('docs/lifecycle.md', () => {
  it('says what the table says', () => {
    // oxlint-disable-next-line no-restricted-properties -- the one switch of a page that a test writes
    if (process.env['UPDATE_DOCS']) writeFileSync(file, drawLifecycle())
    expect(readFileSync(file, 'utf8')).toBe(drawLifecycle())
  })
})
