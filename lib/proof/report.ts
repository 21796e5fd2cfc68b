// The report of a walk: what we assume beside what Cardzo answered. It has no secrets and no whole account numbers.
import { facts } from './facts.ts'
import type { Fact, FactName } from './facts.ts'
import { verdicts } from './world.ts'
import type { World } from './world.ts'

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

/** Markdown, to keep and to send to the makers of the portal. */
export function reportOf(world: World, at: Date): string {
  const { cardzo, findings, exchanges, listener } = world
  const endpoint = 'id' in cardzo.endpoint ? cardzo.endpoint.id : `group ${cardzo.endpoint.groupId}`
  const rows = (Object.entries(facts) as [FactName, Fact][]).map(([name, fact]) => {
    const found = findings.filter((finding) => finding.fact === name)
    const verdict = found.some((each) => each.verdict === 'differs') ? '**differs**' : found.at(-1)?.verdict
    const answered = found.map((each) => each.answered).join(' ')
    return `| ${cell(`${fact.section}: ${fact.text}`)} | ${cell(fact.assumed)} | ${cell(answered || (fact.cannot ?? 'not tried'))} | ${verdict ?? (fact.cannot === undefined ? 'not tried' : 'not for a program')} |`
  })
  return [
    '# What the gateway really answers',
    '',
    `- ${at.toISOString()}, gateway ${new URL(cardzo.apiUrl).host}, endpoint ${endpoint}`,
    `- payouts of ${world.amount} ${world.currency}; fields: ${Object.keys(world.fields).join(', ') || 'none'}`,
    `- callbacks: ${listener ? `listened for at ${listener.callbackUrl}` : 'not listened for'}`,
    '',
    '| fact | what the portal assumes | what was answered | verdict |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '## Every exchange',
    '',
    ...exchanges.map(({ what, command, sent, answer, contentType, trouble }) =>
      [
        `### ${what}`,
        '',
        '```json',
        JSON.stringify({ command, sent, answer, contentType, ...(trouble !== null && { trouble }) }, null, 2),
        '```',
        '',
      ].join('\n'),
    ),
    '## Callbacks and returns',
    '',
    ...(listener?.deliveries ?? []).map((delivery) =>
      ['```json', JSON.stringify(delivery, null, 2), '```', ''].join('\n'),
    ),
  ].join('\n')
}

/** How many facts were found as assumed, found different, seen for the first time, and not tried. */
export function countFindings({ findings }: Pick<World, 'findings'>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of [...verdicts, 'not tried']) counts[name] = 0
  for (const name of Object.keys(facts) as FactName[]) {
    const found = findings.filter((finding) => finding.fact === name)
    const verdict = found.some((each) => each.verdict === 'differs') ? 'differs' : found.at(-1)?.verdict
    const key = verdict ?? 'not tried'
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}
