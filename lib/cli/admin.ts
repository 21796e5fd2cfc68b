// npm run --silent admin -- <command>: the operator's command line. JSON on standard output, messages on standard error.
import { userInfo } from 'node:os'
import { formatAmount } from '#lib/payouts/money.ts'
import { roles } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { inEnglish } from '#lib/words/problem-text.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { anchorHistory } from '#lib/services/safety/anchor-history.ts'
import { changeSettings } from '#lib/services/policy/change-settings.ts'
import type { SettingsInput } from '#lib/services/policy/change-settings.ts'
import { changeEmail } from '#lib/services/people/change-email.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import { declareRestore } from '#lib/services/safety/declare-restore.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import { endRestore } from '#lib/services/safety/end-restore.ts'
import { releaseSending } from '#lib/services/safety/release-sending.ts'
import { removeDemo } from '#lib/services/people/remove-demo.ts'
import { reseal } from '#lib/services/seal/reseal.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { revokeLink } from '#lib/services/payout/revoke-link.ts'
import { setPassword } from '#lib/services/people/set-password.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { verifyPack } from '#lib/services/payout/evidence-pack.ts'
import { showPayoutWithTimeline } from '#lib/services/payout/show-payout.ts'
import { stopSending } from '#lib/services/safety/stop-sending.ts'
import { startComparison } from '#lib/services/safety/start-comparison.ts'
import { checkMoney } from '#lib/services/balance/check-money.ts'
import { listAnchors, verifyHistory } from '#lib/services/safety/verify-history.ts'
import { CommandError, answerWith } from './command.ts'
import { historyOf, readFlags, readGivenFile, secretsOf, settingOf, textOf } from './flags.ts'
import type { Command } from './flags.ts'

const operator: Actor = { kind: 'operator', name: `operator ${userInfo().username}` }

