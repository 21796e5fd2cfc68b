/** All Russian words, one file per area. */
import type { english } from './english.ts'
import type { Same } from './same.ts'
import { access } from './ru/access.ts'
import { account } from './ru/account.ts'
import { approve } from './ru/approve.ts'
import { audit } from './ru/audit.ts'
import { balance } from './ru/balance.ts'
import { balances } from './ru/balances.ts'
import { batches } from './ru/batches.ts'
import { callbacks } from './ru/callbacks.ts'
import { atCardzo } from './ru/at-cardzo.ts'
import { cockpit } from './ru/cockpit.ts'
import { codes } from './ru/codes.ts'
import { common } from './ru/common.ts'
import { crash } from './ru/crash.ts'
import { csv } from './ru/csv.ts'
import { decision } from './ru/decision.ts'
import { demo } from './ru/demo.ts'
import { desk } from './ru/desk.ts'
import { destinations } from './ru/destinations.ts'
import { developers } from './ru/developers.ts'
import { errors } from './ru/errors.ts'
import { factor } from './ru/factor.ts'
import { fields } from './ru/fields.ts'
import { firstRun } from './ru/first-run.ts'
import { grantFile } from './ru/grant-file.ts'
import { history } from './ru/history.ts'
import { home } from './ru/home.ts'
import { invite } from './ru/invite.ts'
import { itemKinds } from './ru/item-kinds.ts'
import { items } from './ru/items.ts'
import { keyboard } from './ru/keyboard.ts'
import { keys } from './ru/keys.ts'
import { mail } from './ru/mail.ts'
import { moving } from './ru/moving.ts'
import { newAccounts } from './ru/new-accounts.ts'
import { newPayout } from './ru/new-payout.ts'
import { pay } from './ru/pay.ts'
import { payout } from './ru/payout.ts'
import { payouts } from './ru/payouts.ts'
import { policy } from './ru/policy.ts'
import { receipt } from './ru/receipt.ts'
import { receivers } from './ru/receivers.ts'
import { settings } from './ru/settings.ts'
import { refusals } from './ru/refusals.ts'
import { rejectReasons } from './ru/reject-reasons.ts'
import { reports } from './ru/reports.ts'
import { risk } from './ru/risk.ts'
import { signIn } from './ru/sign-in.ts'
import { site } from './ru/site.ts'
import { standby } from './ru/standby.ts'
import { status } from './ru/status.ts'
import { stop } from './ru/stop.ts'
import { timeline } from './ru/timeline.ts'
import { unknown } from './ru/unknown.ts'
import { users } from './ru/users.ts'
import { webhooks } from './ru/webhooks.ts'
import { withdraw } from './ru/withdraw.ts'
import { withdrawals } from './ru/withdrawals.ts'

export const russian = {
  access,
  account,
  approve,
  audit,
  balance,
  balances,
  batches,
  callbacks,
  atCardzo,
  cockpit,
  codes,
  common,
  crash,
  csv,
  decision,
  demo,
  desk,
  destinations,
  developers,
  errors,
  factor,
  fields,
  firstRun,
  grantFile,
  history,
  home,
  invite,
  itemKinds,
  items,
  keyboard,
  keys,
  mail,
  moving,
  newAccounts,
  newPayout,
  pay,
  payout,
  payouts,
  policy,
  receipt,
  receivers,
  settings,
  refusals,
  rejectReasons,
  reports,
  risk,
  signIn,
  site,
  standby,
  status,
  stop,
  timeline,
  unknown,
  users,
  webhooks,
  withdraw,
  withdrawals,
} as const satisfies Same<typeof english>
