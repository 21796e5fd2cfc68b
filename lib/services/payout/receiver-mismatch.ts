/** Which details of a receiver differ from what we know. Never what we know: the asker may not be allowed to see it. */
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'

const parts = { email: 'otherEmail', firstName: 'otherFirstName', lastName: 'otherLastName' } as const
type Said = { [Part in keyof typeof parts]?: string | undefined }

/** The refusal, with each detail that differs at its path below `at`. */
export async function refuseMismatch(
  deps: Pick<Deps, 'ledger'>,
  said: { externalId: string } & Said,
  at = 'receiver.',
): Promise<Refusal<'receiver_mismatch'>> {
  const [known] = await deps.ledger.receivers([said.externalId])
  const differing = (Object.keys(parts) as (keyof typeof parts)[]).filter(
    (part) => known !== undefined && said[part] !== undefined && said[part] !== known[part],
  )
  return refuse('receiver_mismatch', {
    errors: differing.map((part) => ({
      path: at + part,
      said: { code: parts[part] },
    })),
  })
}