const commands: Record<string, Command> = {
  'user:create': {
    usage:
      '--email E --role R (--password-stdin | --password-file F | --password P) [--name N] [--totp-secret-stdin | --totp-secret-file F | --totp-secret S]',
    needs: ['email', 'role'],
    mayHave: ['password', 'password-file', 'name', 'totp-secret', 'totp-secret-file'],
    switches: ['password-stdin', 'totp-secret-stdin'],
    async run(deps, flags) {
      const role = roles.find((one) => one === flags['role'])
      if (!role) throw new CommandError(`--role must be one of ${roles.join(', ')}`)
      const name = flags['name']
      const { password, 'totp-secret': totpSecret } = await secretsOf(flags, ['password', 'totp-secret'])
      if (password === null)
        throw new CommandError('Pass the password with --password-stdin or --password-file')
      const input = { email: textOf(flags, 'email'), role, password, totpSecret }
      const { id } = good(
        await createUser(deps, operator, { ...input, ...(typeof name === 'string' && { name }) }),
      )
      return { id }
    },
  },
  'user:disable': {
    usage: '--email E',
    needs: ['email'],
    async run(deps, flags) {
      const { id, blocked } = good(await disableUser(deps, operator, { email: textOf(flags, 'email') }))
      // Payouts that too few people are left to approve.
      return {
        id,
        blocked: blocked.map(({ id: payoutId, amountMinor, currency, receiverName }) => ({
          id: payoutId,
          amount: formatAmount(amountMinor, currency),
          currency,
          receiver: receiverName,
        })),
      }
    },
  },
  'user:set-password': {
    usage: '--email E (--password-stdin | --password-file F)',
    needs: ['email'],
    mayHave: ['password-file'],
    switches: ['password-stdin'],
    async run(deps, flags) {
      const { password } = await secretsOf(flags, ['password'])
      if (password === null)
        throw new CommandError('Pass the password with --password-stdin or --password-file')
      const input = { email: textOf(flags, 'email'), password }
      return { id: good(await setPassword(deps, operator, input)).id }
    },
  },
  'user:set-email': {
    usage: '--email E --to N',
    needs: ['email', 'to'],
    run: async (deps, flags) => ({
      id: good(await changeEmail(deps, operator, { email: textOf(flags, 'email'), to: textOf(flags, 'to') }))
        .id,
    }),
  },
  'api-key:create': {
    usage: '--name N [--owner E] [--scopes a,b] [--expires-in-days N]',
    needs: ['name'],
    mayHave: ['owner', 'scopes', 'expires-in-days'],
    async run(deps, flags) {
      const { owner, scopes, 'expires-in-days': days } = flags
      const input = {
        name: textOf(flags, 'name'),
        ...(typeof owner === 'string' && { ownerEmail: owner }),
        ...(typeof scopes === 'string' && { scopes: scopes.split(',').map((scope) => scope.trim()) }),
        // What is no whole number is refused by the verb; an empty text would be a zero.
        ...(typeof days === 'string' && { expiresInDays: Number(days) }),
      }
      const { id, key } = good(await createApiKey(deps, operator, input))
      return { id, key }
    },
  },
  'api-key:revoke': {
    usage: '--id ID',
    needs: ['id'],
    run: async (deps, flags) => ({
      id: good(await revokeApiKey(deps, operator, { id: textOf(flags, 'id') })).id,
    }),
  },
  'policy:set': {
    usage: '--currency EUR --auto-approve-below 500 [--auto-approve-day-cap N]',
    needs: ['currency', 'auto-approve-below'],
    mayHave: ['auto-approve-day-cap'],
    async run(deps, flags) {
      const cap = flags['auto-approve-day-cap']
      const input = {
        currency: textOf(flags, 'currency'),
        autoApproveBelow: textOf(flags, 'auto-approve-below'),
        ...(typeof cap === 'string' && { autoApproveDayCap: cap }),
      }
      return good(await setPolicy(deps, operator, input)).policy
    },
  },
  'settings:set': {
    usage:
      '[--send-delay-s N [--currency EUR]] [--cooling-off-h N] [--require-balance on|off] [--require-balance-merchant on|off] [--grant-hold-days N] [--expire-after-days N] [--remind-before-h N] [--access-wait-h N] [--independent-after-days N]',
    needs: [],
    mayHave: Object.keys(settingOf),
    async run(deps, flags) {
      const given = Object.entries(settingOf).flatMap(([flag, name]) =>
        typeof flags[flag] === 'string' ? [[name, flags[flag]]] : [],
      )
      return good(await changeSettings(deps, operator, Object.fromEntries(given) as SettingsInput)).settings
    },
  },
  'grant:create': {
    usage: '--receiver X --currency EUR --amount N --reference R',
    needs: ['receiver', 'currency', 'amount', 'reference'],
    async run(deps, flags) {
      const body = {
        receiver: { externalId: textOf(flags, 'receiver') },
        currency: textOf(flags, 'currency'),
        amount: textOf(flags, 'amount'),
        reference: textOf(flags, 'reference'),
      }
      const { grant, replayed } = good(await createGrant(deps, operator, { body }))
      const { id, receiver, currency, amount, reference } = grant
      return { id, receiver: receiver.externalId, currency, amount, reference, replayed }
    },
  },
  'sending:stop': {
    usage: '--why W',
    needs: ['why'],
    async run(deps, flags) {
      const { stop } = good(await stopSending(deps, operator, { reason: textOf(flags, 'why') }))
      return stop
    },
  },
  'sending:release': {
    usage: '--why W',
    needs: ['why'],
    async run(deps, flags) {
      const { stop, waiting } = good(
        await releaseSending(deps, operator, { reason: textOf(flags, 'why'), code: '' }),
      )
      return { ...stop, waiting }
    },
  },
  'restore:declare': {
    usage: '--why W',
    needs: ['why'],
    run: async (deps, flags) =>
      good(await declareRestore(deps, operator, { why: textOf(flags, 'why') })).askFirst,
  },
  'restore:end': {
    usage: '--by NAME',
    needs: ['by'],
    run: async (deps, flags) => good(await endRestore(deps, operator, { by: textOf(flags, 'by') })).askFirst,
  },
  'payout:show': {
    usage: '--id ID',
    needs: ['id'],
    async run(deps, flags) {
      const { payout, timeline } = good(await showPayoutWithTimeline(deps, operator, textOf(flags, 'id')))
      return { ...payout, timeline }
    },
  },
  'history:verify': {
    usage: '[--id ID] [--last-event N --hash H [--last-audit N --audit-hash H]]',
    needs: [],
    mayHave: ['id', 'last-event', 'hash', 'last-audit', 'audit-hash'],
    async run(deps, flags) {
      const { proof } = good(await verifyHistory(deps, operator, historyOf(flags)))
      const { firstBroken, brokenPayouts, ...counts } = proof
      return (firstBroken ?? proof.audit?.firstBroken)
        ? { ok: false, ...counts, brokenPayouts, firstBroken }
        : { ok: true, ...counts }
    },
  },
  'history:anchor': {
    usage: '',
    needs: [],
    run: async (deps) => good(await anchorHistory(deps, operator)).anchor,
  },
  'history:anchors': {
    usage: '',
    needs: [],
    run: async (deps) => good(await listAnchors(deps, operator)).anchors,
  },
  'evidence:verify': {
    usage: '--file F [--seal H]',
    needs: ['file'],
    mayHave: ['seal'],
    runAlone(flags) {
      const { seal } = flags
      return verifyPack(readGivenFile(textOf(flags, 'file')), typeof seal === 'string' ? seal : undefined)
    },
  },
  'money:check': {
    usage: '',
    needs: [],
    async run(deps) {
      const { balanced, checkedAt, lines, wrong } = good(await checkMoney(deps, operator)).check
      return { ok: balanced, checkedAt, lines, wrong }
    },
  },
  'comparison:run': {
    usage: '',
    needs: [],
    async run(deps) {
      const { started, comparison } = good(await startComparison(deps, operator))
      return { started, ...comparison }
    },
  },
  'data-keys:reseal': {
    usage: '',
    needs: [],
    async run(deps) {
      const { resealed } = good(await reseal(deps, operator))
      // A key that still opens something must not be taken away.
      return { ok: resealed.unreadable === 0, ...resealed }
    },
  },
  'demo:remove': {
    usage: '',
    needs: [],
    besideDemo: true,
    run: async (deps) => good(await removeDemo(deps, operator)).removed,
  },
  'link:revoke': {
    usage: '--id ID',
    needs: ['id'],
    run: async (deps, flags) => ({ id: good(await revokeLink(deps, operator, textOf(flags, 'id'))).id }),
  },
}

function good<Good extends { ok: true }>(result: Good | Refusal): Good {
  if (result.ok) return result
  const details = (result.errors ?? []).map(inEnglish).map(({ path, message }) => `\n  ${path}: ${message}`)
  throw new CommandError(refusalText('en', result) + details.join(''))
}

const listOfCommands = () => Object.entries(commands).map(([name, { usage }]) => `  ${name} ${usage}`)

await answerWith(async (withDeps) => {
  const [name = '', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command)
    throw new CommandError(
      [name ? `There is no command ${name}.` : 'Name a command:', ...listOfCommands()].join('\n'),
    )
  const flags = readFlags(name, command, args)
  if ('runAlone' in command) return command.runAlone(flags)
  return withDeps((deps) => command.run(deps, flags), { besideDemo: command.besideDemo ?? false })
})
