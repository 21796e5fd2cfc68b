'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { momentIn } from '#lib/payouts/day-in-zone.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { isZone } from '#lib/words/times.ts'
import { inputOf } from './receiver-inputs.ts'

async function runEnter(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const {
    formId = '',
    amount = '',
    currency = '',
    description = '',
    payAt = '',
    zone = '',
    ...others
  } = typed
  const { externalId = '', firstName = '', lastName = '', email = '', ...destination } = others
  const receiver = { externalId, firstName, lastName, email }
  const result = await act(({ deps, actor }) =>
    enterPayout(deps, actor, {
      ...{ formId, amount, currency, description, receiver, destination },
      // What is no time stays as it was typed, and is refused as such.
      payAt: (isZone(zone) && momentIn(payAt, zone)?.toISOString()) || payAt,
    }),
  )
  if (result.ok) redirect(`/desk/payouts/${result.payoutId}`)
  const first = result.payoutId === undefined ? null : `/desk/payouts/${result.payoutId}`
  return { ...sentBack(result, typed, { inputOf }), first }
}

// What a browser can call; each checks its arguments first.
export const enter = formAction(runEnter)
