// Every command of the operator's command line: what it may be given, and the verb that it calls.
import { formatAmount } from '#lib/payouts/money.ts'
import { roles } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
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
import { removeDemo } from '#lib/services/people/remove-demo.ts'
import { reseal } from '#lib/services/seal/reseal.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { revokeLink } from '#lib/services/payout/revoke-link.ts'
import { setPassword } from '#lib/services/people/set-password.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { verifyPack } from '#lib/services/payout/evidence-pack.ts'
import { showPayoutWithTimeline } from '#lib/services/payout/show-payout.ts'
import { startComparison } from '#lib/services/safety/start-comparison.ts'
import { checkMoney } from '#lib/services/balance/check-money.ts'
import { listAnchors, verifyHistory } from '#lib/services/safety/verify-history.ts'
import { archiveCommands } from './archive-commands.ts'
import { archiveReader, monthsIn } from './archive-files.ts'
import { CommandError } from './command.ts'
import type { WithDeps } from './command.ts'
import { good } from './good.ts'
import { movingCommands } from './moving-commands.ts'
import { operatorName } from './operator-name.ts'
import { historyOf, readFlags, readGivenFile, secretsOf, settingOf, textOf } from './flags.ts'
import type { Command } from './flags.ts'
import { stopCommands } from './stop-commands.ts'

const operator: Actor = { kind: 'operator', name: `operator ${operatorName()}` }

const commands: Record<string, Command> = {
  'user:create': {
    usage:
      '--email E --role R (--password-stdin | --password-file F | --password P) [--name N] [--totp-secret-stdin | --totp-secret-file F | --totp-secret S]',
    needs: ['email', 'role'],
    mayHave: ['password', 'password-file', 'name', 'totp-secret', 'totp-secret-file'],
    switches: ['password-stdin', 'totp-secret-stdin'],
    async run(deps, flags, readInput) {
      const role = roles.find((one) => one === flags['role'])
      if (!role) throw new CommandError(`--role must be one of ${roles.join(', ')}`)
      const name = flags['name']
      const { password, 'totp-secret': totpSecret } = await secretsOf(
        flags,
        ['password', 'totp-secret'],
        readInput,
      )
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
    async run(deps, flags, readInput) {
      const { password } = await secretsOf(flags, ['password'], readInput)
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
  ...stopCommands(operator),
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
      const { payout, timeline, archived } = good(
        await showPayoutWithTimeline(deps, operator, textOf(flags, 'id')),
      )
      return { ...payout, timeline, ...(archived && { archived }) }
    },
  },
  'history:verify': {
    usage: '[--id ID] [--last-event N --hash H [--last-audit N --audit-hash H]] [--archive DIR]',
    needs: [],
    mayHave: ['id', 'last-event', 'hash', 'last-audit', 'audit-hash', 'archive'],
    async run(deps, flags) {
      const dir = flags['archive']
      const files =
        typeof dir === 'string' ? { months: await monthsIn(dir), read: archiveReader(dir) } : undefined
      const { proof, archive } = good(
        await verifyHistory(deps, operator, { ...historyOf(flags), ...(files && { files }) }),
      )
      const { firstBroken, brokenPayouts, ...counts } = proof
      const told = { ...counts, ...(archive && { archive }) }
      return (firstBroken ?? proof.audit?.firstBroken) || archive?.ok === false
        ? { ok: false, ...told, brokenPayouts, firstBroken }
        : { ok: true, ...told }
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
  ...movingCommands(operator),
  ...archiveCommands(operator),
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

const listOfCommands = () => Object.entries(commands).map(([name, { usage }]) => `  ${name} ${usage}`)

/** Does what was typed after `admin`; `readInput` gives all of standard input. Throws when the command says no. */
export async function runCommand(
  typed: readonly string[],
  readInput: () => Promise<string>,
  withDeps: WithDeps,
): Promise<unknown> {
  const [name = '', ...args] = typed
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command)
    throw new CommandError(
      [name ? `There is no command ${name}.` : 'Name a command:', ...listOfCommands()].join('\n'),
    )
  const flags = readFlags(name, command, args)
  if ('runAlone' in command) return command.runAlone(flags)
  return withDeps((deps) => command.run(deps, flags, readInput), {
    besideDemo: command.besideDemo ?? false,
  })
}
