'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import type { ActionContext } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { roles } from '#lib/payouts/permissions.ts'
import type { Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { changeRole } from '#lib/services/people/change-role.ts'
import { disableUserById } from '#lib/services/people/disable-user.ts'
import { endSessionsOf } from '#lib/services/sign-in/end-sessions.ts'
import { inviteAgain, inviteUser } from '#lib/services/people/invite-user.ts'
import type { AccessChange } from '#lib/services/ports.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { setPerson } from '#lib/services/people/set-person.ts'
import { isUserAct } from './user-acts.ts'
import type { UserAct } from './user-acts.ts'

const roleOf = (text: string | undefined): Role | undefined => roles.find((role) => role === text)

async function runInvite(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { name = '', email = '', code = '' } = texts
  const role = roleOf(texts['role']) ?? 'clerk'
  const result = await act(({ deps, actor }) => inviteUser(deps, actor, { name, email, role, code }))
  if (!result.ok) return sentBack(result, texts)
  redirect(result.waits ? '/desk/users?done=proposed' : `/desk/users/${result.id}?done=invited`)
}

type Texts = Record<string, string>
type Run = (
  context: ActionContext,
  userId: string,
  code: string,
  texts: Texts,
) => Promise<{ ok: true; waits?: AccessChange | null } | Refusal>

const runs: Record<UserAct, Run> = {
  role: ({ deps, actor }, userId, code, texts) => {
    const role = roleOf(texts['role'])
    return role === undefined
      ? Promise.resolve(refuse('invalid_request'))
      : changeRole(deps, actor, { userId, role, code })
  },
  disable: ({ deps, actor }, userId, code) => disableUserById(deps, actor, { userId, code }),
  'reset-factor': ({ deps, actor }, userId, code) => resetFactor(deps, actor, { userId, code }),
  'end-sessions': ({ deps, actor }, userId, code) => endSessionsOf(deps, actor, { userId, code }),
  person: ({ deps, actor }, userId, code, { sameAs = '' }) =>
    setPerson(deps, actor, { userId, sameAs, code }),
  invite: ({ deps, actor }, userId, code) => inviteAgain(deps, actor, { userId, code }),
}

async function runPerform(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { userId = '', act: what = '', code = '' } = texts
  const result = await act((context) =>
    isUserAct(what) ? runs[what](context, userId, code, texts) : Promise.resolve(refuse('not_found')),
  )
  if (!result.ok) return sentBack(result, texts)
  redirect(result.waits ? '/desk/users?done=proposed' : `/desk/users/${userId}?done=${what}`)
}

// What a browser can call; each checks its arguments first.
export const invite = formAction(runInvite)
export const perform = formAction(runPerform)
