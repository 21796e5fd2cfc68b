/** Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds) and recovery codes, by the library otplib. */
import { createHash, randomBytes } from 'node:crypto'
import { ScureBase32Plugin, createGuardrails, generate, generateSecret, generateURI, verify } from 'otplib'
import { plainCode } from '#lib/payouts/text.ts'
import type { SecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import type { Deps, FactorAnswer, SecondFactor } from '#lib/services/ports.ts'

const issuer = 'Cardzo payouts'
const stepS = 30
/** One step early or late, for clocks that differ. */
const toleranceS = stepS
/** Operators bring secrets from other systems, many of them with 80 bits; ours have 160. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10, MAX_SECRET_BYTES: 80 })

const base32 = new ScureBase32Plugin()

/** Bits after the last whole byte are dropped, as authenticator apps do; the library would refuse such a secret, so zeros fill it up. */
function bytesOf(secret: string): Uint8Array {
  const filledUp = secret.padEnd(Math.ceil(secret.length / 8) * 8, 'A')
  return base32.decode(filledUp).subarray(0, Math.floor((secret.length * 5) / 8))
}

/** 80 random bits, in four groups that a person can copy from paper. */
function freshRecoveryCode(): string {
  const letters = base32.encode(randomBytes(10)).toLowerCase()
  return (letters.match(/.{4}/g) ?? []).join('-')
}

const recoveryCodeCount = 10

/** Recovery codes are stored as hashes; a fast one does for 80 random bits. */
export const hashRecoveryCode = (code: string) =>
  createHash('sha256').update(plainCode(code).toLowerCase()).digest('hex')

const uriOf = (account: string, secret: string) => generateURI({ issuer, label: account, secret })

/** Wrong codes are counted apart: a session's own, those of a browser that was let in before, and everybody else's after a right password. */
function bucketOf(userId: string, act: Parameters<SecondFactor['verify']>[2]): string {
  if (act.kind !== 'sign_in') return userId
  return act.device === null ? `sign-in:${userId}` : `device:${userId}:${act.device}`
}

export function createSecondFactor(
  store: SecondFactorStore,
  rateLimit: Deps['rateLimit'],
  wallMs: () => number = Date.now,
): SecondFactor {
  const epoch = () => Math.floor(wallMs() / 1000)
  const stepOf = async (secret: string, given: string): Promise<bigint | null> => {
    const code = plainCode(given)
    if (!/^\d{6}$/.test(code)) return null
    const told = await verify({
      secret: bytesOf(secret),
      token: code,
      guardrails,
      epoch: epoch(),
      epochTolerance: toleranceS,
    })
    return told.valid && 'timeStep' in told ? BigInt(told.timeStep) : null
  }

  /** `bucket` is where wrong codes are counted: someone who only has the password can't use up the owner's attempts. */
  const judge = async (
    userId: string,
    bucket: string,
    given: string,
    act: Parameters<SecondFactor['verify']>[2],
  ): Promise<FactorAnswer> => {
    const known = await store.secretOf(userId)
    if (!known) return 'not_set_up'
    // Signing in has an audit row of its own: the session's.
    const noted = (by: string) => (act.kind === 'sign_in' ? null : { ...act, answer: 'ok', by })
    const code = plainCode(given)
    // Nobody guesses eighty random bits, so these work even while other people's guesses lock the codes.
    if (code.length >= 16)
      return (await store.takeRecoveryCode(userId, hashRecoveryCode(code), noted('recovery_code')))
        ? 'ok'
        : 'wrong'
    // Ten guesses a minute would find one in a million within a month: after a hundred wrong codes, wait for the next day.
    if (!(await rateLimit('wrong_code', bucket, 0))) return 'rate_limited'
    if (!(await rateLimit('second_factor', bucket))) return 'rate_limited'
    const step = await stepOf(known.secret, code)
    if (step !== null) return (await store.takeStep(userId, step, noted('totp'))) ? 'ok' : 'used'
    await rateLimit('wrong_code', bucket)
    return 'wrong'
  }

  return {
    async verify(userId, code, act) {
      const answer = await judge(userId, bucketOf(userId, act), code, act)
      // Someone who goes on trying while they have to wait must not fill the disk.
      if (answer === 'rate_limited' && !(await rateLimit('noted', `factor:${userId}`))) return answer
      if (answer !== 'ok') await store.note(userId, 'factor_refused', { ...act, answer })
      return answer
    },

    offer(account) {
      const secret = generateSecret()
      return { secret, uri: uriOf(account, secret) }
    },

    uri: uriOf,

    freshRecoveryCodes: () =>
      Array.from({ length: recoveryCodeCount }, () => {
        const code = freshRecoveryCode()
        return { code, hash: hashRecoveryCode(code) }
      }),

    isSecret: (secret) => /^[A-Z2-7]{16,128}$/.test(secret),
    fits: stepOf,
    codeNow: (secret, stepsAhead = 0) =>
      generate({ secret: bytesOf(secret), guardrails, epoch: epoch() + stepsAhead * stepS }),
  }
}
