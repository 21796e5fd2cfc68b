/** Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds) and recovery codes, by the library otplib. */
import { createHash, randomBytes } from 'node:crypto'
import { createGuardrails, generate, generateSecret, generateURI, verify } from 'otplib'
import { plainCode } from '#lib/payouts/text.ts'
import type { SecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import type { Deps, FactorAnswer, SecondFactor } from '#lib/services/ports.ts'

const issuer = 'Cardzo payouts'
const stepS = 30
/** One step early or late, for clocks that differ. */
const toleranceS = stepS
/** Operators bring secrets from other systems, many of them 80 bits; our own have 160. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10, MAX_SECRET_BYTES: 80 })

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bits behind the last whole byte are left out, as authenticator apps do; the library itself refuses such a secret. */
function bytesOf(secret: string): Uint8Array {
  const bits = Array.from(secret, (letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/[01]{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

/** 80 random bits, in four groups that a person can copy from paper. */
function freshRecoveryCode(): string {
  const letters = [...randomBytes(16)].map((byte) => base32.charAt(byte % 32)).join('')
  return (letters.toLowerCase().match(/.{4}/g) ?? []).join('-')
}

const recoveryCodeCount = 10

/** Recovery codes are kept as hashes: 80 random bits need no slow one. */
export const hashRecoveryCode = (code: string) =>
  createHash('sha256').update(plainCode(code).toLowerCase()).digest('hex')

const uriOf = (account: string, secret: string) => generateURI({ issuer, label: account, secret })

/** A living session's own codes, those of a browser that was let in before, and those of everybody else behind a right password. */
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

  /** `bucket` is where wrong codes are counted: whoever has a password alone uses up nobody's own. */
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
    // Eighty random bits are not guessed; they are for the day when nothing else works, other people's guesses included.
    if (code.length >= 16)
      return (await store.takeRecoveryCode(userId, hashRecoveryCode(code), noted('recovery_code')))
        ? 'ok'
        : 'wrong'
    // Ten a minute would find one of a million in a month: who is wrong a hundred times a day has to wait for the next.
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
      // Who has to wait and goes on trying all the same must not fill the disk.
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
