/** Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds) and recovery codes, by the library otplib. */
import { createHash } from 'node:crypto'
import { createGuardrails, generate, generateSecret, generateURI, verify } from 'otplib'
import type { SecondFactorStore } from '#lib/db/second-factor-store.ts'
import type { Deps, FactorAnswer, SecondFactor } from '#lib/services/ports.ts'

const issuer = 'Cardzo payouts'
/** One step early or late, for clocks that differ. Seconds. */
const toleranceS = 30
/** Operators bring secrets from other systems, many of them 80 bits; our own have 160. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 })

/** Recovery codes are kept as hashes: 80 random bits need no slow one. */
export const hashRecoveryCode = (code: string) =>
  createHash('sha256').update(code.toLowerCase().replaceAll(/[\s-]/g, '')).digest('hex')

export function createSecondFactor(store: SecondFactorStore, rateLimit: Deps['rateLimit']): SecondFactor {
  const stepOf = async (secret: string, code: string): Promise<bigint | null> => {
    if (!/^\d{6}$/.test(code)) return null
    const told = await verify({ secret, token: code, guardrails, epochTolerance: toleranceS })
    return told.valid && 'timeStep' in told ? BigInt(told.timeStep) : null
  }

  const judge = async (userId: string, given: string): Promise<{ answer: FactorAnswer; by?: string }> => {
    const known = await store.secretOf(userId)
    if (!known) return { answer: 'not_set_up' }
    if (!(await rateLimit('second_factor', userId))) return { answer: 'rate_limited' }
    const code = given.trim().replaceAll(/\s/g, '')
    const step = await stepOf(known.secret, code)
    if (step !== null)
      return (await store.takeStep(userId, step)) ? { answer: 'ok', by: 'totp' } : { answer: 'used' }
    if (code.length >= 16 && (await store.takeRecoveryCode(userId, hashRecoveryCode(code))))
      return { answer: 'ok', by: 'recovery_code' }
    return { answer: 'wrong' }
  }

  return {
    async verify(userId, code, act) {
      const { answer, by } = await judge(userId, code)
      // Signing in has audit rows of its own.
      if (act.kind !== 'sign_in' || answer !== 'ok')
        await store.note(userId, answer === 'ok' ? 'factor_given' : 'factor_refused', {
          ...act,
          answer,
          ...(by && { by }),
        })
      return answer
    },

    offer(account) {
      const secret = generateSecret()
      return { secret, uri: generateURI({ issuer, label: account, secret }) }
    },

    isSecret: (secret) => /^[A-Z2-7]{16,128}$/.test(secret),
    fits: stepOf,
    codeNow: (secret) => generate({ secret, guardrails }),
  }
}
