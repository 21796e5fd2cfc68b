/** The demo's people and the second factors of its staff. They are public, so they must never be near real money. */
import type { Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'

export const demoPassword = 'demo-password'
/** The name of the API key of the demo's other system. */
export const demoShopName = 'Demo shop'

type DemoPerson = { role: Role; email: string; name: string; totpSecret?: string }

export const demoPeople: readonly DemoPerson[] = [
  { role: 'receiver', email: 'ada@demo.example', name: 'Ada Nowak' },
  { role: 'receiver', email: 'ben@demo.example', name: 'Ben Okafor' },
  { role: 'receiver', email: 'chloe@demo.example', name: 'Chloe Martin' },
  { role: 'clerk', email: 'clerk@demo.example', name: 'Clara Clerk', totpSecret: 'DEMODEMOCLERKAAA' },
  {
    role: 'approver',
    email: 'approver@demo.example',
    name: 'Albert Approver',
    totpSecret: 'DEMODEMOAPPROVEA',
  },
  {
    role: 'approver',
    email: 'approver2@demo.example',
    name: 'Beatrice Approver',
    totpSecret: 'DEMODEMOAPPROVEB',
  },
  { role: 'admin', email: 'admin@demo.example', name: 'Adrian Admin', totpSecret: 'DEMODEMOADMINAAA' },
  { role: 'admin', email: 'admin2@demo.example', name: 'Berta Admin', totpSecret: 'DEMODEMOADMINBBB' },
  { role: 'auditor', email: 'auditor@demo.example', name: 'Aurora Auditor', totpSecret: 'DEMODEMOAUDITORA' },
]

/** RFC 6238: a code is valid for thirty seconds. */
const stepMs = 30_000

type DemoCode = { role: Role; email: string; name: string; now: string; next: string }

/** The authenticators of those of the demo's staff who exist here. Only beside a demo mailbox. */
export async function showDemoCodes(
  deps: Deps,
): Promise<{ ok: true; codes: DemoCode[]; changeInMs: number } | Refusal<'not_found'>> {
  if (!deps.config.demoMailbox) return refuse('not_found')
  const codes: DemoCode[] = []
  for (const { email, totpSecret } of demoPeople) {
    const user = totpSecret === undefined ? null : await deps.people.findUserByEmail(email)
    if (!user?.hasFactor || user.disabledAt || totpSecret === undefined) continue
    const [now, next] = await Promise.all([
      deps.secondFactor.codeNow(totpSecret),
      deps.secondFactor.codeNow(totpSecret, 1),
    ])
    codes.push({ role: user.role, email, name: user.name, now, next })
  }
  return { ok: true, codes, changeInMs: stepMs - (deps.clock.wallMs() % stepMs) }
}
